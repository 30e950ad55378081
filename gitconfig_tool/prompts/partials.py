"""The partials that a file includes: found, complete, and in their places.

Takes the partials of a project; says which of the includes of a file lead to one, and puts their
texts together. Partials include partials; a circle is reported once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.prompts.expansion import Insert, expand, expanded_length
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.parts import Include
from gitconfig_tool.prompts.templates import ParsedTemplate
from gitconfig_tool.prompts.texts import PlacedText

# More levels are not written by people.
_MAX_LEVELS = 20


@dataclass(frozen=True, slots=True)
class OwnText:
    """What one partial says itself; `parsed` is None where it is no template, which is reported.

    `variables` are the names that it declares, in `schema`, which is None where it is wrong.
    `reason` is why it is deprecated, if it says that.
    """

    name: str
    includes: tuple[Include, ...]
    placed: PlacedText | None
    parsed: ParsedTemplate | None
    variables: frozenset[str]
    paths: frozenset[str]
    is_deprecated: bool = False
    reason: str = ""
    replaced_by: str = ""
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """All partials of a project, and those that are complete; `prompts` are the ids of prompts.

    `diagnostics` say why others are not: they include themselves, or get too long. `broken` are
    those whose files could not be read.
    """

    partials: Mapping[str, OwnText]
    prompts: frozenset[str]
    limits: RenderLimits
    inserts: Mapping[str, Insert]
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[str] = frozenset()

    def whole(self, name: str) -> PlacedText | None:
        """Return a partial, `ID@VERSION`, complete; None where it cannot be, which is reported."""
        insert = self.inserts.get(name)
        return None if insert is None else insert.placed

    def complete(
        self, placed: PlacedText, parsed: ParsedTemplate, includes: tuple[Include, ...]
    ) -> PlacedText | Diagnostic | None:
        """Return a text with its partials in place, or why it cannot be; None where that is said.

        What an include leads to is said by `check`, or in the partial's own file.
        """
        return _complete(placed, parsed, includes, self.inserts, self.limits)

    def paths(self, includes: tuple[Include, ...]) -> frozenset[str]:
        """Return the files of all partials that includes lead to."""
        found: set[str] = set()
        names: set[str] = set()
        rest = list(includes)
        while rest:
            own = self.partials.get(rest.pop().name)
            if own is not None and own.name not in names:
                names.add(own.name)
                found |= own.paths
                rest.extend(own.includes)
        return frozenset(found)

    def sets(self, name: str) -> bool:
        """Tell whether a partial, `ID@VERSION`, sets something, and so gets a scope of its own."""
        own = self.partials.get(name)
        return own is not None and own.parsed is not None and own.parsed.sets

    def declares(self, name: str, variable: str) -> bool:
        """Tell whether a partial, `ID@VERSION`, declares a variable."""
        own = self.partials.get(name)
        return own is not None and variable in own.variables

    def schema(self, name: str) -> Mapping[str, Any] | None:
        """Return the schema of the variables of a partial, `ID@VERSION`; None where none is right.

        What is wrong with it is reported in the partial's own file.
        """
        own = self.partials.get(name)
        return None if own is None else own.schema

    def check(
        self,
        includes: tuple[Include, ...],
        used: list[tuple[PlacedText, ParsedTemplate]],
        *,
        is_whole: bool,
        wrong: frozenset[str] = frozenset(),
    ) -> Iterator[Diagnostic]:
        """Report includes that lead to no partial, that nothing uses, or that are not declared.

        `used` are the templates of the file; unless it `is_whole`, nobody knows what is not used.
        Of the aliases in `wrong` it is said already that they name no partial.
        """
        by_alias = {include.alias: include for include in includes}
        aliases = {str(tag.alias) for _, parsed in used for tag in parsed.includes}
        for include in includes:
            own = self.partials.get(include.name)
            if own is None and include.name not in self.broken:
                yield self._missing(include)
            elif own is None:
                continue
            elif own.is_deprecated:
                yield _deprecated(include, own)
            near = get_close_matches(include.alias, aliases - by_alias.keys(), n=1)
            if is_whole and include.alias not in aliases and not near:
                yield Diagnostic(
                    "GCT519",
                    f"expected each partial of 'includes' to be used, found '{include.alias}' "
                    "in no template",
                    include.alias_span,
                    "never included",
                    hint=f'remove it, or write {{% include "{include.alias}" %}} in a template',
                )
        for placed, parsed in used:
            for tag in parsed.includes:
                if tag.alias not in by_alias and str(tag.alias) not in wrong:
                    yield _undeclared(placed, tag.offset, tag.length, str(tag.alias), by_alias)

    def _missing(self, include: Include) -> Diagnostic:
        splits = [name.partition("@") for name in self.partials]
        versions = sorted(version for id, _, version in splits if id == include.id)
        if versions:
            near = get_close_matches(include.version, versions, n=1)
            meant = f"did you mean {include.id}@{near[0]}? " if near else ""
            return Diagnostic(
                "GCT517",
                f"expected a version of the partial '{include.id}' that exists, "
                f"found '{include.version}'",
                include.span,
                hint=f"{meant}there: {', '.join(versions)}",
            )
        near = get_close_matches(include.id, sorted({id for id, _, _ in splits}), n=1)
        hint = "a partial is a file <id>/<version>.partial.yaml beside the prompts"
        if near:
            hint = f"did you mean '{near[0]}@{include.version}'?"
        elif include.id in self.prompts:
            hint = f"'{include.id}' is a prompt: only partials can be included"
        return Diagnostic(
            "GCT517",
            f"expected a partial that exists, found '{include.id}'",
            include.span,
            hint=hint,
        )


def read_library(
    partials: Mapping[str, OwnText],
    prompts: frozenset[str],
    limits: RenderLimits,
    broken: frozenset[str] = frozenset(),
) -> Library:
    """Complete all partials, by `ID@VERSION`: those that include none first.

    `broken` are partials that exist, and could not be read.
    """
    inserts: dict[str, Insert] = {}
    found: list[Diagnostic] = []
    waiting = {
        name: {each.name for each in own.includes if each.name in partials}
        for name, own in partials.items()
    }
    levels: dict[str, int] = {}
    ready = [name for name in sorted(waiting) if not waiting[name]]
    needed_by: dict[str, list[str]] = {}
    for name, needs in waiting.items():
        for each in needs:
            needed_by.setdefault(each, []).append(name)
    while ready:
        name = ready.pop()
        own = partials[name]
        inner = [each for each in own.includes if each.name in levels]
        levels[name] = 1 + max((levels[each.name] for each in inner), default=0)
        whole = _whole(own, inserts, limits)
        if levels[name] == _MAX_LEVELS + 1:
            deep = next(each for each in inner if levels[each.name] == _MAX_LEVELS)
            what = f"within partials of at most {_MAX_LEVELS} levels, found {levels[name]}"
            found.append(_endless(deep, what))
        elif levels[name] <= _MAX_LEVELS and isinstance(whole, PlacedText) and own.parsed:
            inserts[name] = Insert.of(name, whole, own.parsed.sets)
        elif isinstance(whole, Diagnostic):
            found.append(whole)
        for outer in needed_by.get(name, ()):
            waiting[outer].discard(name)
            if not waiting[outer]:
                ready.append(outer)
    found.extend(_circles(partials, {name for name, needs in waiting.items() if needs}))
    return Library(partials, prompts, limits, inserts, tuple(found), broken)


def _whole(
    own: OwnText, inserts: Mapping[str, Insert], limits: RenderLimits
) -> PlacedText | Diagnostic | None:
    if own.placed is None or own.parsed is None:
        return None
    return _complete(own.placed, own.parsed, own.includes, inserts, limits)


def _complete(
    placed: PlacedText,
    parsed: ParsedTemplate,
    includes: tuple[Include, ...],
    inserts: Mapping[str, Insert],
    limits: RenderLimits,
) -> PlacedText | Diagnostic | None:
    names = {include.alias: include.name for include in includes}
    by_alias: dict[str, Insert] = {}
    for tag in parsed.includes:
        insert = inserts.get(names.get(str(tag.alias), ""))
        if insert is None:
            return None
        by_alias[str(tag.alias)] = insert
    length = expanded_length(placed.text, parsed.includes, by_alias)
    if length <= limits.template_characters:
        return expand(placed, parsed.includes, by_alias)
    tag = parsed.includes[0]
    return Diagnostic(
        "GCT503",
        f"expected a template of at most {limits.template_characters:,} characters with its "
        f"partials, found {length:,}",
        placed.span(tag.start, tag.end - tag.start),
        hint="include less, or give long text as a variable",
    )


def _circles(partials: Mapping[str, OwnText], endless: set[str]) -> Iterator[Diagnostic]:
    """Report each circle that one meets by following the first include that does not end."""
    seen: set[str] = set()
    for start in sorted(endless):
        walk: list[str] = []
        name = start
        while name not in seen:
            seen.add(name)
            walk.append(name)
            step = next(each for each in partials[name].includes if each.name in endless)
            if step.name in walk:
                circle = [*walk[walk.index(step.name) :], step.name]
                what = f"that do not include themselves, found {' -> '.join(circle)}"
                yield _endless(step, what)
            name = step.name


def _endless(include: Include, what: str) -> Diagnostic:
    hint = "take one of these includes out"
    return Diagnostic("GCT520", f"expected partials {what}", include.span, hint=hint)


def _deprecated(include: Include, own: OwnText) -> Diagnostic:
    return Diagnostic(
        "GCT521",
        f"expected a partial that is kept up, found {own.name}, which is deprecated"
        + (f": {own.reason}" if own.reason else ""),
        include.span,
        hint=f"it is replaced by {own.replaced_by}" if own.replaced_by else "include another one",
    )


def _undeclared(
    placed: PlacedText, offset: int, length: int, alias: str, known: Mapping[str, Include]
) -> Diagnostic:
    near = get_close_matches(alias, known, n=1)
    return Diagnostic(
        "GCT518",
        f"expected an alias that 'includes' declares, found '{alias}'",
        placed.span(offset, length),
        "not declared",
        hint=f"did you mean '{near[0]}'?"
        if near
        else "name the partial in the same file, such as 'includes: {tone: house-style@1.2.0}'",
    )
