"""One side of a changed value: what it is, and where it comes from. Pure.

The file and line that set the value stand beside it. The whole chain, with what was overridden, is
shown on hover and on focus, without any script.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.changes.hiding import HIDDEN
from gitconfig_tool.changes.model import Place, Side
from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.report.html.markup import Html, element, together
from gitconfig_tool.report.html.words import cut, marked
from gitconfig_tool.report.tables import count


@dataclass(frozen=True, slots=True)
class _Bounds:
    lines: int
    characters: int


# What is longer as markup is folded.
_MAX_PLAIN = _Bounds(16, 1_500)
_MAX_MARKED = _Bounds(60, 8_000)
_SHORT_ID = 7
_WORDS = {"old": "before", "new": "after"}
_MARKS = {"old": "\u2212", "new": "+"}


def both_sides(before: Side | None, after: Side | None, anchor: str) -> Html:
    """Return the sides of a change, one below the other; the words that differ are marked."""
    old, new = None if before is None else _text(before), None if after is None else _text(after)
    note = None
    is_marked = False
    left = None if old is None else together(cut(old))
    right = None if new is None else together(cut(new))
    if old is not None and new is not None and _are_comparable(before, after):
        is_marked = old != new
        if is_marked:
            left, right = marked(old, new)
        else:
            note = element("p", "They differ in what is not shown.", class_="note differs")
    sides = [
        _side(which, side, content, text or "", f"{anchor}{which[0]}", is_marked)
        for which, side, content, text in (("old", before, left, old), ("new", after, right, new))
        if side is not None and content is not None
    ]
    return together(*sides, note)


def brief(side: Side | None) -> str:
    """Return a value in one line, for a list of many."""
    if side is None:
        return "nothing"
    text = side.link or json.dumps(side.value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _side(which: str, side: Side, content: Html, text: str, anchor: str, is_marked: bool) -> Html:
    has_places = bool(side.places)
    return element(
        "div",
        element("span", _MARKS[which], class_="mark", aria_hidden="true"),
        _folded(_value(side, content), text, is_marked),
        _at(side.places[0]) if has_places else None,
        _origins(side.places, anchor) if has_places else None,
        class_=f"side {which}",
        tabindex="0" if has_places else None,
        role="group",
        aria_label=_WORDS[which],
        aria_describedby=anchor if has_places else None,
    )


def _value(side: Side, content: Html) -> Html:
    if side.value == HIDDEN and not side.link:
        return element("em", content)
    if side.is_text and "\n" not in side.value:
        quote = element("span", '"', class_="quote")
        return element("code", quote, content, quote)
    return element("code", content, class_="link" if side.link else None)


def _folded(value: Html, text: str, is_marked: bool) -> Html:
    """Fold a value that is long as shown; where words are marked, much later: they are the change.

    What `marked` leaves out counts no longer, so lines are counted in the markup.
    """
    bounds = _MAX_MARKED if is_marked else _MAX_PLAIN
    lines = value.text.count("\n") + 1
    if lines <= bounds.lines and len(value) <= bounds.characters:
        return element("div", value, class_="value")
    size = count(text.count("\n") + 1, "line") if "\n" in text else count(len(text), "character")
    head = " ".join(text[:200].split())[:72]
    summary = element("summary", element("code", head), " \u2026 ", element("b", size))
    return element("details", summary, value, class_="value")


def _text(side: Side) -> str:
    if side.link:
        return side.link
    if isinstance(side.value, str):
        return side.value
    if isinstance(side.value, dict | list) and side.value:
        return write_yaml(side.value).rstrip("\n")
    return json.dumps(side.value, ensure_ascii=False)


def _are_comparable(before: Side | None, after: Side | None) -> bool:
    """Tell whether words of one side may be looked for in the other."""
    if before is None or after is None:
        return False
    if before.link or after.link:
        return bool(before.link) and bool(after.link)
    kinds = {_kind(before.value), _kind(after.value)}
    return len(kinds) == 1 and kinds <= {"text", "mapping", "list"} and HIDDEN not in kinds


def _kind(value: Any) -> str:
    if value == HIDDEN:
        return HIDDEN
    for kind, name in ((str, "text"), (dict, "mapping"), (list, "list")):
        if isinstance(value, kind):
            return name
    return "other"


def _at(place: Place) -> Html:
    return element("span", _path(place), class_="at")


def _origins(places: Sequence[Place], anchor: str) -> Html:
    first, *others = places
    rows = [_origin("set by", first), *(_origin("overrides", each) for each in others)]
    return element("span", *rows, class_="tip", role="tooltip", id=anchor)


def _origin(word: str, place: Place) -> Html:
    return element(
        "span",
        element("i", word),
        " layer ",
        element("b", place.layer),
        " at ",
        element("span", f"{_path(place)}:{place.column}", class_="path"),
        f" in commit {place.commit[:_SHORT_ID]}" if place.commit else None,
    )


def _path(place: Place) -> str:
    return f"{place.path}:{place.line}"
