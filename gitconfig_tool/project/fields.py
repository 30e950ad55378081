"""Typed access to the keys of a mapping, with a diagnostic for everything that is not as expected.

Knows the forms of the project file, and not what they mean.
"""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    tagged_nodes,
)

_MAX_SHOWN = 10


class FieldReader:
    """Reads fields of one file and collects every problem on the way."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.diagnostics: list[Diagnostic] = []

    def beside(self, path: str) -> "FieldReader":
        """Return a reader of another file; what it finds is collected with the rest."""
        other = FieldReader(path)
        other.diagnostics = self.diagnostics
        return other

    def fields(self, node: MappingNode, what: str, known: Sequence[str]) -> dict[str, Entry]:
        """Return the known keys of a mapping; each unknown one is a diagnostic."""
        fields: dict[str, Entry] = {}
        for key, entry in node.entries.items():
            if key in known:
                fields[key] = entry
            else:
                near = get_close_matches(key, known, n=1)
                self.problem(
                    "GCT030",
                    f"expected a key of {what}, found '{key}'",
                    entry.key_mark,
                    label="unknown key",
                    hint=f"did you mean '{near[0]}'?"
                    if near
                    else f"known keys: {', '.join(known)}",
                )
        return fields

    def mapping(
        self, entry: Entry | None, what: str, *, null_is_empty: bool = False
    ) -> Iterator[tuple[str, Entry]]:
        if entry is None:
            return
        if isinstance(entry.value, MappingNode):
            yield from entry.value.entries.items()
        elif not (
            null_is_empty and isinstance(entry.value, ScalarNode) and entry.value.value is None
        ):
            self.wrong(entry.value, what, "a mapping")

    def items(self, entry: Entry | None, what: str) -> tuple[Node, ...]:
        if entry is None:
            return ()
        if isinstance(entry.value, SequenceNode):
            return entry.value.items
        self.wrong(entry.value, what, "a list")
        return ()

    def text(self, entry: Entry | None, what: str) -> str | None:
        return None if entry is None else self.scalar_text(entry.value, what)

    def scalar_text(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value:
            return node.value
        self.wrong(node, what, "a string")
        return None

    def boolean(self, entry: Entry, what: str) -> bool:
        if isinstance(entry.value, ScalarNode) and isinstance(entry.value.value, bool):
            return entry.value.value
        self.wrong(entry.value, what, "true or false")
        return False

    def is_path(self, text: str, node: Node, what: str) -> bool:
        """Tell whether a path stays inside the project; one that does not is a diagnostic."""
        parts = text.split("/")
        if text.startswith("/") or any(part in ("", ".", "..", ".git") for part in parts):
            self.problem(
                "GCT038",
                f"expected {_named(what)} to be a path inside the project, found '{text}'",
                node.mark,
                hint="write it relative to gitconfig.yaml, without '.', '..' and empty parts",
            )
            return False
        return True

    def refuse_tags(self, node: Node, what: str) -> None:
        for tagged in tagged_nodes(node):
            self.problem(
                "GCT031",
                f"expected a plain value in {what}, found the tag {tagged.tag}",
                tagged.mark,
                hint="tags belong in layer files",
            )

    def wrong(self, node: Node, what: str, expected: str) -> None:
        self.problem(
            "GCT031",
            f"expected {expected} for {what}, found {describe(node)}",
            node.mark,
            hint=_FORMS.get(what, "gitconfig-tool init DIR writes a project file to compare with"),
        )

    def problem(
        self,
        code: str,
        message: str,
        mark: Mark,
        *,
        label: str = "",
        notes: tuple[Note, ...] = (),
        hint: str = "",
    ) -> None:
        self.diagnostics.append(
            Diagnostic(code, message, mark.in_file(self.path), label, notes, hint)
        )


def _named(what: str) -> str:
    """Put the name of a key in quotes: 'to', and not a bundle's name."""
    return what if " " in what else f"'{what}'"


def some_of(names: Collection[str]) -> str:
    """List names in a hint, and say how many more there are: a dimension may have hundreds."""
    shown = ", ".join(list(names)[:_MAX_SHOWN])
    return shown if len(names) <= _MAX_SHOWN else f"{shown} and {len(names) - _MAX_SHOWN} more"


def describe(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping with " + (", ".join(list(node.entries)[:3]) or "no key")
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return "nothing" if node.value is None else f"{node.value!r}"


_FORMS = {
    "a bundle": "write {name: '{environment}'}",
    "a classification rule": "write {match: 'billing/**', level: confidential}",
    "a compliance tag": "write gdpr: {match: {tenant: acme}}, or {match: 'customers/**'}",
    "a dimension's source": "write from: tenants/* or hosts/*.yaml, or the path of a YAML file",
    "a layer": "write a path, or {folder: PATH, required: true}, or {file: PATH, document: ID}",
    "a matrix key": "write {environment: production}, or a list of values: [eu-1, 'us-*']",
    "a notice": "write {match: {environment: production}, before: 90d}",
    "a rule on regions": "write {match: {tenant: acme}, allow: [eu, 'eu-*']}",
    "a policy": "write the path of a folder, or a built-in set: gitconfig-tool:security-baseline",
    "a quota": "write {match: {tenant: '*'}, documents: 200, secrets: 50, bytes: 1MiB}",
    "a schema rule": "write {match: '**/models/*', schema: gitconfig-tool:model-config}",
    "a template": "write the name of a dimension in each pair: environments/{environment}",
    "an entry of 'emit'": "write {target: litellm, to: gateway}",
    "before": "write the unit: 90d, 12w",
    "max_age": "write the unit: 90d, 12w",
    "portable": "jinja: what other engines like Jinja2 know; variables: {{ name }} alone",
    "an allow rule": "write {match: 'environments/production/**', recipients: ['age:age1...']}",
    "an exclude entry": "write {environment: production}, or a list of values: [eu-1, 'us-*']",
    "an include entry": "write {environment: production}, or a list of values: [eu-1, 'us-*']",
    "attributes": "write attributes: tenants/*/attributes.yaml; '*' stands for the value",
    "an ignore rule": "write {code: GCT106, match: 'legacy/**', reason: 'replaced in May'}",
    "classification": "write classification: {rules: [{match: 'billing/**', level: confidential}]}",
    "compliance": "write compliance: {gdpr: {match: {tenant: acme}}}",
    "bundles": "write bundles: [{name: '{environment}'}]",
    "diagnostics": "write diagnostics: {ignore: [{code: GCT106, match: 'a/**', reason: 'why'}]}",
    "diagnostics.allow": "write allow: [GCT105]",
    "diagnostics.ignore": "write ignore: [{code: GCT106, match: 'a/**', reason: 'why'}]",
    "dimensions": "write dimensions: {environment: {staging: {}, production: {}}}",
    "exclude": "write exclude: [{environment: staging, tenant: acme}]",
    "include": "write include: [{environment: production}]",
    "isolation": "write isolation: {dimensions: [tenant], shared: [break-glass]}",
    "layers": "write layers: [base, 'environments/{environment}']",
    "policies": "write policies: [gitconfig-tool:security-baseline, policies/]",
    "protected": "write protected: true, without quotes",
    "quotas": "write quotas: [{match: {tenant: '*'}, documents: 200, bytes: 1MiB}]",
    "required": "write required: true, without quotes",
    "requires": "write requires: {rotation: 30d, regions: [eu-*], retention: false}",
    "retention": "write retention: {min: 365d, max: 7y}",
    "schemas": "write schemas: [{match: '**/models/*', schema: gitconfig-tool:model-config}]",
}
