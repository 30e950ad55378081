"""Where a `!secret` and a `!prompt` lead, and what to say when they lead nowhere.

Takes the text of a link and what the bundle has; returns the link resolved, or what is wrong with
it. Does not follow references.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from gitconfig_tool.artifact import PreviousValue
from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.link.model import PromptLink, SecretLink
from gitconfig_tool.pointer import parse_pointer, split_reference
from gitconfig_tool.prompts import PromptVersion, is_range
from gitconfig_tool.secrets import SopsDocument, previous_pointer

# Longer than any id with a pointer that people write.
_MAX_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a link; None as `message` where it is reported elsewhere already."""

    code: str
    message: str | None
    notes: tuple[Note, ...] = ()
    hint: str = ""


KNOWN_ELSEWHERE = Wrong("", None)


class PromptVersions(Protocol):
    """The prompt versions of a project, as `prompts.Prompts` holds them."""

    def versions(self, prompt_id: str, /) -> tuple[PromptVersion, ...]:
        """Return the versions of a prompt, highest first."""

    def resolve(self, prompt_id: str, version_range: str, /) -> PromptVersion | None:
        """Return the highest version within a range, or None."""

    def suggest(self, prompt_id: str, /) -> str | None:
        """Return the id that is most like one that does not exist, or None."""


def find_secret(
    text: str,
    sops: Mapping[str, Sequence[SopsDocument]],
    is_incomplete: Callable[[str], bool],
) -> SecretLink | Wrong:
    """Resolve the text of a `!secret` to the strongest SOPS file that holds the pointer."""
    document, pointer = split_reference(text)
    if pointer is None or not document:
        return malformed("secret", text, "DOCUMENT#/pointer")
    try:
        parse_pointer(pointer)
    except ValueError as error:
        return wrong_pointer(error)
    files = sops.get(document, ())
    for file in reversed(files):
        kind = file.type_at(pointer)
        if kind is not None:
            return SecretLink(document, file.path, pointer, kind, _previous(file, pointer))
    if is_incomplete(document):
        return KNOWN_ELSEWHERE
    if files:
        hint = f"add it with sops: sops edit {files[-1].path}"
        pointers = [each for file in reversed(files) for each in file.types if each]
        for near in get_close_matches(pointer, pointers, n=1, cutoff=0.8):
            hint = f"did you mean {document}#{near}?"
        return Wrong(
            "GCT153",
            f"expected a secret at {shown(text)}, found no such key in any layer",
            tuple(Note("searched", Span(file.path)) for file in reversed(files)),
            hint,
        )
    known = ", ".join(sorted(sops))
    hint = f"SOPS documents here: {known}"
    if not known:
        hint = f"make it in a layer of this bundle: sops edit LAYER/{document}.sops.yaml"
    for near in get_close_matches(document, sops, n=1):
        hint = f"did you mean '{near}'?"
    return Wrong(
        "GCT153",
        f"expected a SOPS document '{shown(document)}' in this bundle's layers, found none",
        hint=hint,
    )


def _previous(file: SopsDocument, pointer: str) -> tuple[PreviousValue, ...]:
    """Return the fields at or below a pointer whose previous version a file holds too."""
    # Of a single value there is nothing below.
    fields: Iterable[str] = (pointer,)
    if file.types[pointer] == "map":
        inside = f"{pointer}/"
        fields = (each for each in file.types if each == pointer or each.startswith(inside))
    found = []
    for each in fields:
        old = previous_pointer(each)
        if old is not None and old in file.types:
            found.append(PreviousValue(each, old, file.types[old]))
    return tuple(found)


def find_prompt(text: str, prompts: PromptVersions) -> PromptLink | Wrong:
    """Resolve the text of a `!prompt` to the highest version within its range."""
    name, separator, wanted = text.rpartition("@")
    if not separator and (known := prompts.versions(text)):
        return Wrong(
            "GCT156",
            f"expected ID@RANGE after !prompt, found '{shown(text)}' without a range",
            hint=f"write {text}@^{known[0].version}",
        )
    if not separator or not name or not wanted:
        return malformed("prompt", text, "ID@RANGE, such as support-assistant@^1.2")
    versions = prompts.versions(name)
    if not versions:
        near = prompts.suggest(name)
        return Wrong(
            "GCT154",
            f"expected a prompt '{shown(name)}', found none",
            hint=f"did you mean '{near}@{wanted}'?" if near else "prompts/ has no such folder",
        )
    if not is_range(wanted):
        return Wrong(
            "GCT156",
            f"expected a range of versions after '@', found '{wanted}'",
            hint="write a range such as ^1.2, ~1.2.0 or 1.2.3",
        )
    version = prompts.resolve(name, wanted)
    if version is None:
        return Wrong(
            "GCT154",
            f"expected a version of '{name}' in the range {wanted}, found none",
            tuple(Note(f"version {each.version}", each.span) for each in versions),
            f"the highest version is {versions[0].version}",
        )
    return PromptLink(name, wanted, version.version)


def shown(text: str) -> str:
    """Return what a message says of a text of the user, which may be as long as a file."""
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... ({len(text)} characters)"


def malformed(kind: str, text: str, expected: str) -> Wrong:
    """Say that the text after a tag is not of its form."""
    return Wrong(
        "GCT156",
        f"expected {expected} after !{kind}, found '{shown(text)}'",
        hint=f"gitconfig-tool rules GCT156 shows how a !{kind} is written",
    )


def wrong_pointer(error: ValueError) -> Wrong:
    """Say that the text after `#` is no JSON Pointer."""
    return Wrong("GCT156", str(error), hint="write #/key/inner, with ~1 for '/'")
