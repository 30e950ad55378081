"""Days and times on the command line, as the commands that judge by one take them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click


def as_of_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add `--as-of`: a `datetime` with its zone, or None where it is not given."""
    return click.option("--as-of", metavar="DATE", callback=_read_time, help=help)


def _read_time(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"expected a day or a time such as 2026-01-31 or 2026-01-31T12:00:00Z, found {text!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
