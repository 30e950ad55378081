"""Writing an OCI image layout so that readers only ever see a whole one.

Order: `oci-layout`, then every blob (temporary file, fsync, rename), then `index.json` in one
rename, then the removal of blobs that nothing needs. Whatever stops the work before the last
rename leaves the former index and all its blobs. File modes do not depend on the umask.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gitconfig_tool.artifact import Descriptor, canonical_json, sha256_digest
from gitconfig_tool.artifact.store import StoreError
from gitconfig_tool.artifact.vocabulary import INDEX_TYPE, LAYOUT_VERSION, REF_NAME

_FILE_MODE = 0o644
_FOLDER_MODE = 0o755
_HEX = re.compile(r"[0-9a-f]{64}")
# Ours to remove: left by a run that was killed while it wrote.
_TEMPORARY = re.compile(r"\.gitconfig-tool-[0-9a-f]{16}\.tmp")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index; `needed` are the digests that must be there for it to be whole."""

    descriptor: Descriptor
    name: str
    subject: Descriptor | None
    needed: frozenset[str]


@contextmanager
def lock_layout(directory: Path) -> Iterator[int]:
    """Open a folder for writing a layout, alone; yields its file descriptor.

    Creates the folder where there is none. Raises `StoreError` when it is neither empty nor a
    layout, or when another process is writing to it; what the block raises as `OSError` becomes
    one as well.
    """
    try:
        created = _make_folder(directory)
        folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if created:
                os.fchmod(folder, _FOLDER_MODE)
            _lock(folder, directory)
            _refuse_foreign(folder, directory)
            yield folder
        finally:
            os.close(folder)
    except OSError as error:
        raise StoreError(
            f"expected to write the layout at {directory}, found: {error.strerror or error}",
            hint="what the layout held before is still valid; make room or correct the"
            " permissions, then run the same command again",
        ) from error


def write_entries(folder: int, entries: Sequence[Entry], blobs: Mapping[str, bytes]) -> None:
    """Write blobs, switch the index, and remove what no entry needs."""
    _write_file(folder, "oci-layout", canonical_json({"imageLayoutVersion": LAYOUT_VERSION}))
    blobs_folder = _open_folder(folder, "blobs")
    try:
        sha256_folder = _open_folder(blobs_folder, "sha256")
        try:
            for digest, data in sorted(blobs.items()):
                _write_file(sha256_folder, digest.removeprefix("sha256:"), data)
            os.fsync(sha256_folder)
            _write_file(folder, "index.json", _index(entries))
            os.fsync(folder)
            needed = {digest for entry in entries for digest in entry.needed}
            _remove_unneeded(folder, sha256_folder, needed)
        finally:
            os.close(sha256_folder)
    finally:
        os.close(blobs_folder)


def _index(entries: Sequence[Entry]) -> bytes:
    """Write the index: bundles by name, then signatures by what they sign."""
    bundles = sorted((entry for entry in entries if entry.name), key=lambda entry: entry.name)
    signatures = sorted(
        (entry for entry in entries if not entry.name),
        key=lambda entry: (
            entry.subject.digest if entry.subject else "",
            entry.descriptor.digest,
        ),
    )
    manifests = [
        replace(
            entry.descriptor, annotations={**entry.descriptor.annotations, REF_NAME: entry.name}
        )
        for entry in bundles
    ]
    manifests += [entry.descriptor for entry in signatures]
    return canonical_json(
        {
            "schemaVersion": 2,
            "mediaType": INDEX_TYPE,
            "manifests": [descriptor.to_json() for descriptor in manifests],
        }
    )


def _make_folder(directory: Path) -> bool:
    if directory.is_dir():
        return False
    if os.path.lexists(directory):
        raise StoreError(
            f"expected a folder at {directory}, found a file", hint="name another folder"
        )
    directory.mkdir(parents=True)
    return True


def _lock(folder: int, directory: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreError(
            f"expected to be alone in writing {directory}, found another process at it",
            hint="wait until it has ended, then run the same command again",
        ) from error


def _refuse_foreign(folder: int, directory: Path) -> None:
    names = [name for name in os.listdir(folder) if not _TEMPORARY.fullmatch(name)]
    if names and "oci-layout" not in names:
        raise StoreError(
            f"expected an empty folder or an OCI image layout at {directory}, found"
            f" {len(names)} other files, such as {min(names)!r}",
            hint="nothing was changed; name a new folder",
        )


def _open_folder(parent: int, name: str) -> int:
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    os.fchmod(folder, _FOLDER_MODE)
    return folder


def _write_file(folder: int, name: str, data: bytes) -> None:
    if not _is_written(folder, name, data):
        _replace_file(folder, name, data)


def _is_written(folder: int, name: str, data: bytes) -> bool:
    """Tell whether an ordinary file with this content and our mode stands there already."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if status.st_mode != 0o100000 | _FILE_MODE or status.st_size != len(data):
            return False
        return sha256_digest(file.read(len(data) + 1)) == sha256_digest(data)


def _replace_file(folder: int, name: str, data: bytes) -> None:
    temporary = f".gitconfig-tool-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    handle = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _FILE_MODE)
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _remove_unneeded(folder: int, sha256_folder: int, needed: set[str]) -> None:
    for name in os.listdir(sha256_folder):
        unneeded = _HEX.fullmatch(name) is not None and f"sha256:{name}" not in needed
        if unneeded or _TEMPORARY.fullmatch(name):
            os.unlink(name, dir_fd=sha256_folder)
    for name in os.listdir(folder):
        if _TEMPORARY.fullmatch(name):
            os.unlink(name, dir_fd=folder)
