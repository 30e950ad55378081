"""The tags of Mustache and Handlebars: a template to text and tags, white space as they have it.

A tag that stands alone on its line takes the line with it (Mustache specification 1.4, "Standalone
tags"; Handlebars 4.7, `WhitespaceControl`), and `~` takes the white space on its side. What a tag
means is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.prompts.exchange.model import ExchangeError

_ALONE_AFTER = re.compile(r"[ \t]*(?:\n|\Z)")
# A variable never takes its line along.
_NEVER_ALONE = ("", "&")
_SIGILS = frozenset("#^/&>!=")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: `sigil` is what follows the braces, or nothing; `inner` the rest, trimmed."""

    sigil: str
    inner: str
    line: int


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a tag stands, and on which sides it takes white space along."""

    begin: int
    end: int
    sigil: str
    inner: str
    left: bool = False
    right: bool = False


def tokens_of(where: str, text: str, *, handlebars: bool = False) -> Iterator[str | Tag]:
    """Yield texts and tags. In Handlebars, `\\{{` is text, and `else` is a tag of a block."""
    at = 0
    line, counted = 1, 0
    kept = ""  # text before the next tag
    trim = False  # whether white space after the last tag is taken
    while (begin := text.find("{{", at)) >= 0:
        before = text[at:begin]
        line, counted = line + text.count("\n", counted, begin), begin
        if trim:
            before = before.lstrip()
        escapes = handlebars and before.endswith("\\")
        if escapes and not before.endswith("\\\\"):
            # Text up to the next tag.
            kept += before[:-1] + "{{"
            at, trim = begin + 2, False
            continue
        kept += before[:-1] if escapes else before
        found = _find(where, text, begin, line)
        at, trim = found.end, found.right
        tag = Tag(found.sigil, found.inner, line)
        after = _ALONE_AFTER.match(text, at)
        if after is not None and (tag.sigil not in _NEVER_ALONE or (handlebars and _is_else(tag))):
            line_start = text.rfind("\n", 0, begin) + 1
            if not text[line_start:begin].strip(" \t"):
                kept = kept[: max(len(kept) - (begin - line_start), 0)]
                at = after.end()
        if found.left:
            kept = kept.rstrip()
        if kept:
            yield kept
        kept = ""
        yield tag
    kept += text[at:].lstrip() if trim else text[at:]
    if kept:
        yield kept


def _find(where: str, text: str, begin: int, line: int) -> _Found:
    """Read the tag that begins at a place. Not a pattern: those take long where none is closed."""
    if text.startswith("{{{", begin):
        end = _close(where, text, begin + 3, "}}}", line)
        return _Found(begin, end, "&", text[begin + 3 : end - 3].strip())
    left = text.startswith("~", begin + 2)
    at = begin + 3 if left else begin + 2
    if text.startswith("!--", at):
        end = _close(where, text, at + 3, "--", line)
        right = text.startswith("~", end)
        end = _close(where, text, end, "}}", line)
        return _Found(begin, end, "!", "", left, right)
    end = _close(where, text, at, "}}", line)
    inner = text[at : end - 2]
    right = inner.endswith("~")
    inner = inner.removesuffix("~").strip()
    sigil = inner[:1] if inner[:1] in _SIGILS else ""
    return _Found(begin, end, sigil, inner[len(sigil) :].strip(), left, right)


def _close(where: str, text: str, at: int, end: str, line: int) -> int:
    """Return the place after the end of a tag."""
    found = text.find(end, at)
    if found < 0:
        raise ExchangeError(
            f"{where}: expected '{end}' after '{{{{' in line {line} of the template, found none",
            hint="close the tag",
        )
    return found + len(end)


def _is_else(tag: Tag) -> bool:
    return tag.sigil == "" and tag.inner.split(" ")[0] == "else"
