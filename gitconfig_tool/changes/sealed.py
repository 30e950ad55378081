"""What became of SOPS files, as far as can be told without a key.

Takes both revisions; returns a `SecretChange` for each thing that happened to a file. Reads only
the SOPS files that changed. Holds no value, and no ciphertext.

SOPS keeps the ciphertext of a value that it leaves alone, and gives a new one to each value that it
writes. So a ciphertext that differs beside others that do not is a value that was replaced. Where
every ciphertext and the data key differ, the file was encrypted anew, and nobody can tell without a
key whether a value was replaced too, unless its type or its length is another one (see
`secrets.ages`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from gitconfig_tool.changes.both import Both, content
from gitconfig_tool.changes.model import SecretChange, SecretKind
from gitconfig_tool.changes.wording import listed
from gitconfig_tool.compiler.document_ids import document_id, document_in
from gitconfig_tool.compiler.view import View
from gitconfig_tool.document import Document, Node, ScalarNode, node_at
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.secrets import (
    Names,
    SopsDocument,
    describe,
    find_same,
    is_sops_path,
    parse_sops_file,
    read_sops,
)
from gitconfig_tool.secrets.ages import holds_sops, shape_of
from gitconfig_tool.secrets.tampering.comparing import leaves
from gitconfig_tool.secrets.tampering.reading import Sealed, is_encrypted, read_sealed
from gitconfig_tool.secrets.tampering.times import is_earlier

_UNTOLD = (
    "sealed with a new data key: whether a value was replaced as well cannot be told without a key"
)
_SEALED_ANEW = "the data key was sealed anew for the same recipients; no value was replaced"
_IN_THE_CLEAR = "the file keeps these values in the clear by its own rule"
_WAS_CLEAR = "the same file was in the clear before: history keeps its values, so replace them"
_STILL_OPEN = "who was taken out can open older versions: replace what must stay secret"


class _Order(IntEnum):
    """The order in which the changes of one file are told: the gravest first."""

    CLEARED = 0
    RECIPIENTS = 1
    ROTATED = 2
    REENCRYPTED = 3
    ADDED = 4
    REMOVED = 5


@dataclass(frozen=True, slots=True)
class _File:
    """One side of a SOPS file."""

    path: str
    sops: SopsDocument
    sealed: Sealed
    ciphertexts: Mapping[str, str] = field(repr=False)
    clear: Mapping[str, object] = field(repr=False)

    @property
    def data_keys(self) -> frozenset[str]:
        """The copies of the data key, one for each recipient."""
        return frozenset(seal.text for seal in self.sealed.seals.values())


@dataclass(frozen=True, slots=True)
class _Found:
    """Something that happened to a file, before it is known whom it concerns."""

    kind: SecretKind
    pointers: tuple[str, ...] = ()
    note: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved_from: str = ""


def changed_secrets(both: Both) -> tuple[SecretChange, ...]:
    """Return what happened to the SOPS files that differ, by path."""
    paths = sorted(both.paths)
    old = {path: file for path in paths if (file := _read(both.old, path)) is not None}
    new = {path: file for path in paths if (file := _read(both.new, path)) is not None}
    if not old and not new:
        return ()
    whom = _Whom(both)
    origins = _origins(both, old, new)
    names = both.names
    found: list[SecretChange] = []
    for path, after in new.items():
        origin = origins.get(path, path)
        before = old.get(origin)
        changes = _compared(before, after, names) if before is not None else _came(both, after)
        if before is not None and origin != path:
            changes = [*_moved(whom, origin, path), *changes]
        found += (whom.tell(each, path, origin) for each in changes)
    taken = {*origins.values(), *new}
    for path, before in old.items():
        if path not in taken:
            came, cleared = _cleared_file(both, before)
            at = came or path
            if cleared is not None:
                found.append(whom.tell(cleared, at, path))
            else:
                found.append(whom.tell(_Found(SecretKind.REMOVED), path, path))
    return tuple(sorted(found, key=lambda each: (each.path, _Order[each.kind.name])))


class _Whom:
    """Says which bundles a change concerns: whose layers have the file, and who links to it."""

    def __init__(self, both: Both) -> None:
        self.both = both
        self._links: dict[int, tuple[tuple[str, str], ...]] = {}
        self._linking: dict[tuple[int, str], list[tuple[str, str]]] = {}

    def tell(self, found: _Found, path: str, origin: str) -> SecretChange:
        """Return a change with the bundles that it concerns; `origin` is the path before."""
        before, after = (
            self.readers(self.both.old, origin),
            self.readers(self.both.new, path),
        )
        readers = {**before, **after}
        document = next(iter((after or before).values()), document_id(path) or path)
        linking: set[str] = set()
        for view, at in ((self.both.old, origin), (self.both.new, path)):
            for bundle in readers:
                pointers = self._pointers(view, bundle, at)
                if any(_covers(pointer, found.pointers) for pointer in pointers):
                    linking.add(bundle)
        every = self.both.bundles
        return SecretChange(
            path,
            document,
            found.kind,
            found.pointers,
            tuple(name for name in every if name in linking),
            tuple(name for name in every if name in readers),
            found.added,
            found.removed,
            found.note,
            found.moved_from,
        )

    def readers(self, view: View | None, path: str) -> Mapping[str, str]:
        """Return the bundles whose layers have a file, each with the id of its document."""
        found: dict[str, str] = {}
        if view is None or path not in view.snapshot.files:
            return found
        for name in self.both.bundles:
            for layer in view.bundles[name].layers if name in view.bundles else ():
                document = document_in(layer, path)
                if document is not None:
                    found[name] = document
        return found

    def _pointers(self, view: View | None, bundle: str, path: str) -> Iterator[str]:
        key = (id(view), bundle)
        if key not in self._linking:
            self._linking[key] = []
            for document in self.both.linked(view, bundle):
                if id(document) not in self._links:
                    self._links[id(document)] = tuple(
                        (link.path, link.pointer) for link in document.secrets.values()
                    )
                self._linking[key] += self._links[id(document)]
        return (pointer for at, pointer in self._linking[key] if at == path)


def _covers(link: str, pointers: Collection[str]) -> bool:
    """Tell whether a link leads to one of some values; to any, where none is named."""
    return not pointers or any(
        each == link or each.startswith(f"{link}/") or link.startswith(f"{each}/")
        for each in pointers
    )


def _read(view: View | None, path: str) -> _File | None:
    data = content(view, path)
    if data is None or not holds_sops(data):
        return None
    sealed = read_sealed(path, data)
    if sealed is None:
        return None
    sops, _ = read_sops(Document(path, sealed.root))
    if sops is None:
        return None
    at = {span: pointer for pointer, span in sops.spans.items()}
    ciphertexts: dict[str, str] = {}
    clear: dict[str, object] = {}
    for _, node in leaves(sealed.root):
        # A comment in a list is written as an item, and has no pointer.
        pointer = at.get(node.mark.in_file(path))
        if pointer is None:
            continue
        if is_encrypted(node):
            ciphertexts[pointer] = str(node.value)
        else:
            clear[pointer] = node.value
    return _File(path, sops, sealed, ciphertexts, clear)


def _origins(both: Both, old: Mapping[str, _File], new: Mapping[str, _File]) -> dict[str, str]:
    """Return where files that came were before: those with the same bytes, name or ciphertexts."""
    found: dict[str, str] = {}
    came = [path for path in new if path not in old]
    left = [path for path in old if both.new is None or path not in both.new.snapshot.files]
    for rank in range(3):
        for path in came:
            if path in found:
                continue
            for origin in left:
                if origin not in found.values() and _is_same(both, old[origin], new[path], rank):
                    found[path] = origin
                    break
    return found


def _is_same(both: Both, old: _File, new: _File, rank: int) -> bool:
    """Tell whether a file is what another was: 0 by its bytes, 1 by its name, 2 by its content."""
    if rank == 0:
        return content(both.old, old.path) == content(both.new, new.path)
    if rank == 1:
        return document_id(old.path) == document_id(new.path)
    values = frozenset(old.ciphertexts.values())
    return not values.isdisjoint(new.ciphertexts.values())


def _moved(whom: _Whom, origin: str, path: str) -> Iterator[_Found]:
    """Say so where a move gives a file to other bundles, or makes another document of it."""
    before = whom.readers(whom.both.old, origin)
    after = whom.readers(whom.both.new, path)
    if before == after:
        return
    gained = [name for name in after if name not in before]
    lost = [name for name in before if name not in after]
    said = [
        f"{listed(names)} {what}"
        for names, what in ((gained, "can link to it now"), (lost, "no longer can"))
        if names
    ]
    if not said:
        said = ["it is another document now"]
    yield _Found(
        SecretKind.ADDED, note=f"moved from {origin}: {', '.join(said)}", moved_from=origin
    )


def _came(both: Both, after: _File) -> list[_Found]:
    was_clear = content(both.old, after.path) is not None
    if not was_clear and both.old is not None:
        stem = document_id(after.path)
        was_clear = any(
            document_id(path) == stem and path in both.old.snapshot.files
            for path in both.paths
            if both.new is not None and path not in both.new.snapshot.files
        )
    return [_Found(SecretKind.ADDED, note=_WAS_CLEAR if was_clear else "")]


def _cleared_file(both: Both, before: _File) -> tuple[str | None, _Found | None]:
    """Return where a file that is no longer encrypted is, and what of it is in the clear."""
    stem = document_id(before.path)
    for path in (before.path, *sorted(both.paths)):
        if path != before.path and (document_id(path) != stem or content(both.old, path)):
            continue
        data = content(both.new, path)
        if data is None:
            continue
        root = parse_sops_file(path, data)[0].root
        pointers = tuple(each for each in before.ciphertexts if _is_clear(root, each))
        if pointers:
            return path, _Found(SecretKind.CLEARED, pointers)
        if is_sops_path(path) or root is None:
            # It promises to be encrypted and is not, or nobody can read what it holds.
            return path, _Found(
                SecretKind.CLEARED, note="the file is no SOPS file that can be read any more"
            )
    return None, None


def _is_clear(root: Node | None, pointer: str) -> bool:
    node = None if root is None else node_at(root, parse_pointer(pointer))
    if not isinstance(node, ScalarNode) or node.value in (None, "") or is_encrypted(node):
        return False
    # A link to a secret elsewhere is none in the clear.
    return node.tag in (None, "!final")


def _compared(before: _File, after: _File, names: Names) -> list[_Found]:
    """Return what differs between two versions of one SOPS file."""
    old, new = before.ciphertexts, after.ciphertexts
    found = []
    cleared = tuple(each for each in old if each in after.clear)
    if cleared:
        found.append(_Found(SecretKind.CLEARED, cleared))
    found += _recipients(before, after, names)
    common = [each for each in new if each in old]
    differing = [each for each in common if old[each] != new[each]]
    is_new_key = before.data_keys.isdisjoint(after.data_keys)
    odd = _odd(before, after)
    if differing and is_new_key and len(differing) == len(common):
        certain = tuple(each for each in differing if shape_of(old[each]) != shape_of(new[each]))
        if certain:
            note = "their type or length is another one: they were replaced for certain"
            found.append(_Found(SecretKind.ROTATED, certain, _joined(note, odd)))
        if len(certain) < len(differing):
            found.append(_Found(SecretKind.REENCRYPTED, note=_joined(_UNTOLD, odd)))
    elif differing:
        found.append(_Found(SecretKind.ROTATED, tuple(differing), odd))
    elif is_new_key and before.data_keys and not found:
        found.append(_Found(SecretKind.REENCRYPTED, note=_joined(_SEALED_ANEW, odd)))
    added = tuple(each for each in new if each not in old)
    removed = tuple(each for each in old if each not in new and each not in cleared)
    if added:
        was_clear = any(each in before.clear for each in added)
        note = "some were in the clear before: history keeps them" if was_clear else ""
        found.append(_Found(SecretKind.ADDED, added, note))
    if removed:
        found.append(_Found(SecretKind.REMOVED, removed))
    return [*found, *_clear_values(before, after, cleared)]


def _clear_values(before: _File, after: _File, cleared: Collection[str]) -> Iterator[_Found]:
    """Yield the changes of values that the file does not encrypt, and did not."""
    old, new = before.clear, after.clear
    came = [each for each in new if each not in old and each not in cleared]
    gone = [each for each in old if each not in new and each not in after.ciphertexts]
    changed = [
        each
        for each in new
        if each in old and (old[each] != new[each] or type(old[each]) is not type(new[each]))
    ]
    for kind, pointers in (
        (SecretKind.ROTATED, changed),
        (SecretKind.ADDED, came),
        (SecretKind.REMOVED, gone),
    ):
        if pointers:
            yield _Found(kind, tuple(pointers), _IN_THE_CLEAR)


def _recipients(before: _File, after: _File, names: Names) -> Iterator[_Found]:
    old, new = before.sops, after.sops
    added = _missing_from(old.recipients, new.recipients)
    removed = _missing_from(new.recipients, old.recipients)
    was = describe(old.groups, old.threshold, names)
    now = describe(new.groups, new.threshold, names)
    is_shared = len(old.groups) > 1 or len(new.groups) > 1
    if not added and not removed and not (is_shared and was != now):
        return
    notes = []
    if is_shared and was != now:
        notes.append(f"it was opened by {was}, and is by {now}")
    if removed:
        notes.append(_STILL_OPEN)
    yield _Found(
        SecretKind.RECIPIENTS,
        note="; ".join(notes),
        added=tuple(map(names.show, added)),
        removed=tuple(map(names.show, removed)),
    )


def _missing_from(known: Iterable[str], recipients: Iterable[str]) -> list[str]:
    among = tuple(known)
    return [each for each in recipients if find_same(each, among) is None]


def _odd(before: _File, after: _File) -> str:
    """Say what `validate` will say more of: what SOPS itself would not have written so."""
    if before.sealed.mac == after.sealed.mac and before.ciphertexts != after.ciphertexts:
        return "the MAC is the one before, so sops did not write this"
    if is_earlier(after.sealed, before.sealed):
        return "sops wrote this version before the other one: an older one came back"
    return ""


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
