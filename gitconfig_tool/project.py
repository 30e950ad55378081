"""The project file: `gitconfig.yaml` to dimensions, layers and bundles.

Takes the parsed project file and returns a `Project` and diagnostics; `bind_bundles` expands the
bundle templates, and for each bundle the layers, weakest first. Does not look at which layer files
exist, and reads nothing.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import (
    Document,
    Entry,
    JsonScalar,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
)

API_VERSION = "gitconfig-tool/v1"
DEFAULT_DOCUMENT = "main"  # the document of a layer that is one file, design.md section 3

# Names of dimension values become path segments, OCI reference names and annotations.
_VALUE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_DIMENSION_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KEYS = (
    "apiVersion",
    "name",
    "version",
    "source",
    "dimensions",
    "layers",
    "bundles",
    "schemas",
    "policies",
    "prompts",
    "secrets",
)
_RESERVED_ATTRIBUTES = ("inherits", "protected")


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """One value of a dimension; `attributes` includes those of the values that it inherits."""

    name: str
    inherits: str | None
    protected: bool
    attributes: Mapping[str, JsonScalar]
    span: Span


@dataclass(frozen=True, slots=True)
class Dimension:
    """An axis along which configuration varies."""

    name: str
    values: Mapping[str, DimensionValue]

    def chain(self, value: str) -> tuple[str, ...]:
        """Return a value and what it inherits, the most general first."""
        found: list[str] = []
        at: str | None = value
        while at is not None and at in self.values and at not in found:
            found.append(at)
            at = self.values[at].inherits
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as the project file names it; `document` is set when it is one file."""

    template: str
    document: str | None
    required: bool
    span: Span


@dataclass(frozen=True, slots=True)
class BundleTemplate:
    """A bundle name with placeholders, such as `{environment}/{tenant}`."""

    name: str
    dimensions: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SchemaRule:
    """Documents whose id matches the glob `match` must satisfy `schema`."""

    match: str
    schema: str
    span: Span


@dataclass(frozen=True, slots=True)
class PolicySource:
    """A folder of Rego files in the project, or the name of a built-in set."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class RecipientRule:
    """Who may read the SOPS files whose path matches the glob `match`."""

    match: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """What `gitconfig.yaml` says.

    `layers_known` tells whether every bundle's layers are: a mistake, which is reported, may leave
    some of them out.
    """

    name: str
    version: str | None
    source: str | None
    dimensions: Mapping[str, Dimension]
    layers: tuple[Layer, ...]
    bundles: tuple[BundleTemplate, ...]
    schemas: tuple[SchemaRule, ...]
    policies: tuple[PolicySource, ...]
    prompts: str
    recipients: tuple[RecipientRule, ...]
    layers_known: bool = True


@dataclass(frozen=True, slots=True)
class BoundLayer:
    """A layer of one bundle.

    `path` is a file or a folder of the project. `own` holds the dimensions that the path names with
    the bundle's own value, not with one that it inherits.
    """

    path: str
    document: str | None
    required: bool
    own: frozenset[str]
    span: Span


@dataclass(frozen=True, slots=True)
class Bundle:
    """One combination of dimension values; `layers` are the weakest first."""

    name: str
    dimensions: Mapping[str, str]
    protected: bool
    layers: tuple[BoundLayer, ...]


def read_project(document: Document) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the project file; None when it is so broken that no bundle can be made of it."""
    reader = _Reader(document.path)
    project = reader.project(document.root)
    return project, tuple(reader.diagnostics)


def bind_bundles(project: Project) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """Return the bundles of a project, in the order of the project file and of its values."""
    bundles: dict[str, Bundle] = {}
    given: dict[str, Span] = {}
    diagnostics: list[Diagnostic] = []
    for template in project.bundles:
        axes = [project.dimensions[name].values for name in template.dimensions]
        for values in itertools.product(*axes):
            chosen = dict(zip(template.dimensions, values, strict=True))
            name = _fill(template.name, chosen)
            if name in bundles:
                diagnostics.append(
                    Diagnostic(
                        "GCT039",
                        f"expected each bundle name once, found '{name}' again",
                        template.span,
                        notes=(Note("first given", given[name]),),
                        hint="give the templates different names",
                    )
                )
                continue
            protected = any(
                project.dimensions[dimension].values[value].protected
                for dimension, value in chosen.items()
            )
            layers = tuple(
                bound for layer in project.layers for bound in _bind_layer(layer, project, chosen)
            )
            given[name] = template.span
            bundles[name] = Bundle(name, chosen, protected, layers)
    return tuple(bundles.values()), tuple(diagnostics)


def _bind_layer(layer: Layer, project: Project, chosen: Mapping[str, str]) -> Iterator[BoundLayer]:
    """Expand one layer for one bundle; a layer that names an unbound dimension yields nothing."""
    names = [match[1] for match in _PLACEHOLDER.finditer(layer.template)]
    attributes: dict[str, str] = {}
    axes: dict[str, tuple[str, ...]] = {}
    for name in names:
        dimension, _, attribute = name.partition(".")
        if dimension not in chosen:
            return
        if attribute:
            value = project.dimensions[dimension].values[chosen[dimension]]
            text = _attribute_text(value.attributes.get(attribute))
            if text is None:
                return
            attributes[name] = text
        else:
            axes[name] = project.dimensions[name].chain(chosen[name])
    for values in itertools.product(*axes.values()):
        at = {**attributes, **dict(zip(axes, values, strict=True))}
        own = frozenset(name for name in axes if at[name] == chosen[name])
        own |= frozenset(name.partition(".")[0] for name in attributes)
        path = _fill(layer.template, at)
        yield BoundLayer(path, layer.document, layer.required, own, layer.span)


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def _attribute_text(value: JsonScalar) -> str | None:
    """Write an attribute as the user did, for a path; null is no attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


class _Reader:
    """Reads the keys of the project file and collects every problem on the way."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.diagnostics: list[Diagnostic] = []
        # Where each `inherits` stands, by the place of the value that has it.
        self._inherits: dict[Span, Span] = {}
        self._inherits_known = True

    def project(self, root: Node | None) -> Project | None:
        if not isinstance(root, MappingNode):
            self._problem(
                "GCT031",
                "expected a mapping with apiVersion, name, layers and bundles, found "
                + (_describe(root) if root else "nothing"),
                root.mark if root else Mark(1, 1, 1, 1),
                hint="gitconfig-tool init writes one to start from",
            )
            return None
        self._refuse_tags(root)
        fields = self._fields(root, "the project file", _KEYS)
        for key in ("apiVersion", "name", "layers", "bundles"):
            # A misspelt one is reported already.
            misspelt = any(
                get_close_matches(each, [key]) for each in root.entries if each not in _KEYS
            )
            if key not in fields and not misspelt:
                self._problem(
                    "GCT032",
                    f"expected the key '{key}' in the project file, found none",
                    Mark(root.mark.line, root.mark.column, root.mark.line, root.mark.column + 1),
                    hint=_EXAMPLES[key],
                )
        api = self._text(fields.get("apiVersion"), "apiVersion")
        if api is not None and api != API_VERSION:
            self._problem(
                "GCT033",
                f"expected apiVersion {API_VERSION}, found {api}",
                fields["apiVersion"].value.mark,
                hint="this program reads no other: write that, or install one that reads yours",
            )
        dimensions = self._dimensions(fields.get("dimensions"))
        layers = tuple(self._layers(fields.get("layers"), dimensions))
        bundles = tuple(self._bundles(fields.get("bundles"), dimensions))
        prompts = self._folder(fields.get("prompts"), "prompts") or "prompts"
        return Project(
            name=self._text(fields.get("name"), "name") or "",
            version=self._text(fields.get("version"), "version"),
            source=self._text(fields.get("source"), "source"),
            dimensions=dimensions,
            layers=layers,
            bundles=bundles,
            schemas=tuple(self._schemas(fields.get("schemas"))),
            policies=tuple(self._policies(fields.get("policies"))),
            prompts=prompts,
            recipients=tuple(self._recipients(fields.get("secrets"))),
            layers_known=self._inherits_known and len(layers) == self._count(fields.get("layers")),
        )

    def _count(self, entry: Entry | None) -> int | None:
        """Return how many items a list has; None for anything else."""
        if entry is None or not isinstance(entry.value, SequenceNode):
            return None
        return len(entry.value.items)

    def _refuse_tags(self, node: Node) -> None:
        if node.tag is not None:
            self._problem(
                "GCT031",
                f"expected a plain value in the project file, found the tag {node.tag}",
                node.mark,
                hint="tags belong in layer files",
            )
        if isinstance(node, MappingNode):
            for entry in node.entries.values():
                self._refuse_tags(entry.value)
        elif isinstance(node, SequenceNode):
            for item in node.items:
                self._refuse_tags(item)

    def _dimensions(self, entry: Entry | None) -> dict[str, Dimension]:
        found: dict[str, Dimension] = {}
        for name, at in self._mapping(entry, "dimensions"):
            if not _DIMENSION_NAME.fullmatch(name):
                self._problem(
                    "GCT034",
                    f"expected a dimension name of lower-case letters, found '{name}'",
                    at.key_mark,
                    hint="for example: environment, tenant, region",
                )
            values = {
                value: self._dimension_value(value, item)
                for value, item in self._mapping(at, f"dimension {name}")
            }
            if not values:
                self._problem(
                    "GCT034",
                    f"expected at least one value of the dimension '{name}', found none",
                    at.key_mark,
                    hint=f"{name}: {{first: {{}}, second: {{inherits: first}}}}",
                )
            found[name] = Dimension(name, self._inherited(name, values))
        return found

    def _dimension_value(self, name: str, entry: Entry) -> DimensionValue:
        if not _VALUE_NAME.fullmatch(name) or ".." in name:
            self._problem(
                "GCT034",
                f"expected a value of letters, digits, '.', '_' and '-', found '{name}'",
                entry.key_mark,
                hint="it becomes a folder name and part of a bundle's name",
            )
        inherits: str | None = None
        protected = False
        attributes: dict[str, JsonScalar] = {}
        for key, item in self._mapping(entry, f"value {name}", null_is_empty=True):
            if key == "inherits":
                inherits = self._text(item, "inherits")
                at = entry.key_mark.in_file(self.path)
                self._inherits[at] = item.value.mark.in_file(self.path)
            elif key == "protected":
                protected = self._boolean(item, "protected")
            elif isinstance(item.value, ScalarNode):
                near = get_close_matches(key, _RESERVED_ATTRIBUTES, n=1, cutoff=0.8)
                if near:
                    self._inherits_known = False
                    self._problem(
                        "GCT030",
                        f"expected an attribute, found '{key}'",
                        item.key_mark,
                        label="unknown key",
                        hint=f"did you mean '{near[0]}'?",
                    )
                attributes[key] = item.value.value
            else:
                self._wrong(item.value, f"attribute {key}", "a scalar")
        return DimensionValue(
            name, inherits, protected, attributes, entry.key_mark.in_file(self.path)
        )

    def _inherited(
        self, dimension: str, values: dict[str, DimensionValue]
    ) -> dict[str, DimensionValue]:
        """Check `inherits` and give every value the attributes of what it inherits."""
        for value in values.values():
            if value.inherits is not None and value.inherits not in values:
                self._inherits_known = False
                near = get_close_matches(value.inherits, values, n=1)
                self.diagnostics.append(
                    Diagnostic(
                        "GCT035",
                        f"expected a value of '{dimension}' to inherit, found '{value.inherits}'",
                        self._inherits[value.span],
                        hint=f"did you mean '{near[0]}'?"
                        if near
                        else f"known: {', '.join(values)}",
                    )
                )
        complete: dict[str, DimensionValue] = {}
        plain = Dimension(dimension, values)
        circles: set[str] = set()
        for name, value in values.items():
            chain = plain.chain(name)
            # Only a value that leads back to itself; one report for each circle.
            if values[chain[0]].inherits == name and name not in circles:
                circles.update(chain)
                self._inherits_known = False
                self.diagnostics.append(
                    Diagnostic(
                        "GCT036",
                        f"expected '{name}' to inherit without a circle, found "
                        + " -> ".join((*reversed(chain), name)),
                        self._inherits[value.span],
                        hint="remove one 'inherits'",
                    )
                )
            attributes: dict[str, JsonScalar] = {}
            for each in chain:
                attributes |= values[each].attributes
            complete[name] = DimensionValue(
                name, value.inherits, value.protected, attributes, value.span
            )
        return complete

    def _layers(self, entry: Entry | None, dimensions: Mapping[str, Dimension]) -> Iterator[Layer]:
        for node in self._items(entry, "layers"):
            document: str | None = None
            required = False
            where = node
            if isinstance(node, MappingNode):
                fields = self._fields(node, "a layer", ["file", "folder", "document", "required"])
                given = fields.get("file") or fields.get("folder")
                if given is None or ("file" in fields and "folder" in fields):
                    self._wrong(node, "a layer", "'file: PATH' or 'folder: PATH'")
                    continue
                where = given.value
                if "file" in fields:
                    document = self._text(fields.get("document"), "document") or DEFAULT_DOCUMENT
                elif "document" in fields:
                    self._wrong(fields["document"].value, "a folder layer", "no 'document'")
                if "required" in fields:
                    required = self._boolean(fields["required"], "required")
            template = self._scalar_text(where, "a layer")
            if template is None:
                continue
            template = template.rstrip("/")
            if document is None and template.endswith((".yaml", ".yml")):
                document = DEFAULT_DOCUMENT
            if self._is_path(template, where, "a layer") and self._placeholders(
                template, where, dimensions, attributes=True
            ):
                yield Layer(template, document, required, where.mark.in_file(self.path))

    def _bundles(
        self, entry: Entry | None, dimensions: Mapping[str, Dimension]
    ) -> Iterator[BundleTemplate]:
        for node in self._items(entry, "bundles"):
            if not isinstance(node, MappingNode):
                self._wrong(node, "a bundle", "'name: TEMPLATE'")
                continue
            fields = self._fields(node, "a bundle", ["name"])
            if "name" not in fields:
                self._wrong(node, "a bundle", "'name: TEMPLATE'")
                continue
            where = fields["name"].value
            name = self._scalar_text(where, "a bundle's name")
            if name is None or not self._is_path(name, where, "a bundle's name"):
                continue
            if self._placeholders(name, where, dimensions, attributes=False):
                named = tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(name)))
                yield BundleTemplate(name, named, where.mark.in_file(self.path))

    def _schemas(self, entry: Entry | None) -> Iterator[SchemaRule]:
        for node in self._items(entry, "schemas"):
            if not isinstance(node, MappingNode):
                self._wrong(node, "a schema rule", "'match: GLOB' and 'schema: NAME'")
                continue
            fields = self._fields(node, "a schema rule", ["match", "schema"])
            match = self._text(fields.get("match"), "match")
            schema = self._text(fields.get("schema"), "schema")
            if match is None or schema is None:
                if len(fields) < 2:
                    self._wrong(node, "a schema rule", "'match: GLOB' and 'schema: NAME'")
                continue
            yield SchemaRule(match, schema, fields["schema"].value.mark.in_file(self.path))

    def _policies(self, entry: Entry | None) -> Iterator[PolicySource]:
        for node in self._items(entry, "policies"):
            name = self._scalar_text(node, "a policy")
            if name is not None:
                yield PolicySource(name.rstrip("/"), node.mark.in_file(self.path))

    def _recipients(self, entry: Entry | None) -> Iterator[RecipientRule]:
        if entry is None:
            return
        if not isinstance(entry.value, MappingNode):
            self._wrong(entry.value, "secrets", "a mapping")
            return
        fields = self._fields(entry.value, "secrets", ["allow"])
        for node in self._items(fields.get("allow"), "allow"):
            if not isinstance(node, MappingNode):
                self._wrong(node, "an allow rule", "'match: GLOB' and 'recipients: [...]'")
                continue
            rule = self._fields(node, "an allow rule", ["match", "recipients"])
            match = self._text(rule.get("match"), "match")
            names = [
                self._scalar_text(item, "a recipient")
                for item in self._items(rule.get("recipients"), "recipients")
            ]
            if match is None or "recipients" not in rule:
                self._wrong(node, "an allow rule", "'match: GLOB' and 'recipients: [...]'")
                continue
            yield RecipientRule(match, tuple(name for name in names if name is not None))

    def _placeholders(
        self, template: str, node: Node, dimensions: Mapping[str, Dimension], *, attributes: bool
    ) -> bool:
        """Tell whether every `{name}` of a template is a dimension, or an attribute of one."""
        if template.count("{") != len(_PLACEHOLDER.findall(template)) or template.count(
            "{"
        ) != template.count("}"):
            self._wrong(node, "a template", "'{' and '}' in pairs")
            return False
        good = True
        for match in _PLACEHOLDER.finditer(template):
            name, dot, attribute = match[1].partition(".")
            if name not in dimensions:
                near = get_close_matches(name, dimensions, n=1)
                self._problem(
                    "GCT037",
                    f"expected a dimension in braces, found '{{{match[1]}}}'",
                    node.mark,
                    hint=f"did you mean '{{{near[0]}}}'?"
                    if near
                    else f"known dimensions: {', '.join(dimensions) or 'none'}",
                )
                good = False
            elif dot and not attributes:
                self._problem(
                    "GCT037",
                    f"expected a dimension in a bundle's name, found the attribute '{match[1]}'",
                    node.mark,
                    hint=f"use '{{{name}}}'",
                )
                good = False
            elif dot:
                known = {
                    key for value in dimensions[name].values.values() for key in value.attributes
                }
                if attribute not in known:
                    near = get_close_matches(attribute, known, n=1)
                    self._problem(
                        "GCT037",
                        f"expected an attribute of '{name}', found '{attribute}'",
                        node.mark,
                        hint=f"did you mean '{{{name}.{near[0]}}}'?"
                        if near
                        else f"no value of '{name}' has it",
                    )
                    good = False
        return good

    def _is_path(self, text: str, node: Node, what: str) -> bool:
        parts = text.split("/")
        if text.startswith("/") or any(part in ("", ".", "..", ".git") for part in parts):
            self._problem(
                "GCT038",
                f"expected {what} to be a path inside the project, found '{text}'",
                node.mark,
                hint="write it relative to gitconfig.yaml, without '.', '..' and empty parts",
            )
            return False
        return True

    def _folder(self, entry: Entry | None, what: str) -> str | None:
        text = self._text(entry, what)
        if text is None or entry is None or not self._is_path(text.rstrip("/"), entry.value, what):
            return None
        return text.rstrip("/")

    def _fields(self, node: MappingNode, what: str, known: Sequence[str]) -> dict[str, Entry]:
        """Return the known keys of a mapping; each unknown one is a diagnostic."""
        fields: dict[str, Entry] = {}
        for key, entry in node.entries.items():
            if key in known:
                fields[key] = entry
            else:
                near = get_close_matches(key, known, n=1)
                self._problem(
                    "GCT030",
                    f"expected a key of {what}, found '{key}'",
                    entry.key_mark,
                    label="unknown key",
                    hint=f"did you mean '{near[0]}'?"
                    if near
                    else f"known keys: {', '.join(known)}",
                )
        return fields

    def _mapping(
        self, entry: Entry | None, what: str, *, null_is_empty: bool = False
    ) -> Iterator[tuple[str, Entry]]:
        if entry is None:
            return
        if isinstance(entry.value, MappingNode):
            yield from entry.value.entries.items()
        elif not (
            null_is_empty and isinstance(entry.value, ScalarNode) and entry.value.value is None
        ):
            self._wrong(entry.value, what, "a mapping")

    def _items(self, entry: Entry | None, what: str) -> tuple[Node, ...]:
        if entry is None:
            return ()
        if isinstance(entry.value, SequenceNode):
            return entry.value.items
        self._wrong(entry.value, what, "a list")
        return ()

    def _text(self, entry: Entry | None, what: str) -> str | None:
        return None if entry is None else self._scalar_text(entry.value, what)

    def _scalar_text(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value:
            return node.value
        self._wrong(node, what, "a string")
        return None

    def _boolean(self, entry: Entry, what: str) -> bool:
        if isinstance(entry.value, ScalarNode) and isinstance(entry.value.value, bool):
            return entry.value.value
        self._wrong(entry.value, what, "true or false")
        return False

    def _wrong(self, node: Node, what: str, expected: str) -> None:
        self._problem(
            "GCT031",
            f"expected {expected} for {what}, found {_describe(node)}",
            node.mark,
            hint=_FORMS.get(what, "gitconfig-tool init DIR writes a project file to compare with"),
        )

    def _problem(
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


def _describe(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping with " + (", ".join(list(node.entries)[:3]) or "no key")
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return "nothing" if node.value is None else f"{node.value!r}"


_FORMS = {
    "a bundle": "write {name: '{environment}'}",
    "a layer": "write a path, or {folder: PATH, required: true}, or {file: PATH, document: ID}",
    "a policy": "write the path of a folder, or a built-in set: gitconfig-tool:security-baseline",
    "a schema rule": "write {match: '**/models/*', schema: gitconfig-tool:model-config}",
    "a template": "write the name of a dimension in each pair: environments/{environment}",
    "an allow rule": "write {match: 'environments/production/**', recipients: ['age:age1...']}",
    "bundles": "write bundles: [{name: '{environment}'}]",
    "dimensions": "write dimensions: {environment: {staging: {}, production: {}}}",
    "layers": "write layers: [base, 'environments/{environment}']",
    "policies": "write policies: [gitconfig-tool:security-baseline, policies/]",
    "protected": "write protected: true, without quotes",
    "required": "write required: true, without quotes",
    "schemas": "write schemas: [{match: '**/models/*', schema: gitconfig-tool:model-config}]",
}
_EXAMPLES = {
    "apiVersion": f"apiVersion: {API_VERSION}",
    "name": "name: acme-llm",
    "layers": "layers: [base, 'environments/{environment}']",
    "bundles": "bundles: [{name: '{environment}'}]",
}
