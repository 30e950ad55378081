"""Texts word by word: what is gone, what is new, and the lines around it."""

from gitconfig_tool.report.diagnostics_text import Style
from gitconfig_tool.report.word_diff import lines, pieces

COLOURS = Style(removed=lambda text: f"<{text}>", added=lambda text: f"({text})")


def test_words_and_what_is_between_them() -> None:
    assert lines("Be kind, please.", "Be brief, please.") == ["Be [-kind-]{+brief+}, please."]
    assert lines("a  b", "a b") == ["a[-  -]{+ +}b"]
    # Three changed words in a row are one change.
    assert lines("one two three!", "a b c!") == ["[-one two three-]{+a b c+}!"]


def test_lines_far_from_a_change_are_left_out() -> None:
    old = "\n".join("abcdefg")

    assert lines(old, old.replace("d", "D")) == ["...", "c", "[-d-]{+D+}", "e", "..."]
    assert lines(old, old) == []


def test_an_end_of_line_is_a_change_too() -> None:
    assert lines("one\ntwo", "one two") == ["one[-\\n-]", "{+ +}two"]
    assert lines("a", "a\n") == ["a{+\\n+}", ""]


def test_colours_stand_for_the_marks_but_on_white_space() -> None:
    assert lines("a b", "a c", COLOURS, is_coloured=True) == ["a <b>(c)"]
    assert lines("a b", "ab b", COLOURS, is_coloured=True) == ["<a>(ab) b"]
    assert lines("a", "a ", COLOURS, is_coloured=True) == ["a({+ +})"]


def test_pieces_make_both_texts_again() -> None:
    old, new = "The quick fox.\nIt jumps.\n", "The slow fox\njumps high.\n"

    found = pieces(old, new)

    assert "".join(each.text for each in found if each.kind != "added") == old
    assert "".join(each.text for each in found if each.kind != "removed") == new


def test_what_commands_a_terminal_is_not_printed() -> None:
    (line,) = lines("a", "\x1b[31ma")

    assert "\x1b" not in line


def test_lines_are_compared_before_words() -> None:
    old = "".join(f"line {number}\n" for number in range(5_000))

    found = pieces(old, old.replace("line 7\n", "row 7\n"))

    assert [(each.kind, each.text) for each in found[1:3]] == [
        ("removed", "line"),
        ("added", "row"),
    ]


def test_what_would_take_long_is_one_change() -> None:
    # Word by word, the equal words of the two would be tried against each other for a minute.
    old = "first " + " ".join(f"w{at} the" for at in range(1_000)) + " last"

    found = pieces(old, old.replace("w", "v"))

    assert [(each.kind, each.text[:6], each.text[-5:]) for each in found] == [
        ("kept", "first ", "irst "),
        ("removed", "w0 the", " w999"),
        ("added", "v0 the", " v999"),
        ("kept", " the l", " last"),
    ]


def test_white_space_alone_holds_no_words_together() -> None:
    assert lines("one two", "three four") == ["[-one two-]{+three four+}"]


def test_a_new_line_is_shown_as_a_line() -> None:
    found = pieces("One.\nThree.\n", "One.\nTwo.\nThree.\n")

    # By words alone it is `.\nTwo`, between `One` and `.`.
    assert [(each.kind, each.text) for each in found] == [
        ("kept", "One.\n"),
        ("added", "Two.\n"),
        ("kept", "Three.\n"),
    ]
