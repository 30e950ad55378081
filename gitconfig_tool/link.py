"""Resolving `!ref`, `!secret` and `!prompt` within one bundle.

Takes the merged documents of a bundle, the SOPS documents that its layers hold and the prompt
versions, and returns one `LinkedDocument` for each document. Does not decrypt, render or check
schemas.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MAX_DEPTH
from gitconfig_tool.merge import Link, MergedDocument, MergedValue, Origin, leaves, to_json
from gitconfig_tool.pointer import Path, format_pointer, is_index, parse_pointer
from gitconfig_tool.prompts import Prompts, is_range
from gitconfig_tool.secrets import SopsDocument

# Comparing a name with others takes long where there are tens of thousands of them.
MAX_SUGGESTED_FROM = 1_000
# References can repeat a value many times over; this bounds what a bundle may grow to.
MAX_LINKED_VALUES = 1_000_000
# References that lead from one to the next; each costs a few frames of Python's stack.
MAX_CHAIN = 64


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A value in a SOPS file: the file's project path, and the pointer in it.

    `type` is `str`, `int`, `float`, `bool` or `bytes` as SOPS writes it, `null` where it leaves
    null as it is, or `map` or `seq` for a whole subtree.
    """

    document: str
    path: str
    pointer: str
    type: str


@dataclass(frozen=True, slots=True)
class PromptLink:
    """A prompt version: `range` as written, `version` as resolved."""

    id: str
    range: str
    version: str


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """One document of a bundle, ready to be checked and packed.

    `value` is JSON. A `!ref` is replaced by what it refers to, a `!prompt` by
    `{"id", "version"}`, a `!secret` by null; `secrets` and `prompts` say where, by JSON Pointer.
    `unknown` are the pointers whose value could not be found, which is already reported: later
    stages have nothing to say about them. `refers_to` names the documents that its references lead
    through.
    """

    id: str
    value: Any
    secrets: Mapping[str, SecretLink]
    prompts: Mapping[str, PromptLink]
    root: MergedValue
    files: tuple[str, ...]
    unknown: frozenset[str] = frozenset()
    refers_to: frozenset[str] = frozenset()

    def chain_at(self, path: Path) -> tuple[Origin, ...]:
        """Return who set the value at a path, strongest first.

        Where nothing stands there, the nearest value around it answers.
        """
        value = self.root
        for token in path:
            inner = child_at(value, token)
            if inner is None:
                break
            value = inner
        return value.chain

    def span_at(self, path: Path) -> Span:
        """Return the place of the value at a path: where the strongest layer set it."""
        return self.chain_at(path)[0].span


def child_at(value: MergedValue, token: str | int) -> MergedValue | None:
    """Return the value under a key or an index, or None."""
    content = value.content
    if isinstance(content, MappingProxyType):
        found = content.get(str(token))
        return found if isinstance(found, MergedValue) else None
    if isinstance(content, tuple) and is_index(str(token)) and int(token) < len(content):
        item = content[int(token)]
        return item if isinstance(item, MergedValue) else None
    return None


def link_documents(
    documents: Mapping[str, MergedDocument],
    sops: Mapping[str, Sequence[SopsDocument]],
    prompts: Prompts,
    is_incomplete: Callable[[str], bool] = lambda _: False,
    only: Iterable[str] | None = None,
) -> tuple[Mapping[str, LinkedDocument], tuple[Diagnostic, ...]]:
    """Resolve every link of a bundle; returns the documents that hold any.

    The others are the same in every bundle: `linked_without_links` makes them. `sops` holds, for
    each document id, the SOPS files of the bundle's layers, weakest first: only they can be linked,
    so that no bundle reaches another's secrets. `is_incomplete` tells whether a file of a document
    could not be read, which is reported: what is not found in the document may stand there. `only`
    names the documents to link, all by default; of the others, what is referred to is looked at.
    """
    linker = _Linker(documents, sops, prompts, is_incomplete)
    wanted = {id: documents[id] for id in (documents if only is None else only)}
    linked = {id: linker.document(merged) for id, merged in wanted.items() if merged.has_links}
    return linked, tuple(linker.diagnostics)


def linked_without_links(merged: MergedDocument) -> LinkedDocument:
    """Return the linked form of a document that holds no link."""
    nothing: Mapping[str, Any] = MappingProxyType({})
    value = to_json(merged.root, _no_leaf)
    return LinkedDocument(
        merged.id, value, nothing, nothing, merged.root, merged.files, merged.missing
    )


class _Unknown:
    """In place of a value that could not be found; the diagnostic is already written."""


_UNKNOWN = _Unknown()


class _Sized(NamedTuple):
    """A resolved value: how many values it is, and how many levels of collections it has."""

    value: MergedValue
    size: int
    height: int


class _Linker:
    def __init__(
        self,
        documents: Mapping[str, MergedDocument],
        sops: Mapping[str, Sequence[SopsDocument]],
        prompts: Prompts,
        is_incomplete: Callable[[str], bool],
    ) -> None:
        self._documents = documents
        self._sops = sops
        self._prompts = prompts
        self._is_incomplete = is_incomplete
        self._resolved: dict[int, _Sized] = {}
        self._path_of_refs: list[tuple[int, str, MergedValue]] = []
        self._circular: set[int] = set()
        self._written = 0
        self._through: dict[int, frozenset[str]] = {}
        self._touched: set[str] = set()
        self.diagnostics: list[Diagnostic] = []

    def document(self, merged: MergedDocument) -> LinkedDocument:
        self._touched = set()
        root = self._value(merged.root, merged.id, 0).value
        secrets: dict[str, SecretLink] = {}
        prompts: dict[str, PromptLink] = {}
        unknown = set(merged.missing)
        for path, leaf in leaves(root):
            if isinstance(leaf.content, SecretLink):
                secrets[format_pointer(path)] = leaf.content
            elif isinstance(leaf.content, PromptLink):
                prompts[format_pointer(path)] = leaf.content
            elif leaf.content is _UNKNOWN:
                unknown.add(format_pointer(path))
        return LinkedDocument(
            merged.id,
            to_json(root, _leaf_json),
            MappingProxyType(secrets),
            MappingProxyType(prompts),
            root,
            merged.files,
            frozenset(unknown),
            frozenset(self._touched),
        )

    def _value(self, value: MergedValue, document: str, depth: int) -> _Sized:
        """Resolve every link in a value; what holds no link is returned as it is.

        `depth` is how many collections are around the value once references are written out.
        """
        content = value.content
        if isinstance(content, Link):
            return self._link(value, content, document, depth)
        size, height, same = 1, 0, True
        # Plain loops: a comprehension would take a frame of the stack for each level.
        if isinstance(content, MappingProxyType):
            mapping = {}
            height = 1
            for key, item in content.items():
                found = self._value(item, document, depth + 1)
                mapping[key] = found.value
                size += found.size
                height = max(height, found.height + 1)
                same = same and found.value is item
            if not same:
                value = MergedValue(MappingProxyType(mapping), value.chain)
        elif isinstance(content, tuple):
            items = []
            height = 1
            for item in content:
                found = self._value(item, document, depth + 1)
                items.append(found.value)
                size += found.size
                height = max(height, found.height + 1)
                same = same and found.value is item
            if not same:
                value = MergedValue(tuple(items), value.chain)
        return _Sized(value, size, height)

    def _link(self, value: MergedValue, link: Link, document: str, depth: int) -> _Sized:
        known = self._resolved.get(id(value))
        if known is None and depth <= MAX_DEPTH:
            outer, self._touched = self._touched, set()
            if not link.text:
                known = _unknown(value)  # GCT013, which the parser reports.
            elif link.kind == "ref":
                known = self._ref(value, link, document, depth)
            elif link.kind == "secret":
                known = _Sized(self._secret(value, link), 1, 0)
            else:
                known = _Sized(self._prompt(value, link), 1, 0)
            self._resolved[id(value)] = known
            self._through[id(value)] = frozenset(self._touched)
            self._touched |= outer
        elif known is not None:
            self._touched |= self._through[id(value)]
        if known is None or depth + known.height > MAX_DEPTH:
            self._problem(
                "GCT155",
                value,
                f"expected at most {MAX_DEPTH} levels of nesting once references are written out, "
                "found more",
                hint="refer to a value that is less deep",
            )
            return _unknown(value)
        return known

    def _ref(self, value: MergedValue, link: Link, document: str, depth: int) -> _Sized:
        target = self._target(value, link, document)
        # Once the bundle is too large, which is reported once, no further reference is followed.
        if target is None or self._written > MAX_LINKED_VALUES:
            return _unknown(value)
        for index, (known, _, _) in enumerate(self._path_of_refs):
            if known == id(value):
                self._cycle(self._path_of_refs[index:])
                self._circular.update(each for each, _, _ in self._path_of_refs[index:])
                return _unknown(value)
        if len(self._path_of_refs) == MAX_CHAIN:
            self._problem(
                "GCT155",
                self._path_of_refs[0][2],
                f"expected a chain of at most {MAX_CHAIN} references, found a longer one",
                label="the chain begins here",
                hint="refer to the value at its end",
            )
            return _unknown(value)
        self._path_of_refs.append((id(value), f"{document}: !ref {link.text}", value))
        try:
            found = self._look_up(value, link, *target, depth)
        finally:
            self._path_of_refs.pop()
        if id(value) in self._circular:
            return _unknown(value)
        if self._written <= MAX_LINKED_VALUES < self._written + found.size:
            self._problem(
                "GCT155",
                value,
                f"expected references to write out at most {MAX_LINKED_VALUES:,} values in a "
                "bundle, found more",
                hint="references that repeat references grow fast: refer to smaller values",
            )
        self._written += found.size
        if self._written > MAX_LINKED_VALUES:
            return _unknown(value)
        chain = (*value.chain, *found.value.chain)
        return found._replace(value=MergedValue(found.value.content, chain))

    def _look_up(
        self, value: MergedValue, link: Link, document: str, tokens: tuple[str, ...], depth: int
    ) -> _Sized:
        self._touched.add(document)
        at = self._documents[document].root
        walked: Path = ()
        for token in tokens:
            if isinstance(at.content, Link):
                at = self._link(at, at.content, document, depth).value
            if at.content is _UNKNOWN:
                return _Sized(at, 1, 0)
            inner = child_at(at, token)
            if inner is None:
                missing = self._documents[document].missing
                known = self._is_incomplete(document) or format_pointer((*walked, token)) in missing
                if not known:
                    self._dangling(value, link, document, at, walked, token)
                return _unknown(value)
            at = inner
            walked = (*walked, token)
        return self._value(at, document, depth)

    def _cycle(self, refs: list[tuple[int, str, MergedValue]]) -> None:
        first = refs[0][2]
        self._problem(
            "GCT152",
            first,
            "expected references without a circle, found "
            + ("one to itself" if len(refs) == 1 else f"{len(refs)} that lead in one"),
            label="refers to itself" if len(refs) == 1 else "the circle begins here",
            notes=tuple(Note(text, at.chain[0].span) for _, text, at in refs[1:]),
            hint=f"give {'it' if len(refs) == 1 else 'one of them'} a value of its own",
        )

    def _dangling(
        self,
        value: MergedValue,
        link: Link,
        document: str,
        at: MergedValue,
        walked: Path,
        token: str,
    ) -> None:
        keys = list(at.content) if isinstance(at.content, MappingProxyType) else []
        near = get_close_matches(token, keys[:MAX_SUGGESTED_FROM], n=1)
        where = format_pointer(walked) or "its top"
        hint = f"known keys at {where}: {', '.join(keys[:8])}" if keys else "check the pointer"
        if near:
            hint = f"did you mean {document}#{format_pointer((*walked, near[0]))}?"
        elif isinstance(at.content, tuple):
            hint = f"the list at {where} has {len(at.content)} items, numbered from 0"
        self._problem(
            "GCT151",
            value,
            f"expected a value at {link.text}, found no '{token}' there",
            hint=hint,
        )

    def _secret(self, value: MergedValue, link: Link) -> MergedValue:
        document, separator, pointer = link.text.partition("#")
        if not separator or not document:
            self._malformed(value, link, "DOCUMENT#/pointer")
            return MergedValue(_UNKNOWN, value.chain)
        tokens = self._tokens(value, pointer)
        if tokens is None:
            return MergedValue(_UNKNOWN, value.chain)
        files = self._sops.get(document, ())
        for file in reversed(files):
            kind = file.type_at(pointer)
            if kind is not None:
                return MergedValue(SecretLink(document, file.path, pointer, kind), value.chain)
        if self._is_incomplete(document):
            return MergedValue(_UNKNOWN, value.chain)
        if files:
            message = f"expected a secret at {link.text}, found no such key in any layer"
            notes = tuple(Note("searched", Span(file.path)) for file in reversed(files))
            hint = f"add it with sops: sops edit {files[-1].path}"
            pointers = [each for file in reversed(files) for each in file.types if each]
            for near in get_close_matches(pointer, pointers, n=1, cutoff=0.8):
                hint = f"did you mean {document}#{near}?"
        else:
            message = f"expected a SOPS document '{document}' in this bundle's layers, found none"
            notes = ()
            known = ", ".join(sorted(self._sops))
            hint = f"SOPS documents here: {known}"
            if not known:
                hint = f"make it in a layer of this bundle: sops edit LAYER/{document}.sops.yaml"
            for near in get_close_matches(document, self._sops, n=1):
                hint = f"did you mean '{near}'?"
        self._problem("GCT153", value, message, notes=notes, hint=hint)
        return MergedValue(_UNKNOWN, value.chain)

    def _prompt(self, value: MergedValue, link: Link) -> MergedValue:
        name, separator, wanted = link.text.rpartition("@")
        if not separator or not name or not wanted:
            self._malformed(value, link, "ID@RANGE, such as support-assistant@^1.2")
            return MergedValue(_UNKNOWN, value.chain)
        versions = self._prompts.versions(name)
        if not versions:
            near = self._prompts.suggest(name)
            self._problem(
                "GCT154",
                value,
                f"expected a prompt '{name}', found none",
                hint=f"did you mean '{near}@{wanted}'?" if near else "prompts/ has no such folder",
            )
            return MergedValue(_UNKNOWN, value.chain)
        if not is_range(wanted):
            self._problem(
                "GCT156",
                value,
                f"expected a range of versions after '@', found '{wanted}'",
                hint="write a range such as ^1.2, ~1.2.0 or 1.2.3",
            )
            return MergedValue(_UNKNOWN, value.chain)
        version = self._prompts.resolve(name, wanted)
        if version is None:
            self._problem(
                "GCT154",
                value,
                f"expected a version of '{name}' in the range {wanted}, found none",
                notes=tuple(Note(f"version {each.version}", each.span) for each in versions),
                hint=f"the highest version is {versions[0].version}",
            )
            return MergedValue(_UNKNOWN, value.chain)
        return MergedValue(PromptLink(name, wanted, version.version), value.chain)

    def _target(
        self, value: MergedValue, link: Link, document: str
    ) -> tuple[str, tuple[str, ...]] | None:
        name, separator, pointer = link.text.partition("#")
        if not separator:
            self._malformed(value, link, "DOCUMENT#/pointer")
            return None
        tokens = self._tokens(value, pointer)
        if tokens is None:
            return None
        name = name or document
        if name in self._documents:
            return name, tokens
        if self._is_incomplete(name):
            return None
        near = get_close_matches(name, self._documents, n=1)
        hint = (
            f"did you mean '{near[0]}#{pointer}'?"
            if near
            else "no layer of the bundle has such a file"
        )
        if name in self._sops:
            hint = f"it is encrypted: write !secret {link.text}"
        self._problem(
            "GCT151",
            value,
            f"expected a document '{name}' in this bundle, found none",
            hint=hint,
        )
        return None

    def _tokens(self, value: MergedValue, pointer: str) -> tuple[str, ...] | None:
        try:
            return parse_pointer(pointer)
        except ValueError as error:
            self._problem("GCT156", value, str(error), hint="write #/key/inner, with ~1 for '/'")
            return None

    def _malformed(self, value: MergedValue, link: Link, expected: str) -> None:
        self._problem(
            "GCT156",
            value,
            f"expected {expected} after !{link.kind}, found '{link.text}'",
            hint=f"gitconfig-tool rules GCT156 shows how a !{link.kind} is written",
        )

    def _problem(
        self,
        code: str,
        value: MergedValue,
        message: str,
        *,
        label: str = "",
        notes: tuple[Note, ...] = (),
        hint: str = "",
    ) -> None:
        span = value.chain[0].span
        found = Diagnostic(code, message, span, label, notes, hint)
        if found not in self.diagnostics:
            self.diagnostics.append(found)


def _unknown(value: MergedValue) -> _Sized:
    return _Sized(MergedValue(_UNKNOWN, value.chain), 1, 0)


def _leaf_json(content: Any) -> Any:
    if isinstance(content, PromptLink):
        return {"id": content.id, "version": content.version}
    return None


def _no_leaf(content: Any) -> Any:
    raise TypeError(f"a document without links holds {type(content).__name__}")
