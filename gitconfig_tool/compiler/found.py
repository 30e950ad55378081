"""Diagnostics of one compilation, put together: once each, with their bundles, and in order."""

from collections.abc import Iterable
from dataclasses import replace

from gitconfig_tool.diagnostics import Diagnostic, Span

# Diagnostics that may say of a value, or of one within it, that no layer sets it.
_ABSENCES = frozenset({"GCT104", "GCT106", "GCT202", "GCT208", "GCT209"})


class Found:
    """Diagnostics so far; the same one from several bundles is kept once, with their names.

    Two are the same when code, place and message are: notes and hint may speak of one bundle.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, Span | None, str], Diagnostic] = {}
        self._bundles: dict[tuple[str, Span | None, str], dict[str, None]] = {}

    def add(self, diagnostics: Iterable[Diagnostic], bundle: str | None = None) -> None:
        for diagnostic in diagnostics:
            key = (diagnostic.code, diagnostic.span, diagnostic.message)
            self._first.setdefault(key, diagnostic)
            names = self._bundles.setdefault(key, dict.fromkeys(diagnostic.bundles))
            if bundle is not None:
                names[bundle] = None

    def diagnostics(self) -> list[Diagnostic]:
        return [
            replace(found, bundles=tuple(self._bundles[key])) for key, found in self._first.items()
        ]


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
