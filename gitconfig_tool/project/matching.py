"""Whether a rule of the project file is for a bundle, and for a document of it.

Takes a `Scope`; compiles its globs once. Knows nothing of what the rule asks for.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from gitconfig_tool.glob import Glob
from gitconfig_tool.project.governance import Scope
from gitconfig_tool.project.model import Dimension

_Globs = tuple[Glob, ...]


class Bound(Protocol):
    """A bundle, before or after it is compiled."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def dimensions(self) -> Mapping[str, str]:
        """The value of each dimension that it binds."""


class Matcher:
    """Tells for what a scope is; remembers whether it was for anything."""

    def __init__(self, scope: Scope, dimensions: Mapping[str, Dimension]) -> None:
        self.scope = scope
        self.has_matched = False
        self._dimensions = dimensions
        self._documents = _globs(scope.documents)
        self._namespaces = _globs(scope.namespaces)
        self._bundles = _globs(scope.bundles)
        self._values = {key: _globs(globs) for key, globs in scope.dimensions.items()}

    def is_for_bundle(self, bundle: Bound) -> bool:
        """Tell whether all that the scope says of bundles holds for one."""
        return _matches(self._bundles, bundle.name) and all(
            self._has_value(bundle, key, globs) for key, globs in self._values.items()
        )

    def is_for_document(self, document: str) -> bool:
        """Tell whether all that the scope says of documents holds for one."""
        namespace = document.rpartition("/")[0]
        return _matches(self._documents, document) and _matches(self._namespaces, namespace)

    def documents_of(self, bundle: Bound, names: Iterable[str]) -> list[str]:
        """Return which of the documents of a bundle the scope is for."""
        if not self.is_for_bundle(bundle):
            return []
        found = [name for name in names if self.is_for_document(name)]
        self.has_matched = self.has_matched or bool(found)
        return found

    def _has_value(self, bundle: Bound, key: str, globs: _Globs) -> bool:
        name, _, attribute = key.partition(".")
        value = bundle.dimensions.get(name)
        if value is not None and attribute:
            value = self._dimensions[name].attribute_texts(attribute).get(value)
        return value is not None and _matches(globs, value)


def _globs(texts: Iterable[str]) -> _Globs:
    return tuple(map(Glob, texts))


def _matches(globs: _Globs, text: str) -> bool:
    return not globs or any(glob.fullmatch(text) for glob in globs)
