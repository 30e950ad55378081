"""The tags of Mustache and Handlebars: a template to text and tags, white space as they have it.

A tag that stands alone on its line takes the line with it (Mustache specification 1.4, "Standalone
tags"; Handlebars 4.7, `WhitespaceControl`), and `~` takes the white space on its side. What a tag
means is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.prompts.exchange.model import ExchangeError

_TAG = re.compile(
    r"\{\{\{(?P<raw>.*?)\}\}\}"
    r"|\{\{~?!--(?P<long>.*?)--~?\}\}"
    r"|\{\{(?P<left>~)?(?P<sigil>[#^/&>!=])?(?P<inner>.*?)(?P<right>~)?\}\}",
    re.DOTALL,
)
_ALONE_AFTER = re.compile(r"[ \t]*(?:\n|\Z)")
# A variable never takes its line along.
_NEVER_ALONE = ("", "&")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: `sigil` is what follows the braces, or nothing; `inner` the rest, trimmed."""

    sigil: str
    inner: str
    line: int


def tokens_of(where: str, text: str, *, handlebars: bool = False) -> Iterator[str | Tag]:
    """Yield texts and tags. In Handlebars, `\\{{` is text, and `else` is a tag of a block."""
    at = 0
    kept = ""  # text before the next tag
    trim = False  # whether white space after the last tag is taken
    while True:
        match = _TAG.search(text, at)
        if match is None:
            break
        before = text[at : match.start()]
        escaped = handlebars and before.endswith("\\")
        if trim:
            before = before.lstrip()
        if escaped and not before.endswith("\\\\"):
            # Everything up to the next tag is text then.
            kept += before[:-1] + "{{"
            at, trim = match.start() + 2, False
            continue
        kept += before[:-1] if escaped else before
        tag = _tag(text, match)
        at, trim = match.end(), match["right"] is not None
        line_start = text.rfind("\n", 0, match.start()) + 1
        after = _ALONE_AFTER.match(text, at)
        if (
            (tag.sigil not in _NEVER_ALONE or (handlebars and _is_else(tag)))
            and not text[line_start : match.start()].strip(" \t")
            and after is not None
        ):
            kept = kept[: len(kept) - (match.start() - line_start)] if kept else kept
            at = after.end()
        if match["left"]:
            kept = kept.rstrip()
        if kept:
            yield kept
        kept = ""
        yield tag
    rest = text[at:]
    if "{{" in rest and not (handlebars and kept.endswith("{{")):
        line = text.count("\n", 0, at + rest.index("{{")) + 1
        raise ExchangeError(
            f"{where}: expected '}}}}' after '{{{{' in line {line} of the template, found none",
            hint="close the tag",
        )
    kept += rest.lstrip() if trim else rest
    if kept:
        yield kept


def _tag(text: str, match: re.Match[str]) -> Tag:
    line = text.count("\n", 0, match.start()) + 1
    if match["raw"] is not None:
        return Tag("&", match["raw"].strip(), line)
    if match["long"] is not None:
        return Tag("!", "", line)
    return Tag(match["sigil"] or "", match["inner"].strip(), line)


def _is_else(tag: Tag) -> bool:
    return tag.sigil == "" and tag.inner.split(" ")[0] == "else"
