"""The keys `prompts`, `models` and `emit` of the project file.

    prompts: {folder: prompts, releases: "v*", untrusted: true}   # or just the folder
    models:
      catalogue: models/catalogue.yaml
      max_age: 90d
      notice:                            # how long before its retirement a model must be gone
        - {match: {environment: production}, before: 90d}
      regions:
        - {match: {tenant: acme}, allow: [eu, "eu-*"]}
    emit:
      - {target: litellm, to: gateway, match: {environment: production}}

Takes the parsed keys; returns `LlmSettings`.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gitconfig_tool.document import Entry, MappingNode, Node, ScalarNode, plain_value
from gitconfig_tool.project.compliance import parse_days
from gitconfig_tool.project.fields import FieldReader
from gitconfig_tool.project.llm import (
    EmitRule,
    LlmSettings,
    ModelSettings,
    Notice,
    PromptSettings,
    RegionRule,
)
from gitconfig_tool.project.model import Dimension
from gitconfig_tool.project.scope import read_scope

KEYS = ("prompts", "models", "emit")
EMIT_TARGETS = (
    "litellm",
    "portkey",
    "envoy",
    "dotenv",
    "json",
    "toml",
    "yaml",
    "configmap",
)
# Those that write what chains of models and prompts say, and nothing of other documents.
GATEWAYS = frozenset({"litellm", "portkey", "envoy"})
_NOTICE_FORM = "'match: {environment: NAME}' and 'before: 90d'"
_REGIONS_FORM = "'match: {tenant: NAME}' and 'allow: [GLOB]'"
_EMIT_FORM = "'target: NAME' and 'to: FOLDER'"


def read_llm(
    fields: Mapping[str, Entry], dimensions: Mapping[str, Dimension], reader: FieldReader
) -> LlmSettings:
    """Read the three keys; problems go to the reader."""
    return LlmSettings(
        _prompts(fields.get("prompts"), reader),
        _models(fields.get("models"), dimensions, reader),
        tuple(_emit(fields.get("emit"), dimensions, reader)),
    )


def _prompts(entry: Entry | None, reader: FieldReader) -> PromptSettings:
    if entry is None:
        return PromptSettings()
    if not isinstance(entry.value, MappingNode):
        return PromptSettings(_folder(entry, "prompts", reader) or "prompts")
    fields = reader.fields(entry.value, "prompts", ("folder", "releases", "untrusted", "portable"))
    folder = _folder(fields["folder"], "folder", reader) if "folder" in fields else None
    releases = reader.text(fields["releases"], "releases") if "releases" in fields else None
    return PromptSettings(
        folder or "prompts",
        releases or "*",
        "untrusted" in fields and reader.boolean(fields["untrusted"], "untrusted"),
        _portable(fields["portable"], reader) if "portable" in fields else "",
    )


def _portable(entry: Entry, reader: FieldReader) -> str:
    text = reader.text(entry, "portable")
    if text in (None, "jinja", "variables"):
        return text or ""
    reader.wrong(entry.value, "portable", "'jinja' or 'variables'")
    return ""


def _folder(entry: Entry, what: str, reader: FieldReader) -> str | None:
    text = reader.text(entry, what)
    if text is None or not reader.is_path(text.rstrip("/"), entry.value, what):
        return None
    return text.rstrip("/")


def _models(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> ModelSettings:
    if entry is None:
        return ModelSettings()
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "models", "a mapping")
        return ModelSettings()
    fields = reader.fields(entry.value, "models", ("catalogue", "max_age", "notice", "regions"))
    default = ModelSettings()
    catalogue = _folder(fields["catalogue"], "catalogue", reader) if "catalogue" in fields else None
    max_age = _days(fields["max_age"], "max_age", reader) if "max_age" in fields else None
    return ModelSettings(
        catalogue,
        fields["catalogue"].value.mark.in_file(reader.path) if catalogue else None,
        default.max_age if max_age is None else max_age,
        default.default_notice,
        tuple(_notices(fields.get("notice"), dimensions, reader)),
        tuple(_regions(fields.get("regions"), dimensions, reader)),
    )


def _days(entry: Entry, what: str, reader: FieldReader) -> int | None:
    days = parse_days(entry.value.value) if isinstance(entry.value, ScalarNode) else None
    if days is None:
        reader.wrong(entry.value, what, "a time such as 90d or 12w")
    return days


def _notices(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Iterator[Notice]:
    for node in reader.items(entry, "models.notice"):
        if not isinstance(node, MappingNode) or not {"match", "before"} <= node.entries.keys():
            reader.wrong(node, "a notice", _NOTICE_FORM)
            continue
        fields = reader.fields(node, "a notice", ("match", "before"))
        scope = read_scope(fields["match"], "a notice", dimensions, reader)
        days = _days(fields["before"], "before", reader)
        if scope is not None and days is not None:
            yield Notice(scope, days)


def _regions(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Iterator[RegionRule]:
    for node in reader.items(entry, "models.regions"):
        if not isinstance(node, MappingNode) or not {"match", "allow"} <= node.entries.keys():
            reader.wrong(node, "a rule on regions", _REGIONS_FORM)
            continue
        fields = reader.fields(node, "a rule on regions", ("match", "allow"))
        scope = read_scope(fields["match"], "a rule on regions", dimensions, reader)
        texts = [
            reader.scalar_text(item, "a region") for item in reader.items(fields["allow"], "allow")
        ]
        allow = tuple(text for text in texts if text is not None)
        if scope is not None and allow:
            yield RegionRule(scope, allow, fields["allow"].value.mark.in_file(reader.path))


def _emit(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Iterator[EmitRule]:
    for node in reader.items(entry, "emit"):
        if not isinstance(node, MappingNode) or not {"target", "to"} <= node.entries.keys():
            reader.wrong(node, "an entry of 'emit'", _EMIT_FORM)
            continue
        fields = reader.fields(node, "an entry of 'emit'", ("target", "to", "match", "options"))
        target = _target(fields["target"].value, reader)
        to = _folder(fields["to"], "to", reader)
        scope = None
        if "match" in fields:
            scope = read_scope(fields["match"], "an entry of 'emit'", dimensions, reader)
            if scope is None:
                continue
        options = plain_value(fields["options"].value) if "options" in fields else {}
        if not isinstance(options, dict):
            reader.wrong(fields["options"].value, "options", "a mapping")
            continue
        if target is not None and to is not None:
            yield EmitRule(target, to, scope, options, node.mark.in_file(reader.path))


def _target(node: Node, reader: FieldReader) -> str | None:
    text = reader.scalar_text(node, "target")
    if text is None or text in EMIT_TARGETS:
        return text
    near = get_close_matches(text, EMIT_TARGETS, n=1)
    reader.problem(
        "GCT031",
        f"expected a target of 'emit', found '{text}'",
        node.mark,
        hint=f"did you mean '{near[0]}'?" if near else f"targets: {', '.join(EMIT_TARGETS)}",
    )
    return None
