"""The section `secrets` of the project file: who may read which SOPS file, and what secrets are.

Takes the parsed section; returns a `SecretSettings`. Whether the files keep to it is the work of
`secrets`.

    secrets:
      recipients:                      # names for people to read
        break-glass: age:age1...
      allow:                           # the first rule whose glob matches the file decides
        - match: environments/production/**
          recipients: [age:age1...]    # who may read it; a name of `recipients` does as well
          require: [break-glass]       # who must be able to
          never: [alice]               # who must not, said for the reader of a later change
      types:                           # the first rule that matches decides
        - {match: "secrets/providers#/*", type: api-key, provider: openai}
        - {match: "secrets/database", type: database, every: 60d, grace: 2d}
      rotation:                        # other intervals than those that come with the tool
        api-key: {every: 30d, grace: 7d}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import Entry, JsonScalar, MappingNode, Node, ScalarNode
from gitconfig_tool.project.fields import FieldReader

# What a secret may be. `generic` is any text; the others have a schema each.
SECRET_TYPES = (
    "api-key",
    "database",
    "certificate",
    "ssh-key",
    "oauth-token",
    "jwt-signing-key",
    "aws-credentials",
    "azure-credentials",
    "gcp-credentials",
    "generic",
)
_KEYS = ("recipients", "allow", "types", "rotation")
_ALLOW_KEYS = ("match", "recipients", "require", "never")
_ALLOW_FORM = "'match: GLOB' and 'recipients: [...]'"
_TYPE_KEYS = ("match", "type", "every", "grace")
_TYPE_FORM = "'match: DOCUMENT#POINTER' and 'type: TYPE'"
_DURATION = re.compile(r"(\d{1,5})\s*([dhw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}


@dataclass(frozen=True, slots=True)
class RecipientRule:
    """Who may read the SOPS files whose path matches the glob `match`.

    Recipients are written `KIND:NAME`. Each of `require` must be a recipient of every such file,
    none of `never` may be.
    """

    match: str
    recipients: tuple[str, ...]
    span: Span
    require: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rotation:
    """How often a secret is to be replaced, and how long two versions may then overlap; hours.

    None stands for what the type says.
    """

    every: int | None = None
    grace: int | None = None


@dataclass(frozen=True, slots=True)
class SecretRule:
    """What the secrets are whose document's id and pointer match two globs.

    `pointers` is the glob of JSON Pointers; it is empty for a document that is one secret as a
    whole. `attributes` are the other keys of the rule, such as `provider` or `algorithm`;
    `attribute_spans` holds the places of each one's key and value.
    """

    documents: str
    pointers: str
    type: str
    rotation: Rotation
    attributes: Mapping[str, JsonScalar]
    span: Span
    attribute_spans: Mapping[str, tuple[Span, Span]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """What the project file says of secrets; `names` maps the name of a recipient to itself."""

    allow: tuple[RecipientRule, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    types: tuple[SecretRule, ...] = ()
    rotation: Mapping[str, Rotation] = field(default_factory=dict)


def read_secrets(entry: Entry | None, reader: FieldReader) -> SecretSettings:
    """Read the section; problems go to the reader."""
    if entry is None:
        return SecretSettings()
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "secrets", "a mapping")
        return SecretSettings()
    fields = reader.fields(entry.value, "secrets", _KEYS)
    names = dict(_names(fields.get("recipients"), reader))
    return SecretSettings(
        tuple(_allow(fields.get("allow"), names, reader)),
        names,
        tuple(_types(fields.get("types"), reader)),
        dict(_rotation(fields.get("rotation"), reader)),
    )


def _names(entry: Entry | None, reader: FieldReader) -> Iterator[tuple[str, str]]:
    for name, inner in reader.mapping(entry, "secrets.recipients"):
        text = reader.text(inner, "a recipient")
        if text is not None:
            yield name, text


def _allow(
    entry: Entry | None, names: Mapping[str, str], reader: FieldReader
) -> Iterator[RecipientRule]:
    for node in reader.items(entry, "allow"):
        if not isinstance(node, MappingNode):
            reader.wrong(node, "an allow rule", _ALLOW_FORM)
            continue
        fields = reader.fields(node, "an allow rule", _ALLOW_KEYS)
        match = reader.text(fields.get("match"), "match")
        if match is None or "recipients" not in fields:
            reader.wrong(node, "an allow rule", _ALLOW_FORM)
            continue
        may, require, never = (
            tuple(_recipients(fields.get(key), key, names, reader))
            for key in ("recipients", "require", "never")
        )
        span = fields["match"].value.mark.in_file(reader.path)
        # Who must read a file may.
        yield RecipientRule(match, tuple(dict.fromkeys((*may, *require))), span, require, never)


def _recipients(
    entry: Entry | None, what: str, names: Mapping[str, str], reader: FieldReader
) -> Iterator[str]:
    for item in reader.items(entry, what):
        text = reader.scalar_text(item, "a recipient")
        if text is None:
            continue
        if ":" not in text and text not in names:
            near = get_close_matches(text, names, n=1)
            reader.problem(
                "GCT031",
                f"expected a recipient KIND:NAME or a name of secrets.recipients, found '{text}'",
                item.mark,
                hint=f"did you mean '{near[0]}'?" if near else "write age:age1..., pgp:...",
            )
            continue
        yield names.get(text, text)


def _types(entry: Entry | None, reader: FieldReader) -> Iterator[SecretRule]:
    for node in reader.items(entry, "types"):
        if not isinstance(node, MappingNode):
            reader.wrong(node, "a secret type", _TYPE_FORM)
            continue
        match = reader.text(node.entries.get("match"), "match")
        kind = reader.text(node.entries.get("type"), "type")
        if match is None or kind is None:
            if not {"match", "type"} <= node.entries.keys():
                reader.wrong(node, "a secret type", _TYPE_FORM)
            continue
        if not _is_type(kind, node.entries["type"].value, reader):
            continue
        documents, _, pointers = match.partition("#")
        attributes = dict(_attributes(node, reader))
        yield SecretRule(
            documents,
            pointers,
            kind,
            _interval(node, reader),
            attributes,
            node.entries["match"].value.mark.in_file(reader.path),
            {
                key: (
                    node.entries[key].key_mark.in_file(reader.path),
                    node.entries[key].value.mark.in_file(reader.path),
                )
                for key in attributes
            },
        )


def _attributes(node: MappingNode, reader: FieldReader) -> Iterator[tuple[str, JsonScalar]]:
    for key, entry in node.entries.items():
        if key in _TYPE_KEYS:
            continue
        if isinstance(entry.value, ScalarNode):
            yield key, entry.value.value
        else:
            reader.wrong(entry.value, key, "a scalar")


def _rotation(entry: Entry | None, reader: FieldReader) -> Iterator[tuple[str, Rotation]]:
    for kind, inner in reader.mapping(entry, "secrets.rotation"):
        if not isinstance(inner.value, MappingNode):
            reader.wrong(inner.value, "a rotation", "'every: 90d' and 'grace: 7d'")
        elif _is_type(kind, inner.value, reader):
            reader.fields(inner.value, "a rotation", ("every", "grace"))
            yield kind, _interval(inner.value, reader)


def _interval(node: MappingNode, reader: FieldReader) -> Rotation:
    return Rotation(
        *(_hours(node.entries.get(key), f"'{key}'", reader) for key in ("every", "grace"))
    )


def _hours(entry: Entry | None, what: str, reader: FieldReader) -> int | None:
    if entry is None:
        return None
    value = entry.value.value if isinstance(entry.value, ScalarNode) else None
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        reader.wrong(entry.value, what, "a time such as 90d, 36h or 2w")
        return None
    return int(match[1]) * _HOURS[match[2]]


def _is_type(kind: str, node: Node, reader: FieldReader) -> bool:
    if kind in SECRET_TYPES:
        return True
    near = get_close_matches(kind, SECRET_TYPES, n=1)
    reader.problem(
        "GCT031",
        f"expected a type of secret, found '{kind}'",
        node.mark,
        hint=f"did you mean '{near[0]}'?" if near else f"types: {', '.join(SECRET_TYPES)}",
    )
    return False
