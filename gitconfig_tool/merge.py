"""Merging of layers.

Takes the documents of one id, weakest layer first, and returns one `MergedDocument` in which every
value knows its chain of origins. Does not resolve references and does not know schemas.

The rules are those of design.md section 4: mappings merge deeply, scalars and lists replace, tags
say otherwise. docs/tags.md has them as a table.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import JsonScalar, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer


@dataclass(frozen=True, slots=True)
class LayerDocument:
    """One document as one layer gives it.

    `own` holds the dimensions that the layer's path names with the bundle's own value, not with one
    that it inherits.
    """

    layer: str
    path: str
    root: Node
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Origin:
    """One layer that spoke about a value: which file, and the node that it gave."""

    layer: str
    path: str
    node: Node

    @property
    def span(self) -> Span:
        """The place of the node."""
        return self.node.mark.in_file(self.path)


@dataclass(frozen=True, slots=True)
class Link:
    """A value that stands elsewhere, as written: `kind` is `secret`, `ref` or `prompt`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MergedValue:
    """A value after merging; `chain` holds who spoke about it, strongest first, never empty.

    `content` is a `JsonScalar`, a `Link`, a tuple of values or a read-only mapping of values.
    """

    content: Any
    chain: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class MergedDocument:
    """One document of one bundle.

    `files` are the files that it came from, weakest first. `missing` are the pointers that a
    `!required` asked for in vain, and those on whose kind the layers disagree: both are reported
    already. `has_links` says whether `link` has anything to do.
    """

    id: str
    root: MergedValue
    files: tuple[str, ...]
    missing: frozenset[str]
    has_links: bool


def merge_documents(
    id: str, layers: Sequence[LayerDocument]
) -> tuple[MergedDocument | None, tuple[Diagnostic, ...]]:
    """Merge the layers of one document, weakest first; None when nothing is left of it."""
    merger = _Merger()
    state: _State | None = None
    for layer in layers:
        if not isinstance(layer.root, MappingNode):
            merger.problem(
                "GCT101",
                f"expected a mapping at the top of a document, found {_kind_of(layer.root)}",
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
    )
    return document, tuple(merger.diagnostics)


def leaves(value: MergedValue, path: Path = ()) -> Iterator[tuple[Path, MergedValue]]:
    """Yield every value that holds no further one, with its path; an empty collection is a leaf."""
    content = value.content
    if isinstance(content, MappingProxyType) and content:
        for key, item in content.items():
            yield from leaves(item, (*path, key))
    elif isinstance(content, tuple) and content:
        for index, item in enumerate(content):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def to_json(value: MergedValue, leaf: Callable[[Any], Any]) -> Any:
    """Return the JSON value; `leaf` turns what is not JSON, such as a `Link`, into JSON."""
    content = value.content
    if isinstance(content, MappingProxyType):
        return {key: to_json(item, leaf) for key, item in content.items()}
    if isinstance(content, tuple):
        return [to_json(item, leaf) for item in content]
    if content is None or isinstance(content, (str, int, float)):
        return content
    return leaf(content)


@dataclass(frozen=True, slots=True)
class _Absent:
    """In place of a value: a layer removed it, or asks a stronger one for it."""

    reason: str


_UNSET = _Absent("!unset")
_REQUIRED = _Absent("!required")


@dataclass(frozen=True, slots=True)
class _Requirement:
    """A `!required` that still counts; `met` once a layer that is good enough has answered."""

    origin: Origin
    dimension: str | None
    met: bool


class _State:
    """A value while it is being merged. Lives within one call of `merge_documents`."""

    __slots__ = ("chain", "content", "final", "requirement")

    def __init__(self, content: Any, chain: tuple[Origin, ...]) -> None:
        self.content = content
        self.chain = chain
        self.final: Origin | None = None
        self.requirement: _Requirement | None = None


class _Merger:
    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.missing: list[str] = []
        self.has_links = False

    def apply(self, base: _State | None, node: Node, layer: LayerDocument, path: Path) -> _State:
        """Let one layer speak about a value."""
        origin = Origin(layer.layer, layer.path, node)
        sealed = _sealed(base, node)
        if base is not None and sealed is not None:
            self._final_overridden(sealed, origin, path, within=base.final is None)
            return base
        chain = (origin,) if base is None else (origin, *base.chain)
        state = self._content(base, node, layer, path, chain)
        if base is not None and base.requirement is not None and state.requirement is None:
            asked = base.requirement
            answers = asked.dimension is None or asked.dimension in layer.own
            met = asked.met or (answers and not isinstance(state.content, _Absent))
            state.requirement = _Requirement(asked.origin, asked.dimension, met)
        if node.tag == "!final":
            state.final = origin
        return state

    def _content(
        self,
        base: _State | None,
        node: Node,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
    ) -> _State:
        inherited = base if base is not None and not isinstance(base.content, _Absent) else None
        if node.tag == "!unset":
            if inherited is None:
                self.problem(
                    "GCT106",
                    f"expected a weaker layer to set '{_name(path)}', found nothing to unset",
                    chain[0].span,
                    hint="remove the line, or check the spelling of the key",
                )
            return _demands(inherited, chain) or _State(_UNSET, chain)
        if node.tag == "!required":
            state = _State(_REQUIRED, chain)
            dimension = str(node.value) if isinstance(node, ScalarNode) and node.value else None
            if dimension is None and base is not None and base.requirement is not None:
                dimension = base.requirement.dimension  # Asking again asks for no less.
            state.requirement = _Requirement(chain[0], dimension, met=False)
            return state
        if isinstance(node, ScalarNode):
            if node.tag in _LINKS:
                return _State(Link(_LINKS[node.tag], str(node.value)), chain)
            self._check_kind(inherited, node, chain, path)
            return _State(node.value, chain)
        if isinstance(node, SequenceNode):
            return self._sequence(inherited, node, layer, path, chain)
        if node.tag != "!replace":
            self._check_kind(inherited, node, chain, path)
        merges = (
            inherited is not None and isinstance(inherited.content, dict) and node.tag != "!replace"
        )
        before: dict[str, _State] = inherited.content if merges and inherited is not None else {}
        if node.tag == "!replace":
            demands = _demands(inherited, chain)
            before = demands.content if demands is not None else {}
        content = dict(before)
        for key, entry in node.entries.items():
            content[key] = self.apply(before.get(key), entry.value, layer, (*path, key))
        return _State(content, chain)

    def _sequence(
        self,
        inherited: _State | None,
        node: SequenceNode,
        layer: LayerDocument,
        path: Path,
        chain: tuple[Origin, ...],
    ) -> _State:
        self._check_kind(inherited, node, chain, path)
        items = [
            self.apply(None, item, layer, (*path, index)) for index, item in enumerate(node.items)
        ]
        if inherited is not None and isinstance(inherited.content, list):
            if node.tag == "!append":
                items = [*inherited.content, *items]
            elif node.tag == "!prepend":
                items = [*items, *inherited.content]
        return _State(items, chain)

    def _check_kind(
        self, inherited: _State | None, node: Node, chain: tuple[Origin, ...], path: Path
    ) -> None:
        """Refuse to turn a mapping, a list or a scalar into one of the others by accident."""
        if inherited is None or inherited.content is None:
            return
        # A !ref may stand for anything; only merging into it cannot be done.
        before = _content_kind(inherited.content)
        now = _kind_of(node)
        extends = node.tag in ("!append", "!prepend")
        if before == now or (before == "a link" and now != "a mapping" and not extends):
            return
        hint = "use !unset in one layer and set it anew in a stronger one, or give it another key"
        self.missing.append(format_pointer(path))
        if now == "a mapping":
            hint = "write !replace before the mapping if that is meant"
        elif before == "a link":
            hint = f"without {node.tag}, the list replaces the link"
        self.problem(
            "GCT103",
            f"expected {before} for '{_name(path)}' as in the weaker layer, found {now}",
            chain[0].span,
            label=f"{now} here",
            notes=(Note(f"{before} set", inherited.chain[0].span),),
            hint=hint,
        )

    def _final_overridden(
        self, sealed: Origin, origin: Origin, path: Path, *, within: bool
    ) -> None:
        kept = "the final value in it" if within else "its final value"
        does = "replaces it" if within else "sets it"
        if origin.node.tag == "!unset":
            does = "removes it"
        self.problem(
            "GCT105",
            f"expected '{_name(path)}' to keep {kept}, found another layer that {does}",
            origin.span,
            label="overrides a !final value",
            notes=(Note("declared !final", sealed.span),),
            hint="remove it here, or remove !final there",
        )

    def freeze(self, state: _State, path: Path) -> MergedValue | None:
        """Turn the finished state into a value; what is absent falls away."""
        self._check_requirement(state, path)
        content = state.content
        if isinstance(content, _Absent):
            return None
        if isinstance(content, dict):
            frozen = {}
            for key, item in content.items():
                value = self.freeze(item, (*path, key))
                if value is not None:
                    frozen[key] = value
            return MergedValue(MappingProxyType(frozen), state.chain)
        if isinstance(content, list):
            values = [self.freeze(item, (*path, index)) for index, item in enumerate(content)]
            return MergedValue(tuple(value for value in values if value is not None), state.chain)
        if isinstance(content, Link):
            self.has_links = True
        return MergedValue(content, state.chain)

    def _check_requirement(self, state: _State, path: Path) -> None:
        asked = state.requirement
        if asked is None or (asked.met and not isinstance(state.content, _Absent)):
            return
        self.missing.append(format_pointer(path))
        name = _name(path)
        hint = f"set '{name}' in a layer stronger than {asked.origin.layer}"
        if asked.dimension is not None:
            hint = f"set '{name}' in the {asked.dimension}'s own layer"
        if asked.dimension is None or isinstance(state.content, _Absent):
            who = f"the {asked.dimension}'s own layer" if asked.dimension else "a stronger layer"
            message = f"expected {who} to set '{name}', found none that does"
            notes: tuple[Note, ...] = ()
            if state.content is _UNSET:
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


_LINKS = {"!secret": "secret", "!ref": "ref", "!prompt": "prompt"}


def _sealed(base: _State | None, node: Node) -> Origin | None:
    """Return the `!final` that forbids a node to touch `base`, if one does.

    A mapping may be merged beside a final key and a list grow around a final item, but neither may
    be replaced or removed together with it.
    """
    if base is None:
        return None
    if base.final is not None:
        return base.final
    if isinstance(node, MappingNode) and node.tag != "!replace":
        return None
    if node.tag in ("!append", "!prepend"):
        return None
    return _final_within(base)


def _demands(state: _State | None, chain: tuple[Origin, ...]) -> _State | None:
    """Return what is left of a mapping whose values go: the keys that a `!required` still asks for.

    Whoever removes a section does not thereby answer what it asks of them.
    """
    if state is None or not isinstance(state.content, dict):
        return None
    left: dict[str, _State] = {}
    for key, item in state.content.items():
        if item.requirement is not None and not item.requirement.met:
            left[key] = _State(_REQUIRED, item.chain)
            left[key].requirement = item.requirement
        else:
            inner = _demands(item, item.chain)
            if inner is not None:
                left[key] = inner
    return _State(left, chain) if left else None


def _final_within(state: _State) -> Origin | None:
    if state.final is not None:
        return state.final
    inner: Sequence[_State] = ()
    if isinstance(state.content, dict):
        inner = tuple(state.content.values())
    elif isinstance(state.content, list):
        inner = state.content
    for item in inner:
        found = _final_within(item)
        if found is not None:
            return found
    return None


def _content_kind(content: Any) -> str:
    if isinstance(content, dict):
        return "a mapping"
    if isinstance(content, list):
        return "a list"
    return "a link" if isinstance(content, Link) else "a scalar"


def _kind_of(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else "a scalar"


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path) or "the document"


def scalar_text(value: JsonScalar) -> str:
    """Write a scalar as the user would in YAML, for messages; long text is cut."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return repr(shown) if isinstance(value, str) else shown
