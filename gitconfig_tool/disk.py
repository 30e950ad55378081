"""One file of a folder, reached without following a link, and replaced in one step.

Takes a folder and a path below it; returns bytes, or leaves a new file beside the old one that a
rename puts in its place. Raises `LinkError`, `ChangedError` and `OSError`: what they mean to the
user is for the caller to say. Knows nothing of projects.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PERMISSIONS = 0o7777
_NEW_FILE = 0o644  # What lies in Git is for whoever has the clone; the umask takes from it.


class LinkError(Exception):
    """What should be a file or a folder is a link or a device, or leaves the folder."""


class ChangedError(Exception):
    """The file is not as it was when it was read."""


@contextmanager
def folder_of(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """Open the folder of a file, step by step; gives its descriptor and the file's name."""
    *folders, name = path.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            folder = _enter(folder, part)
        yield folder, name
    finally:
        os.close(folder)


def make_folders(root: Path, path: str) -> None:
    """Make the folders of a file that are not there."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in path.split("/")[:-1]:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
            folder = _enter(folder, part)
    finally:
        os.close(folder)


def read_in(folder: int, name: str) -> bytes:
    """Return the bytes of a file in an open folder."""
    return _read(folder, name)[0]


def write_beside(folder: int, name: str, before: bytes | None, after: bytes) -> str:
    """Write new bytes into a file of their own, with the mode and owner of the old one.

    Returns its name. `before` is what the old file must hold; None where there is none.
    """
    kind = None
    if before is not None:
        data, kind = _read(folder, name)
        if data != before:
            raise ChangedError
        if not os.access(name, os.W_OK, dir_fd=folder):
            # A rename would replace a file that its owner protects from writing.
            raise PermissionError(13, "Permission denied: the file is read-only")
    # Git ignores no such name by itself; it is there for a moment only.
    temporary = f".gitconfig-tool-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, _NEW_FILE if kind is None else 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            if kind is not None:
                with suppress(PermissionError):  # Only root may give files away.
                    os.fchown(descriptor, kind.st_uid, kind.st_gid)
                os.fchmod(descriptor, kind.st_mode & _PERMISSIONS)
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    return temporary


def _enter(folder: int, part: str) -> int:
    """Open a folder in a folder, which is closed; a link is none."""
    if part in ("", ".", "..") or stat.S_ISLNK(os.lstat(part, dir_fd=folder).st_mode):
        raise LinkError
    inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    os.close(folder)
    return inner


def _read(folder: int, name: str) -> tuple[bytes, os.stat_result]:
    if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
        raise LinkError
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(), os.fstat(descriptor)
