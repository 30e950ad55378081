"""The proof that a formatted file says what it said: values, tags and comments.

Takes the text before and after, and what was read of each; raises `CannotFormatError` with what
differs. Two parsers that share no code must agree: libyaml in `document`, and ruamel.yaml.
"""

from collections import Counter
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode as RuamelMapping
from ruamel.yaml.nodes import ScalarNode as RuamelScalar
from ruamel.yaml.nodes import SequenceNode as RuamelSequence

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode, parse_document
from gitconfig_tool.fix.formatting.tree import CannotFormatError, Written, comments_of

_REPORT = "it would not say the same, which is a mistake of this program: please report it"


def prove_same(path: str, before: str, after: str, old: Written, new: Written) -> None:
    """Prove that two texts of one file have the same values, tags and comments.

    `old` and `new` are what was read of them. The order of keys may differ, and with it that of
    comments; each comment must still belong to the same value.
    """
    roots = [parse_document(path, each.encode())[0].root for each in (before, after)]
    if not same_value(*roots):
        raise CannotFormatError(f"a value would change: {_REPORT}")
    if Counter(comments_of(old)) != Counter(comments_of(new)):
        raise CannotFormatError(f"a comment would belong to something else: {_REPORT}")
    if not _same_for_ruamel(_compose(before), _compose(after)):
        raise CannotFormatError(f"ruamel.yaml reads another value: {_REPORT}")


def same_value(one: Node | None, other: Node | None) -> bool:
    """Tell whether two nodes have the same values and tags, whatever the order of keys."""
    if one is None or other is None:
        return one is other
    if isinstance(one, ScalarNode) and isinstance(other, ScalarNode):
        # 1, 1.0 and true are equal in Python.
        alike = type(one.value) is type(other.value) and one.value == other.value
        return alike and one.tag == other.tag
    if isinstance(one, SequenceNode) and isinstance(other, SequenceNode):
        return (
            one.tag == other.tag
            and len(one.items) == len(other.items)
            and all(map(same_value, one.items, other.items))
        )
    if isinstance(one, MappingNode) and isinstance(other, MappingNode):
        return (
            one.tag == other.tag
            and one.entries.keys() == other.entries.keys()
            and all(
                same_value(entry.value, other.entries[key].value)
                for key, entry in one.entries.items()
            )
        )
    return False


def _compose(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise CannotFormatError("a second YAML parser, ruamel.yaml, does not read it") from error


def _same_for_ruamel(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if type(one) is not type(other) or str(one.tag) != str(other.tag):
        return False
    if isinstance(one, RuamelScalar):
        return bool(one.value == other.value) or _is_word(one, other)
    if isinstance(one, RuamelSequence):
        pairs = zip(one.value, other.value, strict=False)
        return len(one.value) == len(other.value) and all(_same_for_ruamel(*each) for each in pairs)
    if isinstance(one, RuamelMapping):
        theirs = {key.value: value for key, value in other.value}
        return len(one.value) == len(other.value) and all(
            key.value in theirs and _same_for_ruamel(value, theirs[key.value])
            for key, value in one.value
        )
    return False


def _is_word(one: RuamelScalar, other: RuamelScalar) -> bool:
    """Tell whether two texts of the same tag are spellings of null, true or false."""
    tag = str(one.tag)
    if tag.endswith(":null"):
        return True
    return tag.endswith(":bool") and one.value.lower() == other.value.lower()
