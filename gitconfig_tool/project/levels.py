"""How sensitive a value is: the four levels, weakest first, and how they are written."""

from difflib import get_close_matches
from enum import IntEnum

from gitconfig_tool.document import Node, ScalarNode
from gitconfig_tool.project.fields import FieldReader, describe


class Level(IntEnum):
    """A level of classification; a stronger one is greater. `str()` is how it is written.

    None of them is 0, which would be false.
    """

    PUBLIC = 1
    INTERNAL = 2
    CONFIDENTIAL = 3
    RESTRICTED = 4

    def __str__(self) -> str:
        return self.name.lower()


LEVELS = {str(level): level for level in Level}


def nearest_level(text: str) -> Level | None:
    """Return the level that a text means which is none: `Confidental`; None for other words."""
    near = get_close_matches(text.strip().lower(), LEVELS, n=1, cutoff=0.8)
    return LEVELS[near[0]] if near else None


def read_level(node: Node, what: str, reader: FieldReader) -> Level | None:
    """Read a level of the project file; what is none is a problem of the reader."""
    text = node.value if isinstance(node, ScalarNode) else None
    if isinstance(text, str) and text in LEVELS:
        return LEVELS[text]
    near = nearest_level(text) if isinstance(text, str) else None
    reader.problem(
        "GCT031",
        f"expected one of {', '.join(LEVELS)} for {what}, found {describe(node)}",
        node.mark,
        hint=f"did you mean '{near}'?" if near is not None else "write level: confidential",
    )
    return None
