"""Text of others within Markdown, which shows it and does nothing else with it. Pure.

What a repository holds may look like Markdown, HTML, a mention (`@name`), an issue (`#1`) or a
link. It is written as code, or as the plain words that it is. Neither GitHub nor GitLab acts on
what stands in code spans, code blocks or `<code>`. The sections are those of the GitHub Flavored
Markdown Spec, 0.29.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from gitconfig_tool.report.bundle_names import Dimensions, name_bundles
from gitconfig_tool.report.columns import visible
from gitconfig_tool.report.tables import printable, shorten

# Words and numbers that mean nothing else. One that mixes letters and digits may be a commit or the
# number of a ticket; letters and digits from a to f alone may be a commit too.
_PLAIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d{1,3}(?:,\d{3})*(?:\.\d{1,6})?%?|\d{1,6}")
_MAY_BE_COMMIT = re.compile(r"[0-9a-f]{7,}")
_TOKEN = re.compile(r"(\(?)(.+?)([.,;:)]*)")
_ARROW = "→"
# Nothing after a hyphen would be a line under a heading.
_EMPTY = "(empty)"
_BACKTICKS = re.compile(r"`+")
# A line of a code block that takes more columns is cut: nobody scrolls that far.
_MAX_LINE = 400
# Columns of a text that stands in a line of ours.
MAX_TEXT = 200
# Code points of a cut text beyond its columns: accents take none, and could be thousands.
_ACCENTS = 40


def code(text: str, most: int = MAX_TEXT) -> str:
    """Return a text as a code span on one line, cut to `most` columns."""
    shown = _short(text, most)
    if not shown:
        return _EMPTY
    longest = max((len(each) for each in _BACKTICKS.findall(shown)), default=0)
    mark = "`" * (longest + 1)
    # Section 6.3: a space on both sides is taken away, unless there is nothing else.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{mark}{pad}{shown}{pad}{mark}"


def html_code(text: str, most: int = MAX_TEXT) -> str:
    """Return a text as code where Markdown is not read: in a line of HTML."""
    return f"<code>{escape(_short(text, most))}</code>"


def prose(text: str, most: int = MAX_TEXT) -> str:
    """Return a sentence as Markdown: plain words as they are, all others as code."""
    return " ".join(_word(word, code) for word in _short(text, most).split()) or _EMPTY


def html_prose(text: str, most: int = MAX_TEXT) -> str:
    """Return a sentence for a line of HTML, as `prose` does."""
    return " ".join(_word(word, html_code) for word in _short(text, most).split()) or _EMPTY


def bundles_prose(bundles: Sequence[str], dimensions: Dimensions) -> str:
    """Return what bundles are called together; where they are named one by one, as code."""
    name = name_bundles(bundles, dimensions)
    if name == ", ".join(bundles):
        return ", ".join(code(each) for each in bundles)
    return prose(name)


def bundles_html(bundles: Sequence[str], dimensions: Dimensions) -> str:
    """Return what `bundles_prose` does for a line of HTML."""
    name = name_bundles(bundles, dimensions)
    if name == ", ".join(bundles):
        return ", ".join(html_code(each) for each in bundles)
    return html_prose(name)


def fits_table(text: str) -> bool:
    """Tell whether a text may stand in a cell: renderers disagree about a bar after a backslash."""
    return "|" not in text


def fence(lines: Iterable[str], language: str = "") -> list[str]:
    """Return lines as a code block, whose fence is longer than any in it (section 4.5)."""
    shown = [shorten(visible(line), _MAX_LINE)[: _MAX_LINE + _ACCENTS].rstrip() for line in lines]
    longest = max((len(each) for line in shown for each in _BACKTICKS.findall(line)), default=0)
    mark = "`" * max(longest + 1, 3)
    return [f"{mark}{language}", *shown, mark]


def size(text: str) -> int:
    """Return how much of a limit a text takes, however it is counted.

    In bytes, of which a character has one at least, with two for the end of a line.
    """
    return len(text.encode("utf-8")) + text.count("\n")


def _short(text: str, most: int) -> str:
    shown = shorten(printable(text), most)
    return shown if len(shown) <= most + _ACCENTS else f"{shown[: most + _ACCENTS]}..."


def _word(word: str, as_code: Callable[[str], str]) -> str:
    if word == "->":
        return _ARROW
    found = _TOKEN.fullmatch(word)
    before, core, after = found.groups() if found else ("", word, "")
    # A number with a full stop or a bracket may begin a list.
    is_item = core[-1:].isdigit() and after[:1] in (".", ")")
    if _PLAIN.fullmatch(core) and not _MAY_BE_COMMIT.fullmatch(core) and not is_item:
        return word
    return f"{before}{as_code(core)}{after}"
