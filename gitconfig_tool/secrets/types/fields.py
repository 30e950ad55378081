"""Which values of a SOPS file are which fields of a secret.

Takes names and structure, which SOPS leaves in the clear. A field may be written with SOPS's suffix
for what stays in the clear (`provider_unencrypted`), and with `_previous` for its earlier version;
a secret may also be written as `current` and `previous`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.artifact.overlap import CURRENT, PREVIOUS, previous_pointer
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.types.catalogue import SecretType

# sops.DefaultUnencryptedSuffix.
_IN_THE_CLEAR = "_unencrypted"
_EARLIER = f"_{PREVIOUS}"
_NEXT = "_next"


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a secret: the field that it is, where it stands, and of which version.

    `kind` is the type that SOPS shows. `key` is the name as the file has it; it is empty for a
    secret that is one value and no mapping.
    """

    name: str
    key: str
    pointer: str
    kind: str
    is_previous: bool


def children_of(types: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Return the pointers that stand directly below each pointer of a `SopsDocument`'s types."""
    children: dict[str, list[str]] = {}
    for each in types:
        if each:
            children.setdefault(each.rpartition("/")[0], []).append(each)
    return children


def parts_of(
    sops: SopsDocument, children: Mapping[str, list[str]], pointer: str, of: SecretType
) -> tuple[Part, ...]:
    """Return the fields of the secret at a pointer; `children` is what `children_of` returns."""
    types = sops.types
    reader = _Reader(types, children, of, _suffix(sops))
    found = list(reader.parts(pointer, is_previous=False))
    beside = previous_pointer(pointer)
    if beside is not None and beside in types:
        found += reader.parts(beside, is_previous=True)
    return tuple(found)


def place_of(sops: SopsDocument, pointer: str) -> Span | None:
    """Return where a value begins, or the nearest one around it.

    Without its width: a frame must not measure a secret, nor underline a line of ciphertext.
    """
    while pointer and pointer not in sops.spans:
        pointer = pointer.rpartition("/")[0]
    span = sops.spans.get(pointer)
    return span and Span(span.path, span.line, span.column, span.line, span.column)


def _suffix(sops: SopsDocument) -> str:
    """Return the suffix by which SOPS tells what to encrypt: it is no part of a field's name."""
    chosen = sops.selection
    return chosen.text if chosen and chosen.name.endswith("_suffix") else _IN_THE_CLEAR


@dataclass(frozen=True, slots=True)
class _Reader:
    types: Mapping[str, str]
    children: Mapping[str, list[str]]
    of: SecretType
    suffix: str

    def parts(self, pointer: str, *, is_previous: bool) -> Iterator[Part]:
        kind = self.types[pointer]
        if kind != "map":
            yield Part(self.of.value_field, "", pointer, kind, is_previous)
            return
        keys = {each: parse_pointer(each)[-1] for each in self.children.get(pointer, [])}
        has_versions = CURRENT in keys.values()
        for each, key in keys.items():
            if has_versions and key in (CURRENT, PREVIOUS):
                yield from self.parts(each, is_previous=is_previous or key == PREVIOUS)
                continue
            name = key.removesuffix(self.suffix)
            earlier = is_previous
            if name.endswith(_EARLIER) and self.of.field_name(name) not in self.of.fields:
                name, earlier = name.removesuffix(_EARLIER), True
            elif name.endswith(_NEXT) and self.of.field_name(name) not in self.of.fields:
                # A key that waits for its certificate: `secrets rotate --generator csr`.
                name, earlier = name.removesuffix(_NEXT), True
            yield Part(self.of.field_name(name), key, each, self.types[each], earlier)
