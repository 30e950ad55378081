"""Two revisions compared: every section of `Changes`, put together.

Takes two views of one repository, which the caller has opened; reads nothing else. Each section is
made by a module of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from gitconfig_tool.changes.both import Both, changed_paths
from gitconfig_tool.changes.model import BundleChange, Changes, Kind, Revision, ValueChange
from gitconfig_tool.changes.values import changed_values
from gitconfig_tool.compiler.affected import References, Side, affected
from gitconfig_tool.compiler.paired import Pair, paired
from gitconfig_tool.compiler.view import View


def compare(
    old: View | None,
    new: View | None,
    base: Revision,
    head: Revision,
    globs: Sequence[str] = (),
    references: References | None = None,
) -> Changes:
    """Compare the bundles whose names match a glob, all when none is given.

    A view is None where the revision has no project file yet, or no longer.
    """
    before = {} if old is None else old.bundles
    after = {} if new is None else new.bundles
    which = affected(_side(old), _side(new), references)
    names = [name for name in {**after, **before} if _is_chosen(name, globs)]
    found = paired(old, new, names, which)
    pairs = found.pairs
    bundles = tuple(_bundle_changes(old, new, names))
    changes = Changes(
        base,
        head,
        {name: (after.get(name) or before[name]).dimensions for name in names},
        frozenset(
            name
            for name in names
            if any(side[name].protected for side in (before, after) if name in side)
        ),
        bundles,
        shared_values(pairs),
        pairs=pairs,
    )
    both = Both(old, new, tuple(names), pairs, changed_paths(old, new), which.documents)
    return with_sections(changes, both)


def with_sections(changes: Changes, both: Both) -> Changes:
    """Return a comparison of values with all that it means: the other sections, risk and reach."""
    if not both.paths and changes.is_empty:
        return changes
    # What renders, prices and proves is loaded only for a change that has something of it.
    from gitconfig_tool.changes.radius import radius_of
    from gitconfig_tool.changes.risk import risk_of
    from gitconfig_tool.changes.rules import changed_rules
    from gitconfig_tool.changes.sealed import changed_secrets
    from gitconfig_tool.changes.stakes import stakes_of

    found = replace(changes, secrets=changed_secrets(both), rules=changed_rules(both))
    if both.concerns_prompts:
        from gitconfig_tool.changes.prompts import changed_prompts

        found = replace(found, prompts=changed_prompts(both))
    if both.concerns_models:
        from gitconfig_tool.changes.models import changed_models

        found = replace(found, models=changed_models(both))
    return replace(found, risk=risk_of(found, stakes_of(both)), radius=radius_of(found))


def _side(view: View | None) -> Side | None:
    return None if view is None else view.side


def shared_values(pairs: Iterable[Pair]) -> tuple[ValueChange, ...]:
    """Return the changed values of all pairs; an equal change of several pairs is told once.

    Changes are equal where document, pointer, both values and both places are the same.
    """
    together: dict[str, tuple[ValueChange, list[str]]] = {}
    for pair in pairs:
        for change in changed_values(pair):
            key = repr(replace(change, bundles=()))
            together.setdefault(key, (change, []))[1].extend(change.bundles)
    return tuple(
        replace(change, bundles=tuple(dict.fromkeys(bundles)))
        for change, bundles in together.values()
    )


def _bundle_changes(
    old: View | None, new: View | None, names: Iterable[str]
) -> Iterable[BundleChange]:
    before = {} if old is None else old.bundles
    after = {} if new is None else new.bundles
    for name in names:
        was: Mapping[str, str] | None = before[name].dimensions if name in before else None
        now: Mapping[str, str] | None = after[name].dimensions if name in after else None
        if was is None or now is None:
            yield BundleChange(name, Kind.ADDED if was is None else Kind.REMOVED, was, now)


def _is_chosen(name: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)
