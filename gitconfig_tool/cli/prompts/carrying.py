"""How import and export say what could not be carried over."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gitconfig_tool.report.tables import printable

if TYPE_CHECKING:
    from gitconfig_tool.prompts.exchange.model import NotCarried


def not_carried_lines(found: "Sequence[NotCarried]", width: int) -> Iterator[str]:
    """Yield one line or more for each reason, with its fields; one line where all was carried."""
    if not found:
        yield "  everything was carried"
        return
    yield "  not carried:"
    by_reason: dict[str, list[str]] = {}
    for each in found:
        by_reason.setdefault(each.reason, []).append(printable(each.field))
    for reason, fields in by_reason.items():
        text = f"{', '.join(fields)}: {printable(reason)}"
        yield textwrap.fill(text, width, initial_indent="    ", subsequent_indent="      ")
