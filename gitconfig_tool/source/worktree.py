"""Reading one file of a work tree, without following any link on the way."""

import os
import stat
from pathlib import Path

from gitconfig_tool.source.snapshot import MAX_BLOB_BYTES, MODE_LINK, SourceError


def read_file(top: Path, name: str) -> tuple[bytes, int] | None:
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
            return os.fsencode(os.readlink(parts[-1], dir_fd=folder)), MODE_LINK
        if not stat.S_ISREG(kind.st_mode):
            return None
        descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_BLOB_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(
            f"expected to read {name}, found: {error.strerror}",
            hint="check that it is a file that you may read",
        ) from error
    finally:
        os.close(folder)
    if len(data) > MAX_BLOB_BYTES:
        raise SourceError(
            f"expected {name} to have at most {MAX_BLOB_BYTES:,} bytes, found more",
            hint="large files do not belong in the configuration; list it in .gitignore",
        )
    return data, 0o100644
