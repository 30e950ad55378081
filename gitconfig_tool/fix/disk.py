"""Reading and writing the files of a work tree that a repair touches.

No symbolic link is followed, on the way or at the end, and no path leaves the project. A file is
replaced in one step: a reader finds the old content or the new one.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitconfig_tool.disk import ChangedError, LinkError, folder_of, read_in, write_beside
from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.fix.plan import Change


class FixError(GitConfigError):
    """A file could not be repaired on disk."""


def read_on_disk(root: Path, path: str) -> bytes | None:
    """Return the bytes of a file below a folder; None where there is none, or a link is met."""
    try:
        with folder_of(root, path) as (folder, name):
            return read_in(folder, name)
    except (FileNotFoundError, NotADirectoryError, LinkError):
        return None
    except OSError as error:
        raise FixError(
            f"expected to read {path}, found: {error.strerror or error}",
            hint="check that it is a file that you may read",
        ) from error


def write_changes(root: Path, changes: "Sequence[Change]") -> None:
    """Write all changes below a folder; raises `FixError`.

    First every new content is written beside its file, so that a full disk or a folder that may not
    be written changes nothing. Then each takes its file's place, unless that changed since it was
    read. Each file's repair is right without the others: where one fails, the others are kept.
    """
    beside: list[tuple[Change, str]] = []
    try:
        for change in changes:
            with _reported(change.path), folder_of(root, change.path) as (folder, name):
                beside.append((change, write_beside(folder, name, change.before, change.after)))
        for number, (change, temporary) in enumerate(beside):
            with (
                _reported(change.path, done=number, of=len(beside)),
                folder_of(root, change.path) as (folder, name),
            ):
                if read_in(folder, name) != change.before:
                    raise ChangedError
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
    finally:
        for change, temporary in beside:
            with suppress(OSError, LinkError), folder_of(root, change.path) as (folder, _):
                os.unlink(temporary, dir_fd=folder)


@contextmanager
def _reported(path: str, *, done: int = 0, of: int = 0) -> Iterator[None]:
    """Turn what goes wrong with a file into a `FixError`."""
    kept = f"{done} of {of} files are repaired; " if done else "nothing was changed; "
    try:
        yield
    except ChangedError as error:
        raise FixError(
            f"expected {path} as it was read, found that it changed since",
            hint=f"{kept}save it and run the same command again",
        ) from error
    except LinkError as error:
        raise FixError(
            f"expected a file at {path}, found a link, a folder or a device",
            hint=f"{kept}put the file itself there",
        ) from error
    except OSError as error:
        raise FixError(
            f"expected to write {path}, found: {error.strerror or error}",
            hint=f"{kept}correct the cause and run the same command again",
        ) from error
