"""A report written to a file instead of standard output, in one step.

Takes the file's path, as the user names it, and bytes. A reader sees the old file or the new one,
never half of it.
"""

import os
from contextlib import suppress
from pathlib import Path

from gitconfig_tool.disk import ChangedError, LinkError, folder_of, read_in, write_beside
from gitconfig_tool.errors import GitConfigError


class OutputFileError(GitConfigError):
    """The file that a report should be written to cannot be written."""


def write_whole(file: Path, data: bytes) -> None:
    """Write a file, or replace it; raises `OutputFileError` where that cannot be done."""
    try:
        _write(file, data)
    except FileNotFoundError as error:
        raise OutputFileError(
            f"expected a folder for {file}, found none at {file.parent}",
            hint="make the folder, or name another file",
        ) from error
    except (LinkError, IsADirectoryError) as error:
        raise OutputFileError(
            f"expected {file} to be a file, or not to be there, found a folder, a link or a device",
            hint="nothing is written through a link; name another file",
        ) from error
    except ChangedError as error:
        raise OutputFileError(
            f"expected to replace {file}, found that another program has written it meanwhile",
            hint="run the command again",
        ) from error
    except OSError as error:
        raise OutputFileError(
            f"expected to write {file}, found: {error.strerror or error}",
            hint="correct the cause, or name another file",
        ) from error


def _write(file: Path, data: bytes) -> None:
    if not file.name:
        raise IsADirectoryError
    with folder_of(file.parent, file.name) as (folder, name):
        before = None
        with suppress(FileNotFoundError):
            before = read_in(folder, name)
        temporary = write_beside(folder, name, before, data)
        try:
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
