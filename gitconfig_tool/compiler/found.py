"""Diagnostics of one compilation, put together: once each, with their bundles, and in order."""

from collections.abc import Iterable
from dataclasses import replace

from gitconfig_tool.diagnostics import Diagnostic, Span

# Diagnostics that may say of a value, or of one within it, that no layer sets it.
_ABSENCES = frozenset({"GCT104", "GCT106", "GCT202", "GCT208", "GCT209"})


class Found:
    """Diagnostics so far; the same one from several bundles is kept once, with their names.

    Two are the same when code, place and message are: notes and hint may speak of one bundle. What
    could be solved in several layers is told at the strongest one that all its bundles share.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, Span | None, str], Diagnostic] = {}
        self._bundles: dict[tuple[str, Span | None, str], dict[str, None]] = {}
        self._names: dict[str, int] = {}

    def add(self, diagnostics: Iterable[Diagnostic], bundle: str | None = None) -> None:
        for diagnostic in diagnostics:
            key = (diagnostic.code, diagnostic.span, diagnostic.message)
            self._first.setdefault(key, diagnostic)
            names = self._bundles.setdefault(key, dict.fromkeys(diagnostic.bundles))
            if bundle is not None:
                names[bundle] = None
                self._names.setdefault(bundle, len(self._names))

    def diagnostics(self) -> list[Diagnostic]:
        groups: dict[tuple[str, Span | None, str], list[Diagnostic]] = {}
        for key, found in self._first.items():
            found = replace(found, bundles=tuple(self._bundles[key]))
            weakest = _places(found)[-1]
            groups.setdefault((found.code, weakest.span, found.message), []).append(found)
        return [self._together(group) for group in groups.values()]

    def _together(self, group: list[Diagnostic]) -> Diagnostic:
        """Return one diagnostic for several that have at least their weakest place in common."""
        shared = set.intersection(*({each.span for each in _places(found)} for found in group))
        chosen = next(each for each in _places(group[0]) if each.span in shared)
        names = dict.fromkeys(name for found in group for name in found.bundles)
        if len(group) > 1:
            names = dict.fromkeys(sorted(names, key=lambda name: self._names.get(name, -1)))
        return replace(chosen, bundles=tuple(names), weaker=())


def _places(found: Diagnostic) -> tuple[Diagnostic, ...]:
    return (found, *found.weaker)


def without_absences(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Leave out what an incomplete document may cause: the value may stand in the rest."""
    return tuple(each for each in diagnostics if each.code not in _ABSENCES)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, so that a reader goes through each file from top to bottom."""
    nowhere = Span("")
    return tuple(
        sorted(
            dict.fromkeys(diagnostics),
            key=lambda found: (found.span or nowhere, found.code, found.message),
        )
    )
