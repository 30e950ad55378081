"""The bytes of a SOPS file to its tree and its `sops` block, as sops itself reads them.

Reads the YAML, JSON and binary files that sops writes, for `native` to decrypt. Whatever sops would
not have written itself is left to the program: `NotNativeError`. Does not decrypt.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Never

from gitconfig_tool.sops.block import is_folded
from gitconfig_tool.sops.golang import is_modification_time, yaml_scalar
from gitconfig_tool.sops.selection import DEFAULT_RULE, RULES

# stores/stores.go: the fields of each kind of recipient. Where one is odd, sops refuses the file.
_RECIPIENTS: Mapping[str, frozenset[str]] = {
    "age": frozenset({"recipient", "enc"}),
    "pgp": frozenset({"created_at", "enc", "fp"}),
    "kms": frozenset({"arn", "role", "created_at", "enc", "aws_profile"}),
    "gcp_kms": frozenset({"resource_id", "created_at", "enc"}),
    "azure_kv": frozenset({"vault_url", "name", "version", "created_at", "enc"}),
    "hc_vault": frozenset({"vault_address", "engine_path", "key_name", "created_at", "enc"}),
}
# Those that are looked at, and those that may be there when they say nothing.
_FIELDS = frozenset({*RULES, *_RECIPIENTS, "lastmodified", "mac", "mac_only_encrypted", "version"})
_SILENT = frozenset(
    {
        "hckms",
        "key_groups",
        "shamir_threshold",
        "encrypted_comment_regex",
        "unencrypted_comment_regex",
    }
)
# Tabs, other line ends than LF, byte order marks: readers of YAML differ in them.
_ODD_BYTES = re.compile(
    rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf"
)
# sops decrypts comments too. One that is no comment inside would count for the MAC.
_COMMENT = re.compile(
    rb"#ENC\[(?!AES256_GCM,data:[^,\]\s]+,iv:[^,\]\s]+,tag:[^,\]\s]+,type:comment\]\n)"
)
# Before 3.3, KMS was used in another way; without a version, sops refuses the file.
_VERSION = re.compile(r"3\.([3-9]|[1-9][0-9])\.(0|[1-9][0-9]{0,3})")
# Deeper than any secret lies; it spares the stack.
_MAX_DEPTH = 100


class NotNativeError(Exception):
    """The file is one for the program; the message says why, without any of its content."""


@dataclass(frozen=True, slots=True)
class SopsTree:
    """A SOPS file taken apart.

    `values` is the tree without the `sops` block; numbers of a JSON file are floats, as in sops.
    `age` holds the recipients with their armored data keys, in the order of the file; `kinds` all
    kinds of recipients. `rule` says what is encrypted: the name of the field and its text.
    """

    values: Mapping[str, Any] = field(repr=False)
    age: tuple[tuple[str, str], ...]
    kinds: frozenset[str]
    rule: tuple[str, str]
    mac: str = field(repr=False)
    last_modified: str
    mac_only_encrypted: bool


def read_tree(data: bytes, format: str) -> SopsTree:
    """Take a file apart. Raises `NotNativeError`."""
    if format == "yaml":
        root = _read_yaml(data)
    elif format in ("json", "binary"):
        root = _read_json(data)
    else:
        raise NotNativeError(f"the format {format}")
    block = root.get("sops")
    if not isinstance(block, dict):
        raise NotNativeError("no 'sops' block")
    values = {key: value for key, value in root.items() if key != "sops"}
    # Go's reader of JSON takes `Sops` for `sops`.
    if any(is_folded(key, block=False) for key in values):
        raise NotNativeError("another key that Go reads as 'sops'")
    return _with_block(values, block)


def holds_bytes(data: bytes, format: str) -> bool:
    """Tell whether a value is of the type `bytes`, however its text is escaped in the file.

    What cannot be read is not said to hold any: sops cannot read it either.
    """
    if format == "yaml":
        import yaml

        try:
            events = yaml.parse(data, Loader=yaml.CLoader)
            texts = (each.value for each in events if isinstance(each, yaml.ScalarEvent))
            return any(map(_is_bytes, texts))
        except (yaml.YAMLError, ValueError):
            return False
    if format not in ("json", "binary"):
        return False  # nothing can be escaped there: `check_types` has looked
    try:
        return _any_bytes(json.loads(data, object_pairs_hook=lambda pairs: pairs))
    except (ValueError, RecursionError):
        return False


def _is_bytes(text: str) -> bool:
    return text.startswith("ENC[") and ",type:bytes]" in text


def _any_bytes(value: Any) -> bool:
    if isinstance(value, str):
        return _is_bytes(value)
    return isinstance(value, list | tuple) and any(map(_any_bytes, value))


def _with_block(values: Mapping[str, Any], block: Mapping[str, Any]) -> SopsTree:
    for name, value in block.items():
        if name not in _FIELDS and not (name in _SILENT and not value):
            raise NotNativeError("key groups, or a field of the 'sops' block that is not common")
    recipients = {kind: _recipients(kind, block.get(kind)) for kind in _RECIPIENTS}
    rules = [(name, text) for name in RULES if (text := _text(block, name))]
    if len(rules) > 1:
        raise NotNativeError("more than one rule of what is encrypted")
    only = block.get("mac_only_encrypted", False)
    last_modified = _text(block, "lastmodified")
    if (
        not isinstance(only, bool)
        or not is_modification_time(last_modified)
        or not _VERSION.fullmatch(_text(block, "version"))
    ):
        raise NotNativeError("a 'sops' block that sops did not write")
    return SopsTree(
        values=values,
        age=tuple((item["recipient"], item["enc"]) for item in recipients["age"]),
        kinds=frozenset(kind for kind, found in recipients.items() if found),
        rule=rules[0] if rules else DEFAULT_RULE,
        mac=_text(block, "mac"),
        last_modified=last_modified,
        mac_only_encrypted=only,
    )


def _recipients(kind: str, value: Any) -> list[dict[str, str]]:
    found = [] if value is None else value
    if not isinstance(found, list):
        raise NotNativeError(f"no list in '{kind}'")
    for item in found:
        if (
            not isinstance(item, dict)
            or not item.keys() <= _RECIPIENTS[kind]
            or not all(isinstance(text, str) for text in item.values())
            or "enc" not in item
            or (kind == "age" and "recipient" not in item)
            or (kind != "age" and not is_modification_time(item.get("created_at", "")))
        ):
            raise NotNativeError(f"an unusual recipient in '{kind}'")
    return found


def _text(block: Mapping[str, Any], name: str) -> str:
    value = block.get(name, "")
    if not isinstance(value, str):
        raise NotNativeError(f"no text in '{name}'")
    return value


# --- JSON ---


def _read_json(data: bytes) -> dict[str, Any]:
    try:
        # Go keeps every number as a float64. A surrogate without its pair becomes U+FFFD there.
        root = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=float,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise NotNativeError("no JSON that every reader takes alike") from None
    if rb"\ud" in data.lower():
        raise NotNativeError("escaped surrogates")
    if not isinstance(root, dict):
        raise NotNativeError("no JSON object")
    return root


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotNativeError("a key given twice")
    return found


def _no_constant(name: str) -> Never:
    raise NotNativeError(f"the constant {name}")


# --- YAML ---


def _read_yaml(data: bytes) -> dict[str, Any]:
    import yaml

    if _ODD_BYTES.search(data):
        raise NotNativeError("tabs, control characters or line ends other than LF")
    if _COMMENT.search(data):
        raise NotNativeError("a value in the place of a comment")
    try:
        return _Events(yaml.CLoader(data.decode("utf-8"))).document()
    except UnicodeDecodeError:
        raise NotNativeError("a byte that is not UTF-8") from None
    except yaml.YAMLError:
        # The exception quotes the text.
        raise NotNativeError("no YAML that every reader takes alike") from None


class _Events:
    """Builds the tree out of libyaml's events: the resolver of PyYAML is that of YAML 1.1."""

    def __init__(self, parser: Any) -> None:
        import yaml

        self._next = parser.get_event
        self._scalar, self._mapping, self._sequence = (
            yaml.ScalarEvent,
            yaml.MappingStartEvent,
            yaml.SequenceStartEvent,
        )
        self._mapping_end, self._sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
        self._stream_end = yaml.StreamEndEvent

    def document(self) -> dict[str, Any]:
        """Read the whole stream: one document, a mapping."""
        self._next()  # the start of the stream
        start = self._next()
        if isinstance(start, self._stream_end) or start.version is not None or start.tags:
            raise NotNativeError("an empty file, or YAML directives")
        root = self.value(self._next(), 0)
        self._next()  # the end of the document
        if not isinstance(self._next(), self._stream_end):
            raise NotNativeError("more than one YAML document")
        if not isinstance(root, dict):
            raise NotNativeError("no YAML mapping")
        return root

    def value(self, event: Any, depth: int) -> Any:
        """Read one value that begins with this event."""
        kind = type(event)
        if kind is self._scalar:
            return self._text(event)
        if kind is self._mapping:
            return self._branch(event, depth + 1)
        if kind is self._sequence:
            return self._items(event, depth + 1)
        raise NotNativeError("an alias")

    def _text(self, event: Any) -> Any:
        if event.anchor is not None or event.tag is not None:
            raise NotNativeError("anchors or tags")
        if event.style:
            return event.value
        try:
            return yaml_scalar(event.value)
        except ValueError as error:
            raise NotNativeError(str(error)) from None

    def _branch(self, event: Any, depth: int) -> dict[str, Any]:
        self._check(event, depth)
        found: dict[str, Any] = {}
        while type(key_event := self._next()) is not self._mapping_end:
            key = self._text(key_event) if type(key_event) is self._scalar else None
            if event.flow_style or not isinstance(key, str) or key in found:
                raise NotNativeError("a flow mapping, or keys that are repeated or no strings")
            found[key] = self.value(self._next(), depth)
        return found

    def _items(self, event: Any, depth: int) -> list[Any]:
        self._check(event, depth)
        found: list[Any] = []
        while type(item := self._next()) is not self._sequence_end:
            if event.flow_style:
                raise NotNativeError("a flow sequence")
            found.append(self.value(item, depth))
        return found

    def _check(self, event: Any, depth: int) -> None:
        if event.anchor is not None or event.tag is not None or depth > _MAX_DEPTH:
            raise NotNativeError("anchors or tags, or values that are nested deeply")
