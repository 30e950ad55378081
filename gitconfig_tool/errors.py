"""Root exception and exit codes.

A `GitConfigError` says that the world failed: a tool is missing, a server is sealed, a bundle is
refused. A problem in the user's repository is never an exception; it is a `Diagnostic`.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """How the program ends; documented in docs/commands.md."""

    OK = 0
    PROBLEMS = 1  # diagnostics of severity error were found
    USAGE = 2  # click's own
    BUG = 3
    WORLD = 4  # a GitConfigError
    INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
    CLOSED_PIPE = 141  # 128 + SIGPIPE: the reader of the output has gone; nothing is known of it


class GitConfigError(Exception):
    """The world failed; the user can act on it.

    `message` says what was expected and what was found. `hint` says what to do next. Neither may
    hold a secret. Raise it `from` the library's exception, in the module that owns the library.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
