"""What the page of a comparison is made of: escaped text, marked words, columns, colours."""

import re
from importlib.resources import files

import pytest

from gitconfig_tool.report.html.markup import plain, shown
from gitconfig_tool.report.html.words import marked, two_columns
from tests.pages import read_page

PAGE = files("gitconfig_tool.report.html")


def test_what_is_hidden_becomes_visible() -> None:
    assert shown("a\u202eb") == 'a<span class="esc">\\u{202e}</span>b'
    assert plain("a\0b\r\n") == "a\\0b\\r\n"
    # Joiners shape letters and emoji; accents, other scripts and emoji are text.
    for text in ("क\u094d\u200dष", "e\u0301", "שלום", "日本", "👩\u200d🚀", "a\tb\nc"):
        assert shown(text) == text


def test_marks() -> None:
    def both(old: str, new: str) -> tuple[str, str]:
        one, other = marked(old, new)
        return one.text, other.text

    assert both("a b", "a c") == ("a <del>b</del>", "a <ins>c</ins>")
    # Texts that have next to nothing in common are not cut into words.
    assert both("abc def", "xyz") == ("abc def", "xyz")
    # Only the end of a line is new.
    assert both("one\ntwo three", "one\n\ntwo three") == (
        "one\ntwo three",
        "one\n<ins>\u23ce</ins>\ntwo three",
    )
    long = "\n".join("abcdefghij")
    fold = '<span class="fold">\u22ef 5 lines as before</span>'
    # Both sides show the same lines, also where the old one lacks nothing.
    assert both(long, long.replace("b", "b!")) == (
        f"a\nb\nc\nd\ne\n{fold}".replace("e\n", "").replace("5", "6"),
        f"a\nb<ins>!</ins>\nc\nd\n{fold}".replace("5", "6"),
    )


def test_marks_in_texts_that_are_too_long_to_show() -> None:
    kept = "k" * 3_000
    one, other = marked(f"{kept} a", f"{kept} b")
    # A thousand characters from either end of what is kept.
    assert one.text == f"{'k' * 1_000} \u22ef {'k' * 999} <del>a</del>"
    assert other.text.endswith("<ins>b</ins>")

    many = "\n".join(f"kept {at}" if at % 2 else f"word {at}" for at in range(4_000))
    one, other = marked(many, many.replace("word", "term"))
    assert len(other.text) < 30_000
    assert other.text.endswith(" more lines, which --format json holds</span>")

    huge = "x\n" * 100_001
    one, _ = marked(huge, f"{huge}y")
    assert one.text.endswith("\n... and 180,002 more characters, which --format json holds")


def test_columns_of_a_diff() -> None:
    table = read_page(two_columns(["--- a", "+++ b", "@@ -1 +1 @@", "--- x", "+++ y"]).text)
    # After the names of the files, two dashes are text like any other.
    assert [each.text for each in table.all("code")] == ["-- x", "++ y"]
    assert [each.text for each in table.all("div", class_="file")] == ["a \u2192 b"]
    assert two_columns([]).text == '<div class="columns"></div>'


def test_columns_of_a_diff_of_several_files() -> None:
    one = ["--- a", "+++ a", "@@ -1,2 +1 @@", " kept", "-gone"]
    two = ["--- b", "+++ b", "@@ -0,0 +1 @@", "+new", "\\ No newline at end of file"]
    table = read_page(two_columns([*one, *two]).text)

    # The names of the second file are no lines of the first.
    assert [each.text for each in table.all("code")] == ["kept", "kept", "gone", "", "", "new"]
    assert [each.text for each in table.all("div", class_="file")] == ["a", "b"]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for the mark of the focus."""
    style = (PAGE / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", style)
    assert len(blocks) == 3
    # What the switch sets is what the system's choice sets.
    assert blocks[1].split() == blocks[2].split()
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    for name, backs in {
        "text": "page card tip add-back del-back add-mark del-mark",
        "faint": "page card tip add-back del-back",
        "accent": "page card tip",
        "add": "page add-back",
        "del": "page del-back",
        "chg": "page chg-back",
        "none": "none-back",
        "low": "low-back",
        "medium": "medium-back",
        "high": "high-back",
        "critical": "critical-back",
    }.items():
        for back in backs.split():
            assert _contrast(colours[name], colours[back]) >= 4.5, (name, back)
    assert _contrast(colours["focus"], colours["page"]) >= 3


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
