"""Which values of a document a schema classifies, and how.

A form that holds for some values only, such as a branch of `oneOf`, counts as well: it is better to
take a value for too sensitive than for too harmless.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from gitconfig_tool.pointer import Path
from gitconfig_tool.project import LEVELS, Level
from gitconfig_tool.schema.extensions import CLASSIFICATION
from gitconfig_tool.schema.walk import Parts, Place, Walker


class Classified(NamedTuple):
    """A value that a schema classifies: its path, the level, and the part that says so."""

    path: Path
    level: Level
    place: Place


def classified(walker: Walker, start: Parts, value: Any, path: Path = ()) -> Iterator[Classified]:
    """Yield each part that classifies a value, or one within it."""
    for part in start.all:
        # A level that is none is reported when the schema is loaded.
        level = walker.schema(part.place).get(CLASSIFICATION)
        if isinstance(level, str) and level in LEVELS:
            yield Classified(path, LEVELS[level], part.place)
    if isinstance(value, list | dict):
        for token, inner in enumerate(value) if isinstance(value, list) else value.items():
            yield from classified(walker, walker.step(start, token), inner, (*path, token))
