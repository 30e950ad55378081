"""A line on the terminal that says how far a long piece of work has come.

Shows nothing when standard error is no terminal, or when the work is done within a second. Takes
the line away at the end.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from gitconfig_tool.cli.settings import Settings

# Work that takes less needs no word.
_QUIET_SECONDS = 1.0
_BETWEEN_SECONDS = 0.1


class Count:
    """A number that grows by one with each call, and is shown while it does; `total` is it."""

    def __init__(self, what: str, *, wanted: bool) -> None:
        self.total = 0
        self._what = what
        self._wanted = wanted
        self._started = self._shown = time.monotonic()
        self._is_shown = False

    def __call__(self, _thing: object = None) -> None:
        """Count one more thing."""
        self.total += 1
        if not self._wanted:
            return
        now = time.monotonic()
        if now - self._started > _QUIET_SECONDS and now - self._shown > _BETWEEN_SECONDS:
            self._shown, self._is_shown = now, True
            click.echo(f"\r{self.total:,} {self._what} ", err=True, nl=False)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            # ECMA-48, EL: erase the line.
            click.echo("\r\x1b[K", err=True, nl=False)


@contextmanager
def counting(settings: Settings, what: str) -> Iterator[Count]:
    """Give a function to call for each thing that is done; `what` names them: "files opened"."""
    count = Count(what, wanted=settings.verbosity >= 0 and sys.stderr.isatty())
    try:
        yield count
    finally:
        count.clear()
