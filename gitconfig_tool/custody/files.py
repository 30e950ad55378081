"""One file of the work tree, read and replaced in one step.

No symbolic link is followed, on the way or at the end, and no path leaves the project. Whatever
happens, a reader finds the old bytes or the new ones: they are written beside the file, brought to
the disk, and renamed over it.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gitconfig_tool.errors import GitConfigError

_PERMISSIONS = 0o7777
_NEW_FILE = 0o644  # What lies in Git is for whoever has the clone; the umask takes from it.


class FileError(GitConfigError):
    """A file of the work tree cannot be read or replaced."""


def read_file(root: Path, path: str) -> bytes | None:
    """Return the bytes of a file below a folder; None where there is none. Raises `FileError`."""
    try:
        with _folder_of(root, path) as (folder, name):
            return _read(folder, name)[0]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except _LinkError as error:
        raise _no_file(path) from error
    except OSError as error:
        raise FileError(
            f"expected to read {path}, found: {error.strerror or error}",
            hint="check that it is a file that you may read",
        ) from error


def replace_file(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    """Make a file hold `after`; raises `FileError` where it does not hold `before` any more.

    None as `before` stands for a file that is not there; its folders are made.
    """
    try:
        if before is None:
            _make_folders(root, path)
        with _folder_of(root, path) as (folder, name):
            temporary = _write_beside(folder, name, before, after)
            try:
                if _current(folder, name) != before:
                    raise _ChangedError
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)
    except _ChangedError as error:
        raise FileError(
            f"expected {path} as it was read, found that it changed since",
            hint="nothing was changed; run the same command again",
        ) from error
    except _LinkError as error:
        raise _no_file(path) from error
    except OSError as error:
        raise FileError(
            f"expected to write {path}, found: {error.strerror or error}",
            hint="the file is as it was; correct the cause and run the same command again",
        ) from error


class _LinkError(Exception):
    """What should be a file or a folder is a link or a device."""


class _ChangedError(Exception):
    """The file is not as it was when it was read."""


def _no_file(path: str) -> FileError:
    return FileError(
        f"expected a file at {path}, found a link, a folder or a device on the way to it",
        hint="nothing was changed; put the file itself there",
    )


def _make_folders(root: Path, path: str) -> None:
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in path.split("/")[:-1]:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
            folder = _enter(folder, part)
    finally:
        os.close(folder)


def _enter(folder: int, part: str) -> int:
    """Open a folder in a folder, which is closed; a link is none."""
    if part in ("", ".", "..") or stat.S_ISLNK(os.lstat(part, dir_fd=folder).st_mode):
        raise _LinkError
    inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    os.close(folder)
    return inner


@contextmanager
def _folder_of(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """Open the folder of a file, link by link; gives its descriptor and the file's name."""
    *folders, name = path.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            folder = _enter(folder, part)
        yield folder, name
    finally:
        os.close(folder)


def _read(folder: int, name: str) -> tuple[bytes, os.stat_result]:
    if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
        raise _LinkError
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(), os.fstat(descriptor)


def _current(folder: int, name: str) -> bytes | None:
    try:
        return _read(folder, name)[0]
    except FileNotFoundError:
        return None


def _write_beside(folder: int, name: str, before: bytes | None, after: bytes) -> str:
    """Write the new bytes into a file of its own, with the mode and owner of the old one."""
    kind = None
    if before is not None:
        data, kind = _read(folder, name)
        if data != before:
            raise _ChangedError
        if not os.access(name, os.W_OK, dir_fd=folder):
            # A rename would replace a file that its owner protects from writing.
            raise PermissionError(13, "Permission denied: the file is read-only")
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
