"""Whether sops can read the `sops` block of a file in one way only: the way that it is read here.

Takes the bytes of a file; says what could be read in two ways. That is asked before sops is
started: an address that only sops sees would be sent the user's token. Go takes `HC_Vault` in JSON
for `hc_vault`, and also in a dotenv or INI file (stores/flatten.go of getsops/sops makes JSON of
it). Does not judge recipients, and does not say whether sops can read the file at all.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gitconfig_tool.sops.errors import DecryptionError
from gitconfig_tool.sops.selection import COMMENT_RULES, RULES

if TYPE_CHECKING:
    # The layers of an artifact: whoever only looks at a file need not wait for them.
    from gitconfig_tool.artifact import SopsFile

# stores/stores.go: the fields of the block, of a key group and of a recipient.
_RECIPIENTS = ("age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms")
_RULES = ("key_groups", "shamir_threshold", "lastmodified", "mac", "mac_only_encrypted", "version")
_KEYS = ("recipient", "fp", "arn", "role", "aws_profile", "context", "resource_id", "key_id")
_ADDRESSES = ("vault_url", "name", "vault_address", "engine_path", "key_name")
_FIELDS = frozenset(
    (*_RECIPIENTS, *_RULES, *RULES, *COMMENT_RULES, *_KEYS, *_ADDRESSES, "created_at", "enc")
)
_BLOCK = "sops"
# The keys of this field are anybody's: what AWS binds an encryption to.
_FREE = "context"
# A dotenv or INI file spells the path of a field; sops writes no other spelling.
_FLAT = re.compile(r"[a-z_]+(?:__list_(?:0|[1-9]\d{0,2})|__map_[a-z_]+)*")
_FLAT_FREE = re.compile(r"(?:key_groups__list_\d+__map_)?kms__list_\d+__map_context__map_.+")
_PREFIX = "sops_"
_SECTION = re.compile(r"\[[^\[\]]*\]")
_TWICE = "a name of the 'sops' block twice"
_FOLDED = "a name in the 'sops' block that sops takes for another"
_SPELT = "a name in the 'sops' block that sops would write in another way"


def check_block(file: "SopsFile") -> None:
    """Refuse a file whose `sops` block sops might read in another way: it must not be started."""
    found = ambiguity(file.data, file.format)
    if found is not None:
        raise DecryptionError(
            f"expected a 'sops' block in {file.path} that can be read in one way only, found"
            f" {found}: sops was not started",
            hint="it might connect to an address that is not seen here; restore the file from Git,"
            " or encrypt it anew",
        )


def is_folded(name: str, *, block: bool = True) -> bool:
    """Tell whether Go takes a name for one of the block's fields, or for `sops`, that it is not."""
    known = _FIELDS if block else {_BLOCK}
    return name not in known and name.casefold() in known


def ambiguity(data: bytes, format: str) -> str | None:
    """Say what in a file sops could read in another way; None where there is nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "bytes that are no UTF-8"
    if format == "dotenv":
        return next(_dotenv(text), None)
    if format == "ini":
        return next(_ini(text), None)
    return next(_yaml(text) if format == "yaml" else _json(text), None)


# --- JSON, also of binary files ---


def _json(text: str) -> Iterator[str]:
    try:
        root = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        yield "no JSON"
        return
    if not isinstance(root, _Pairs):
        yield "no JSON object"
        return
    if any(is_folded(key, block=False) for key, _ in root):
        yield f"another key that sops takes for '{_BLOCK}'"
    blocks = [value for key, value in root if key == _BLOCK]
    if len(blocks) > 1:
        yield f"'{_BLOCK}' twice"
    yield from _json_block(blocks)


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs: a dict would hide what is there twice."""


def _json_block(value: Any) -> Iterator[str]:
    if isinstance(value, _Pairs):
        yield from _names([key for key, _ in value])
        for key, inner in value:
            if key != _FREE:
                yield from _json_block(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _json_block(item)


def _names(names: list[str]) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield _TWICE
    if any(map(is_folded, names)):
        yield _FOLDED


# --- YAML: sops reads the block of the first document ---


@dataclass(slots=True)
class _Level:
    """A collection that is open: `key` is what the next value belongs to, None before a key."""

    is_mapping: bool
    is_root: bool
    is_inside: bool
    key: str | None = None
    names: list[str] = field(default_factory=list)


def _yaml(text: str) -> Iterator[str]:
    import yaml

    # Events, one after the other: a file that is nested deeply must not fill the stack.
    levels: list[_Level] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            if isinstance(event, yaml.DocumentEndEvent):
                return
            if isinstance(event, yaml.CollectionEndEvent):
                levels.pop()
            elif isinstance(event, yaml.NodeEvent):
                yield from _node(event, levels)
    except (yaml.YAMLError, ValueError):
        yield "no YAML"


def _node(event: Any, levels: list[_Level]) -> Iterator[str]:
    """Look at one node, a key or a value, and open it where it is a collection."""
    import yaml

    level = levels[-1] if levels else None
    if level is not None and level.is_mapping and level.key is None:
        level.key = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if level.is_root or level.is_inside:
            yield from _key(event, level)
        if not isinstance(event, yaml.CollectionStartEvent):
            return
    inside = level is not None and (level.is_inside or (level.is_root and level.key == _BLOCK))
    if inside and (event.anchor is not None or getattr(event, "tag", None) is not None):
        yield "an anchor, an alias or a tag in the 'sops' block"
    if level is not None:
        level.key = None
    if isinstance(event, yaml.CollectionStartEvent):
        levels.append(_Level(isinstance(event, yaml.MappingStartEvent), level is None, inside))


def _key(event: Any, level: _Level) -> Iterator[str]:
    import yaml

    name = level.key or ""
    # A tag may make another text of it; `<<` brings in keys that stand elsewhere.
    is_plain = isinstance(event, yaml.ScalarEvent) and event.tag is None and event.anchor is None
    if not is_plain or name == "<<":
        yield "a key beside or in the 'sops' block that is no plain text"
    if name in level.names and (level.is_inside or name == _BLOCK):
        yield _TWICE
    level.names.append(name)


# --- dotenv and INI ---


def _dotenv(text: str) -> Iterator[str]:
    lines = (line for line in text.split("\n") if line.startswith(_PREFIX))
    yield from _flat([line.partition("=")[0].removeprefix(_PREFIX) for line in lines])


def _ini(text: str) -> Iterator[str]:
    section, sections = "", 0
    names = []
    for line in map(str.strip, text.split("\n")):
        if line.startswith("["):
            if not _SECTION.fullmatch(line):
                yield "a line that begins like a section and is none"
            section = line[1:-1].strip()
            sections += section == _BLOCK
        elif section == _BLOCK and line and line[0] not in "#;":
            name, value = (part.strip() for part in re.split("[=:]", line + "=", maxsplit=1))
            names.append(name)
            if not _is_whole(value[:-1].rstrip()):
                yield "a value in the 'sops' block that goes on in the next line"
    if sections > 1:
        yield _TWICE
    yield from _flat(names)


def _is_whole(value: str) -> bool:
    """Tell whether go-ini takes a value from this one line, as it stands."""
    for quote in ('"""', "`"):
        if value.startswith(quote):
            return len(value) >= 2 * len(quote) and value.endswith(quote)
    return not value.endswith("\\") and "%(" not in value


def _flat(names: list[str]) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield _TWICE
    if not all(_FLAT.fullmatch(name) or _FLAT_FREE.fullmatch(name) for name in names):
        yield _SPELT
