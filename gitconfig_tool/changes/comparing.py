"""Two revisions compared: every section of `Changes`, put together.

Takes two views of one repository, which the caller has opened; reads nothing else. Each section is
made by a module of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from gitconfig_tool.changes.both import Both, changed_paths
from gitconfig_tool.changes.model import BundleChange, Changes, Kind, Revision, ValueChange
from gitconfig_tool.changes.model import Side as ValueSide
from gitconfig_tool.changes.values import KeysOf, changed_values
from gitconfig_tool.compiler.affected import Affected, Side, affected
from gitconfig_tool.compiler.inputs import some_names
from gitconfig_tool.compiler.paired import Pair, Uncertain, paired
from gitconfig_tool.compiler.reach import References
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.merge import ListKeys


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
    if any(view is not None and view.project is None for view in (old, new)):
        which = Affected({}, which.paths, True, "gitconfig.yaml cannot be read")
    names = [name for name in {**after, **before} if _is_chosen(name, globs)]
    found = paired(old, new, names, which)
    pairs = found.pairs
    bundles = tuple(_bundle_changes(old, new, names))
    values = tuple(_certain(old, new, shared_values(pairs, _keys_of(new or old))))
    told = {(value.document, name) for value in values for name in value.bundles}
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
        values,
        pairs=tuple(each for each in pairs if (each.document, each.bundles[0]) in told),
        unknown=tuple(_unknown(old, new, base, head, found.uncertain)),
    )
    both = Both(old, new, tuple(names), changes.pairs, changed_paths(old, new), which.documents)
    return with_sections(changes, both)


def with_sections(changes: Changes, both: Both) -> Changes:
    """Return a comparison of values with all that it means: the other sections, risk and reach."""
    if not both.paths and changes.is_empty:
        return changes
    # What renders, prices and proves is loaded only for a change that has something of it.
    from gitconfig_tool.changes.radius import radius_of
    from gitconfig_tool.changes.risk import risk_of
    from gitconfig_tool.changes.rules import changed_rules
    from gitconfig_tool.changes.stakes import stakes_of

    found = replace(changes, rules=changed_rules(both))
    if both.concerns_secrets:
        from gitconfig_tool.changes.sealed import changed_secrets

        found = replace(found, secrets=changed_secrets(both))
    if both.concerns_prompts:
        from gitconfig_tool.changes.prompts import changed_prompts

        found = replace(found, prompts=changed_prompts(both))
    if both.concerns_models:
        from gitconfig_tool.changes.models import changed_models

        found = replace(found, models=changed_models(both))
    return replace(found, risk=risk_of(found, stakes_of(both)), radius=radius_of(found))


def _unknown(
    old: View | None,
    new: View | None,
    base: Revision,
    head: Revision,
    uncertain: Iterable[Uncertain],
) -> Iterator[str]:
    """Say what could not be compared in full, and how to see why."""
    sides = ((old, base), (new, head))
    for view, revision in sides:
        if view is not None and (view.project is None or not view.project.layers_known):
            yield (
                f"gitconfig.yaml has errors in {revision.name}, so that bundles or layers may be "
                f"missing there; to look: {_look(revision)}"
            )
    for each in uncertain:
        broken = [
            revision
            for (_, revision), is_broken in zip(sides, (each.in_before, each.in_after), strict=True)
            if is_broken
        ]
        names = " and ".join(revision.name for revision in broken)
        yield (
            f"{each.document} has errors in {names}, in {some_names(each.bundles)}: not every "
            f"value is known there; to look: {' and '.join(dict.fromkeys(map(_look, broken)))}"
        )


def _certain(
    old: View | None, new: View | None, values: Iterable[ValueChange]
) -> Iterator[ValueChange]:
    """Leave out what only seems to differ: it stands in a file that the other side cannot read."""
    was_broken, is_broken = _broken(old), _broken(new)
    for value in values:
        was, now = _files(value.before), _files(value.after)
        if is_broken.isdisjoint(was - now) and was_broken.isdisjoint(now - was):
            yield value


def _files(side: ValueSide | None) -> frozenset[str]:
    """Return the file that set a value, and the one that it is a link to."""
    if side is None:
        return frozenset()
    linked = side.link.removeprefix("!secret ").partition("#")[0]
    return frozenset([*(place.path for place in side.places[:1]), linked])


def _broken(view: View | None) -> frozenset[str]:
    """Return the files of a side with errors of their own, of those that were read."""
    if view is None:
        return frozenset()
    return frozenset(
        found.span.path
        for found in view.files.diagnostics
        if found.span is not None and rule(found.code).severity is Severity.ERROR
    )


def _look(revision: Revision) -> str:
    if revision.kind == "commit" and revision.commit is not None:
        return f"gitconfig-tool validate --rev {revision.commit[:12]}"
    return "gitconfig-tool validate" + (" --staged" if revision.kind == "index" else "")


def _side(view: View | None) -> Side | None:
    return None if view is None else view.side


def _keys_of(view: View | None) -> KeysOf:
    """Return what tells by which fields entries of lists belong together, as for merging."""

    def keys_of(document: str) -> ListKeys | None:
        schemas = None if view is None else view.schemas_of(document)
        return None if schemas is None else schemas.list_keys(document)

    return keys_of


def shared_values(
    pairs: Iterable[Pair], keys_of: KeysOf = lambda _: None
) -> tuple[ValueChange, ...]:
    """Return the changed values of all pairs; an equal change of several pairs is told once.

    Changes are equal where document, pointer, both values and both places are the same.
    """
    together: dict[str, tuple[ValueChange, list[str]]] = {}
    for pair in pairs:
        for change in changed_values(pair, keys_of):
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
    for view in (old, new):
        if view is not None and (view.project is None or not view.project.layers_known):
            return  # A bundle that seems to be gone may hide behind the errors, which are told.
    for name in names:
        was: Mapping[str, str] | None = before[name].dimensions if name in before else None
        now: Mapping[str, str] | None = after[name].dimensions if name in after else None
        if was is None or now is None:
            yield BundleChange(name, Kind.ADDED if was is None else Kind.REMOVED, was, now)


def _is_chosen(name: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)
