"""Effective values as YAML with a trailing comment for each value: the layer and line that set it.

Takes merged and linked values, returns text. The text is what `value_yaml` writes, with comments
added, so it reads as the same value. A comment never stands inside a value: that of a block of text
follows its `|`.
"""

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import yaml

from gitconfig_tool.document import ScalarNode
from gitconfig_tool.document.writing import YAML_OPTIONS, without_end_mark
from gitconfig_tool.link import PromptLink
from gitconfig_tool.merge import MergedValue, Origin
from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.tables import printable, shorten
from gitconfig_tool.report.values import YamlWriter, tagged

# Comments begin in one column where values are no longer than this; behind longer ones they follow.
_MAX_ALIGNED = 48
_MAX_COMMENT = 72
# What a template says stands beside what it gave, which is as long again.
_MAX_TEMPLATE = 32
_SHORT_ID = 7


class _Noted:
    """A value that holds no further one, and what is written behind it."""

    def __init__(self, value: Any, comment: str) -> None:
        self.value = value
        self.comment = comment


class _NotedText(str):
    """The text of a scalar, which remembers its comment until it is written."""

    __slots__ = ("comment", "verbatim")
    comment: str
    verbatim: bool

    @classmethod
    def of(cls, text: str, comment: str, *, verbatim: bool = False) -> "_NotedText":
        made = cls(text)
        made.comment = comment
        made.verbatim = verbatim
        return made


class _NotingWriter(YamlWriter):
    """Writes YAML and notes on which line each commented value begins and ends."""

    def __init__(self, stream: io.StringIO, **options: Any) -> None:
        super().__init__(stream, **options)
        self.comments: dict[int, str] = {}

    def choose_scalar_style(self) -> Any:
        value = getattr(self.event, "value", None)
        if isinstance(value, _NotedText) and value.verbatim:
            return ""  # `{}` and `[]`: as text they would be quoted.
        return super().choose_scalar_style()

    def process_scalar(self) -> None:
        value = getattr(self.event, "value", None)
        style = self.style or self.choose_scalar_style()
        begins = self.line
        super().process_scalar()
        if isinstance(value, _NotedText):
            self.comments[begins if style in ("|", ">") else self.line] = value.comment


def _noted(writer: yaml.SafeDumper, data: _Noted) -> yaml.Node:
    if data.value in ({}, []) and not isinstance(data.value, (str, int, float)):
        text = _NotedText.of("{}" if data.value == {} else "[]", data.comment, verbatim=True)
        return yaml.ScalarNode("tag:yaml.org,2002:str", text)
    node = writer.represent_data(data.value)
    node.value = _NotedText.of(node.value, data.comment)
    return node


_NotingWriter.add_representer(_Noted, _noted)


def value_yaml_with_origins(values: MergedValue | Mapping[str, MergedValue]) -> str:
    """Write a value, or several by name, as YAML with the origin of each value behind it."""
    stream = io.StringIO()
    writer = _NotingWriter(stream, **YAML_OPTIONS)
    writer.open()
    if isinstance(values, MergedValue):
        writer.represent(_with_notes(values))
    else:
        writer.represent({name: _with_notes(value) for name, value in values.items()})
    writer.close()
    lines = without_end_mark(stream.getvalue()).removesuffix("\n").split("\n")
    widths = [text_width(lines[number]) for number in writer.comments]
    column = max((width for width in widths if width <= _MAX_ALIGNED), default=0)
    for number, comment in writer.comments.items():
        gap = " " * max(column - text_width(lines[number]), 0)
        lines[number] += f"{gap}  # {comment}"
    return "\n".join(lines) + "\n"


def origin_text(value: MergedValue) -> str:
    """Say where a value comes from: layer and line, and the link that led to it."""
    origin = value.chain[0]
    return shorten(f"{layer_and_line(origin)}{_link(value, origin)}", _MAX_COMMENT)


def brief_origin(value: MergedValue) -> str:
    """Say the same in a table, which has room for a reference and not for a template."""
    origin = value.chain[0]
    if origin.node.tag == "!format":
        return f"{layer_and_line(origin)}, !format"
    return origin_text(value)


def layer_and_line(origin: Origin) -> str:
    """Name the layer and line of an origin, and its commit where that is another one."""
    at = "" if origin.is_here else f"@{origin.commit[:_SHORT_ID]}"
    return f"{origin.layer}:{origin.node.mark.line}{at}"


def _link(value: MergedValue, origin: Origin) -> str:
    node = origin.node
    if isinstance(node, ScalarNode) and node.tag == "!ref":
        return f", {node.tag} {node.value}"
    if isinstance(node, ScalarNode) and node.tag == "!format":
        return f", !format {shorten(str(node.value), _MAX_TEMPLATE)}"
    if isinstance(value.content, PromptLink):
        return f", !prompt {value.content.id}@{value.content.range}"
    return ""


def _with_notes(value: MergedValue) -> Any:
    content = value.content
    if isinstance(content, MappingProxyType) and content:
        return {key: _with_notes(item) for key, item in content.items()}
    if isinstance(content, tuple) and content:
        return [_with_notes(item) for item in content]
    return _Noted(tagged(value), printable(origin_text(value)))
