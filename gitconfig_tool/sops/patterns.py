"""Regular expressions as SOPS means them: those of Go's `regexp`, which are RE2's.

Compiles a pattern and tells whether it matches anywhere in a text. Python's `re` takes other
patterns, means other things by some of them, and can be made to run for years: a pattern comes from
a file that anybody may have written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

# RE2's own bound is 8 MiB; a project has few patterns, and each is short.
_MAX_MEMORY = 4 * 1024 * 1024


class PatternError(ValueError):
    """The pattern is none of RE2's; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    text: str
    _search: Callable[[str], object] = field(repr=False, compare=False)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in the text."""
        return self._search(text) is not None


def compile_pattern(text: str) -> Pattern:
    """Compile a pattern; raises `PatternError`."""
    import re2

    options = re2.Options()
    options.log_errors = False  # It would write to standard error.
    options.max_mem = _MAX_MEMORY
    try:
        return Pattern(text, re2.compile(text, options).search)
    except (re2.error, UnicodeError) as error:
        reason = error.args[0] if error.args else error
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(shown) from error
