"""Delivery into a folder, switched in one step.

As kubelet's AtomicWriter does (`pkg/volume/util/atomic_writer.go`): the files lie in a generation
folder `..gen-XXXX`; the link `..data` points to the current generation; each top-level name links
through `..data`. Renaming a new `..data` over the old switches all files at once. Nothing is ever
written through a link that stands in the folder.
"""

import fcntl
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitconfig_tool.fetch.model import EMITTED, Delivery, DeliveryError, DeliveryReport

_DATA = "..data"
_NEW_DATA = "..data-new"
_GENERATION = re.compile(r"\.\.gen-[0-9a-f]{16}")
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_MAX_DEPTH = 64  # folders inside folders; document ids have a few parts


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """A target below a folder: `ENTRY.json` for each entry, emitted files as they are."""

    path: Path

    @property
    def address(self) -> str:
        """How a person names the folder."""
        return str(self.path)

    def deliver(self, delivery: Delivery) -> DeliveryReport:
        """Write the entries as files, all at once; on failure the former files stay."""
        files = _files(delivery.entries, delivery.files)
        try:
            with _open_target(self.path) as folder:
                former = _read_generation(folder, _current(folder))
                written = sorted(name for name, data in files.items() if former.get(name) != data)
                removed = sorted(former.keys() - files.keys())
                if written or removed or _current(folder) is None:
                    self._switch(folder, files)
                _clean(folder)
        except OSError as error:
            raise DeliveryError(
                f"expected to write the bundle to {self.path}, found: {error.strerror or error}",
                hint="the former files are still in place; correct the cause and fetch again",
            ) from error
        return DeliveryReport(
            bundle=delivery.bundle,
            target=self.address,
            digest=delivery.digest,
            revision=delivery.revision,
            written=tuple(_entry(name) for name in written),
            unchanged=tuple(_entry(name) for name in sorted(files.keys() - set(written))),
            removed=tuple(_entry(name) for name in removed),
        )

    def _switch(self, folder: int, files: Mapping[str, bytes]) -> None:
        """Write a new generation and make it the current one."""
        tops = sorted({name.split("/", 1)[0] for name in files})
        made: list[str] = []
        generation = f"..gen-{secrets.token_hex(8)}"
        try:
            _write_generation(folder, generation, files)
            for top in tops:
                if self._needs_link(folder, top):
                    os.symlink(f"{_DATA}/{top}", top, dir_fd=folder)
                    made.append(top)
            with suppress(FileNotFoundError):
                os.unlink(_NEW_DATA, dir_fd=folder)
            os.symlink(generation, _NEW_DATA, dir_fd=folder)
            os.rename(_NEW_DATA, _DATA, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            for name in (*made, _NEW_DATA):
                with suppress(OSError):
                    os.unlink(name, dir_fd=folder)
            with suppress(OSError):
                _remove_tree(folder, generation)
            raise
        os.fsync(folder)

    def _needs_link(self, folder: int, top: str) -> bool:
        """Tell whether a top-level link is missing; raises for a name that is somebody else's."""
        try:
            if os.readlink(top, dir_fd=folder) == f"{_DATA}/{top}":
                return False
        except FileNotFoundError:
            return True
        except OSError:
            pass  # EINVAL: it is no link.
        raise DeliveryError(
            f"expected the name {top!r} in {self.path} to be free, found a file or link that is not"
            " ours",
            hint="nothing was changed; move it away, or name another folder",
        )


def _files(entries: Mapping[str, Any], emitted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the content of each file by its path."""
    files = dict(emitted)
    for name, value in entries.items():
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        path = f"{name}.json"
        if path in emitted:
            raise DeliveryError(
                f"expected each file once, found {path!r} as a document and as an emitted file",
                hint="rename the document",
            )
        files[path] = f"{text}\n".encode()
    for path in files:
        parts = path.split("/")
        if len(parts) > _MAX_DEPTH:
            raise DeliveryError(f"expected at most {_MAX_DEPTH} parts in an id, found {path!r}")
        for end in range(1, len(parts)):
            if "/".join(parts[:end]) in files:
                raise DeliveryError(
                    f"expected {'/'.join(parts[:end])!r} to be a file or a folder, found documents"
                    " that make it both",
                    hint="rename one of the documents",
                )
    return files


def file_name_of(entry: str) -> str:
    """Return the file of an entry as reports name it, below the folder."""
    return entry if entry.startswith(f"{EMITTED}/") else f"{entry}.json"


def _entry(file_name: str) -> str:
    """Name a file as reports do: an entry without its ending, an emitted file as it is called."""
    return file_name if file_name.startswith(f"{EMITTED}/") else file_name.removesuffix(".json")


@contextmanager
def _open_target(path: Path) -> Iterator[int]:
    """Open the folder for writing, alone; creates it where there is none."""
    try:
        path.mkdir(mode=_FOLDER_MODE, parents=True)
    except FileExistsError:
        if not path.is_dir():
            raise DeliveryError(
                f"expected a folder at {path}, found a file", hint="name another folder"
            ) from None
        created = False
    else:
        created = True
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DeliveryError(
                f"expected to be alone in writing {path}, found another process at it",
                hint="wait until it has ended, then fetch again",
            ) from error
        if created:
            os.fchmod(folder, _FOLDER_MODE)
        names = [
            name
            for name in os.listdir(folder)
            if name != _NEW_DATA and not _GENERATION.fullmatch(name)
        ]
        if names and _DATA not in names and not _are_our_links(folder, names):
            raise DeliveryError(
                f"expected an empty folder or one that this tool writes at {path}, found"
                f" {len(names)} other files, such as {min(names)!r}",
                hint="nothing was changed; name a new folder",
            )
        yield folder
    finally:
        os.close(folder)


def _are_our_links(folder: int, names: list[str]) -> bool:
    """Tell whether all names are links of ours: what a first run leaves when it is killed."""
    try:
        return all(os.readlink(name, dir_fd=folder) == f"{_DATA}/{name}" for name in names)
    except OSError:
        return False


def _current(folder: int) -> str | None:
    """Return the name of the current generation; raises when `..data` is not of our making."""
    try:
        target = os.readlink(_DATA, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        target = ""
    if not _GENERATION.fullmatch(target):
        raise DeliveryError(
            f"expected {_DATA!r} to be a link to a generation of ours, found something else",
            hint="nothing was changed; name a new folder",
        )
    return target


def _read_generation(folder: int, generation: str | None) -> dict[str, bytes]:
    """Return the files of a generation; what is not as we write it counts as not there."""
    files: dict[str, bytes] = {}
    if generation is not None:
        with suppress(OSError):
            _read_tree(folder, generation, "", files, 0)
    return files


def _read_tree(parent: int, name: str, prefix: str, files: dict[str, bytes], depth: int) -> None:
    flags = os.O_RDONLY | os.O_NOFOLLOW
    here = os.open(name, flags | os.O_DIRECTORY, dir_fd=parent)
    try:
        if stat.S_IMODE(os.fstat(here).st_mode) != _FOLDER_MODE or depth > _MAX_DEPTH:
            return
        for child in os.listdir(here):
            mode = os.stat(child, dir_fd=here, follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                _read_tree(here, child, f"{prefix}{child}/", files, depth + 1)
            elif mode == stat.S_IFREG | _FILE_MODE:
                with open(os.open(child, flags | os.O_NONBLOCK, dir_fd=here), "rb") as file:
                    files[f"{prefix}{child}"] = file.read()
            else:
                # Not ours: a name that no delivery has makes the generation count as changed.
                files[f"{prefix}{child}/"] = b""
    finally:
        os.close(here)


def _write_generation(folder: int, generation: str, files: Mapping[str, bytes]) -> None:
    os.mkdir(generation, _FOLDER_MODE, dir_fd=folder)
    handles = {"": os.open(generation, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)}
    try:
        os.fchmod(handles[""], _FOLDER_MODE)
        for path, data in sorted(files.items()):
            parent, _, name = path.rpartition("/")
            _write_file(_folder_handle(handles, parent), name, data)
        for handle in handles.values():
            os.fsync(handle)
    finally:
        for handle in handles.values():
            os.close(handle)


def _folder_handle(handles: dict[str, int], path: str) -> int:
    """Return the open folder at a path below the generation, made where it is not there yet."""
    if path not in handles:
        parent_path, _, name = path.rpartition("/")
        parent = _folder_handle(handles, parent_path)
        os.mkdir(name, _FOLDER_MODE, dir_fd=parent)
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        handles[path] = handle
        os.fchmod(handle, _FOLDER_MODE)
    return handles[path]


def _write_file(folder: int, name: str, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with open(os.open(name, flags, _FILE_MODE, dir_fd=folder), "wb") as file:
        os.fchmod(file.fileno(), _FILE_MODE)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _clean(folder: int) -> None:
    """Remove former generations, and top-level links that lead nowhere any more."""
    current = _current(folder)
    for name in os.listdir(folder):
        if _GENERATION.fullmatch(name) and name != current:
            _remove_tree(folder, name)
        elif _is_stale_link(folder, name):
            os.unlink(name, dir_fd=folder)


def _is_stale_link(folder: int, name: str) -> bool:
    try:
        if os.readlink(name, dir_fd=folder) != f"{_DATA}/{name}":
            return False
    except OSError:
        return False
    try:
        os.stat(name, dir_fd=folder)
    except FileNotFoundError:
        return True
    return False


def _remove_tree(parent: int, name: str) -> None:
    try:
        here = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except NotADirectoryError:
        os.unlink(name, dir_fd=parent)
        return
    try:
        for child in os.listdir(here):
            if stat.S_ISDIR(os.stat(child, dir_fd=here, follow_symlinks=False).st_mode):
                _remove_tree(here, child)
            else:
                os.unlink(child, dir_fd=here)
    finally:
        os.close(here)
    os.rmdir(name, dir_fd=parent)
