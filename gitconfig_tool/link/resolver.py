"""Following the links of one bundle: the order, the bounds and the circles.

Takes merged documents with their surroundings; returns linked documents and what is wrong. What a
`!secret` and a `!prompt` lead to is found by `targets`, the text of a `!format` is read by
`template`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.document import MAX_DEPTH
from gitconfig_tool.link.model import (
    LinkedDocument,
    PromptLink,
    SecretLink,
    child_at,
)
from gitconfig_tool.link.past import as_past, unusable_part
from gitconfig_tool.link.surroundings import Surroundings
from gitconfig_tool.link.targets import (
    Wrong,
    find_prompt,
    find_secret,
    malformed,
    shown,
    wrong_pointer,
)
from gitconfig_tool.link.template import Part, parse_template
from gitconfig_tool.link.values import UNKNOWN, Sized, unknown
from gitconfig_tool.merge import Link, MergedDocument, MergedValue, leaves, scalar_literal, to_json
from gitconfig_tool.pointer import (
    Path,
    format_pointer,
    meant_reference,
    parse_pointer,
    split_reference,
)

# Comparing a name with others takes long where there are tens of thousands of them.
MAX_SUGGESTED_FROM = 1_000
# What one bundle may compare in all, within a second: nobody reads so many suggestions.
MAX_COMPARED = 20_000
# References can repeat a value many times over; this bounds what a bundle may grow to.
MAX_LINKED_VALUES = 1_000_000
# What all texts of `!format` in a bundle may have together: names that name themselves twice double
# the text at each step.
MAX_FORMATTED = 16_000_000
# References that lead from one to the next; each costs a few frames of Python's stack.
MAX_CHAIN = 64


def link_documents(
    documents: Mapping[str, MergedDocument],
    surroundings: Surroundings,
    only: Iterable[str] | None = None,
) -> tuple[Mapping[str, LinkedDocument], tuple[Diagnostic, ...]]:
    """Resolve every link of a bundle; returns the documents that hold any.

    The others are the same in every bundle: `linked_without_links` makes them. `only` names the
    documents to link, all by default; of the others, what is referred to is looked at.
    """
    linker = _Linker(documents, surroundings)
    wanted = {id: documents[id] for id in (documents if only is None else only)}
    linked = {id: linker.document(merged) for id, merged in wanted.items() if merged.has_links}
    return linked, tuple(linker.diagnostics)


def linked_without_links(merged: MergedDocument) -> LinkedDocument:
    """Return the linked form of a document that holds no link."""
    nothing: Mapping[str, Any] = MappingProxyType({})
    value = to_json(merged.root, _no_leaf)
    return LinkedDocument(
        merged.id,
        value,
        nothing,
        nothing,
        merged.root,
        merged.files,
        merged.root,
        merged.missing,
    )


class _Target(NamedTuple):
    """Where a reference leads; `rev` is the tag or commit that it names, or None."""

    text: str
    document: str
    tokens: tuple[str, ...]
    rev: str | None


class _Touched(NamedTuple):
    """What a value depends on beside its own document; see `LinkedDocument`."""

    documents: frozenset[str] = frozenset()
    other: frozenset[tuple[str, str]] = frozenset()

    def also(self, more: "_Touched") -> "_Touched":
        return _Touched(self.documents | more.documents, self.other | more.other)


class _Linker:
    def __init__(self, documents: Mapping[str, MergedDocument], surroundings: Surroundings) -> None:
        self._documents = documents
        self._around = surroundings
        self._resolved: dict[int, Sized] = {}
        self._path_of_refs: list[tuple[int, str, MergedValue]] = []
        self._circular: set[int] = set()
        self._written = 0
        self._formatted = 0
        self._through: dict[int, _Touched] = {}
        self._touched = _Touched()
        self._compared = 0
        # In their order; a value that several documents refer to is reported once.
        self.diagnostics: dict[Diagnostic, None] = {}

    def document(self, merged: MergedDocument) -> LinkedDocument:
        self._touched = _Touched()
        root = self._value(merged.root, merged.id, 0).value
        secrets: dict[str, SecretLink] = {}
        prompts: dict[str, PromptLink] = {}
        unknown = set(merged.missing)
        for path, leaf in leaves(root):
            if isinstance(leaf.content, SecretLink):
                secrets[format_pointer(path)] = leaf.content
            elif isinstance(leaf.content, PromptLink):
                prompts[format_pointer(path)] = leaf.content
            elif leaf.content is UNKNOWN:
                unknown.add(format_pointer(path))
        return LinkedDocument(
            merged.id,
            to_json(root, _leaf_json),
            MappingProxyType(secrets),
            MappingProxyType(prompts),
            root,
            merged.files,
            merged.root,
            frozenset(unknown),
            self._touched.documents,
            tuple(sorted(self._touched.other)),
        )

    def _value(self, value: MergedValue, document: str, depth: int) -> Sized:
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
        return Sized(value, size, height)

    def _link(self, value: MergedValue, link: Link, document: str, depth: int) -> Sized:
        known = self._resolved.get(id(value))
        if known is None and depth <= MAX_DEPTH:
            outer, self._touched = self._touched, _Touched()
            if not link.text:
                known = unknown(value)  # GCT013, which the parser reports.
            elif link.kind == "ref":
                known = self._ref(value, link.text, document, depth)
            elif link.kind == "format":
                known = self._format(value, link.text, document, depth)
            else:
                known = self._leaf_link(value, link)
            self._resolved[id(value)] = known
            self._through[id(value)] = self._touched
            self._touched = self._touched.also(outer)
        elif known is not None:
            self._touched = self._touched.also(self._through[id(value)])
        if known is None or depth + known.height > MAX_DEPTH:
            self._problem(
                "GCT155",
                value,
                f"expected at most {MAX_DEPTH} levels of nesting once references are written out, "
                "found more",
                hint="refer to a value that is less deep",
            )
            return unknown(value)
        return known

    def _leaf_link(self, value: MergedValue, link: Link) -> Sized:
        found: SecretLink | PromptLink | Wrong
        if link.kind == "secret":
            name, _ = split_reference(link.text)
            self._touched = self._touched.also(_Touched(frozenset({name})))
            found = find_secret(link.text, self._around.sops, self._around.is_incomplete)
        else:
            found = find_prompt(link.text, self._around.prompts)
        if isinstance(found, Wrong):
            return self._wrong(value, found)
        return Sized(MergedValue(found, value.chain), 1, 0)

    def _format(self, value: MergedValue, text: str, document: str, depth: int) -> Sized:
        """Write out a template; the chain goes on with those of the values that it names."""
        try:
            parts = parse_template(text)
        except ValueError as error:
            hint = "write {{ and }} for the braces themselves"
            return self._wrong(value, Wrong("GCT156", str(error), hint=hint))
        written: list[str] = []
        chain = value.chain
        is_known = True
        for part in parts:
            if part.kind == "text":
                written.append(part.text)
            elif part.kind == "name":
                name = self._name(value, part, document)
                is_known = is_known and name is not None
                written.append(name or "")
            else:
                found = self._ref(value, part.text, document, depth).value
                shown = self._shown(value, part, found)
                is_known = is_known and shown is not None
                written.append(shown or "")
                # What the reference itself adds is the value's own chain once more.
                chain = (*chain, *found.chain[len(value.chain) :])
        length = sum(map(len, written))
        if self._formatted <= MAX_FORMATTED < self._formatted + length:
            self._problem(
                "GCT155",
                value,
                f"expected all texts of !format in a bundle to have at most {MAX_FORMATTED:,} "
                "characters, found more",
                hint="formats that repeat formats grow fast: refer to shorter texts",
            )
        self._formatted += length
        if not is_known or self._formatted > MAX_FORMATTED:
            return unknown(value)
        return Sized(MergedValue("".join(written), chain), 1, 0)

    def _name(self, value: MergedValue, part: Part, document: str) -> str | None:
        names = self._around.names
        if part.text in names.values:
            found = names.values[part.text]
            self._touched = self._touched.also(_Touched(other=frozenset({(part.text, found)})))
            return found
        # Whether the bundle has the name is something that the value depends on, too.
        self._touched = self._touched.also(_Touched(other=frozenset({(part.text, "")})))
        if part.text in names.unbound:
            dimension, _, attribute = part.text.partition(".")
            has = f"does not bind {dimension}"
            hint = f"move this to layers whose path names {{{dimension}}}, or leave the name out"
            if dimension in names.values:
                if self._around.is_incomplete(document):
                    return None  # The attribute may stand where a mistake was reported.
                own = names.values[dimension]
                has = f"has {dimension} {own}, which has no such attribute"
                hint = (
                    f"give the value '{own}' of '{dimension}' the attribute '{attribute}', "
                    "or leave the name out"
                )
            self._problem(
                "GCT158",
                value,
                f"expected a value for '{{{part.text}}}', found none: bundle {names.bundle} {has}",
                hint=hint,
            )
            return None
        known = [*names.values, *sorted(names.unbound)]
        near = self._near(part.text, known)
        self._problem(
            "GCT158",
            value,
            f"expected a dimension, an attribute or a reference in braces, found '{{{part.text}}}'",
            hint=f"did you mean '{{{near[0]}}}'?"
            if near
            else f"known names: {', '.join(known) or 'none'}; a reference is {{DOCUMENT#/pointer}}",
        )
        return None

    def _shown(self, value: MergedValue, part: Part, found: MergedValue) -> str | None:
        """Return the text of a value that a template refers to."""
        content = found.content
        if content is UNKNOWN:
            return None
        what = None
        if isinstance(content, SecretLink):
            what = "a secret"
        elif isinstance(content, PromptLink):
            what = "a prompt"
        elif content is None:
            what = "null"
        elif isinstance(content, (MappingProxyType, tuple)):
            what = "a list" if isinstance(content, tuple) else "a mapping"
        if what is None:
            return scalar_literal(content)
        last = found.chain[-1]
        notes = (Note("it is set", last.span),) if last.is_here else ()
        self._wrong(value, replace(_no_text(part.text, what), notes=notes))
        return None

    def _ref(self, value: MergedValue, text: str, document: str, depth: int) -> Sized:
        target = self._target(value, text, document)
        # Once the bundle is too large, which is reported once, no further reference is followed.
        if target is None or self._written > MAX_LINKED_VALUES:
            return unknown(value)
        if target.rev is not None:
            found = self._past(value, target)
        else:
            for index, (known, _, _) in enumerate(self._path_of_refs):
                if known == id(value):
                    self._cycle(self._path_of_refs[index:])
                    self._circular.update(each for each, _, _ in self._path_of_refs[index:])
                    return unknown(value)
            if len(self._path_of_refs) == MAX_CHAIN:
                self._problem(
                    "GCT155",
                    self._path_of_refs[0][2],
                    f"expected a chain of at most {MAX_CHAIN} references, found a longer one",
                    label="the chain begins here",
                    hint="refer to the value at its end",
                )
                return unknown(value)
            self._path_of_refs.append((id(value), f"{document}: !ref {text}", value))
            try:
                found = self._look_up(value, target, depth)
            finally:
                self._path_of_refs.pop()
            if id(value) in self._circular:
                return unknown(value)
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
            return unknown(value)
        chain = (*value.chain, *found.value.chain)
        return found._replace(value=MergedValue(found.value.content, chain))

    def _past(self, value: MergedValue, target: "_Target") -> Sized:
        """Return a value as it was at a revision, every part of it as set by the reference."""
        rev = target.rev or ""
        past = self._around.at_revision(rev, target.document, target.tokens)
        # Each bundle has values of its own there, as here.
        mark = (
            f"{target.document}@{rev}#{format_pointer(target.tokens)}",
            f"{self._around.names.bundle} at {past.commit}",
        )
        self._touched = self._touched.also(_Touched(other=frozenset({mark})))
        if past.value is None:
            return self._wrong(value, Wrong("GCT157", shown(past.why), hint=shown(past.hint)))
        gone = unusable_part(past.value, self._around.prompts)
        if gone is not None:
            path, what = gone
            at = format_pointer((*target.tokens, *path))
            return self._wrong(
                value,
                Wrong(
                    "GCT157",
                    f"expected a plain value at {target.document}@{rev}#{at}, found {what}",
                    hint=f"leave out @{rev}, or refer to a value beside it",
                ),
            )
        return as_past(past.value, value, past.commit)

    def _look_up(self, value: MergedValue, target: "_Target", depth: int) -> Sized:
        document = target.document
        at = self._documents[document].root
        walked: Path = ()
        for token in target.tokens:
            if isinstance(at.content, Link):
                at = self._link(at, at.content, document, depth).value
            if at.content is UNKNOWN:
                return Sized(at, 1, 0)
            inner = child_at(at, token)
            if inner is None:
                missing = self._documents[document].missing
                known = format_pointer((*walked, token)) in missing
                if not known and not self._around.is_incomplete(document):
                    self._dangling(value, target, at, walked, token)
                return unknown(value)
            walked = (*walked, int(token) if isinstance(at.content, tuple) else token)
            at = inner
        self._check_deprecated(value, document, walked)
        return self._value(at, document, depth)

    def _check_deprecated(self, value: MergedValue, document: str, path: Path) -> None:
        said = self._around.deprecated(document, path)
        if said is None:
            return
        place = f"{document}#{format_pointer(path)}"
        self._problem(
            "GCT159",
            value,
            f"expected a reference to a value that stays, found {place}, which is deprecated",
            label="refers to a deprecated value",
            hint=said or "the schema says `deprecated: true`; refer to what replaces it",
        )

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
        target: "_Target",
        at: MergedValue,
        walked: Path,
        token: str,
    ) -> None:
        keys = list(at.content) if isinstance(at.content, MappingProxyType) else []
        near = self._near(token, keys)
        where = format_pointer(walked) or "its top"
        hint = f"known keys at {where}: {', '.join(keys[:8])}" if keys else "check the pointer"
        if near:
            hint = f"did you mean {target.document}#{format_pointer((*walked, near[0]))}?"
        elif isinstance(at.content, tuple):
            hint = f"the list at {where} has {len(at.content)} items, numbered from 0"
        self._problem(
            "GCT151",
            value,
            f"expected a value at {shown(target.text)}, found no '{shown(token)}' there",
            hint=hint,
        )

    def _target(self, value: MergedValue, text: str, document: str) -> "_Target | None":
        name, pointer = split_reference(text)
        if pointer is None:
            wrong = malformed("ref", text, "DOCUMENT#/pointer")
            meant = meant_reference(text, self._documents)
            hint = wrong.hint if meant is None else f"did you mean {meant}?"
            self._wrong(value, replace(wrong, hint=hint))
            return None
        try:
            tokens = parse_pointer(pointer)
        except ValueError as error:
            self._wrong(value, wrong_pointer(error))
            return None
        name = name or document
        rev: str | None = None
        if name not in self._documents and "@" in name:
            name, _, rev = name.rpartition("@")
            name = name or document
            if not rev:
                self._wrong(value, malformed("ref", text, "a tag or a commit after '@'"))
                return None
            return _Target(text, name, tokens, rev)
        self._touched = self._touched.also(_Touched(frozenset({name})))
        if name in self._documents:
            return _Target(text, name, tokens, None)
        if self._around.is_incomplete(name):
            return None
        near = self._near(name, self._documents)
        hint = (
            f"did you mean '{near[0]}#{pointer}'?"
            if near
            else "no layer of the bundle has such a file"
        )
        if name in self._around.sops:
            if isinstance(value.content, Link) and value.content.kind == "format":
                self._wrong(value, _no_text(text, "a secret"))
                return None
            hint = f"it is encrypted: write !secret {text}"
        self._problem(
            "GCT151",
            value,
            f"expected a document '{shown(name)}' in this bundle, found none",
            hint=hint,
        )
        return None

    def _near(self, name: str, known: Iterable[str]) -> list[str]:
        """Return the known name that is most like another; none once too many were compared."""
        names = list(islice(known, MAX_SUGGESTED_FROM))
        self._compared += len(names)
        return get_close_matches(name, names, n=1) if self._compared <= MAX_COMPARED else []

    def _wrong(self, value: MergedValue, wrong: Wrong) -> Sized:
        if wrong.message is not None:
            self._problem(wrong.code, value, wrong.message, notes=wrong.notes, hint=wrong.hint)
        return unknown(value)

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
        self.diagnostics[Diagnostic(code, message, span, label, notes, hint)] = None


def _no_text(reference: str, what: str) -> Wrong:
    hint = "refer to a string, a number or a boolean"
    if what == "a secret":
        hint = "a secret stays encrypted until it is published: give it a key of its own"
    return Wrong("GCT160", f"expected text at '{{{reference}}}', found {what}", hint=hint)


def _leaf_json(content: Any) -> Any:
    if isinstance(content, PromptLink):
        return {"id": content.id, "version": content.version}
    return None


def _no_leaf(content: Any) -> Any:
    raise TypeError(f"a document without links holds {type(content).__name__}")
