"""What files refer to, kept on disk by the Git ids of their contents.

Takes a folder in the repository's own `.git`; a content never changes under its id, so what is kept
stays right. Holds ids and the names of what is referred to: no value. It may be deleted at any time
and written by two processes at once; where it cannot be read, or is not ours, all goes on without
it. Does not find references: see `referring`.
"""

import os
import stat
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from gitconfig_tool import __version__

_NAME = "references"
# Of the form of the file; and of the tool, because what counts as a reference is its code.
_HEADER = f"gitconfig-tool references 1 {__version__}"
# What a project of half a million files takes (`source.trees.MAX_ENTRIES`); more is not of ours.
MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 500_000
_OID = 40
Known = dict[str, frozenset[str]]


def read_cache(folder: Path | None) -> Known:
    """Return what was kept, by Git id; nothing where there is nothing, or nothing to trust."""
    if folder is None:
        return {}
    try:
        data = _read(folder)
    except OSError:
        return {}  # Not there, not readable, a link: the files themselves are read then.
    return {} if data is None else _parsed(data)


def write_cache(folder: Path | None, used: Mapping[str, frozenset[str]], known: Known) -> None:
    """Keep what was `used` in this run, and what else was `known` as far as there is room."""
    if folder is None:
        return
    kept = dict(used)
    for oid, targets in known.items():
        if len(kept) >= MAX_ENTRIES:
            break
        kept.setdefault(oid, targets)
    body = "\n".join(
        "\t".join((oid, *sorted(targets))) for oid, targets in kept.items() if _is_plain(targets)
    ).encode("utf-8", "surrogateescape")
    if len(body) > MAX_BYTES:
        return
    header = f"{_HEADER} {zlib.crc32(body):08x}\n".encode()
    # A repository that one may not write to, a full disk: nothing is lost but time.
    with suppress(OSError):
        _replace(folder, header + body)


def _is_plain(targets: frozenset[str]) -> bool:
    return not any("\t" in each or "\n" in each for each in targets)


def _parsed(data: bytes) -> Known:
    header, _, body = data.partition(b"\n")
    expected = f"{_HEADER} {zlib.crc32(body):08x}".encode()
    if header != expected:
        return {}  # Of another version of the tool, or cut off.
    nothing: frozenset[str] = frozenset()
    found: Known = {}
    for line in body.decode("utf-8", "surrogateescape").split("\n"):
        found[line[:_OID]] = (
            nothing if len(line) == _OID else frozenset(line[_OID + 1 :].split("\t"))
        )
    return found


def _read(folder: Path) -> bytes | None:
    descriptor = os.open(folder / _NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not _is_own(os.fstat(descriptor)) or not _is_own(os.lstat(folder)):
            return None
        data = file.read(MAX_BYTES + 1)
    return None if len(data) > MAX_BYTES else data


def _is_own(kind: os.stat_result) -> bool:
    """Tell whether nobody else can have written: a wrong answer would hide what a change does."""
    others = stat.S_IWGRP | stat.S_IWOTH
    is_kind = stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)
    return is_kind and kind.st_uid == os.geteuid() and not kind.st_mode & others


def _replace(folder: Path, data: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_own(os.lstat(folder)):
        return
    temporary = folder / f"{_NAME}-{token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, folder / _NAME)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
