"""The secrets of a SOPS file: which of its values belong together, and of what type they are.

Takes a `SopsDocument` and the rules of the project file; needs no key. Does not check the shape.

While a secret is being replaced, two versions of it overlap: beside the field `api_key` stands
`api_key_previous`, and beside `current` stands `previous`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.artifact.overlap import previous_pointer
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import SecretRule
from gitconfig_tool.secrets.model import SopsDocument

GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: a value, or several that are replaced together.

    `fields` are the pointers of its encrypted values without earlier versions, in the order of the
    file; `previous` are those of earlier versions. `rule` is None where none matches: each value is
    a secret of its own then, of type `generic`.
    """

    document: str
    path: str
    pointer: str
    type: str
    rule: SecretRule | None
    fields: tuple[str, ...]
    previous: tuple[str, ...]

    @property
    def name(self) -> str:
        """The secret as a link writes it: `secrets/providers#/openai`."""
        return f"{self.document}#{self.pointer}" if self.pointer else self.document


def secrets_of(
    sops: SopsDocument, document: str, rules: Sequence[SecretRule]
) -> tuple[Secret, ...]:
    """Return the secrets of a file, in the order of the file.

    The first rule that matches the document and a pointer decides; what lies below the pointer
    belongs to it. A rule for values deeper down is not asked then.
    """
    matching = [
        (Glob(rule.pointers), rule) for rule in rules if Glob(rule.documents).fullmatch(document)
    ]
    # The pointer of an earlier version, and the field that it is a version of.
    versions = {
        old: pointer
        for pointer in sops.types
        if (old := previous_pointer(pointer)) is not None and old in sops.types
    }
    owners: dict[str, str] = {}
    rules_of: dict[str, SecretRule | None] = {}
    earlier: dict[str, str] = {}
    for pointer in sops.types:  # What stands around a value comes before it.
        around = pointer.rpartition("/")[0] if pointer else None
        if pointer in versions:
            earlier[pointer] = versions[pointer]
        elif around in earlier:
            # What lies in a former mapping is a version of what lies at its place in the present.
            earlier[pointer] = earlier[around or ""] + pointer.removeprefix(around or "")
        elif around in owners:
            owners[pointer] = owners[around]
        else:
            rule = next((rule for glob, rule in matching if glob.fullmatch(pointer)), None)
            if rule is not None or pointer in sops.encrypted:
                owners[pointer] = pointer
                rules_of[pointer] = rule
    fields: dict[str, list[str]] = {pointer: [] for pointer in rules_of}
    previous: dict[str, list[str]] = {pointer: [] for pointer in rules_of}
    for pointer in sops.types:
        if pointer not in sops.encrypted:
            continue
        if pointer in owners:
            fields[owners[pointer]].append(pointer)
        elif (owner := _owner(earlier[pointer], owners)) is not None:
            previous[owner].append(pointer)
    return tuple(
        Secret(
            document,
            sops.path,
            pointer,
            rule.type if rule else GENERIC,
            rule,
            tuple(fields[pointer]),
            tuple(previous[pointer]),
        )
        for pointer, rule in rules_of.items()
    )


def _owner(pointer: str, owners: Mapping[str, str]) -> str | None:
    """Return the secret that a field belongs to, or what is around it where it is gone."""
    while pointer not in owners and pointer:
        pointer = pointer.rpartition("/")[0]
    return owners.get(pointer)
