"""What every report of a validation is made from.

Holds diagnostics and gives the lines that they point to. Renders nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from posixpath import normpath

from gitconfig_tool.diagnostics import Diagnostic, Silenced, Span
from gitconfig_tool.source import PROJECT_FILE

Text = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of one run.

    `text` gives the text of a project file. `prefix` is the project's folder in the repository,
    empty or ending in `/`: the machine formats name files as the repository does. `checked` are
    the files that were looked at.
    """

    diagnostics: tuple[Diagnostic, ...]
    silenced: tuple[Silenced, ...]
    text: Text
    prefix: str = ""
    checked: tuple[str, ...] = ()

    def everything(self) -> list[tuple[Diagnostic, Silenced | None]]:
        """Return all diagnostics in the order of their places, each with what silences it."""
        pairs: list[tuple[Diagnostic, Silenced | None]] = [
            (each, None) for each in self.diagnostics
        ]
        pairs += [(each.diagnostic, each) for each in self.silenced]
        return sorted(pairs, key=lambda pair: (place_of(pair[0]), pair[0].code, pair[0].message))

    def path(self, span: Span) -> str:
        """Return the path of a place in the repository."""
        return normpath(self.prefix + span.path)  # `.sops.yaml` may lie above the project.


class SourceLines:
    """The lines of files, each file read once."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._lines: dict[str, _Lines | None] = {}

    def line(self, span: Span) -> str | None:
        """Return the line that a place begins on; None where the file has no such line."""
        if span.path not in self._lines:
            text = self._text(span.path)
            self._lines[span.path] = None if text is None else _Lines(text)
        lines = self._lines[span.path]
        return lines.line(span.line) if lines is not None else None


class _Lines:
    """The lines of one text, found when they are asked for.

    Splitting a file of 50 MB would fill the memory. Places are reported in their order, and so the
    search goes on where the last one ended.
    """

    def __init__(self, text: str) -> None:
        # YAML does not split at the further line breaks of Unicode.
        self._text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        self._number, self._start = 1, 0

    def line(self, number: int) -> str | None:
        if number < self._number:
            self._number, self._start = 1, 0
        while self._number < number:
            end = self._text.find("\n", self._start)
            if end < 0:
                return None
            self._number, self._start = self._number + 1, end + 1
        end = self._text.find("\n", self._start)
        return self._text[self._start : end if end >= 0 else None] if number > 0 else None


def place_of(diagnostic: Diagnostic) -> Span:
    """Return the place of a diagnostic; one without a place is shown at the project file."""
    return diagnostic.span or Span(PROJECT_FILE)


def lines_with_secrets(diagnostics: Sequence[Diagnostic]) -> frozenset[tuple[str, int]]:
    """Return the lines, by path and number, that may hold a secret: no report may show them."""
    return frozenset(
        (each.span.path, each.span.line) for each in diagnostics if each.sensitive and each.span
    )


def keep_hidden(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Mark each diagnostic at a line that may hold a secret, so that leaving others out is safe.

    Several may speak of the same line: JSON is often written on one.
    """
    hidden = lines_with_secrets(diagnostics)
    return tuple(
        replace(each, sensitive=True)
        if each.span is not None and (each.span.path, each.span.line) in hidden
        else each
        for each in diagnostics
    )
