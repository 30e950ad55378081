"""Changes between two revisions counted: a line for each document and section. Pure."""

from collections import Counter
from collections.abc import Iterator

from gitconfig_tool.changes.model import Changes, Kind
from gitconfig_tool.report.bundle_names import name_bundles
from gitconfig_tool.report.changes_summary import by_document, headline, sides
from gitconfig_tool.report.changes_text import no_differences
from gitconfig_tool.report.changes_values import SIGNS
from gitconfig_tool.report.tables import count, printable, table

_Row = tuple[str, str, str]


def changes_stat(changes: Changes, width: int) -> list[str]:
    """Return the lines: what differs, how much of it, and in which bundles; 0 columns cut none."""
    if changes.is_empty:
        return [no_differences(changes)]
    rows = [*_sections(changes), *_documents(changes)]
    risk = changes.risk.level.value
    return [
        *table(rows, width=width, cut=2),
        printable(f"{sides(changes)}: {headline(changes)}")
        + ("" if risk == "none" else f"; risk {risk}"),
    ]


def _sections(changes: Changes) -> Iterator[_Row]:
    for title, kinds, bundles in (
        (
            "bundles",
            [each.kind.value for each in changes.bundles],
            [each.name for each in changes.bundles],
        ),
        (
            "rules",
            [each.kind.value for each in changes.rules],
            [name for each in changes.rules for name in each.bundles],
        ),
        (
            "secrets",
            [each.kind.value for each in changes.secrets],
            [name for each in changes.secrets for name in each.bundles],
        ),
        (
            "models",
            [count(len(each.effects), "effect") for each in changes.models],
            [name for each in changes.models for name in each.bundles],
        ),
        (
            "prompts",
            [each.step or "changed" for each in changes.prompts],
            [name for each in changes.prompts for name in each.bundles],
        ),
    ):
        if kinds:
            yield title, _counts(kinds), _names(bundles, changes)
    if changes.unknown:
        yield "not compared", f"{len(changes.unknown):,}", ""


def _documents(changes: Changes) -> Iterator[_Row]:
    for document in by_document(changes):
        values = document.values
        kinds = Counter(each.kind for each in values)
        signs = " ".join(f"{SIGNS[kind]}{kinds[kind]}" for kind in Kind if kinds[kind])
        what = document.kind.value if document.kind is not Kind.CHANGED else ""
        number = what or f"{count(len(values), 'value')} {signs}"
        yield document.document, number, _names(document.bundles, changes)


def _counts(kinds: list[str]) -> str:
    return ", ".join(
        kind if number == 1 else f"{kind} x{number:,}" for kind, number in Counter(kinds).items()
    )


def _names(bundles: list[str] | tuple[str, ...], changes: Changes) -> str:
    return name_bundles(bundles, changes.dimensions) if bundles else ""
