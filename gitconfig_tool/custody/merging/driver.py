"""Two branches' changes to one SOPS file to one file, as Git asks a merge driver for it.

Where one side alone changed the file, it is taken, and no key is needed. Else the three versions
are decrypted, their values merged key by key, and the ciphertext, comments and lines of each side
put together; `sops` then makes the MAC. What comes out is decrypted again and compared with the
merged values before it counts. Whatever is not sure is refused: the file stays as it was.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.custody.merging.entries import METADATA, Entry, cut, entry_of, join, with_entry
from gitconfig_tool.custody.merging.resealing import new_mac
from gitconfig_tool.custody.merging.three_way import (
    Merged,
    Version,
    merge_versions,
    same_value,
)
from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.secrets.formats import parse_sops_file
from gitconfig_tool.secrets.model import format_of
from gitconfig_tool.secrets.sops import read_sops
from gitconfig_tool.secrets.tampering.reading import Sealed, read_sealed, tokens_of
from gitconfig_tool.sops import DecryptionError, check_recipients, decrypt_file, find_sops

# The part of an INI file before its first section; sops writes it whether it is there or not.
_INI_TOP = "DEFAULT"
_MAX_POINTERS = 10
_OWN_FIELDS = ("lastmodified", "version")


class MergeConflictError(GitConfigError):
    """A person must decide; `pointers` are the places that both sides changed."""

    def __init__(self, message: str, hint: str, pointers: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.pointers = pointers


@dataclass(frozen=True, slots=True)
class _Side:
    """One version: its bytes, what it says without a key, its entries, and its values."""

    name: str
    data: bytes = field(repr=False)
    sealed: Sealed = field(repr=False)
    root: Entry = field(repr=False)
    value: Any = field(repr=False)

    @property
    def version(self) -> Version:
        return Version(self.root, self.value)

    @property
    def policy(self) -> object:
        """Who can open the file, and SOPS's rules for it."""
        rules = {k: v for k, v in self.sealed.rules.items() if k not in _OWN_FIELDS}
        return {name: seal.group for name, seal in self.sealed.seals.items()}, rules


def merge_files(
    path: str,
    base: bytes,
    ours: bytes,
    theirs: bytes,
    *,
    allowed: frozenset[str] = frozenset(),
    environment: Mapping[str, str] = os.environ,
) -> bytes:
    """Merge two versions of a SOPS file that began as `base`; return the merged bytes.

    `path` says of what format it is. `allowed` are recipients with an address that sops may
    contact. Raises `MergeConflictError` where a person must decide, and other `GitConfigError`s
    where sops is missing or the files are damaged.
    """
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    sealed = [
        _sealed(path, name, data)
        for name, data in (("base", base), ("our", ours), ("their", theirs))
    ]
    b, o, t = _opened(path, sealed, (base, ours, theirs), allowed, environment)
    merged = merge_versions(b.version, o.version, t.version)
    _refuse_conflicts(path, merged)
    _refuse_other_keys(path, b, o, t)
    frame = _policy_side(path, b, o, t)
    block = entry_of(frame.root, METADATA)
    if block is None:
        raise ValueError("a SOPS file has its block")
    format = format_of(path)
    root = with_entry(merged.entry, block)
    recipients = tuple(sorted(frame.sealed.seals))
    draft = SopsFile(path, format, recipients, join(root, format).encode())
    _refuse_unsound(path, draft.data, "in the merge of both")
    sops = find_sops(environment)
    mac, time = new_mac(draft, merged.value, sops, environment)
    block = _resealed(block, frame.sealed, mac, time)
    data = join(with_entry(root, block), format).encode()
    result = decrypt_file(replace(draft, data=data), sops, environment)
    if not same_value(_without_top(result, format), _without_top(merged.value, format)):
        raise MergeConflictError(
            f"expected the merged {path} to decrypt to what both sides hold, found other values",
            "the file is laid out in a way that cannot be merged; take one side, and set the "
            "other's changes with sops",
        )
    return data


def _sealed(path: str, name: str, data: bytes) -> Sealed:
    if not data:
        raise MergeConflictError(
            f"expected {path} in the common ancestor, found that both sides added it",
            "each side has a data key of its own: keep one (git checkout --ours or --theirs), and "
            "set the other's values with sops",
        )
    sealed = read_sealed(path, data)
    if sealed is None or not sealed.mac:
        raise MergeConflictError(
            f"expected {path} encrypted with SOPS on both sides, found {name} version in another "
            "form",
            "encrypt it on that branch first: sops encrypt --in-place FILE",
        )
    _refuse_unsound(path, data, f"in {name} version")
    return sealed


def _refuse_unsound(path: str, data: bytes, where: str) -> None:
    """Refuse what `validate` calls an error: sops may read another recipient there than we do."""
    document, problems = parse_sops_file(path, data)
    _, more = read_sops(document)
    for found in (*problems, *more):
        if rule(found.code).severity is Severity.ERROR:
            line = f" (line {found.span.line})" if found.span else ""
            raise MergeConflictError(
                f"expected {path} as sops writes it; {where}{line}: {found.code}: {found.message}",
                "sops was not started; mend the file on that branch, or take one side: git "
                "checkout --ours FILE, or --theirs",
            )


def _opened(
    path: str,
    sealed: list[Sealed],
    data: tuple[bytes, bytes, bytes],
    allowed: frozenset[str],
    environment: Mapping[str, str],
) -> Iterator[_Side]:
    """Yield the three sides, decrypted; each version's own MAC is checked by that."""
    format = format_of(path)
    files = [
        SopsFile(path, format, tuple(sorted(each.seals)), content)
        for each, content in zip(sealed, data, strict=True)
    ]
    for file in files:
        check_recipients(file, allowed)
    sops = find_sops(environment)
    names = ("the common ancestor", "our side", "their side")
    for name, file, each in zip(names, files, sealed, strict=True):
        root = cut(file.data.decode("utf-8-sig"), format, path)
        try:
            value = decrypt_file(file, sops, environment)
        except DecryptionError as error:
            raise MergeConflictError(
                f"both sides changed {path}, and merging them takes a key: {name} cannot be"
                f" opened: {error.message}",
                "merge again where a key is at hand (git checkout --merge FILE brings the conflict"
                " back); until then the file is as on our side, and whole"
                + (f"; {error.hint}" if error.hint else ""),
            ) from error
        yield _Side(name, file.data, each, root, value)


def _refuse_conflicts(path: str, merged: Merged) -> None:
    if merged.conflicts:
        shown = ", ".join(merged.conflicts[:_MAX_POINTERS])
        more = len(merged.conflicts) - _MAX_POINTERS
        raise MergeConflictError(
            f"expected changes to different keys of {path}, found that both sides changed {shown}"
            + (f" and {more} more" if more > 0 else ""),
            "the file is as on our side; if their value is to hold, or another one, set it: "
            f"gitconfig-tool secrets set '{path}#{merged.conflicts[0]}'; then: git add {path}"
            f" (git show ':3:{path}' is their side, encrypted)",
            merged.conflicts,
        )


def _refuse_other_keys(path: str, base: _Side, ours: _Side, theirs: _Side) -> None:
    """Refuse sides with different data keys: ciphertext of one means nothing in the other."""
    common = tokens_of(base.data)
    for side, other in ((ours, theirs), (theirs, ours)):
        if not common & tokens_of(side.data):
            changed = tuple(_changed(base.value, other.value))
            which = "--ours" if side is ours else "--theirs"
            raise MergeConflictError(
                f"expected one data key on both sides of {path}, found that {side.name} has "
                f"another one (sops rotate), and {other.name} changed "
                f"{', '.join(changed[:_MAX_POINTERS]) or 'its recipients'}",
                f"take the side with the new data key (git checkout {which} FILE), then set "
                "these values there with sops, and git add FILE",
                changed,
            )


def _changed(one: Any, other: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            if key in one and key in other:
                yield from _changed(one[key], other[key], (*path, key))
            else:
                yield format_pointer((*path, key))
    elif not same_value(one, other):
        yield format_pointer(path)


def _policy_side(path: str, base: _Side, ours: _Side, theirs: _Side) -> _Side:
    """Return the side whose recipients and rules hold: the one that changed them."""
    if theirs.policy in (base.policy, ours.policy):
        return ours
    if ours.policy == base.policy:
        return theirs
    raise MergeConflictError(
        f"expected the recipients and rules of {path} changed on one side, found that both did",
        "take one side, write into .sops.yaml who is to read the file, then: sops updatekeys FILE",
        (f"/{METADATA}",),
    )


def _resealed(block: Entry, sealed: Sealed, mac: str, time: str) -> Entry:
    """Return SOPS's block with another MAC and time; all its other lines stay."""
    old = sealed.rules.get("lastmodified", "")

    def line(text: str) -> str:
        text = text.replace(sealed.mac, mac)
        # The date of a key may be the same text: only the line of the field is changed.
        return text.replace(old, time) if "lastmodified" in text and old else text

    return replace(
        block,
        body=tuple(map(line, block.body)),
        children=None
        if block.children is None
        else tuple(_resealed(each, sealed, mac, time) for each in block.children),
        foot=tuple(map(line, block.foot)),
    )


def _without_top(value: Any, format: str) -> Any:
    if format == "ini" and isinstance(value, dict) and not value.get(_INI_TOP, True):
        return {key: inner for key, inner in value.items() if key != _INI_TOP}
    return value
