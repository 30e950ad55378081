"""Changes in a few words, and in the order in which they are shown. Pure.

Every form of a comparison that people read begins with this.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gitconfig_tool.changes.model import (
    Changes,
    Kind,
    Level,
    Radius,
    Revision,
    RuleChange,
    RuleKind,
    SecretChange,
    SecretKind,
    ValueChange,
)
from gitconfig_tool.changes.radius import secret_places
from gitconfig_tool.report.bundle_names import count_bundles, name_bundles, plural
from gitconfig_tool.report.tables import count

_T = TypeVar("_T")
# Characters of a commit's id that are shown.
_SHORT = 12
# So many values of a dimension are named in a summary; more are counted.
_NAMED = 3
_WORST_SECRETS = (SecretKind.CLEARED, SecretKind.RECIPIENTS, SecretKind.REMOVED)
# What happened to a secret and which rule changed, in the words of people. Whether a value changed
# in what was re-encrypted, the note of the change tells: there are both.
_SECRET_WORDS = {
    SecretKind.ADDED: "added",
    SecretKind.REMOVED: "removed",
    SecretKind.ROTATED: "rotated: a new value",
    SecretKind.REENCRYPTED: "re-encrypted",
    SecretKind.RECIPIENTS: "other recipients",
    SecretKind.CLEARED: "in the clear now",
}
RULE_WORDS = {
    RuleKind.PROJECT: "project file",
    RuleKind.SCHEMA: "schema",
    RuleKind.POLICY: "policy",
    RuleKind.PERMISSION: "permission",
    RuleKind.SILENCING: "silencing",
    RuleKind.CLASSIFICATION: "classification",
}
# The gravest class first.
LEVELS = tuple(reversed(Level))


@dataclass(frozen=True, slots=True)
class SharedValues:
    """Changed values of one document that the same bundles share."""

    bundles: tuple[str, ...]
    values: tuple[ValueChange, ...]


@dataclass(frozen=True, slots=True)
class DocumentValues:
    """The changed values of one document, by the bundles that share them."""

    document: str
    sets: tuple[SharedValues, ...]

    @property
    def kind(self) -> Kind:
        """Whether the document came or went in all of its bundles, or is another one."""
        whole = {each.kind if not each.pointer else Kind.CHANGED for each in self.values}
        return whole.pop() if len(whole) == 1 else Kind.CHANGED

    @property
    def values(self) -> tuple[ValueChange, ...]:
        """All of its changed values."""
        return tuple(value for shared in self.sets for value in shared.values)

    @property
    def bundles(self) -> tuple[str, ...]:
        """The bundles in which any of its values is another one."""
        return tuple(dict.fromkeys(name for shared in self.sets for name in shared.bundles))


def by_document(changes: Changes) -> tuple[DocumentValues, ...]:
    """Return the changed values by document, and in it by bundles, protected and many first."""
    found: dict[str, dict[tuple[str, ...], list[ValueChange]]] = {}
    for value in changes.values:
        found.setdefault(value.document, {}).setdefault(value.bundles, []).append(value)
    return tuple(
        DocumentValues(
            document,
            tuple(
                SharedValues(bundles, tuple(values))
                for bundles, values in sorted(
                    sets.items(), key=lambda item: _importance(changes, item[0])
                )
            ),
        )
        for document, sets in sorted(found.items())
    )


def worst_first(
    changes: Changes, documents: Iterable[DocumentValues]
) -> tuple[DocumentValues, ...]:
    """Return documents with those first that concern protected bundles, and many."""
    return tuple(
        sorted(documents, key=lambda each: (_importance(changes, each.bundles), each.document))
    )


def secrets_in_order(changes: Changes) -> tuple[SecretChange, ...]:
    """Return the changed secrets, gravest first: in the clear now, then read by others, then gone.

    Where one is as grave as another, those of protected bundles come first.
    """
    grave = {kind: at for at, kind in enumerate(_WORST_SECRETS)}

    def key(change: SecretChange) -> tuple[int, tuple[int, int], str]:
        bundles = (*change.bundles, *change.readers)
        return grave.get(change.kind, len(grave)), _importance(changes, bundles), change.path

    return tuple(sorted(changes.secrets, key=key))


def secret_word(change: SecretChange) -> str:
    """Return what happened to a secret, in the words of people."""
    return "moved" if change.moved_from else _SECRET_WORDS[change.kind]


def rules_in_order(changes: Changes) -> tuple[RuleChange, ...]:
    """Return the changed rules: those that refuse less first, then what cannot be told."""
    order = {True: 0, None: 1, False: 2}
    return tuple(sorted(changes.rules, key=lambda each: order[each.is_weaker]))


def touched(changes: Changes) -> tuple[str, ...]:
    """Return the bundles that get other content."""
    if changes.radius.bundles:
        return changes.radius.bundles
    found = [each.name for each in changes.bundles]
    for section in (changes.values, changes.secrets, changes.prompts, changes.models):
        for change in section:
            found += change.bundles
    return tuple(dict.fromkeys(found))


def counted(changes: Changes) -> str:
    """Return how much differs: `3 values, 1 secret and 1 bundle`."""
    whole = [
        each
        for each in by_document(changes)
        if not any(value.pointer or value.kind is Kind.CHANGED for value in each.values)
    ]
    within = len(changes.values) - sum(len(each.values) for each in whole)
    parts = [
        count(number, noun)
        for number, noun in (
            (within, "value"),
            (len(whole), "document"),
            (len(secret_places(changes)), "secret"),
            (len({each.id for each in changes.prompts}), "prompt"),
            (len({each.document for each in changes.models}), "model"),
            (len(changes.rules), "rule"),
            (len(changes.bundles), "bundle"),
        )
        if number
    ]
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)


def headline(changes: Changes) -> str:
    """Return what differs and where, in a sentence without an end."""
    what = counted(changes)
    if not what:
        return "what could be compared does not differ"
    verb = "differs" if what.startswith("1 ") and " and " not in what else "differ"
    where = touched(changes)
    return f"{what} {verb}" + (f" in {name_bundles(where, changes.dimensions)}" if where else "")


def reach(changes: Changes) -> Sequence[str]:
    """Return how far the changes reach: bundles, values of dimensions, documents, secrets."""
    radius = changes.radius
    if not radius.bundles_of:
        return ()
    known = _dimension_values(changes)
    parts = [_bundles_of(radius, changes)]
    for dimension, values in radius.values.items():
        every = len(known.get(dimension, ()))
        if not values:
            continue
        if len(values) <= _NAMED:
            noun = dimension if len(values) == 1 else plural(dimension)
            parts.append(f"{noun} {', '.join(values)}")
        else:
            parts.append(f"{len(values):,} of {every:,} {plural(dimension)}")
    if radius.documents:
        parts.append(count(radius.documents, "document"))
    if radius.secrets:
        parts.append(count(radius.secrets, "secret"))
    return parts


def sides(changes: Changes) -> str:
    """Return which revisions were compared, with the ids of commits that have other names."""
    return f"{_revision(changes.base)} -> {_revision(changes.head)}"


def _revision(revision: Revision) -> str:
    commit = revision.commit
    if revision.kind != "commit" or commit is None or commit.startswith(revision.name):
        return revision.name
    return f"{revision.name} ({commit[:_SHORT]})"


def _bundles_of(radius: Radius, changes: Changes) -> str:
    if not radius.bundles:
        return "the content of no bundle"
    if radius.bundles_of == len(changes.dimensions):
        return count_bundles(radius.bundles, changes.dimensions)
    return f"{len(radius.bundles):,} of {count(radius.bundles_of, 'bundle')}"


def _dimension_values(changes: Changes) -> Mapping[str, Sequence[str]]:
    found: dict[str, dict[str, None]] = {}
    for bound in changes.dimensions.values():
        for dimension, value in bound.items():
            found.setdefault(dimension, {})[value] = None
    return {dimension: tuple(values) for dimension, values in found.items()}


def _importance(changes: Changes, bundles: Iterable[str]) -> tuple[int, int]:
    """Return a number that is smaller for what is protected, then for what reaches farther."""
    names = tuple(bundles)
    return (0 if changes.protected.intersection(names) else 1, -len(names))


@dataclass(frozen=True, slots=True)
class Whole:
    """What came or went with whole bundles, counted, and all changes without it."""

    documents: int
    prompts: int
    models: int
    others: Changes

    @property
    def text(self) -> str:
        """What it is, in words; empty where there is nothing."""
        parts = [
            count(number, noun)
            for number, noun in (
                (self.documents, "document"),
                (self.prompts, "prompt"),
                (self.models, "model"),
            )
            if number
        ]
        return f"with all that they hold ({', '.join(parts)})" if parts else ""


def with_whole_bundles(changes: Changes) -> Whole:
    """Take apart what is there, or is no longer, only because its bundles came or went."""
    whole = {each.name for each in changes.bundles if each.kind is not Kind.CHANGED}

    def is_inside(bundles: Iterable[str]) -> bool:
        names = tuple(bundles)
        return bool(names) and whole.issuperset(names)

    values = [
        each
        for each in changes.values
        if not each.pointer and each.kind is not Kind.CHANGED and is_inside(each.bundles)
    ]
    # A prompt with a source came, went or changed in the repository itself.
    prompts = [each for each in changes.prompts if not each.source and is_inside(each.bundles)]
    models = [each for each in changes.models if is_inside(each.bundles)]
    return Whole(
        len({each.document for each in values}),
        len({each.id for each in prompts}),
        len({each.document for each in models}),
        replace(
            changes,
            values=_without(changes.values, values),
            prompts=_without(changes.prompts, prompts),
            models=_without(changes.models, models),
        ),
    )


def _without(every: Sequence[_T], some: Sequence[_T]) -> tuple[_T, ...]:
    left_out = {id(each) for each in some}
    return tuple(each for each in every if id(each) not in left_out)


def bundle_groups(changes: Changes) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Yield the bundles that went, that changed and that came, in this order."""
    for kind in (Kind.REMOVED, Kind.CHANGED, Kind.ADDED):
        names = tuple(each.name for each in changes.bundles if each.kind is kind)
        if names:
            yield kind, names
