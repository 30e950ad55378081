"""`include` and `exclude` of a bundle template: which combinations of values are bundles.

`read_matrix` checks what is written against the dimensions; `choose` gives the combinations that
are left. An entry names dimensions and attributes, and matches where each of them matches.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import Entry, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.glob import Glob
from gitconfig_tool.project.fields import FieldReader, some_of
from gitconfig_tool.project.model import BundleTemplate, Dimension, MatrixEntry
from gitconfig_tool.project.names import attribute_text, has_wildcard

# Ten times the bundles that a project may have: what `exclude` may thin out, in about a second.
MAX_COMBINATIONS = 200_000

Combination = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The combinations of a template that are bundles, in the order of the values.

    `count` is set, and nothing chosen, where there are more combinations than can be looked at.
    """

    combinations: Sequence[Combination]
    diagnostics: tuple[Diagnostic, ...] = ()
    count: int | None = None


# --- reading -----------------------------------------------------------------------------------


def read_matrix(
    reader: FieldReader,
    fields: Mapping[str, Entry],
    bound: Sequence[str],
    dimensions: Mapping[str, Dimension],
) -> tuple[tuple[MatrixEntry, ...], tuple[MatrixEntry, ...]] | None:
    """Read `include` and `exclude`; None when one of their entries is wrong.

    `bound` are the dimensions that the bundle's name names: no other can be chosen by.
    """
    lists = []
    good = True
    for key in ("include", "exclude"):
        entries = [
            _entry(reader, node, f"an {key} entry", bound, dimensions)
            for node in reader.items(fields.get(key), key)
        ]
        if key in fields and not entries:
            if isinstance(fields[key].value, SequenceNode):
                reader.wrong(fields[key].value, key, "at least one entry")
            good = False
        good = good and None not in entries
        lists.append(tuple(entry for entry in entries if entry is not None))
    return (lists[0], lists[1]) if good else None


def _entry(
    reader: FieldReader,
    node: Node,
    what: str,
    bound: Sequence[str],
    dimensions: Mapping[str, Dimension],
) -> MatrixEntry | None:
    if not isinstance(node, MappingNode) or not node.entries:
        reader.wrong(node, what, "at least one 'DIMENSION: VALUE'")
        return None
    conditions: dict[str, tuple[str, ...]] = {}
    for key, item in node.entries.items():
        if _is_known(reader, key, item, what, bound, dimensions):
            globs = _globs(reader, key, item, dimensions)
            if globs:
                conditions[key] = globs
    if len(conditions) < len(node.entries):
        return None
    return MatrixEntry(conditions, node.mark.in_file(reader.path))


def _is_known(
    reader: FieldReader,
    key: str,
    item: Entry,
    what: str,
    bound: Sequence[str],
    dimensions: Mapping[str, Dimension],
) -> bool:
    name, dot, attribute = key.partition(".")
    if name not in bound:
        near = get_close_matches(name, bound, n=1)
        hint = f"its dimensions: {', '.join(bound) or 'none'}"
        if name in dimensions:
            hint = f"write '{{{name}}}' into the name, or take '{name}' out of the entry"
        elif near:
            hint = f"did you mean '{near[0]}'?"
        reader.problem(
            "GCT047",
            f"expected a dimension of the bundle's name in {what}, found '{name}'",
            item.key_mark,
            hint=hint,
        )
        return False
    known = dimensions[name].attributes()
    if dot and attribute not in known and dimensions[name].complete:
        near = get_close_matches(attribute, known, n=1)
        reader.problem(
            "GCT047",
            f"expected an attribute of '{name}' in {what}, found '{attribute}'",
            item.key_mark,
            hint=f"did you mean '{name}.{near[0]}'?" if near else f"no value of '{name}' has it",
        )
        return False
    return True


def _globs(
    reader: FieldReader, key: str, item: Entry, dimensions: Mapping[str, Dimension]
) -> tuple[str, ...] | None:
    """Return the globs of one key; None when one of them is wrong."""
    nodes = item.value.items if isinstance(item.value, SequenceNode) else (item.value,)
    if not nodes:
        reader.wrong(item.value, "a matrix key", "at least one value")
        return None
    name = key.partition(".")[0]
    known = dict.fromkeys(_texts(key, dimensions[name]).values())
    globs: list[str] = []
    for node in nodes:
        glob = attribute_text(node.value) if isinstance(node, ScalarNode) else None
        if not glob:
            reader.wrong(node, "a matrix key", "a value, or a list of values")
        elif has_wildcard(glob) or glob in known or not dimensions[name].complete:
            globs.append(glob)
        else:
            near = get_close_matches(glob, known, n=1)
            reader.problem(
                "GCT047",
                f"expected a value of '{key}', found '{glob}'",
                node.mark,
                hint=f"did you mean '{near[0]}'?" if near else f"known: {some_of(known)}",
            )
    return tuple(globs) if len(globs) == len(nodes) else None


# --- choosing ----------------------------------------------------------------------------------


def choose(template: BundleTemplate, dimensions: Mapping[str, Dimension]) -> Chosen:
    """Return the combinations that match an `include` entry, if there is one, and no `exclude`."""
    axes = [tuple(dimensions[name].values) for name in template.dimensions]
    boxes = [_box(entry, template, dimensions) for entry in template.include] or [axes]
    sizes = [math.prod(map(len, box)) for box in boxes]
    if sum(sizes) > MAX_COMBINATIONS:
        return Chosen((), count=sum(sizes))
    included = list(itertools.product(*boxes[0])) if len(boxes) == 1 else _union(boxes, axes)
    idle = [
        _matches_nothing("include", "that its dimensions have", entry)
        for entry, size in zip(template.include, sizes, strict=False)
        if size == 0
    ]
    excluded: set[Combination] = set()
    kept = "that 'include' keeps" if template.include else "that its dimensions have"
    for entry in template.exclude:
        sides = [
            (place, frozenset(accepted))
            for place, (accepted, axis) in enumerate(
                zip(_box(entry, template, dimensions), axes, strict=True)
            )
            if len(accepted) < len(axis)
        ]
        matching = [each for each in included if all(each[at] in side for at, side in sides)]
        if not matching:
            idle.append(_matches_nothing("exclude", kept, entry))
        excluded.update(matching)
    left = [each for each in included if each not in excluded]
    if not all(dimensions[name].complete for name in template.dimensions):
        return Chosen(left)  # What no entry matches may be among the values that are not known.
    if left:
        return Chosen(left, tuple(idle))
    return Chosen((), (_nothing_left(template, len(included)),))


def _box(
    entry: MatrixEntry, template: BundleTemplate, dimensions: Mapping[str, Dimension]
) -> list[Combination]:
    """Return, for each dimension of a template, the values that an entry accepts."""
    accepted = {name: dict.fromkeys(dimensions[name].values) for name in template.dimensions}
    for key, globs in entry.conditions.items():
        name = key.partition(".")[0]
        patterns = [Glob(glob) for glob in globs]
        texts = _texts(key, dimensions[name])
        accepted[name] = {
            value: None
            for value in accepted[name]
            if value in texts and any(pattern.fullmatch(texts[value]) for pattern in patterns)
        }
    return [tuple(values) for values in accepted.values()]


def _union(
    boxes: Sequence[Sequence[Combination]], axes: Sequence[Combination]
) -> list[Combination]:
    """Return what is in any box, in the order of the values."""
    order = [{value: place for place, value in enumerate(axis)} for axis in axes]
    found = {each for box in boxes for each in itertools.product(*box)}
    return sorted(
        found, key=lambda each: [at[value] for at, value in zip(order, each, strict=True)]
    )


def _texts(key: str, dimension: Dimension) -> dict[str, str]:
    """Return, for each value that has it, the text that a key of an entry is compared with."""
    _, dot, attribute = key.partition(".")
    if not dot:
        return {name: name for name in dimension.values}
    return dimension.attribute_texts(attribute)


def _matches_nothing(key: str, of_what: str, entry: MatrixEntry) -> Diagnostic:
    return Diagnostic(
        "GCT042",
        f"expected an {key} entry to match a combination {of_what}, found none",
        entry.span,
        hint="every key of the entry must match; remove the entry if it is no longer needed",
    )


def _nothing_left(template: BundleTemplate, included: int) -> Diagnostic:
    if included:
        every = "the only one" if included == 1 else f"all {included:,}"
        found = f"found that 'exclude' takes {every}"
        hint = "remove an exclude entry, or the whole template"
    else:
        found = "found that no 'include' entry matches any"
        hint = "correct an include entry, or remove the whole template"
    return Diagnostic(
        "GCT043",
        f"expected a combination to be left for the bundles '{template.name}', {found}",
        template.span,
        hint=hint,
    )
