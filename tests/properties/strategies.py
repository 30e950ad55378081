"""What the properties are tried on: JSON values within I-JSON, and the same examples each time."""

import json
import unicodedata
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from gitconfig_tool.document import (
    MAX_SAFE_INTEGER,
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
)
from gitconfig_tool.merge import LayerDocument

# The same examples on every machine; no deadline, for two busy processors make it a matter of luck.
EXAMPLES = settings(derandomize=True, deadline=None, database=None, max_examples=100)

NOWHERE = Mark(1, 1, 1, 1)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
KEYS = TEXTS.map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
# Few keys and shallow values, so that layers do meet.
_SMALL = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
TREES = st.dictionaries(st.sampled_from("abc"), _SMALL, max_size=3)


def node_of(value: Any) -> Node:
    """Return the node that a file with this value and no tag would give."""
    if isinstance(value, dict):
        entries = {key: Entry(NOWHERE, node_of(item)) for key, item in value.items()}
        return MappingNode(entries, NOWHERE)
    if isinstance(value, list):
        return SequenceNode(tuple(node_of(item) for item in value), NOWHERE)
    return ScalarNode(value, NOWHERE)


def layer_of(name: str, value: Any) -> LayerDocument:
    """Return a layer that gives a value."""
    return LayerDocument(name, f"{name}/doc.yaml", node_of(value), frozenset())


def exact(value: Any) -> str:
    """Write a value so that equal texts mean the same kinds, signs and order of keys."""
    return json.dumps(value, ensure_ascii=True)
