"""Files onto a disk: prompt files that were imported, and files that were exported.

The only part of this package that touches a disk. A prompt file is checked as `validate` would
check it, and never written over: a prompt version does not change.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.disk import (
    ChangedError,
    LinkError,
    folder_of,
    make_folders,
    read_in,
    write_beside,
)
from gitconfig_tool.document import parse_document
from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.load import load_prompts

_AS_IT_WAS = "nothing was written"


def prompt_file(source: str, path: str, draft: Draft, folder: str) -> str:
    """Return the text of a prompt file.

    `source` is the file that it was read from. `path` is where it is to be, below `folder`.
    Raises `ExchangeError` where `validate` would refuse the file: what cannot be used must not be
    written.
    """
    text = write_yaml(dict(draft.content))
    data = text.encode()
    document, problems = parse_document(path, data, sensitive=True)
    _, found = load_prompts({path: document}, {path: data}, folder=folder)
    for each in (*problems, *found):
        if rule(each.code).severity is Severity.ERROR:
            raise ExchangeError(
                f"{source}: expected what makes a valid prompt file; {each.message} ({each.code})",
                hint="; ".join(filter(None, (each.hint, "correct it in the source"))),
            )
    return text


def write_new(root: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, all of them or none; raises where one of them exists."""
    placed: list[str] = []
    try:
        for path, text in files.items():
            _write_one(root, path, text.encode())
            placed.append(path)
    except BaseException:
        _remove(root, placed)
        raise


def _write_one(root: Path, path: str, data: bytes) -> None:
    try:
        make_folders(root, path)
        with folder_of(root, path) as (folder, name):
            temporary = write_beside(folder, name, None, data)
            try:
                # Unlike a rename, a link never takes the place of a file.
                os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            finally:
                os.unlink(temporary, dir_fd=folder)
            os.fsync(folder)
    except FileExistsError as error:
        raise exists(path) from error
    except (LinkError, NotADirectoryError) as error:
        raise ExchangeError(
            f"expected folders on the way to {path}, found a link or a file",
            hint=f"{_AS_IT_WAS}; put a folder there",
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def exists(path: str) -> ExchangeError:
    """Return the error for a file that is there already."""
    return ExchangeError(
        f"expected no file at {path}, found one",
        hint=f"{_AS_IT_WAS}; a version does not change: name another with --version, or --id",
    )


def _remove(root: Path, paths: Sequence[str]) -> None:
    for path in paths:
        with suppress(OSError, LinkError), folder_of(root, path) as (folder, name):
            os.unlink(name, dir_fd=folder)


def write_out(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write exported files into a folder, each in one step.

    A file that holds the same already is left alone. One of another content is written over only
    with `force`; without it, nothing is written at all.
    """
    before = {path: _bytes_at(folder, path) for path in files}
    for path, text in files.items():
        if before[path] not in (None, text.encode()) and not force:
            raise ExchangeError(
                f"expected no file of another content at {path}, found one",
                hint=f"{_AS_IT_WAS}; write over it with --force, or name another folder",
            )
    for path, text in files.items():
        if before[path] != text.encode():
            _replace(folder, path, before[path], text.encode())


def _bytes_at(folder: Path, path: str) -> bytes | None:
    try:
        with folder_of(folder, path) as (inner, name):
            return read_in(inner, name)
    except FileNotFoundError:
        return None
    except LinkError as error:
        raise ExchangeError(
            f"expected a file at {path}, found a link, a folder or a device",
            hint=f"{_AS_IT_WAS}; name another folder",
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _replace(folder: Path, path: str, before: bytes | None, after: bytes) -> None:
    try:
        with folder_of(folder, path) as (inner, name):
            temporary = write_beside(inner, name, before, after)
            try:
                os.rename(temporary, name, src_dir_fd=inner, dst_dir_fd=inner)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=inner)
                raise
    except ChangedError as error:
        raise ExchangeError(
            f"expected {path} as it was read, found that it changed since",
            hint="run the same command again",
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: str, error: OSError) -> ExchangeError:
    return ExchangeError(
        f"expected to write {path}, found: {error.strerror or error}",
        hint="correct the cause and run the same command again",
    )
