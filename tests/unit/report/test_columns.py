"""Columns of a terminal, by what Unicode says of each character."""

import pytest

from gitconfig_tool.report.columns import cells, text_width, visible, wrap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("ｱ", 1),  # half width, U+FF71
        ("ｶﾞ", 2),
        ("Ａ", 2),  # full width
        ("e\u0301", 1),
        ("ก\u0e31", 1),  # a Thai vowel above, of combining class 0
        ("\u1100\u1161\u11a8", 2),  # Hangul of three parts
        ("각", 2),
        ("\u200b", 0),
        ("so\u00adft", 5),  # a soft hyphen is shown
        ("😀", 2),
        ("👍🏽", 2),  # with a colour of skin
        ("👩\u200d👩\u200d👧\u200d👧", 2),  # a family, joined
        ("👩👩", 4),
        ("🇩🇪", 2),
        ("🇩🇪🇫🇷", 4),
        ("🇩", 1),
        ("❤\ufe0f", 2),
        ("❤", 1),
        ("1\ufe0f\u20e3", 2),  # a keycap
        ("a\ufe0f", 1),
        ("क\u094d\u200dष", 2),  # a joiner between letters joins no picture
        ("\t", 4),
        ("a\tb", 6),
        ("\x1b\x00", 2),
        ("\u2028", 1),
    ],
)
def test_the_width_of_a_text(text: str, expected: int) -> None:
    assert text_width(text) == expected
    assert sum(cell.width for cell in cells(text)) == expected
    assert sum(cell.length for cell in cells(text)) == len(text)
    assert "".join(cell.shown for cell in cells(text)) == visible(text)


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\r", "\n", "\x85", "\u202e", "\u2029", "\ud800"])
def test_what_could_command_a_terminal_is_a_dot(char: str) -> None:
    assert visible(f"a{char}b") == "a.b"


def test_a_letter_keeps_its_accents() -> None:
    assert [(cell.shown, cell.length) for cell in cells("e\u0301\u0323x")] == [
        ("e\u0301\u0323", 3),
        ("x", 1),
    ]


@pytest.mark.parametrize(
    ("columns", "first", "expected"),
    [
        (None, 0, ["one two three"]),
        (13, 0, ["one two three"]),
        (12, 0, ["one two", "  three"]),
        (13, 1, ["one two", "  three"]),
        (7, 0, ["one two", "  three"]),
        (6, 0, ["one", "  two", "  three"]),
        (1, 0, ["one", "  two", "  three"]),  # a word stays whole
        (8, 6, ["one", "  two", "  three"]),
    ],
)
def test_a_sentence_is_broken_at_spaces(
    columns: int | None, first: int, expected: list[str]
) -> None:
    assert list(wrap("one two three", columns, first=first, indent="  ")) == expected


def test_a_sentence_is_broken_by_columns_and_not_by_characters() -> None:
    assert list(wrap("日本 日本", 8)) == ["日本", "日本"]
    assert list(wrap("日本 日本", 9)) == ["日本 日本"]
