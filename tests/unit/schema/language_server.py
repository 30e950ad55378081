"""YAML as the YAML language server hands it to its JSON Schema checks.

A tag is stripped; behind a tag of `yaml.customTags`, a scalar is text whatever it looks like
(yaml-language-server, src/languageservice/parser/custom-tag-provider.ts: `resolve` gets and returns
the text of the scalar).
"""

from typing import Any

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode, parse_document


def as_the_server_sees(path: str, text: str) -> Any:
    """Return the value of a file, with what stands behind a tag as text."""
    root = parse_document(path, text.encode())[0].root
    return None if root is None else _value(root)


def _value(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key: _value(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.items]
    assert isinstance(node, ScalarNode)
    if node.tag is None or isinstance(node.value, str):
        return node.value
    return {True: "true", False: "false", None: "null"}.get(node.value, str(node.value))
