"""Reading one file of a work tree, without following any link on the way."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gitconfig_tool.source.snapshot import MAX_BLOB_BYTES, MODE_LINK, SourceError


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file or a link of the work tree; `data` is None for a file that is too large to read."""

    data: bytes | None
    mode: int
    size: int


def read_file(top: Path, name: str) -> DiskFile | None:
    """Read a work tree file, without following any link on the way; None when it is gone."""
    parts = name.split("/")
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        kind = os.lstat(parts[-1], dir_fd=folder)
        if stat.S_ISLNK(kind.st_mode):
            target = os.fsencode(os.readlink(parts[-1], dir_fd=folder))
            return DiskFile(target, MODE_LINK, len(target))
        if not stat.S_ISREG(kind.st_mode):
            return None
        descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            data = b"" if kind.st_size > MAX_BLOB_BYTES else file.read(MAX_BLOB_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(
            f"expected to read {name}, found: {error.strerror}",
            hint="check that it is a file that you may read",
        ) from error
    finally:
        os.close(folder)
    # A file may grow between the two looks at it.
    size = max(kind.st_size, len(data))
    return DiskFile(None if size > MAX_BLOB_BYTES else data, 0o100644, size)
