"""Which values of a SOPS file are which fields of a secret.

Takes names and structure, which SOPS leaves in the clear. A field may be written with SOPS's suffix
for what stays in the clear (`provider_unencrypted`), and with `_previous` for its earlier version;
a secret may also be written as `current` and `previous`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.artifact.overlap import CURRENT, PREVIOUS, previous_pointer
from gitconfig_tool.pointer import parse_pointer
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
    types: Mapping[str, str], children: Mapping[str, list[str]], pointer: str, of: SecretType
) -> tuple[Part, ...]:
    """Return the fields of the secret at a pointer.

    `types` are those of a `SopsDocument`, and `children` what `children_of` makes of them.
    """
    found = list(_parts(types, children, pointer, of, is_previous=False))
    beside = previous_pointer(pointer)
    if beside is not None and beside in types:
        found += _parts(types, children, beside, of, is_previous=True)
    return tuple(found)


def _parts(
    types: Mapping[str, str],
    children: Mapping[str, list[str]],
    pointer: str,
    of: SecretType,
    *,
    is_previous: bool,
) -> Iterator[Part]:
    kind = types[pointer]
    if kind != "map":
        yield Part(of.value_field, "", pointer, kind, is_previous)
        return
    below = children.get(pointer, [])
    keys = {each: parse_pointer(each)[-1] for each in below}
    has_versions = CURRENT in keys.values()
    for each, key in keys.items():
        if has_versions and key in (CURRENT, PREVIOUS):
            earlier = is_previous or key == PREVIOUS
            yield from _parts(types, children, each, of, is_previous=earlier)
            continue
        name = key.removesuffix(_IN_THE_CLEAR)
        earlier = is_previous
        if name.endswith(_EARLIER) and of.field_name(name) not in of.fields:
            name, earlier = name.removesuffix(_EARLIER), True
        elif name.endswith(_NEXT) and of.field_name(name) not in of.fields:
            # A key that waits for its certificate: `secrets rotate --generator csr`.
            name, earlier = name.removesuffix(_NEXT), True
        yield Part(of.field_name(name), key, each, types[each], earlier)
