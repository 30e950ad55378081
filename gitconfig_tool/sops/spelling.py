"""Whether the `sops` block of a file says to sops what it says to us.

Takes the bytes of a file; tells whether they can be read in two ways. Go takes `HC_VAULT` and
`hc_vault` of JSON for one field, and the last one counts; the flat formats are read through JSON;
YAML can bring in fields by merge keys and tags. Who hides a recipient so has sops contact an
address that nobody saw. Does not judge whether the block is sound.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_BLOCK = "sops"
# Its keys are the user's own: the encryption context of AWS.
_CONTEXT = "context"
# Without one of these before a word, YAML has no alias, tag or merge key.
_YAML_MARKS = re.compile(rb"(?:^|[\s\[{,:?-])(?:<<|[*!])", re.MULTILINE)
# A flattened field, of dotenv with a prefix: stores/flatten.go.
_FLAT_KEY = re.compile(rb"^[^\n=:#;]*?__(?:map|list)_[^\n=:]*", re.MULTILINE | re.IGNORECASE)
_FLAT_FORM = re.compile(
    r"(?:sops_)?[a-z_]+?(?:__list_[0-9]+(?:__map_[a-z_]+?)?)+(?:__map_context__map_.*)?"
)
_LISTS = (
    "age__",
    "pgp__",
    "kms__",
    "gcp_kms__",
    "azure_kv__",
    "hc_vault__",
    "hckms__",
    "key_groups__",
)
_QUOTES = " \t\"`'"


def is_ambiguous(data: bytes, format: str) -> bool:
    """Tell whether sops may read other recipients than those that are written in its own spelling.

    What cannot be parsed is not said to be: sops cannot read it either, or `secrets` reports it.
    """
    if format in ("json", "binary"):
        try:
            root = json.loads(data, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError):
            return False
        return isinstance(root, _Pairs) and _in_root(root)
    if format == "yaml":
        return _YAML_MARKS.search(data) is not None and any(_odd_in_yaml(data))
    return any(
        _FLAT_FORM.fullmatch(found[0].decode("utf-8", "replace").strip(_QUOTES)) is None
        for found in _FLAT_KEY.finditer(data)
        if _is_metadata(found[0])
    )


def reads_as_block(key: str, format: str) -> bool:
    """Tell whether sops takes a key of the top for its block though it is spelt otherwise."""
    return format in ("json", "binary") and key != _BLOCK and key.casefold() == _BLOCK


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with every key that is written, also those that come twice."""


def _in_root(root: _Pairs) -> bool:
    blocks = [(key, value) for key, value in root if key.casefold() == _BLOCK]
    return len(blocks) > 1 or any(key != _BLOCK or _in_block(value) for key, value in blocks)


def _in_block(value: Any) -> bool:
    if isinstance(value, _Pairs):
        keys = [key for key, _ in value]
        return (
            len(set(keys)) < len(keys)
            # sops has no other letters in its fields; Go folds some that are not ASCII, too.
            or any(key != key.casefold() or not key.isascii() for key in keys)
            or any(_in_block(inner) for key, inner in value if key != _CONTEXT)
        )
    return isinstance(value, list) and any(map(_in_block, value))


def _is_metadata(key: bytes) -> bool:
    """Tell whether a key is one of a list of recipients; users may name their own alike."""
    folded = key.decode("utf-8", "replace").strip(_QUOTES).casefold().removeprefix("sops_")
    return folded.startswith(_LISTS)


def _odd_in_yaml(data: bytes) -> Iterator[bool]:
    """Yield True for each alias, tag or merge key in the block, or beside it at the top."""
    import yaml

    # For each open collection: whether it is a mapping, and whether a key comes next.
    frames: list[list[bool]] = []
    inside = 0  # the depth of the block, while it is open
    is_block = False
    try:
        for event in yaml.parse(data, Loader=yaml.CLoader):
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                frames.pop()
                inside = inside if len(frames) >= inside else 0
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            is_key = bool(frames) and frames[-1][0] and frames[-1][1]
            if frames and frames[-1][0]:
                frames[-1][1] = not frames[-1][1]
            if inside or (is_key and len(frames) == 1) or is_block:
                yield _is_odd(event, is_key=is_key)
            opens = isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent)
            if opens:
                frames.append([isinstance(event, yaml.MappingStartEvent), True])
            if is_block:
                inside, is_block = (len(frames) if opens else 0), False
            elif is_key and len(frames) == 1 and isinstance(event, yaml.ScalarEvent):
                is_block = event.value == _BLOCK
    except (yaml.YAMLError, ValueError):
        return


def _is_odd(event: Any, *, is_key: bool) -> bool:
    import yaml

    if isinstance(event, yaml.AliasEvent) or event.tag is not None:
        return True
    return is_key and isinstance(event, yaml.ScalarEvent) and event.value == "<<"
