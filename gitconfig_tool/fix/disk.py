"""Reading and writing the files of a work tree that a repair touches.

No symbolic link is followed, on the way or at the end, and no path leaves the project. A file is
replaced in one step: a reader finds the old content or the new one.
"""

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.fix.plan import Change

_PERMISSIONS = 0o7777


class FixError(GitConfigError):
    """A file could not be repaired on disk."""


def read_on_disk(root: Path, path: str) -> bytes | None:
    """Return the bytes of a file below a folder; None where there is none, or a link is met."""
    try:
        with _folder_of(root, path) as (folder, name):
            return _read(folder, name)[0]
    except (FileNotFoundError, NotADirectoryError, _LinkError):
        return None
    except OSError as error:
        raise FixError(
            f"expected to read {path}, found: {error.strerror or error}",
            hint="check that it is a file that you may read",
        ) from error


def write_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write all changes below a folder; raises `FixError`.

    First every new content is written beside its file, so that a full disk or a folder that may not
    be written changes nothing. Then each takes its file's place, unless that changed since it was
    read. Each file's repair is right without the others: where one fails, the others are kept.
    """
    beside: list[tuple[Change, str]] = []
    try:
        for change in changes:
            with _reported(change.path), _folder_of(root, change.path) as (folder, name):
                beside.append((change, _write_beside(folder, name, change)))
        for number, (change, temporary) in enumerate(beside):
            with (
                _reported(change.path, done=number, of=len(beside)),
                _folder_of(root, change.path) as (folder, name),
            ):
                if _read(folder, name)[0] != change.before:
                    raise _ChangedError
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
    finally:
        for change, temporary in beside:
            with suppress(OSError, _LinkError), _folder_of(root, change.path) as (folder, _):
                os.unlink(temporary, dir_fd=folder)


class _LinkError(Exception):
    """What should be a file is a link, a folder or a device."""


class _ChangedError(Exception):
    """The file is not as it was when it was read."""


@contextmanager
def _reported(path: str, *, done: int = 0, of: int = 0) -> Iterator[None]:
    """Turn what goes wrong with a file into a `FixError`."""
    kept = f"{done} of {of} files are repaired; " if done else "nothing was changed; "
    try:
        yield
    except _ChangedError as error:
        raise FixError(
            f"expected {path} as it was read, found that it changed since",
            hint=f"{kept}save it and run the same command again",
        ) from error
    except _LinkError as error:
        raise FixError(
            f"expected a file at {path}, found a link, a folder or a device",
            hint=f"{kept}put the file itself there",
        ) from error
    except OSError as error:
        raise FixError(
            f"expected to write {path}, found: {error.strerror or error}",
            hint=f"{kept}correct the cause and run the same command again",
        ) from error


@contextmanager
def _folder_of(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """Open the folder of a file, link by link; gives its descriptor and the file's name."""
    *folders, name = path.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            if part in ("", ".", ".."):
                raise _LinkError
            if stat.S_ISLNK(os.lstat(part, dir_fd=folder).st_mode):
                raise _LinkError
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder, name
    finally:
        os.close(folder)


def _read(folder: int, name: str) -> tuple[bytes, os.stat_result]:
    if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
        raise _LinkError
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(), os.fstat(descriptor)


def _write_beside(folder: int, name: str, change: Change) -> str:
    """Write the new content into a file of its own, with the mode and owner of the old one."""
    data, kind = _read(folder, name)
    if data != change.before:
        raise _ChangedError
    if not os.access(name, os.W_OK, dir_fd=folder):
        # A rename would replace a file that its owner protects from writing.
        raise PermissionError(13, "Permission denied: the file is read-only")
    # Git ignores no such name by itself; it is there for a moment only.
    temporary = f".gitconfig-tool-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(change.after)
            file.flush()
            with suppress(PermissionError):  # Only root may give files away.
                os.fchown(descriptor, kind.st_uid, kind.st_gid)
            os.fchmod(descriptor, kind.st_mode & _PERMISSIONS)
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    return temporary
