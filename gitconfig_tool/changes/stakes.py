"""What is at stake in a comparison: which bundles people rely on, and how sensitive values are.

Takes both revisions; answers for the values that changed. Reads nothing but their documents, which
were read to compare them, and the schemas that are for them.
"""

from collections.abc import Iterator, Mapping

from gitconfig_tool.changes.both import Both
from gitconfig_tool.changes.model import ValueChange
from gitconfig_tool.changes.risk import Stakes
from gitconfig_tool.classification import Levels
from gitconfig_tool.classification.levels import SchemaLevels
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.compiler.view import View
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.link.model import walk
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, parse_pointer
from gitconfig_tool.project import Level

# Where a project protects nothing, every bundle is at stake but for those with such a value.
UNPROTECTED = frozenset(
    {"ci", "dev", "development", "local", "preview", "qa", "sandbox", "test", "testing"}
)


def stakes_of(both: Both) -> Stakes:
    """Return what is at stake."""
    values = _Values(both)
    return Stakes(at_stake(both), values.level_of, values.is_final)


def at_stake(both: Both) -> frozenset[str]:
    """Return the bundles that people rely on: those that are protected on either side.

    So a change that takes the protection away does not make itself harmless.
    """
    views = [view for view in (both.old, both.new) if view is not None]
    every = [view.bundles[name] for view in views for name in both.bundles if name in view.bundles]
    if any(_protects(view) for view in views):
        return frozenset(bundle.name for bundle in every if bundle.protected)
    return frozenset(
        bundle.name for bundle in every if UNPROTECTED.isdisjoint(bundle.dimensions.values())
    )


def _protects(view: View) -> bool:
    dimensions = () if view.project is None else view.project.dimensions.values()
    return any(value.protected for each in dimensions for value in each.values.values())


class _NoSchemas:
    """The schemas of a document that has none."""

    classify = False

    def classified(self, document_id: str, value: object, /) -> tuple[()]:
        """Return nothing: nothing is classified."""
        return ()


class _Values:
    """Answers for changed values; each document is looked at once."""

    def __init__(self, both: Both) -> None:
        self._both = both
        self._pairs: dict[tuple[str, str], Pair] = {
            (pair.document, bundle): pair for pair in both.pairs for bundle in pair.bundles
        }
        self._levels: dict[tuple[int, bool], Levels] = {}

    def level_of(self, change: ValueChange) -> Level:
        """Return how sensitive a value is: on the side that takes it more seriously.

        What it holds counts: a mapping that goes takes a restricted value with it.
        What only the values around it refer to is not asked: that would be to read the project.
        """
        path = tuple(parse_pointer(change.pointer))
        sides = list(self._sides(change))
        found = [levels.declared_at(document, path) for document, levels in sides]
        held = [levels.strongest_within(document, path) for document, levels in sides]
        inside = [each.level for each in held if each is not None]
        said = [each.level for each in found if each is not None]
        if said:
            return max([*said, *inside])
        projects = (self._both.old_project, self._both.new_project)
        defaults = (each.governance.classification.default for each in projects if each is not None)
        return max([max(defaults, default=Level.INTERNAL), *inside])

    def is_final(self, change: ValueChange) -> bool:
        """Tell whether a layer closed the value, or one around or within it, with `!final`."""
        path = parse_pointer(change.pointer)
        return any(
            origin.node.tag == "!final"
            for document, _ in self._sides(change)
            for chain in _chains(document, path)
            for origin in chain
        )

    def _sides(self, change: ValueChange) -> Iterator[tuple[LinkedDocument, Levels]]:
        for bundle in change.bundles[:1]:
            pair = self._pairs.get((change.document, bundle))
            if pair is None:
                return
            for view, document in ((self._both.old, pair.before), (self._both.new, pair.after)):
                if view is not None and view.project is not None and document is not None:
                    yield document, self._levels_of(view, document.id)

    def _levels_of(self, view: View, document: str) -> Levels:
        schemas: SchemaLevels | None = view.schemas_of(document)
        key = (id(view), schemas is not None)
        if key not in self._levels and view.project is not None:
            settings = view.project.governance.classification
            self._levels[key] = Levels(settings, schemas or _NoSchemas())
        return self._levels[key]


def _chains(document: LinkedDocument, path: Path) -> Iterator[tuple[Origin, ...]]:
    """Yield who set the value at a path, and each around and within it; nobody where none is."""
    for length in range(len(path)):
        value, depth = walk(document.root, path[:length])
        if depth < length:
            return
        yield value.chain
    value, depth = walk(document.root, path)
    waiting = [value] if depth == len(path) else []
    while waiting:
        value = waiting.pop()
        yield value.chain
        if isinstance(value.content, Mapping):
            waiting += value.content.values()
        elif isinstance(value.content, tuple):
            waiting += value.content
