"""The parsed project file to a `Project`, with every problem on the way."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import (
    Document,
    Entry,
    MappingNode,
    Mark,
    Node,
    SequenceNode,
)
from gitconfig_tool.project.binding import PLACEHOLDER
from gitconfig_tool.project.dimensions import read_dimensions
from gitconfig_tool.project.fields import FieldReader, describe
from gitconfig_tool.project.files import NoFiles, SourceFiles
from gitconfig_tool.project.governance_reader import KEYS as GOVERNANCE_KEYS
from gitconfig_tool.project.governance_reader import read_governance
from gitconfig_tool.project.llm_reader import KEYS as LLM_KEYS
from gitconfig_tool.project.llm_reader import read_llm
from gitconfig_tool.project.matrix import read_matrix
from gitconfig_tool.project.model import (
    BundleTemplate,
    Dimension,
    Layer,
    PolicySource,
    Project,
    SchemaRule,
)
from gitconfig_tool.project.secrets import read_secrets
from gitconfig_tool.project.silencing import read_silencing

API_VERSION = "gitconfig-tool/v1"
DEFAULT_DOCUMENT = "main"  # the document of a layer that is one file, design.md section 3
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
    *LLM_KEYS,
    "secrets",
    "diagnostics",
    *GOVERNANCE_KEYS,
)


def read_project(
    document: Document, files: SourceFiles | None = None
) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the project file; None when it is so broken that no bundle can be made of it.

    `files` are those that dimension values may be read from. Without them, there are none.
    """
    reader = _Reader(document.path, files or NoFiles())
    project = reader.project(document.root)
    return project, tuple(reader.diagnostics)


class _Reader(FieldReader):
    """Reads the keys of the project file and collects every problem on the way."""

    def __init__(self, path: str, files: SourceFiles) -> None:
        super().__init__(path)
        self._files = files

    def project(self, root: Node | None) -> Project | None:
        if not isinstance(root, MappingNode):
            self.problem(
                "GCT031",
                "expected a mapping with apiVersion, name, layers and bundles, found "
                + (describe(root) if root else "nothing"),
                root.mark if root else Mark(1, 1, 1, 1),
                hint="gitconfig-tool init writes one to start from",
            )
            return None
        self.refuse_tags(root, "the project file")
        fields = self.fields(root, "the project file", _KEYS)
        for key in ("apiVersion", "name", "layers", "bundles"):
            # A misspelt one is reported already.
            misspelt = any(
                get_close_matches(each, [key]) for each in root.entries if each not in _KEYS
            )
            if key not in fields and not misspelt:
                self.problem(
                    "GCT032",
                    f"expected the key '{key}' in the project file, found none",
                    Mark(root.mark.line, root.mark.column, root.mark.line, root.mark.column + 1),
                    hint=_EXAMPLES[key],
                )
        api = self.text(fields.get("apiVersion"), "apiVersion")
        if api is not None and api != API_VERSION:
            self.problem(
                "GCT033",
                f"expected apiVersion {API_VERSION}, found {api}",
                fields["apiVersion"].value.mark,
                hint="this program reads no other: write that, or install one that reads yours",
            )
        dimensions = read_dimensions(self, fields.get("dimensions"), self._files)
        layers = tuple(self._layers(fields.get("layers"), dimensions))
        bundles = tuple(self._bundles(fields.get("bundles"), dimensions))
        secrets = read_secrets(fields.get("secrets"), self)
        return Project(
            name=self.text(fields.get("name"), "name") or "",
            version=self.text(fields.get("version"), "version"),
            source=self.text(fields.get("source"), "source"),
            dimensions=dimensions,
            layers=layers,
            bundles=bundles,
            schemas=tuple(self._schemas(fields.get("schemas"))),
            policies=tuple(self._policies(fields.get("policies"))),
            secrets=secrets,
            silencing=read_silencing(fields.get("diagnostics"), self),
            layers_known=all(each.complete for each in dimensions.values())
            and len(layers) == self._count(fields.get("layers")),
            governance=read_governance(fields, dimensions, secrets.names, self),
            llm=read_llm(fields, dimensions, self),
        )

    def _count(self, entry: Entry | None) -> int | None:
        """Return how many items a list has; None for anything else."""
        if entry is None or not isinstance(entry.value, SequenceNode):
            return None
        return len(entry.value.items)

    def _layers(self, entry: Entry | None, dimensions: Mapping[str, Dimension]) -> Iterator[Layer]:
        for node in self.items(entry, "layers"):
            document: str | None = None
            required = False
            where = node
            if isinstance(node, MappingNode):
                fields = self.fields(node, "a layer", ["file", "folder", "document", "required"])
                given = fields.get("file") or fields.get("folder")
                if given is None or ("file" in fields and "folder" in fields):
                    self.wrong(node, "a layer", "'file: PATH' or 'folder: PATH'")
                    continue
                where = given.value
                if "file" in fields:
                    document = self.text(fields.get("document"), "document") or DEFAULT_DOCUMENT
                    if document != DEFAULT_DOCUMENT and not self.is_path(
                        document, fields["document"].value, "a document's id"
                    ):
                        continue
                elif "document" in fields:
                    self.wrong(fields["document"].value, "a folder layer", "no 'document'")
                if "required" in fields:
                    required = self.boolean(fields["required"], "required")
            template = self.scalar_text(where, "a layer")
            if template is None:
                continue
            template = template.rstrip("/")
            if document is None and template.endswith((".yaml", ".yml")):
                document = DEFAULT_DOCUMENT
            if self.is_path(template, where, "a layer") and self._placeholders(
                template, where, dimensions, attributes=True
            ):
                yield Layer(template, document, required, where.mark.in_file(self.path))

    def _bundles(
        self, entry: Entry | None, dimensions: Mapping[str, Dimension]
    ) -> Iterator[BundleTemplate]:
        for node in self.items(entry, "bundles"):
            if not isinstance(node, MappingNode):
                self.wrong(node, "a bundle", "'name: TEMPLATE'")
                continue
            fields = self.fields(node, "a bundle", ["name", "include", "exclude"])
            if "name" not in fields:
                self.wrong(node, "a bundle", "'name: TEMPLATE'")
                continue
            where = fields["name"].value
            name = self.scalar_text(where, "a bundle's name")
            if name is None or not self.is_path(name, where, "a bundle's name"):
                continue
            if self._placeholders(name, where, dimensions, attributes=False):
                named = tuple(dict.fromkeys(match[1] for match in PLACEHOLDER.finditer(name)))
                matrix = read_matrix(self, fields, named, dimensions)
                if matrix is not None:
                    yield BundleTemplate(name, named, where.mark.in_file(self.path), *matrix)

    def _schemas(self, entry: Entry | None) -> Iterator[SchemaRule]:
        for node in self.items(entry, "schemas"):
            if not isinstance(node, MappingNode):
                self.wrong(node, "a schema rule", "'match: GLOB' and 'schema: NAME'")
                continue
            fields = self.fields(node, "a schema rule", ["match", "schema"])
            match = self.text(fields.get("match"), "match")
            schema = self.text(fields.get("schema"), "schema")
            if match is None or schema is None:
                if len(fields) < 2:
                    self.wrong(node, "a schema rule", "'match: GLOB' and 'schema: NAME'")
                continue
            yield SchemaRule(match, schema, fields["schema"].value.mark.in_file(self.path))

    def _policies(self, entry: Entry | None) -> Iterator[PolicySource]:
        for node in self.items(entry, "policies"):
            name = self.scalar_text(node, "a policy")
            if name is not None:
                yield PolicySource(name.rstrip("/"), node.mark.in_file(self.path))

    def _placeholders(
        self, template: str, node: Node, dimensions: Mapping[str, Dimension], *, attributes: bool
    ) -> bool:
        """Tell whether every `{name}` of a template is a dimension, or an attribute of one."""
        if template.count("{") != len(PLACEHOLDER.findall(template)) or template.count(
            "{"
        ) != template.count("}"):
            self.wrong(node, "a template", "'{' and '}' in pairs")
            return False
        good = True
        for match in PLACEHOLDER.finditer(template):
            name, dot, attribute = match[1].partition(".")
            if name not in dimensions:
                near = get_close_matches(name, dimensions, n=1)
                self.problem(
                    "GCT037",
                    f"expected a dimension in braces, found '{{{match[1]}}}'",
                    node.mark,
                    hint=f"did you mean '{{{near[0]}}}'?"
                    if near
                    else f"known dimensions: {', '.join(dimensions) or 'none'}",
                )
                good = False
            elif dot and not attributes:
                self.problem(
                    "GCT037",
                    f"expected a dimension in a bundle's name, found the attribute '{match[1]}'",
                    node.mark,
                    hint=f"use '{{{name}}}'",
                )
                good = False
            elif dot and dimensions[name].complete:
                known = dimensions[name].attributes()
                if attribute not in known:
                    near = get_close_matches(attribute, known, n=1)
                    self.problem(
                        "GCT037",
                        f"expected an attribute of '{name}', found '{attribute}'",
                        node.mark,
                        hint=f"did you mean '{{{name}.{near[0]}}}'?"
                        if near
                        else f"no value of '{name}' has it",
                    )
                    good = False
        return good


_EXAMPLES = {
    "apiVersion": f"apiVersion: {API_VERSION}",
    "name": "name: acme-llm",
    "layers": "layers: [base, 'environments/{environment}']",
    "bundles": "bundles: [{name: '{environment}'}]",
}
