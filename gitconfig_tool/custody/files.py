"""One file of the work tree, read and replaced in one step.

No symbolic link is followed, on the way or at the end, and no path leaves the project. Whatever
happens, a reader finds the old bytes or the new ones: they are written beside the file, brought to
the disk, and renamed over it.
"""

import os
from contextlib import suppress
from pathlib import Path

from gitconfig_tool.disk import (
    ChangedError,
    LinkError,
    folder_of,
    make_folders,
    read_in,
    write_beside,
)
from gitconfig_tool.errors import GitConfigError


class FileError(GitConfigError):
    """A file of the work tree cannot be read or replaced."""


def read_file(root: Path, path: str) -> bytes | None:
    """Return the bytes of a file below a folder; None where there is none. Raises `FileError`."""
    try:
        with folder_of(root, path) as (folder, name):
            return read_in(folder, name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except LinkError as error:
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
            make_folders(root, path)
        with folder_of(root, path) as (folder, name):
            temporary = write_beside(folder, name, before, after)
            try:
                if _current(folder, name) != before:
                    raise ChangedError
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)
    except ChangedError as error:
        raise FileError(
            f"expected {path} as it was read, found that it changed since",
            hint="nothing was changed; run the same command again",
        ) from error
    except LinkError as error:
        raise _no_file(path) from error
    except OSError as error:
        raise FileError(
            f"expected to write {path}, found: {error.strerror or error}",
            hint="the file is as it was; correct the cause and run the same command again",
        ) from error


def remove_file(root: Path, path: str, before: bytes) -> None:
    """Remove a file; raises `FileError` where it does not hold `before` any more."""
    try:
        with folder_of(root, path) as (folder, name):
            if _current(folder, name) != before:
                raise ChangedError
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)
    except ChangedError as error:
        raise FileError(
            f"expected {path} as it was read, found that it changed since",
            hint="it was not removed; run the same command again",
        ) from error
    except LinkError as error:
        raise _no_file(path) from error
    except OSError as error:
        raise FileError(
            f"expected to remove {path}, found: {error.strerror or error}",
            hint="the file is as it was; correct the cause and run the same command again",
        ) from error


def _no_file(path: str) -> FileError:
    return FileError(
        f"expected a file at {path}, found a link, a folder or a device on the way to it",
        hint="nothing was changed; put the file itself there",
    )


def _current(folder: int, name: str) -> bytes | None:
    try:
        return read_in(folder, name)
    except FileNotFoundError:
        return None
