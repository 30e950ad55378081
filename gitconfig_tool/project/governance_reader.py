"""The sections of the project file on levels, bodies of rules, quotas and isolation.

    classification:
      default: internal                # what no rule, schema or document says otherwise
      rules:                           # ids of documents, or paths of files
        - {match: "billing/**", level: confidential}
      patterns: {e-mail: confidential, private-ip: false}
    compliance:
      gdpr: {match: {tenant: acme}}
    quotas:
      - {match: {tenant: "*"}, documents: 200, secrets: 50, bytes: 1MiB}
    isolation:
      dimensions: [tenant]             # no key opens the secrets of two tenants
      shared: [break-glass]            # but for these

Takes the parsed sections; returns a `Governance`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from gitconfig_tool.document import Entry, MappingNode, Node, ScalarNode
from gitconfig_tool.project.compliance import read_compliance
from gitconfig_tool.project.fields import FieldReader, some_of
from gitconfig_tool.project.governance import (
    PATTERNS,
    ClassificationRule,
    ClassificationSettings,
    Governance,
    Isolation,
    Quota,
)
from gitconfig_tool.project.levels import Level, read_level
from gitconfig_tool.project.model import Dimension
from gitconfig_tool.project.scope import read_scope

KEYS = ("classification", "compliance", "quotas", "isolation")
_COUNTED = ("documents", "secrets", "bytes")
_QUOTA_FORM = "'match: {tenant: \"*\"}' and one of documents, secrets and bytes"
_RULE_FORM = "'match: GLOB' and 'level: LEVEL'"
_SIZE = re.compile(r"([0-9]{1,12})\s*(B|kB|KB|KiB|MB|MiB|GB|GiB)?")
_BYTES = {
    "B": 1,
    "kB": 1_000,
    "KB": 1_000,
    "KiB": 1_024,
    "MB": 1_000_000,
    "MiB": 1_048_576,
    "GB": 1_000_000_000,
    "GiB": 1_073_741_824,
}


def read_governance(
    fields: Mapping[str, Entry],
    dimensions: Mapping[str, Dimension],
    recipients: Mapping[str, str],
    reader: FieldReader,
) -> Governance:
    """Read the sections; `recipients` maps the names of `secrets.recipients` to recipients."""
    return Governance(
        _classification(fields.get("classification"), reader),
        tuple(read_compliance(fields.get("compliance"), dimensions, reader)),
        tuple(_quotas(fields.get("quotas"), dimensions, reader)),
        _isolation(fields.get("isolation"), dimensions, recipients, reader),
    )


def _classification(entry: Entry | None, reader: FieldReader) -> ClassificationSettings:
    if entry is None:
        return ClassificationSettings()
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "classification", "a mapping")
        return ClassificationSettings(is_used=True)
    fields = reader.fields(entry.value, "classification", ("default", "rules", "patterns"))
    default, span = Level.INTERNAL, None
    if "default" in fields:
        node = fields["default"].value
        default = read_level(node, "'default'", reader) or default
        span = node.mark.in_file(reader.path)
    return ClassificationSettings(
        True,
        default,
        span,
        tuple(_rules(fields.get("rules"), reader)),
        {**PATTERNS, **dict(_patterns(fields.get("patterns"), reader))},
    )


def _rules(entry: Entry | None, reader: FieldReader) -> Iterator[ClassificationRule]:
    for node in reader.items(entry, "classification.rules"):
        if not isinstance(node, MappingNode) or not {"match", "level"} <= node.entries.keys():
            reader.wrong(node, "a classification rule", _RULE_FORM)
            continue
        fields = reader.fields(node, "a classification rule", ("match", "level"))
        match = reader.text(fields["match"], "match")
        level = read_level(fields["level"].value, "'level'", reader)
        if match is not None and level is not None:
            span = fields["match"].value.mark.in_file(reader.path)
            yield ClassificationRule(match, level, span)


def _patterns(entry: Entry | None, reader: FieldReader) -> Iterator[tuple[str, Level | None]]:
    for name, item in reader.mapping(entry, "classification.patterns"):
        if name not in PATTERNS:
            near = get_close_matches(name, PATTERNS, n=1)
            reader.problem(
                "GCT031",
                f"expected a pattern, found '{name}'",
                item.key_mark,
                hint=f"did you mean '{near[0]}'?" if near else f"patterns: {', '.join(PATTERNS)}",
            )
        elif isinstance(item.value, ScalarNode) and item.value.value is False:
            yield name, None
        else:
            level = read_level(item.value, f"'{name}'", reader)
            if level is not None:
                yield name, level


def _quotas(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Iterator[Quota]:
    for node in reader.items(entry, "quotas"):
        if not isinstance(node, MappingNode) or "match" not in node.entries:
            reader.wrong(node, "a quota", _QUOTA_FORM)
            continue
        fields = reader.fields(node, "a quota", ("match", *_COUNTED))
        if len(fields) == 1 and len(node.entries) == 1:
            reader.wrong(node, "a quota", _QUOTA_FORM)
        scope = read_scope(fields.pop("match"), "a quota's match", dimensions, reader)
        limits = {}
        for name, item in fields.items():
            number = _number(item, name, reader)
            if number is not None:
                limits[name] = (number, item.value.mark.in_file(reader.path))
        if scope is not None and limits:
            yield Quota(scope, limits)


def _number(entry: Entry, name: str, reader: FieldReader) -> int | None:
    value = entry.value.value if isinstance(entry.value, ScalarNode) else None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) and name == "bytes" else None
    if match is not None:
        return int(match[1]) * _BYTES[match[2] or "B"]
    expected = "a size such as 500000 or 1MiB" if name == "bytes" else "a number from 0"
    reader.wrong(entry.value, f"'{name}'", expected)
    return None


def _isolation(
    entry: Entry | None,
    dimensions: Mapping[str, Dimension],
    recipients: Mapping[str, str],
    reader: FieldReader,
) -> Isolation:
    if entry is None:
        return Isolation()
    if not isinstance(entry.value, MappingNode) or "dimensions" not in entry.value.entries:
        reader.wrong(entry.value, "isolation", "'dimensions: [tenant]'")
        return Isolation()
    fields = reader.fields(entry.value, "isolation", ("dimensions", "shared"))
    named = _dimensions(fields["dimensions"], dimensions, reader)
    shared = _recipients(fields.get("shared"), recipients, reader)
    return Isolation(tuple(named), frozenset(shared))


def _dimensions(entry: Entry, known: Mapping[str, Dimension], reader: FieldReader) -> Iterator[str]:
    for node in reader.items(entry, "isolation.dimensions"):
        name = reader.scalar_text(node, "a dimension")
        if name is not None and name in known:
            yield name
        elif name is not None:
            expected = "a dimension in isolation.dimensions"
            _unknown(reader, node, expected, name, known)


def _recipients(
    entry: Entry | None, names: Mapping[str, str], reader: FieldReader
) -> Iterator[str]:
    for node in reader.items(entry, "isolation.shared"):
        name = reader.scalar_text(node, "a recipient")
        if name is not None and (name in names or ":" in name):
            yield names.get(name, name)
        elif name is not None:
            expected = "a recipient KIND:NAME or a name of secrets.recipients"
            _unknown(reader, node, expected, name, names)


def _unknown(
    reader: FieldReader, node: Node, expected: str, name: str, known: Iterable[str]
) -> None:
    names = list(known)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {some_of(names) or 'none'}"
    reader.problem("GCT031", f"expected {expected}, found '{name}'", node.mark, hint=hint)
