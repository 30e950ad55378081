"""YAML text to libyaml's events, for whoever needs to know how a file is written.

Takes text that `parse_document` has read without an error; yields frozen events whose places are
indices into that text. Says nothing of values: `parse_document` does.
"""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

import yaml


class EventKind(Enum):
    """What begins or ends."""

    DOCUMENT_START = auto()
    DOCUMENT_END = auto()
    MAPPING_START = auto()
    SEQUENCE_START = auto()
    COLLECTION_END = auto()
    SCALAR = auto()
    ALIAS = auto()


class Event(NamedTuple):
    """One event. `start` takes in the tag and the anchor of a node.

    `style` is that of a scalar: "" for a plain one, else its first character. `flow` tells that a
    collection is written in brackets. `explicit` tells that the mark of a document is written.
    """

    kind: EventKind
    start: int
    end: int
    value: str = ""
    style: str = ""
    tag: str | None = None
    anchor: str | None = None
    flow: bool = False
    explicit: bool = False
    directives: bool = False


_KINDS = {
    yaml.DocumentStartEvent: EventKind.DOCUMENT_START,
    yaml.DocumentEndEvent: EventKind.DOCUMENT_END,
    yaml.MappingStartEvent: EventKind.MAPPING_START,
    yaml.SequenceStartEvent: EventKind.SEQUENCE_START,
    yaml.MappingEndEvent: EventKind.COLLECTION_END,
    yaml.SequenceEndEvent: EventKind.COLLECTION_END,
    yaml.ScalarEvent: EventKind.SCALAR,
    yaml.AliasEvent: EventKind.ALIAS,
}


def read_events(text: str) -> Iterator[Event]:
    """Yield the events of a text without errors."""
    for event in yaml.parse(text, Loader=yaml.CLoader):
        kind = _KINDS.get(type(event))
        if kind is not None:
            yield _event(kind, event)


def _event(kind: EventKind, event: Any) -> Event:
    start, end = event.start_mark.index, event.end_mark.index
    if kind is EventKind.SCALAR:
        return Event(kind, start, end, event.value, event.style or "", event.tag, event.anchor)
    if kind is EventKind.DOCUMENT_START:
        directives = event.version is not None or bool(event.tags)
        return Event(kind, start, end, explicit=event.explicit, directives=directives)
    if kind is EventKind.DOCUMENT_END:
        return Event(kind, start, end, explicit=event.explicit)
    if kind is EventKind.ALIAS:
        return Event(kind, start, end, anchor=event.anchor)
    if kind is EventKind.COLLECTION_END:
        return Event(kind, start, end)
    return Event(kind, start, end, tag=event.tag, anchor=event.anchor, flow=bool(event.flow_style))
