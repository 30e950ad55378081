"""Texts word by word in the width of a terminal."""

from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.diagnostics_text import Style
from gitconfig_tool.report.word_marks import broken, marked_lines

COLOURS = Style(removed=lambda text: f"<{text}>", added=lambda text: f"({text})")


def test_what_is_kept_is_cut_to_what_is_near() -> None:
    kept = "0123456789" * 10

    assert marked_lines(f"{kept} a {kept}", f"{kept} b {kept}", 200) == [
        f"...{kept[-39:]} [-a-]{{+b+}} {kept[:39]}..."
    ]
    # Between two changes both ends stay.
    (line,) = marked_lines(f"a {kept} b", f"c {kept} d", 200)
    assert line == f"[-a-]{{+c+}} {kept[:39]}...{kept[-39:]} [-b-]{{+d+}}"
    assert kept in marked_lines(f"a {kept}", f"b {kept}", 200, is_full=True)[0]


def test_lines_are_broken_at_spaces_and_colours_begin_again() -> None:
    old, new = "x", "one two three four five"

    assert marked_lines(old, new, 12) == ["[-x-]{+one", "two three", "four five+}"]
    assert marked_lines(old, new, 12, COLOURS, is_coloured=True) == [
        "<x>(one two)",
        "(three four)",
        "(five)",
    ]


def test_a_word_without_spaces_is_broken_where_the_line_ends() -> None:
    assert broken("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert broken("", 4) == [""]
    assert all(text_width(line) <= 5 for line in broken("漢字漢字漢字", 5))
    assert broken("漢字漢", 5) == ["漢字", "漢"]


def test_a_cell_that_is_wider_than_the_line_stands_alone() -> None:
    assert broken("漢字", 1) == ["漢", "字"]
