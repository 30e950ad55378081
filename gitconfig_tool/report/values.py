"""Effective values as YAML and as JSON. Takes merged and linked values, returns text or JSON."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from gitconfig_tool.document import TEXT_TAGS, MappingNode, Node, SequenceNode
from gitconfig_tool.document.writing import PlainYamlWriter, dump_yaml
from gitconfig_tool.link import PromptLink, SecretLink
from gitconfig_tool.merge import MergedValue, scalar_text, to_json
from gitconfig_tool.report.tables import count


class _Tagged(str):
    """Text that is printed after a tag of ours."""

    __slots__ = ("tag",)

    def __new__(cls, tag: str, text: str) -> "_Tagged":
        made = super().__new__(cls, text)
        made.tag = tag
        return made

    tag: str


class YamlWriter(PlainYamlWriter):
    """Writes our tags too."""

    def choose_scalar_style(self) -> Any:
        # PyYAML quotes everything that has a tag of its own; people write `!prompt greeting@^1`.
        event = self.event
        if isinstance(event, yaml.ScalarEvent) and (event.tag or "").startswith("!"):
            return "" if self.analyze_scalar(event.value).allow_block_plain else "'"
        return super().choose_scalar_style()


YamlWriter.add_representer(
    _Tagged, lambda dumper, data: dumper.represent_scalar(data.tag, str(data), style="")
)


def value_yaml(value: Any) -> str:
    """Write a value as YAML; keys keep their order, secrets appear as `!secret`."""
    return dump_yaml(value, YamlWriter)


def tagged(value: MergedValue) -> Any:
    """Return a value for `value_yaml`: links are written with the tags that made them."""
    return to_json(value, _tagged_leaf)


def json_value(value: MergedValue) -> Any:
    """Return JSON: a secret is `{"$secret": "DOC#/pointer"}`, a prompt `{"$prompt": ...}`."""
    return to_json(value, _json_leaf)


def comparable(value: MergedValue) -> str:
    """Return a text that two values share only if they are shown alike: `1` and `true` differ."""
    return json.dumps(json_value(value), sort_keys=True)


def node_text(node: Node) -> str:
    """Say in a few words what a layer gave: a scalar with its tag, or a collection's size."""
    tag = f"{node.tag} " if node.tag else ""
    if isinstance(node, MappingNode):
        return f"{tag}{{{count(len(node.entries), 'key')}}}"
    if isinstance(node, SequenceNode):
        return f"{tag}[{count(len(node.items), 'item')}]"
    if node.tag in TEXT_TAGS:
        return f"{tag}{node.value}".strip()
    return f"{tag}{scalar_text(node.value)}"


def leaf_text(value: MergedValue) -> str:
    """Say in a few words what a merged value is."""
    content = value.content
    if isinstance(content, SecretLink):
        return f"!secret {content.document}#{content.pointer} (in {content.path})"
    if isinstance(content, PromptLink):
        return f"{content.id}@{content.version} (from !prompt {content.id}@{content.range})"
    if isinstance(content, tuple):
        return f"[{count(len(content), 'item')}]"
    if content is None or isinstance(content, (str, int, float)):
        return scalar_text(content)
    if not isinstance(content, Mapping):
        return "not known: its link leads nowhere"
    return f"{{{count(len(content), 'key')}}}"


def _tagged_leaf(content: Any) -> Any:
    if isinstance(content, SecretLink):
        return _Tagged("!secret", f"{content.document}#{content.pointer}")
    if isinstance(content, PromptLink):
        return _Tagged("!prompt", f"{content.id}@{content.version}")
    return None


def _json_leaf(content: Any) -> Any:
    if isinstance(content, SecretLink):
        return {"$secret": f"{content.document}#{content.pointer}"}
    if isinstance(content, PromptLink):
        return {"$prompt": f"{content.id}@{content.version}"}
    return None
