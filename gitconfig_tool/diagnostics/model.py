"""The shapes of a diagnostic and of the rule behind it. No input, no output, no text layout."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a diagnostic weighs: only `ERROR` makes a run fail."""

    ERROR = "error"
    WARNING = "warning"


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
    what `validate --fix` does about it; None where a person must decide.
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


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means: the page that `rules CODE` prints.

    `failing` and `fixed` are snippets of the user's files.
    """

    code: str
    name: str
    group: str
    summary: str
    why: str
    failing: str
    fixed: str
    severity: Severity = Severity.ERROR
