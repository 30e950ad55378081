"""References from what is declared weak to what is strong.

Who may read a document may read all that is delivered in it. So a reference carries the level of
what it leads to along: a document without a declaration takes it on, one that is declared weaker is
reported. Takes one document with the bundle that it is of; returns diagnostics.
"""

from collections.abc import Iterator

from gitconfig_tool.classification.levels import Documents, Levels, Reason, field_of
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.link import LinkedDocument, Reference, references_of
from gitconfig_tool.merge import Link
from gitconfig_tool.project import LEVELS, Level, nearest_level


def check_references(
    document: LinkedDocument, documents: Documents, levels: Levels
) -> Iterator[Diagnostic]:
    """Check one document; the same for all bundles that share it."""
    yield from _check_field(document)
    if not levels.declared(document) and not levels.declared_within(document):
        return
    for reference in references_of(document):
        declared = levels.declared_at(document, reference.at)
        found = levels.target_level(reference, (), documents)
        if declared is not None and found.level > declared.level:
            yield _too_strong(document, reference, declared, found)


def _too_strong(
    document: LinkedDocument, reference: Reference, declared: Reason, found: Reason
) -> Diagnostic:
    tag = "secret" if reference.kind == "secret" else "ref"
    notes = [Note(f"declared {declared.text}", declared.span)]
    if found.span != reference.span:
        notes.append(Note(f"it leads to what is {found.text}", found.span))
    return Diagnostic(
        "GCT801",
        f"expected nothing above {declared.level} in '{document.id}', found !{tag} "
        f"{_shown(reference.text)}, which is {found.level}",
        reference.span,
        label=f"{found.level}",
        notes=tuple(notes),
        hint=f"declare the document {found.level}, or refer to a value that is not above "
        f"{declared.level}",
    )


def _check_field(document: LinkedDocument) -> Iterator[Diagnostic]:
    """Report a field `classification` that is nearly a level; any other may mean something else."""
    field = field_of(document)
    if field is None:
        return
    content = field.content
    if isinstance(content, Link):
        linked = document.value.get("classification") if isinstance(document.value, dict) else None
        if linked in LEVELS:
            yield Diagnostic(
                "GCT802",
                "expected the level of a document to be written out, found a reference",
                field.chain[0].span,
                hint=f"write classification: {linked}",
            )
        return
    near = nearest_level(content) if isinstance(content, str) and content not in LEVELS else None
    if near is not None:
        yield unknown_level(str(content), near, field.chain[0].span)


def unknown_level(text: str, near: Level | None, span: Span | None) -> Diagnostic:
    """Say that a text is no level; `near` is the one that it probably means."""
    return Diagnostic(
        "GCT802",
        f"expected one of {', '.join(LEVELS)} for 'classification', found '{_shown(text)}'",
        span,
        hint=f"did you mean '{near}'?" if near is not None else "it counts as not written",
    )


def _shown(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."
