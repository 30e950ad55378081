"""What belongs to some bundles alone: the layers that others do not have.

A link leads to layers of its own bundle only. Two ways led around that: a reference to a version in
whose project file the bundle had other layers, and a schema that refers to a file in a layer. Both
are asked about here. Reads nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from gitconfig_tool.project import PLACEHOLDER, BoundLayer, Bundle, Project


class Borders:
    """The layers of each bundle, by the project file that is compiled."""

    def __init__(self, bundles: Iterable[Bundle]) -> None:
        self._bundles = bundles
        self._owners: Mapping[str, frozenset[str]] | None = None

    def foreign_layer(self, bundle: str, layers: Iterable[BoundLayer]) -> str | None:
        """Return the first of some layers that other bundles have and this one has not."""
        if self._owners is None:
            owners: dict[str, set[str]] = {}
            for each in self._bundles:
                for layer in each.layers:
                    owners.setdefault(layer.path, set()).add(each.name)
            self._owners = {path: frozenset(names) for path, names in owners.items()}
        for layer in layers:
            names = self._owners.get(layer.path, frozenset())
            if names and bundle not in names:
                return layer.path
        return None


def in_own_layer(project: Project) -> Callable[[str], bool]:
    """Return what tells whether a file lies in a layer that only some bundles have."""
    patterns = []
    for layer in project.layers:
        names = PLACEHOLDER.findall(layer.template)
        if names:
            # The parts between the names; at a name, any part of a path.
            parts = PLACEHOLDER.split(layer.template)[::2]
            pattern = re.compile("([^/]+)".join(map(re.escape, parts)) + "(?:/.*)?", re.DOTALL)
            patterns.append((pattern, [_texts(project, name) for name in names]))

    def is_inside(path: str) -> bool:
        for pattern, texts in patterns:
            found = pattern.fullmatch(path)
            if found and all(
                text in allowed for text, allowed in zip(found.groups(), texts, strict=True)
            ):
                return True
        return False

    return is_inside


def _texts(project: Project, name: str) -> frozenset[str]:
    """Return what a name in a layer's path may stand for."""
    name, dot, attribute = name.partition(".")
    dimension = project.dimensions[name]
    return frozenset(
        dimension.attribute_texts(attribute).values() if dot else dimension.values.keys()
    )
