"""The shapes of a diagnostic and of the rule behind it. No input, no output, no text layout."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a diagnostic weighs: only `ERROR` makes a run fail."""

    ERROR = "error"
    WARNING = "warning"


class Silencing(Enum):
    """Who may silence a code.

    `FREE`: whoever edits the file. The value is sound enough to be shipped.
    `GUARDED`: only a project whose file names the code under `diagnostics: allow:`. The code keeps
    a promise that one part of the project made to another.
    `FIXED`: nobody. There is no sound value to go on with, or a check did not run at all.
    """

    FREE = "free"
    GUARDED = "guarded"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a project file.

    `path` is relative to the project, with `/`. Lines and columns count from 1, columns in
    Unicode code points; the end is exclusive.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Note:
    """A further fact: `overrides 0.7 set`, with the place that it speaks of."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """The mechanical repair: take away the value at the span, with its key or its list entry."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The mechanical repair: write the plain scalar at the span in quotes."""


@dataclass(frozen=True, slots=True)
class Reorder:
    """The mechanical repair: let `keys` come first in the mapping at the span, in this order.

    The other keys follow in the order that they have. A key that the mapping lacks is passed over.
    """

    keys: tuple[str, ...]


Fix = Remove | Quote | Reorder


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem found in the user's repository.

    `message` says what was expected and what was found, and stands alone on one line. `label` is
    the short text beside the marked place. `hint` says what to do. `bundles` names the bundles
    that the problem shows in; empty means that it does not depend on a bundle. `sensitive` says
    that the marked text may be a secret in the clear: a report must not print the line. `fix` is
    what `validate --fix` does about it; None where a person must decide. `weaker` is the same
    problem at the places of weaker layers, strongest first, where it could be solved as well.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    notes: tuple[Note, ...] = ()
    hint: str = ""
    bundles: tuple[str, ...] = ()
    sensitive: bool = False
    fix: Fix | None = None
    weaker: tuple["Diagnostic", ...] = ()


@dataclass(frozen=True, slots=True)
class Silenced:
    """A diagnostic that the project asked not to report.

    `span` is the place where it asked: a comment in the file (`in_source`), or a rule in the
    project file.
    """

    diagnostic: Diagnostic
    reason: str
    span: Span
    in_source: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means: the page that `rules CODE` prints.

    `failing` and `fixed` are snippets of the user's files. `silence` is given only where it is not
    what the severity says; read `silencing`. `needs_key` says that only a command that decrypts
    reports the code.
    """

    code: str
    name: str
    group: str
    summary: str
    why: str
    failing: str
    fixed: str
    severity: Severity = Severity.ERROR
    silence: Silencing | None = None
    needs_key: bool = False

    @property
    def silencing(self) -> Silencing:
        """Who may silence the code: where the rule does not say, anyone may a warning."""
        if self.silence is not None:
            return self.silence
        return Silencing.FREE if self.severity is Severity.WARNING else Silencing.FIXED
