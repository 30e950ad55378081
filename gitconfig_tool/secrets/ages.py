"""When the value of each secret was last replaced, as far as its ciphertext tells without a key.

Takes contents of SOPS files in the order in which commits brought them; returns an `Age` for each
ciphertext. Does not read Git itself, and knows nothing of intervals: see `rotation`.

A ciphertext is as old as the first commit that held it, under whatever path: SOPS takes a new
random nonce for each value that it encrypts, so an equal text is the same value. A file that was
moved or copied keeps its age, and an older version that is brought back has its old age.

`sops rotate`, or encrypting a file anew, changes every ciphertext and every copy of the data key at
once, whether a value was replaced or not. Then only what certainly was replaced counts: a value
whose type or length differs. The others keep their age, and `reencrypted` names the commit: to call
a leaked password new because it was encrypted twice would be the worse mistake of the two.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.document import Document, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.secrets.formats import parse_sops_file
from gitconfig_tool.secrets.model import METADATA_KEY, is_sops
from gitconfig_tool.sops.values import PREFIX
from gitconfig_tool.source import Commit, FileTooLargeError, Snapshot, Version

# The field of a recipient that holds the data key, encrypted to it: stores/stores.go of SOPS.
_DATA_KEY = "enc"
# SOPS's own block names itself so in every format.
_MARK = b"sops"
_CIPHERTEXT = re.compile(rb"ENC\[AES256_GCM,[^\]\s]*\]")
_SHAPE = re.compile(r"data:(?P<data>[^,\]]*),.*type:(?P<type>[^,\]]*)")


@dataclass(frozen=True, slots=True)
class Age:
    """Since when a value is what it is.

    `commit` is the one that brought the ciphertext; None where it is not committed yet. `is_cut`
    says that a shallow clone ends there: the value may be older. `reencrypted` is the last commit
    that encrypted the whole file anew and left open whether the value was replaced, None where
    there is none; it is newer than `commit`. `replaced` is the ciphertext before that.
    """

    commit: Commit | None
    is_cut: bool = False
    reencrypted: Commit | None = None
    replaced: str | None = None


NOT_COMMITTED = Age(None)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A SOPS file without what can be read of it.

    `values` maps the pointer of each encrypted value to its ciphertext, `data_keys` are the copies
    of the data key, one for each recipient.
    """

    values: Mapping[str, str]
    data_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """One content of a file that a commit brought; None for the commit of what is not committed.

    `content` and `before`, what stood there until then, are names that `read` of `date` takes.
    """

    commit: Commit | None
    path: str
    content: str
    before: str | None
    is_cut: bool = False


def holds_sops(data: bytes) -> bool:
    """Tell whether bytes may be a SOPS file; most are none, and need not be parsed then."""
    return _MARK in data and PREFIX.encode() in data


def read_sealed(path: str, data: bytes) -> Sealed | None:
    """Return what ages need of a SOPS file; None for a file that is none or cannot be read."""
    return seal(parse_sops_file(path, data)[0]) if holds_sops(data) else None


def seal(document: Document) -> Sealed | None:
    """Return the same of a file that was parsed already."""
    root = document.root
    if not isinstance(root, MappingNode) or not is_sops(root):
        return None
    values: dict[str, str] = {}
    for key, entry in root.entries.items():
        if key != METADATA_KEY:
            _collect(entry.value, (key,), values)
    keys: set[str] = set()
    _data_keys(root.entries[METADATA_KEY].value, keys)
    return Sealed(values, frozenset(keys))


def date(written: Iterable[Written], read: Callable[[str], bytes]) -> Mapping[str, Age]:
    """Return the age of every ciphertext in some contents, by the ciphertext itself.

    `written` is in the order of time, parents before children.
    """
    ages: dict[str, Age] = {}
    done: set[str] = set()
    for each in written:
        if each.content in done:
            continue
        done.add(each.content)
        data = _content(read, each.content)
        fresh = [text for text in _ciphertexts(data) if text not in ages]
        if not fresh:
            continue
        age = Age(each.commit, each.is_cut)
        kept = _kept(each, data, read) if each.before is not None else {}
        for text in fresh:
            old = kept.get(text)
            if old is None or old not in ages:
                ages[text] = age
            else:
                # What is not committed has no commit to name: it is then as old as it was.
                since = each.commit or ages[old].reencrypted
                ages[text] = Age(ages[old].commit, ages[old].is_cut, since, old)
    return ages


def ages_of(path: str, data: bytes, versions: Iterable[Version]) -> Mapping[str, Age]:
    """Return the age of each value of one file by its pointer; empty for what is no SOPS file.

    `versions` are those of the file, newest first, as `Snapshot.versions` yields them; those of the
    paths that the file had before may follow, see `versions_of`.
    """
    sealed = read_sealed(path, data)
    if sealed is None:
        return {}
    contents: dict[str, bytes] = {}
    written: list[Written] = []
    before: str | None = None
    for version in reversed(list(versions)):
        content = _version(version)
        if content is None:
            before = None
            continue
        name = version.oid or ""
        contents[name] = content
        written.append(Written(version.commit, path, name, before, version.is_cut))
        before = name
    contents["now"] = data
    written.append(Written(None, path, "now", before))
    ages = date(written, contents.__getitem__)
    return {pointer: ages.get(text, NOT_COMMITTED) for pointer, text in sealed.values.items()}


def versions_of(snapshot: Snapshot, path: str) -> Iterator[Version]:
    """Yield the versions of a file, newest first, and then those of the paths that it had before.

    A file that a commit added is followed to a parent that holds the same bytes elsewhere, or that
    holds a file with one of its ciphertexts which the commit removed.
    """
    known = {path}
    while True:
        last: Version | None = None
        for version in snapshot.versions(path):
            yield version
            last = version
        if last is not None:
            if last.oid is None or last.is_cut:
                return
            snapshot = snapshot.at_revision(last.commit.id)
        found = _moved_from(snapshot, path, known)
        if found is None:
            return
        snapshot, path = found
        known.add(path)


def _moved_from(snapshot: Snapshot, path: str, known: set[str]) -> tuple[Snapshot, str] | None:
    """Return the parent and the path at which the content of a new file was before."""
    file = snapshot.files.get(path)
    if file is None:
        return None
    before = snapshot.before()
    for parent in before:
        for other in parent.files.values():
            if other.oid == file.oid and other.path not in known:
                return parent, other.path
    mine = frozenset(_ciphertexts(_content(snapshot.read, path)))
    for parent in before if mine else ():
        for gone in sorted(parent.files.keys() - snapshot.files.keys() - known):
            if not mine.isdisjoint(_ciphertexts(_content(parent.read, gone))):
                return parent, gone
    return None


def _version(version: Version) -> bytes | None:
    try:
        return version.read()
    except FileTooLargeError:
        return None


def _content(read: Callable[[str], bytes], name: str) -> bytes:
    try:
        return read(name)
    except FileTooLargeError:
        return b""


def _ciphertexts(data: bytes) -> Iterable[str]:
    if _MARK not in data:
        return ()
    return dict.fromkeys(text.decode("ascii", "replace") for text in _CIPHERTEXT.findall(data))


def _kept(each: Written, data: bytes, read: Callable[[str], bytes]) -> Mapping[str, str]:
    """Return the ciphertexts of a file that was encrypted anew, and what each may only repeat."""
    old_data = _content(read, each.before or "")
    # Any value that both have says that the data key is the same one, and saves the parsing.
    if not frozenset(_ciphertexts(old_data)).isdisjoint(_ciphertexts(data)):
        return {}
    old, new = read_sealed(each.path, old_data), read_sealed(each.path, data)
    if old is None or new is None or not is_reencrypted(old, new):
        return {}
    return {
        text: old.values[pointer]
        for pointer, text in new.values.items()
        if pointer in old.values and shape_of(old.values[pointer]) == shape_of(text)
    }


def is_reencrypted(old: Sealed, new: Sealed) -> bool:
    """Tell whether a file was encrypted anew: it has no value and no data key as it was before."""
    return old.data_keys.isdisjoint(new.data_keys) and frozenset(old.values.values()).isdisjoint(
        new.values.values()
    )


def shape_of(text: str) -> tuple[str, int] | None:
    """Return the type of a value and its length, which SOPS leaves in the clear."""
    found = _SHAPE.search(text)
    return (found["type"], len(found["data"].rstrip("="))) if found is not None else None


def _collect(node: Node, path: Path, values: dict[str, str]) -> None:
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            _collect(entry.value, (*path, key), values)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            _collect(item, (*path, index), values)
    elif isinstance(node.value, str) and node.value.startswith(PREFIX):
        values[format_pointer(path)] = node.value


def _data_keys(node: Node, found: set[str]) -> None:
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            if key == _DATA_KEY and isinstance(entry.value, ScalarNode):
                found.add(str(entry.value.value))
            else:
                _data_keys(entry.value, found)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            _data_keys(item, found)
