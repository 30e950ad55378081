"""The merging itself: one layer after the other speaks about the value so far.

Takes the documents of one id and returns one `MergedDocument`. `remarks` looks at what an override
changes, `state` holds the value so far.
"""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import TypeVar

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import JsonScalar, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.merge.model import (
    LayerDocument,
    Link,
    ListKeys,
    MergedDocument,
    MergedValue,
    NamesKey,
    Origin,
)
from gitconfig_tool.merge.remarks import probable_typos, redundant_override
from gitconfig_tool.merge.state import (
    LINKS,
    REQUIRED,
    UNSET,
    Absent,
    EntryIndex,
    Keyed,
    Requirement,
    State,
    content_kind,
    inner_states,
    kind_of,
    name_of,
)
from gitconfig_tool.pointer import Path, format_pointer

# Comparing names takes long where there are tens of thousands of them: so many for each document.
_MAX_COMPARED = 20_000
_Key = tuple[tuple[str, JsonScalar], ...]
_Name = TypeVar("_Name")


def merge_documents(
    id: str,
    layers: Sequence[LayerDocument],
    list_keys: ListKeys | None = None,
    names_key: NamesKey = lambda _path, _key: False,
) -> tuple[MergedDocument | None, tuple[Diagnostic, ...]]:
    """Merge the layers of one document, weakest first; None when nothing is left of it.

    `list_keys` says which lists merge by key; None when the document has no such list. `names_key`
    says which keys a schema lists: they are not misspelt, whatever they are like.
    """
    merger = _Merger(list_keys, names_key)
    state: State | None = None
    for layer in layers:
        if not isinstance(layer.root, MappingNode):
            merger.problem(
                "GCT101",
                f"expected a mapping at the top of a document, found {kind_of(layer.root)}",
                layer.root.mark.in_file(layer.path),
                hint="give the value a key",
            )
            continue
        state = merger.apply(state, layer.root, layer, ())
    root = merger.freeze(state, ()) if state is not None else None
    if root is None:
        return None, tuple(merger.diagnostics)
    document = MergedDocument(
        id,
        root,
        tuple(layer.path for layer in layers),
        frozenset(merger.missing),
        merger.has_links,
        tuple(merger.remarks),
    )
    return document, tuple(merger.diagnostics)


class _Merger:
    def __init__(self, list_keys: ListKeys | None, names_key: NamesKey) -> None:
        self._list_keys = list_keys
        self._names_key = names_key
        self.diagnostics: list[Diagnostic] = []
        self.remarks: list[Diagnostic] = []
        self.missing: list[str] = []
        self.has_links = False
        self._to_compare = _MAX_COMPARED

    def apply(
        self,
        base: State | None,
        node: Node,
        layer: LayerDocument,
        path: Path,
        beside: Collection[str] = (),
    ) -> State:
        """Let one layer speak about a value; `beside` are the keys of the weaker layers there."""
        origin = Origin(layer.layer, layer.path, node)
        sealed = _sealed(base, node)
        if base is not None and sealed is not None:
            self._final_overridden(sealed, origin, path, within=base.final is None)
            return base
        chain = (origin,) if base is None else (origin, *base.chain)
        state = self._content(base, node, layer, path, chain, beside)
        if base is not None:
            state.is_disputed = state.is_disputed or base.is_disputed
            if base.requirement is not None and state.requirement is None:
                asked = base.requirement
                answers = asked.dimension is None or asked.dimension in layer.own
                met = asked.met or (answers and not isinstance(state.content, Absent))
                state.requirement = Requirement(asked.origin, asked.dimension, met)
        if node.tag == "!final":
            state.final = origin
        return state

    def _content(
        self,
        base: State | None,
        node: Node,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
        beside: Collection[str],
    ) -> State:
        inherited = base if base is not None and not isinstance(base.content, Absent) else None
        if node.tag == "!unset":
            return self._unset(inherited, node, path, chain, beside)
        if node.tag == "!required":
            state = State(REQUIRED, chain)
            dimension = str(node.value) if isinstance(node, ScalarNode) and node.value else None
            if dimension is None and base is not None and base.requirement is not None:
                dimension = base.requirement.dimension  # Asking again asks for no less.
            state.requirement = Requirement(chain[0], dimension, met=False)
            return state
        if inherited is not None:
            redundant = redundant_override(inherited, chain[0], path)
            self.remarks += [] if redundant is None else [redundant]
        if isinstance(node, ScalarNode):
            if node.tag in LINKS:
                return State(Link(LINKS[node.tag], str(node.value)), chain)
            agree = self._check_kind(inherited, node, chain, path)
            return State(node.value, chain, is_disputed=not agree)
        if isinstance(node, SequenceNode):
            keys = self._list_keys(path) if self._list_keys is not None else ()
            if keys:
                return self._keyed(inherited, node, layer, path, chain, keys)
            return self._sequence(inherited, node, layer, path, chain)
        return self._mapping(inherited, node, layer, path, chain)

    def _unset(
        self,
        inherited: State | None,
        node: Node,
        path: Path,
        chain: tuple[Origin, ...],
        beside: Collection[str],
    ) -> State:
        if isinstance(node, MappingNode) and not (path and isinstance(path[-1], EntryIndex)):
            self.problem(
                "GCT111",
                "expected nothing after !unset outside a list merged by key, found a mapping",
                chain[0].span,
                hint="write !unset alone to remove the key with all that is in it",
            )
        elif inherited is None:
            known = list(islice(beside, self._to_compare))
            self._to_compare -= len(known)
            near = get_close_matches(str(path[-1]), known, n=1) if path else []
            self.problem(
                "GCT106",
                f"expected a weaker layer to set '{name_of(path)}', found nothing to unset",
                chain[0].span,
                hint=f"did you mean '{near[0]}'?"
                if near and near[0] != path[-1]
                else "remove the line, or check the spelling of the key",
            )
        return _demands(inherited, chain) or State(UNSET, chain)

    def _mapping(
        self,
        inherited: State | None,
        node: MappingNode,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
    ) -> State:
        agree = node.tag == "!replace" or self._check_kind(inherited, node, chain, path)
        before: Mapping[str, State] = {}
        if node.tag == "!replace":
            demands = _demands(inherited, chain)
            if demands is not None and isinstance(demands.content, dict):
                before = demands.content
        elif inherited is not None and isinstance(inherited.content, dict):
            before = inherited.content
            self.remarks += probable_typos(before, node, path, layer.path, self._names_key)
        content = dict(before)
        for key, entry in node.entries.items():
            at = (*path, key)
            content[key] = self.apply(before.get(key), entry.value, layer, at, before.keys())
        return State(content, chain, is_disputed=not agree)

    def _sequence(
        self,
        inherited: State | None,
        node: SequenceNode,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
    ) -> State:
        agree = node.tag == "!replace" or self._check_kind(inherited, node, chain, path)
        items = [
            self.apply(None, item, layer, (*path, index)) for index, item in enumerate(node.items)
        ]
        if inherited is not None and isinstance(inherited.content, list):
            if node.tag == "!append":
                items = [*inherited.content, *items]
            elif node.tag == "!prepend":
                items = [*items, *inherited.content]
        return State(items, chain, is_disputed=not agree)

    def _keyed(
        self,
        inherited: State | None,
        node: SequenceNode,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
        keys: tuple[str, ...],
    ) -> State:
        """Merge a list whose entries have keys: known ones in their place, new ones at the end."""
        agree = node.tag == "!replace" or self._check_kind(inherited, node, chain, path)
        before: dict[_Key, State] = {}
        if inherited is not None and isinstance(inherited.content, Keyed):
            before = inherited.content.entries
            if node.tag == "!replace":
                before = _demands_of(before)
        given: dict[_Key, Node] = {}
        spoken: dict[_Key, State] = {}
        for index, item in enumerate(node.items):
            key = self._entry_key(item, keys, layer, path)
            if key is None:
                agree = False
                continue
            at = EntryIndex(index, keys, key)
            if key in given:
                agree = False
                self.problem(
                    "GCT110",
                    f"expected one entry '{name_of((*path, at))}' in the list, found another",
                    item.mark.in_file(layer.path),
                    label="the second one",
                    notes=(Note("the first", given[key].mark.in_file(layer.path)),),
                    hint="join the two, or give one another key",
                )
                continue
            given[key] = item
            spoken[key] = self.apply(before.get(key), item, layer, (*path, at))
        new = {key: state for key, state in spoken.items() if key not in before}
        known = {key: spoken.get(key, state) for key, state in before.items()}
        content = {**new, **known} if node.tag == "!prepend" else {**known, **new}
        return State(Keyed(keys, content), chain, is_disputed=not agree)

    def _entry_key(
        self, item: Node, keys: tuple[str, ...], layer: LayerDocument, path: Path
    ) -> _Key | None:
        """Return what tells an entry from others; None, and a diagnostic, where nothing does."""
        found: list[tuple[str, JsonScalar]] = []
        what = ""
        where = item
        if not isinstance(item, MappingNode):
            what = f"{item.tag} " if item.tag in LINKS else ""
            what += kind_of(item)
        else:
            for key in keys:
                if key not in item.entries:
                    what = f"an entry without '{key}'"
                    break
                node = item.entries[key].value
                if not isinstance(node, ScalarNode) or node.tag not in (None, "!final"):
                    what = f"{f'a {node.tag}' if node.tag else kind_of(node)} as '{key}'"
                    where = node
                    break
                found.append((type(node.value).__name__, node.value))
        if not what:
            return tuple(found)
        names = " and ".join(f"'{key}'" for key in keys)
        self.problem(
            "GCT110",
            f"expected entries with {names} in '{name_of(path)}', which merges by key, "
            f"found {what}",
            where.mark.in_file(layer.path),
            hint=f"write {{{', '.join(f'{key}: ...' for key in keys)}, ...}}: the schema says "
            "x-kubernetes-list-type: map",
        )
        return None

    def _check_kind(
        self, inherited: State | None, node: Node, chain: tuple[Origin, ...], path: Path
    ) -> bool:
        """Refuse to turn a mapping, a list or a scalar into one of the others by accident."""
        if inherited is None or inherited.content is None:
            return True
        # A !ref may stand for anything; only merging into it cannot be done.
        before = content_kind(inherited.content)
        now = kind_of(node)
        extends = node.tag in ("!append", "!prepend")
        if before == now or (before == "a link" and now != "a mapping" and not extends):
            return True
        hint = "use !unset in one layer and set it anew in a stronger one, or give it another key"
        if now == "a mapping":
            hint = "write !replace before the mapping if that is meant"
        elif before == "a link":
            hint = f"without {node.tag}, the list replaces the link"
        elif now == "a list" and not extends:
            hint = "write !replace before the list if that is meant"
        self.problem(
            "GCT103",
            f"expected {before} for '{name_of(path)}' as in the weaker layer, found {now}",
            chain[0].span,
            label=f"{now} here",
            notes=(Note(f"{before} set", inherited.chain[0].span),),
            hint=hint,
        )
        return False

    def _final_overridden(
        self, sealed: Origin, origin: Origin, path: Path, *, within: bool
    ) -> None:
        kept = "the final value in it" if within else "its final value"
        does = "replaces it" if within else "sets it"
        if origin.node.tag == "!unset":
            does = "removes it"
        self.problem(
            "GCT105",
            f"expected '{name_of(path)}' to keep {kept}, found another layer that {does}",
            origin.span,
            label="overrides a !final value",
            notes=(Note("declared !final", sealed.span),),
            hint="remove it here, or remove !final there",
        )

    def freeze(self, state: State, path: Path) -> MergedValue | None:
        """Turn the finished state into a value; what is absent falls away."""
        self._check_requirement(state, path)
        if state.is_disputed:
            self.missing.append(format_pointer(path))
        content = state.content
        if isinstance(content, Absent):
            return None
        if isinstance(content, dict):
            frozen = {}
            for key, item in content.items():
                value = self.freeze(item, (*path, key))
                if value is not None:
                    frozen[key] = value
            return MergedValue(MappingProxyType(frozen), state.chain)
        if isinstance(content, (list, Keyed)):
            values: list[MergedValue] = []
            entries = content.entries if isinstance(content, Keyed) else {}
            for item, key in zip_longest(inner_states(state), entries):
                # What is absent takes no place: the index counts what is there.
                index = len(values)
                at = EntryIndex(index, content.keys, key) if isinstance(content, Keyed) else index
                value = self.freeze(item, (*path, at))
                if value is not None:
                    values.append(value)
            return MergedValue(tuple(values), state.chain)
        if isinstance(content, Link):
            self.has_links = True
        return MergedValue(content, state.chain)

    def _check_requirement(self, state: State, path: Path) -> None:
        asked = state.requirement
        if asked is None or (asked.met and not isinstance(state.content, Absent)):
            return
        self.missing.append(format_pointer(path))
        name = name_of(path)
        hint = f"set '{name}' in a layer stronger than {asked.origin.layer}"
        if asked.dimension is not None:
            hint = f"set '{name}' in the {asked.dimension}'s own layer"
        if asked.dimension is None or isinstance(state.content, Absent):
            who = f"the {asked.dimension}'s own layer" if asked.dimension else "a stronger layer"
            message = f"expected {who} to set '{name}', found none that does"
            notes: tuple[Note, ...] = ()
            if state.content is UNSET:
                notes = (Note("removed by !unset", state.chain[0].span),)
        else:
            message = (
                f"expected the {asked.dimension}'s own layer to set '{name}', "
                "found only an inherited value"
            )
            notes = (Note(f"inherited from {state.chain[0].layer}", state.chain[0].span),)
        self.problem(
            "GCT104",
            message,
            asked.origin.span,
            label="required here",
            notes=notes,
            hint=hint,
        )

    def problem(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        notes: tuple[Note, ...] = (),
        hint: str = "",
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, label, notes, hint))


def _sealed(base: State | None, node: Node) -> Origin | None:
    """Return the `!final` that forbids a node to touch `base`, if one does.

    A mapping may be merged beside a final key and a list grow around a final item, but neither may
    be replaced or removed together with it.
    """
    if base is None:
        return None
    if base.final is not None:
        return base.final
    if isinstance(node, MappingNode) and node.tag not in ("!replace", "!unset"):
        return None
    if node.tag in ("!append", "!prepend"):
        return None
    if isinstance(base.content, Keyed) and isinstance(node, SequenceNode):
        return None if node.tag != "!replace" else _final_within(base)
    return _final_within(base)


def _final_within(state: State) -> Origin | None:
    if state.final is not None:
        return state.final
    for item in inner_states(state):
        found = _final_within(item)
        if found is not None:
            return found
    return None


def _demands(state: State | None, chain: tuple[Origin, ...]) -> State | None:
    """Return what is left of a value that goes: what a `!required` in it still asks for.

    Whoever removes a section does not thereby answer what it asks of them. Entries of a list that
    merges by key ask as keys do; any other list goes with all that is in it.
    """
    content = state.content if state is not None else None
    if isinstance(content, Keyed):
        entries = _demands_of(content.entries)
        return State(Keyed(content.keys, entries), chain) if entries else None
    if isinstance(content, dict):
        left = _demands_of(content)
        return State(left, chain) if left else None
    return None


def _demands_of(items: Mapping[_Name, State]) -> dict[_Name, State]:
    return {name: left for name, item in items.items() if (left := _demands_in(item)) is not None}


def _demands_in(item: State) -> State | None:
    if item.requirement is not None and not item.requirement.met:
        left = State(REQUIRED, item.chain)
        left.requirement = item.requirement
        return left
    return _demands(item, item.chain)
