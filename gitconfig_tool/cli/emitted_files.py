"""Emitted files in a folder: each takes its place in one step, and none of somebody else's is lost.

What was written is noted in `.gitconfig-tool-emitted.json`, with digests. So the next run may write
over a file that is as it was left, and remove one that is no longer emitted; any other file in the
way is somebody else's.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from gitconfig_tool.artifact import canonical_json, sha256_digest
from gitconfig_tool.disk import LinkError, folder_of, make_folders, read_in, write_beside
from gitconfig_tool.errors import GitConfigError

NOTE = ".gitconfig-tool-emitted.json"


class EmitError(GitConfigError):
    """The files cannot be written."""


def write_files(
    directory: Path, files: Mapping[str, bytes], *, force: bool
) -> Mapping[str, tuple[str, ...]]:
    """Write files; return the names that were `written`, `unchanged` and `removed`.

    Raises `EmitError`. All new contents are written beside their files first, so that a full disk
    changes nothing.
    """
    with said_in_words(directory):
        directory.mkdir(parents=True, exist_ok=True)
        noted = _read_note(directory)
        current = {name: _read(directory, name) for name in {*files, *noted}}
        written = sorted(name for name, data in files.items() if current[name] != data)
        gone = sorted(
            name
            for name in noted.keys() - files.keys()
            if (data := current[name]) is not None and sha256_digest(data) == noted[name]
        )
        if not force:
            _refuse_foreign(directory, written, current, noted)
        note = {"files": {name: sha256_digest(data) for name, data in sorted(files.items())}}
        contents = {name: files[name] for name in written}
        if note["files"] != noted:
            contents[NOTE] = canonical_json(note) + b"\n"
        replace_files(directory, contents)
        for name in gone:
            with folder_of(directory, name) as (folder, last):
                os.unlink(last, dir_fd=folder)
    unchanged = tuple(sorted(files.keys() - set(written)))
    return {"written": tuple(written), "unchanged": unchanged, "removed": tuple(gone)}


def _refuse_foreign(
    directory: Path,
    written: list[str],
    current: Mapping[str, bytes | None],
    noted: Mapping[str, str],
) -> None:
    foreign = [
        name
        for name in written
        if (data := current[name]) is not None and noted.get(name) != sha256_digest(data)
    ]
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise EmitError(
            f"expected {directory} to hold only what emit wrote there, found other content in "
            f"{', '.join(foreign[:3])}{more}",
            hint="nothing was changed; move it away, or write over it with --force",
        )


def _read_note(directory: Path) -> dict[str, str]:
    """Return the digests of what was written; a note that is none of ours counts as none."""
    data = _read(directory, NOTE)
    try:
        files = json.loads(data or b"{}").get("files", {})
        return {
            name: digest
            for name, digest in files.items()
            if isinstance(digest, str) and not {"", ".", ".."} & set(name.split("/"))
        }
    except (ValueError, AttributeError, RecursionError):
        return {}


def _read(directory: Path, name: str) -> bytes | None:
    try:
        with folder_of(directory, name) as (folder, last):
            return read_in(folder, last)
    except FileNotFoundError:
        return None


def replace_files(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write files so that each takes its place in one step; other files of the folder stay."""
    waiting: list[tuple[str, str]] = []
    try:
        for name, data in contents.items():
            make_folders(directory, name)
            before = _read(directory, name)
            with folder_of(directory, name) as (folder, last):
                waiting.append((name, write_beside(folder, last, before, data)))
        while waiting:
            name, temporary = waiting[0]
            with folder_of(directory, name) as (folder, last):
                os.rename(temporary, last, src_dir_fd=folder, dst_dir_fd=folder)
            del waiting[0]
    finally:
        for name, temporary in waiting:
            with suppress(OSError, LinkError), folder_of(directory, name) as (folder, _):
                os.unlink(temporary, dir_fd=folder)


@contextmanager
def said_in_words(directory: Path) -> Iterator[None]:
    """Say in our words why files cannot be written."""
    try:
        yield
    except LinkError as error:
        raise EmitError(
            f"expected files and folders in {directory}, found a link or a device in the way",
            hint="nothing is written through a link; name another folder",
        ) from error
    except OSError as error:
        raise EmitError(
            f"expected to write to {directory}, found: {error.strerror or error}",
            hint="correct the cause and run again",
        ) from error
