"""YAML text to a `Node` tree that knows the place of every node.

Takes the bytes of one file and returns a `Document` and diagnostics. Does not read files, does not
merge, does not know what our tags mean beyond which exist. This is the only package that reads
YAML.
"""

from gitconfig_tool.document.nodes import (
    Document,
    Entry,
    JsonScalar,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    node_at,
    plain_value,
    tagged_nodes,
)
from gitconfig_tool.document.problems import MAX_PROBLEMS
from gitconfig_tool.document.reader import (
    MAX_DEPTH,
    MAX_NODES,
    parse_document,
)
from gitconfig_tool.document.scalars import MAX_SAFE_INTEGER
from gitconfig_tool.document.tags import TAGS, TEXT_TAGS
from gitconfig_tool.document.text import MAX_BYTES, MAX_TAG_DIRECTIVES

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_PROBLEMS",
    "MAX_SAFE_INTEGER",
    "MAX_TAG_DIRECTIVES",
    "TAGS",
    "TEXT_TAGS",
    "Document",
    "Entry",
    "JsonScalar",
    "MappingNode",
    "Mark",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "node_at",
    "parse_document",
    "plain_value",
    "tagged_nodes",
]
