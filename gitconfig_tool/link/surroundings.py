"""What a bundle's documents are linked within: what links may lead to, beside the documents.

Pure data and functions that the compiler hands in; looks nothing up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gitconfig_tool.link.model import FormatNames, PastValue
from gitconfig_tool.link.targets import PromptVersions
from gitconfig_tool.pointer import Path
from gitconfig_tool.secrets import SopsDocument

# A revision, a document's id and the path in it, to the value that stood there.
AtRevision = Callable[[str, str, tuple[str, ...]], PastValue]


def _no_history(rev: str, document: str, path: tuple[str, ...]) -> PastValue:
    return PastValue(
        None,
        why=f"expected the value at {rev}, found no history to look it up in",
        hint=f"leave out @{rev}",
    )


_NO_NAMES = FormatNames("", MappingProxyType({}), frozenset())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bundle's documents are linked within.

    `sops` holds, for each document id, the SOPS files of the bundle's layers, weakest first: only
    they can be linked, so that no bundle reaches another's secrets. `is_incomplete` tells whether a
    file of a document could not be read, which is reported: what is not found in the document may
    stand there. `names` is what a `!format` may name. `at_revision` finds the value of a reference
    that names a version. `deprecated` returns what a schema says of a deprecated value; None for
    any other.
    """

    sops: Mapping[str, Sequence[SopsDocument]]
    prompts: PromptVersions
    is_incomplete: Callable[[str], bool] = lambda _: False
    names: FormatNames = _NO_NAMES
    at_revision: AtRevision = _no_history
    deprecated: Callable[[str, Path], str | None] = lambda _document, _path: None
