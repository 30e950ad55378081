"""The section `diagnostics` of the project file: what is not to be reported, and why.

Takes the parsed section; returns a `ProjectSilencing`. Whether a code may be silenced, and whether
anything is silenced by it, is the work of `suppress`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import RULES, Span, nearest_rule
from gitconfig_tool.document import Entry, MappingNode, Node
from gitconfig_tool.project.fields import FieldReader

_FORM = "'code: CODE', 'match: GLOB' and 'reason: TEXT'"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Do not report `code` in files whose path matches the glob `match`, because of `reason`."""

    code: str
    match: str
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class ProjectSilencing:
    """What the project file says; `allow` holds guarded codes that may be silenced, by place."""

    ignore: tuple[Ignore, ...] = ()
    allow: Mapping[str, Span] = field(default_factory=dict)


def read_silencing(entry: Entry | None, reader: FieldReader) -> ProjectSilencing:
    """Read the section; problems go to the reader."""
    if entry is None:
        return ProjectSilencing()
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "diagnostics", "a mapping with 'ignore' or 'allow'")
        return ProjectSilencing()
    fields = reader.fields(entry.value, "diagnostics", ["ignore", "allow"])
    return ProjectSilencing(
        tuple(_ignores(fields.get("ignore"), reader)),
        dict(_allowed(fields.get("allow"), reader)),
    )


def _ignores(entry: Entry | None, reader: FieldReader) -> Iterator[Ignore]:
    for node in reader.items(entry, "diagnostics.ignore"):
        if not isinstance(node, MappingNode):
            reader.wrong(node, "an ignore rule", _FORM)
            continue
        fields = reader.fields(node, "an ignore rule", ["code", "match", "reason"])
        code = reader.text(fields.get("code"), "code")
        match = reader.text(fields.get("match"), "match")
        reason = reader.text(fields.get("reason"), "reason") if "reason" in fields else ""
        reason = reason and reason.strip()
        if reason == "":
            reader.problem(
                "GCT045",
                "expected a reason for what is ignored, found none",
                node.mark,
                label="no reason",
                hint="add reason: '...': why it is right here, or until when it stays",
            )
        if "code" not in fields or "match" not in fields:
            reader.wrong(node, "an ignore rule", _FORM)
        if code is not None and _is_known(code, fields["code"].value, reader) and match and reason:
            span = fields["code"].value.mark.in_file(reader.path)
            yield Ignore(code, match, reason, span)


def _allowed(entry: Entry | None, reader: FieldReader) -> Iterator[tuple[str, Span]]:
    for node in reader.items(entry, "diagnostics.allow"):
        code = reader.scalar_text(node, "a code")
        if code is not None and _is_known(code, node, reader):
            yield code, node.mark.in_file(reader.path)


def _is_known(code: str, node: Node, reader: FieldReader) -> bool:
    if code in RULES:
        return True
    near = nearest_rule(code)
    reader.problem(
        "GCT045",
        f"expected the code of a diagnostic, found '{code}'",
        node.mark,
        label="unknown code",
        hint=f"did you mean {near.code} ({near.name})?"
        if near
        else "gitconfig-tool rules lists all codes",
    )
    return False
