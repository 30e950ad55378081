"""Isolation: no recipient opens the secrets of two tenants.

A SOPS file belongs to a tenant when it lies in a layer whose path names the tenant. Takes such
files; returns diagnostics. What is said of tenants holds for any dimension that is isolated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import Dimension, Isolation, RecipientRule
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.secrets.recipients import family, find_same, is_same


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A SOPS file that belongs to one value of a dimension."""

    dimension: str
    value: str
    sops: SopsDocument


def check_isolation(
    files: Iterable[SealedFile],
    isolation: Isolation,
    dimensions: Mapping[str, Dimension],
    rules: Sequence[RecipientRule],
) -> Iterator[Diagnostic]:
    """Report each recipient of files of two values that neither inherits from the other.

    Recipients that the first rule for a file requires may open it, as those of `shared` may.
    """
    globs = [(Glob(rule.match), rule) for rule in rules]
    # By family: one file may name a key by its fingerprint, and another by the end of that.
    first: dict[tuple[str, str], dict[tuple[str, str], SopsDocument]] = {}
    for file in sorted(files, key=lambda file: (file.dimension, file.value, file.sops.path)):
        required = next(
            (rule.require for glob, rule in globs if glob.fullmatch(file.sops.path)), ()
        )
        chain = dimensions[file.dimension].chain(file.value)
        for recipient in file.sops.recipients:
            if find_same(recipient, (*isolation.shared, *required)) is not None:
                continue
            opens = first.setdefault((file.dimension, family(recipient)), {})
            opens.setdefault((recipient, file.value), file.sops)
            for (known, value), other in opens.items():
                above = dimensions[file.dimension].chain(value)
                is_related = value in chain or file.value in above
                if not is_related and is_same(recipient, known):
                    note = Note(f"a file of '{value}'", other.recipient_spans.get(known))
                    yield _shared(file, recipient, value, note)
                    break


def _shared(file: SealedFile, recipient: str, value: str, other: Note) -> Diagnostic:
    return Diagnostic(
        "GCT831",
        f"expected the recipients of {file.dimension} '{file.value}' to be its own, found "
        f"{recipient}, which opens secrets of '{value}' as well",
        file.sops.recipient_spans.get(recipient),
        label=f"also opens {value}",
        notes=(other,),
        hint=f"give each {file.dimension} a key of its own and run 'sops updatekeys "
        f"{file.sops.path}', or name the recipient under isolation.shared",
    )
