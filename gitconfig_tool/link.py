"""Resolving `!ref`, `!secret` and `!prompt` within one bundle.

Takes the merged documents of a bundle, the SOPS documents that its layers hold and the prompt
versions, and returns one `LinkedDocument` for each document. Does not decrypt, render or check
schemas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.merge import Link, MergedDocument, MergedValue, Origin, leaves, to_json
from gitconfig_tool.pointer import Path, format_pointer, parse_pointer
from gitconfig_tool.prompts import Prompts, is_range
from gitconfig_tool.secrets import SopsDocument

# References can repeat a value many times over; this bounds what a bundle may grow to.
MAX_LINKED_VALUES = 1_000_000


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A value in a SOPS file: the file's project path, and the pointer in it.

    `type` is `str`, `int`, `float`, `bool` or `bytes` as SOPS writes it, or `map` or `seq` for a
    whole subtree.
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
    stages have nothing to say about them.
    """

    id: str
    value: Any
    secrets: Mapping[str, SecretLink]
    prompts: Mapping[str, PromptLink]
    root: MergedValue
    files: tuple[str, ...]
    unknown: frozenset[str] = frozenset()

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
    if isinstance(content, Mapping):
        found = content.get(str(token))
        return found if isinstance(found, MergedValue) else None
    if isinstance(content, tuple) and str(token).isdecimal() and int(token) < len(content):
        item = content[int(token)]
        return item if isinstance(item, MergedValue) else None
    return None


def link_documents(
    documents: Mapping[str, MergedDocument],
    sops: Mapping[str, Sequence[SopsDocument]],
    prompts: Prompts,
) -> tuple[Mapping[str, LinkedDocument], tuple[Diagnostic, ...]]:
    """Resolve every link of a bundle; returns the documents that hold any.

    The others are the same in every bundle: `linked_without_links` makes them. `sops` holds, for each document id, the SOPS files of the bundle's layers, weakest first: only
    they can be linked, so that no bundle reaches another's secrets.
    """
    linker = _Linker(documents, sops, prompts)
    linked = {id: linker.document(merged) for id, merged in documents.items() if merged.has_links}
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
_Place = tuple[str, Path]


class _Linker:
    def __init__(
        self,
        documents: Mapping[str, MergedDocument],
        sops: Mapping[str, Sequence[SopsDocument]],
        prompts: Prompts,
    ) -> None:
        self._documents = documents
        self._sops = sops
        self._prompts = prompts
        self._resolved: dict[int, MergedValue] = {}
        self._path_of_refs: list[tuple[int, str, MergedValue]] = []
        self._count = 0
        self.diagnostics: list[Diagnostic] = []

    def document(self, merged: MergedDocument) -> LinkedDocument:
        root = self._value(merged.root, merged.id)
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
        )

    def _value(self, value: MergedValue, document: str) -> MergedValue:
        """Return a value with every link in it resolved; what holds no link is returned as it is."""
        self._count += 1
        content = value.content
        if isinstance(content, Link):
            return self._link(value, content, document)
        if isinstance(content, Mapping):
            mapping = {key: self._value(item, document) for key, item in content.items()}
            if all(mapping[key] is item for key, item in content.items()):
                return value
            return MergedValue(MappingProxyType(mapping), value.chain)
        if isinstance(content, tuple):
            items = tuple(self._value(item, document) for item in content)
            if all(new is old for new, old in zip(items, content, strict=True)):
                return value
            return MergedValue(items, value.chain)
        return value

    def _link(self, value: MergedValue, link: Link, document: str) -> MergedValue:
        known = self._resolved.get(id(value))
        if known is not None:
            return known
        if link.kind == "ref":
            found = self._ref(value, link, document)
        elif link.kind == "secret":
            found = self._secret(value, link)
        else:
            found = self._prompt(value, link)
        self._resolved[id(value)] = found
        return found

    def _ref(self, value: MergedValue, link: Link, document: str) -> MergedValue:
        target = self._target(value, link, document)
        if target is None:
            return MergedValue(_UNKNOWN, value.chain)
        for index, (known, _, _) in enumerate(self._path_of_refs):
            if known == id(value):
                self._cycle(self._path_of_refs[index:])
                return MergedValue(_UNKNOWN, value.chain)
        self._path_of_refs.append((id(value), f"{document}: !ref {link.text}", value))
        try:
            found = self._look_up(value, link, *target)
        finally:
            self._path_of_refs.pop()
        return MergedValue(found.content, (*value.chain, *found.chain))

    def _look_up(
        self, value: MergedValue, link: Link, document: str, tokens: tuple[str, ...]
    ) -> MergedValue:
        at = self._documents[document].root
        walked: Path = ()
        for token in tokens:
            if isinstance(at.content, Link):
                at = self._link(at, at.content, document)
            if at.content is _UNKNOWN:
                return at
            inner = child_at(at, token)
            if inner is None:
                if format_pointer((*walked, token)) in self._documents[document].missing:
                    return MergedValue(_UNKNOWN, value.chain)
                self._dangling(value, link, document, at, walked, token)
                return MergedValue(_UNKNOWN, value.chain)
            at = inner
            walked = (*walked, token)
        if self._count > MAX_LINKED_VALUES:
            self._problem(
                "GCT155",
                value,
                f"expected at most {MAX_LINKED_VALUES:,} values in a bundle, found more",
                hint="references that repeat references grow fast: refer to smaller values",
            )
            return MergedValue(_UNKNOWN, value.chain)
        return self._value(at, document)

    def _cycle(self, refs: list[tuple[int, str, MergedValue]]) -> None:
        first = refs[0][2]
        self._problem(
            "GCT152",
            first,
            f"expected references without a cycle, found {len(refs)} that lead in a circle",
            label="the circle begins here",
            notes=tuple(Note(text, at.chain[0].span) for _, text, at in refs[1:]),
            hint="give one of them a value of its own",
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
        keys = list(at.content) if isinstance(at.content, Mapping) else []
        near = get_close_matches(token, keys, n=1)
        where = format_pointer(walked) or "its top"
        hint = f"known keys at {where}: {', '.join(keys[:8])}" if keys else "check the pointer"
        if near:
            hint = f"did you mean {document}#{format_pointer((*walked, near[0]))}?"
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
        if files:
            message = f"expected a secret at {link.text}, found no such key in any layer"
            notes = tuple(Note("searched", Span(file.path)) for file in reversed(files))
            hint = f"add it with sops: sops edit {files[-1].path}"
        else:
            message = f"expected a SOPS document '{document}' in this bundle's layers, found none"
            notes = ()
            near = get_close_matches(document, self._sops, n=1)
            known = ", ".join(sorted(self._sops)) or "none"
            hint = f"did you mean '{near[0]}'?" if near else f"SOPS documents here: {known}"
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
            self._malformed(value, link, "ID@RANGE, with a range such as ^1.2, ~1.2.0 or 1.2.3")
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
        near = get_close_matches(name, self._documents, n=1)
        hint = f"did you mean '{near[0]}#{pointer}'?" if near else "no layer of it has such a file"
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


def _leaf_json(content: Any) -> Any:
    if isinstance(content, PromptLink):
        return {"id": content.id, "version": content.version}
    return None


def _no_leaf(content: Any) -> Any:
    raise TypeError(f"a document without links holds {type(content).__name__}")
