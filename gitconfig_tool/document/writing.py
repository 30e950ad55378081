"""Values as YAML text: the only writer of YAML, as this package is its only reader.

Takes JSON values, returns text that YAML 1.2 and YAML 1.1 read alike: block style, keys in their
order, text of several lines as a block. The same value gives the same text. Keeps no comments.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import yaml

YAML_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {"sort_keys": False, "allow_unicode": True, "default_flow_style": False, "width": 100}
)


def write_yaml(value: Any) -> str:
    """Write a JSON value as YAML."""
    return dump_yaml(value, PlainYamlWriter)


def dump_yaml(value: Any, writer: "type[PlainYamlWriter]") -> str:
    """Write a value with a writer that may know more kinds of value."""
    return without_end_mark(str(yaml.dump(value, Dumper=writer, **YAML_OPTIONS)))


def without_end_mark(text: str) -> str:
    """Take away the line that ends a document after a lone scalar; it says nothing to a reader."""
    return text[: -len("...\n")] if text.endswith("\n...\n") else text


class PlainYamlWriter(yaml.SafeDumper):
    """Repeats values rather than use anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# What YAML 1.2 reads as a number and PyYAML, which knows YAML 1.1, would leave without quotes.
PlainYamlWriter.add_implicit_resolver(
    "tag:yaml.org,2002:int",
    re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"),  # PyYAML asks for a beginning.
    list("-+0123456789"),
)
PlainYamlWriter.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"),
    list("-+.0123456789"),
)


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
    style = "|" if "\n" in data.strip("\n") else None
    if any(char in data for char in "\x85\u2028\u2029"):
        style = '"'  # Without escapes, programs disagree whether these end a line.
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


PlainYamlWriter.add_representer(str, _text)
