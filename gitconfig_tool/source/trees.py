"""The files of a tree and of all its folders, read without trust.

Takes a repository and the id of a tree; returns a `Listing`. libgit2 would refuse a whole tree for
one odd name, keep one of two entries of the same name, and write out a tree that repeats itself
until the memory is full. Does not read blobs and does not judge names: see `names`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pygit2
from pygit2.enums import ObjectType

from gitconfig_tool.source.snapshot import SourceError

# More than any project has; a tree that names itself ten times on each of ten levels has 10^10.
MAX_ENTRIES = 500_000
# No program on macOS takes a longer path (PATH_MAX in sys/syslimits.h); Linux takes 4,096.
MAX_PATH_BYTES = 1024
# A tree of so many bytes has more entries than the bound above.
_MAX_TREE_BYTES = 64 * 1024 * 1024
_FOLDER = 0o40000
# Ten times as fast as a loop over the bytes.
_ENTRY = re.compile(rb"([0-7]{1,7}) ([^\0]*)\0(.{20})", re.DOTALL)
# Name -> mode and id, as the tree has them.
Entries = Mapping[bytes, tuple[bytes, bytes]]
# Name, id and mode of each entry of a tree.
Children = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a tree holds.

    `entries` are path, id and mode of each file, in no order; bytes that are not UTF-8 are escaped
    as `os.fsdecode` does. `repeated` are the paths that one tree names twice, `slashed` those of
    entries with `/` in their own name; none of them is followed or listed in `entries`.
    """

    entries: list[tuple[str, str, int]]
    repeated: tuple[str, ...] = ()
    slashed: tuple[str, ...] = ()


def list_tree(
    repository: pygit2.Repository, tree_id: str, known: dict[str, Children] | None = None
) -> Listing:
    """List every file below a tree. Raises `SourceError` where an object is missing or damaged.

    `known` holds the trees that were read before, by id, and takes those that are read now: two
    commits share most of theirs.
    """
    known = {} if known is None else known
    entries: list[tuple[str, str, int]] = []
    repeated: list[str] = []
    slashed: list[str] = []
    waiting = [("", tree_id)]
    folders = 0
    while waiting:
        prefix, oid = waiting.pop()
        if oid not in known:
            known[oid] = _children(_read_tree(repository, oid), oid)
        children = known[oid]
        folders += 1
        if folders + len(entries) + len(waiting) + len(children) > MAX_ENTRIES:
            raise SourceError(
                f"expected at most {MAX_ENTRIES:,} files and folders, found more",
                hint="choose a project in a subfolder of the repository: --project FOLDER",
            )
        if len({name for name, _, _ in children}) < len(children):
            names = [name for name, _, _ in children]
            twice = {name for name in names if names.count(name) > 1}
            repeated += [prefix + name for name in sorted(twice)]
            children = [child for child in children if child[0] not in twice]
        for name, child, mode in children:
            path = prefix + name
            if "/" in name:
                slashed.append(path)
            elif mode & 0o170000 == _FOLDER and len(path) <= MAX_PATH_BYTES:
                waiting.append((path + "/", child))
            else:
                entries.append((path, child, mode))
    return Listing(entries, tuple(repeated), tuple(slashed))


def raw_entries(repository: pygit2.Repository, tree_id: str) -> Entries:
    """Return the entries of one tree as they are written, by name; raises as `list_tree` does.

    Of two entries with one name, the last one counts.
    """
    found = _split(_read_tree(repository, tree_id), tree_id)
    return {name: (mode, oid) for mode, name, oid in found}


def differing_paths(
    repository: pygit2.Repository, one: str | None, other: str, within: str
) -> frozenset[str]:
    """Return the paths of files that differ between two trees; all of the other without the first.

    Only what lies in the folder `within` is looked at (empty, or ending in `/`), and no folder that
    both sides share. Raises as `list_tree` does.
    """
    found: set[str] = set()
    waiting: list[tuple[str, str | None, str | None]] = [("", one, other)]
    count = 0
    while waiting:
        prefix, *sides = waiting.pop()
        before, after = (set(tree_entries(repository, id) if id else ()) for id in sides)
        count += len(before) + len(after)
        if count > 2 * MAX_ENTRIES:
            raise SourceError(
                f"expected at most {MAX_ENTRIES:,} files and folders, found more",
                hint="choose a project in a subfolder of the repository: --project FOLDER",
            )
        folders: dict[str, list[str | None]] = {}
        for side, entries in enumerate((before - after, after - before)):
            for name, id, mode in entries:
                path = prefix + name
                if mode & 0o170000 != _FOLDER:
                    found.add(path)
                elif len(path) <= MAX_PATH_BYTES and _leads(f"{path}/", within):
                    folders.setdefault(f"{path}/", [None, None])[side] = id
        waiting += [(path, ids[0], ids[1]) for path, ids in folders.items()]
    return frozenset(found)


def _leads(folder: str, within: str) -> bool:
    """Tell whether a folder is another one, in it, or on the way to it."""
    return folder.startswith(within) or within.startswith(folder)


def tree_entries(repository: pygit2.Repository, tree_id: str) -> Children:
    """Return name, id and mode of each entry of one tree; raises as `list_tree` does."""
    return _children(_read_tree(repository, tree_id), tree_id)


def _read_tree(repository: pygit2.Repository, oid: str) -> bytes:
    try:
        kind, size = repository.odb.read_header(oid)
        if kind != ObjectType.TREE:
            raise _damaged(oid, "another kind of object")
        if size > _MAX_TREE_BYTES:
            raise _damaged(oid, f"{size:,} bytes")
        return bytes(repository.read(oid)[1])
    except (KeyError, pygit2.GitError) as error:
        raise SourceError(
            f"expected a complete repository, found an object missing: {error}",
            hint="run git fsck; a partial clone may need git fetch",
        ) from error


def _children(data: bytes, oid: str) -> Children:
    return [
        (name.decode("utf-8", "surrogateescape"), child.hex(), int(mode, 8))
        for mode, name, child in _split(data, oid)
    ]


def _split(data: bytes, oid: str) -> list[tuple[bytes, bytes, bytes]]:
    """Split a tree object: mode, space, name, NUL and the id in 20 bytes, for each entry."""
    found: list[tuple[bytes, bytes, bytes]] = _ENTRY.findall(data)
    # What is left over is no entry.
    if sum(len(mode) + len(name) for mode, name, _ in found) + 22 * len(found) != len(data):
        raise _damaged(oid, "bytes that are no entry of a tree")
    return found


def _damaged(oid: str, found: str) -> SourceError:
    return SourceError(
        f"expected the object {oid} to be a tree, found {found}",
        hint="run git fsck: the repository is damaged",
    )
