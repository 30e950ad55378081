"""The problems of one file, as they are found: who may be quoted, and how many are enough."""

from gitconfig_tool.diagnostics import Diagnostic, Fix, Note, Severity, rule
from gitconfig_tool.document.nodes import Mark
from gitconfig_tool.document.wording import short

# Whoever has more has another kind of file; each costs as much memory as a page of text.
MAX_PROBLEMS = 1_000


class TooMuchError(Exception):
    """The file passes a bound; the diagnostic is already written."""


class Problems:
    """Collects the diagnostics of one file; of a `sensitive` one, no value is quoted."""

    def __init__(self, path: str, *, sensitive: bool) -> None:
        self.path = path
        self.sensitive = sensitive
        self.diagnostics: list[Diagnostic] = []
        self._errors = 0
        self._warnings = 0

    def add(
        self,
        code: str,
        message: str,
        mark: Mark,
        *,
        label: str = "",
        notes: tuple[Note, ...] = (),
        hint: str = "",
        fix: Fix | None = None,
    ) -> None:
        """Add one problem. Raises `TooMuchError` after the last error that a file may have.

        Warnings do not stop the reading: an error may follow. Those past the bound are left out.
        """
        if rule(code).severity is Severity.WARNING:
            self._warnings += 1
            if self._warnings > MAX_PROBLEMS:
                return
        else:
            self._errors += 1
        is_last = self._errors == MAX_PROBLEMS
        if is_last:
            text = f"reading of this file stopped here, after {MAX_PROBLEMS:,} errors"
            notes = (*notes, Note(text))
        self.diagnostics.append(
            Diagnostic(
                code,
                message,
                mark.in_file(self.path),
                label,
                notes,
                hint,
                sensitive=self.sensitive,
                fix=fix,
            )
        )
        if is_last:
            raise TooMuchError

    def quote(self, text: str, *, mark: str = "'", what: str = "another value") -> str:
        """Return what a message may say of a value: the value, or `what` if it may be a secret."""
        return what if self.sensitive else f"{mark}{short(text)}{mark}"
