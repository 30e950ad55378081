"""A line on the terminal that says how far a long piece of work has come.

Shows nothing when standard error is no terminal, or when the work is done within a second. Takes
the line away at the end.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from gitconfig_tool.cli.settings import Settings

# Work that takes less needs no word.
_QUIET_SECONDS = 1.0
_BETWEEN_SECONDS = 0.1


@contextmanager
def counting(settings: Settings, what: str) -> Iterator[Callable[[object], None]]:
    """Give a function to call for each thing that is done; `what` names them: "files opened"."""
    started = time.monotonic()
    shown, count = started, 0
    is_shown = False
    wanted = settings.verbosity >= 0 and sys.stderr.isatty()

    def one_more(_thing: object) -> None:
        nonlocal count, shown, is_shown
        count += 1
        now = time.monotonic()
        if wanted and now - started > _QUIET_SECONDS and now - shown > _BETWEEN_SECONDS:
            shown, is_shown = now, True
            click.echo(f"\r{count} {what} ", err=True, nl=False)

    try:
        yield one_more
    finally:
        if is_shown:
            # ECMA-48, EL: erase the line.
            click.echo("\r\x1b[K", err=True, nl=False)
