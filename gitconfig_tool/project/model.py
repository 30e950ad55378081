"""What `gitconfig.yaml` says, and what is bound from it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import JsonScalar
from gitconfig_tool.project.governance import Governance
from gitconfig_tool.project.llm import LlmSettings
from gitconfig_tool.project.names import attribute_text
from gitconfig_tool.project.secrets import SecretSettings
from gitconfig_tool.project.silencing import ProjectSilencing


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """One value of a dimension; `attributes` includes those of the values that it inherits.

    `sources` are the paths, beside the project file, that make it what it is: files, or a folder.
    """

    name: str
    inherits: str | None
    protected: bool
    attributes: Mapping[str, JsonScalar]
    span: Span
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dimension:
    """An axis along which configuration varies.

    It is not `complete` where a mistake, which is reported, may hide values or attributes. `source`
    is the file or the folder that says which values there are, when the project file does not.
    """

    name: str
    values: Mapping[str, DimensionValue]
    complete: bool = True
    source: str | None = None

    def chain(self, value: str) -> tuple[str, ...]:
        """Return a value and what it inherits, the most general first."""
        found: dict[str, None] = {}
        at: str | None = value
        while at is not None and at in self.values and at not in found:
            found[at] = None
            at = self.values[at].inherits
        return tuple(reversed(found))

    def attributes(self) -> dict[str, None]:
        """Return the names of the attributes that a value has, each once, in their order."""
        return dict.fromkeys(key for value in self.values.values() for key in value.attributes)

    def attribute_texts(self, attribute: str) -> dict[str, str]:
        """Return an attribute of each value that has it, as text."""
        texts = {
            name: attribute_text(value.attributes.get(attribute))
            for name, value in self.values.items()
        }
        return {name: text for name, text in texts.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as the project file names it; `document` is set when it is one file."""

    template: str
    document: str | None
    required: bool
    span: Span


@dataclass(frozen=True, slots=True)
class MatrixEntry:
    """One entry of `include` or `exclude`: globs by the dimension or attribute that they are for.

    It matches a combination of values when, for every key, one of the globs does.
    """

    conditions: Mapping[str, tuple[str, ...]]
    span: Span


@dataclass(frozen=True, slots=True)
class BundleTemplate:
    """A bundle name with placeholders, such as `{environment}/{tenant}`.

    Its combinations of values are those that match an entry of `include`, if there is one, and
    none of `exclude`.
    """

    name: str
    dimensions: tuple[str, ...]
    span: Span
    include: tuple[MatrixEntry, ...] = ()
    exclude: tuple[MatrixEntry, ...] = ()


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
    secrets: SecretSettings
    silencing: ProjectSilencing
    layers_known: bool = True
    governance: Governance = field(default_factory=Governance)
    llm: LlmSettings = field(default_factory=LlmSettings)

    def sources(self, bundle: "Bundle | None") -> frozenset[str]:
        """Return the paths, beside the project file, that make a bundle what it is.

        These are files or folders. For None, they are those that say which bundles there are.
        """
        if bundle is None:
            every = self.dimensions.values()
            named = {dimension.source for dimension in every if dimension.source is not None}
            # An attribute may decide what `include` and `exclude` choose.
            return frozenset(named).union(
                *(value.sources for dimension in every for value in dimension.values.values())
            )
        values = (self.dimensions[name].values[at] for name, at in bundle.dimensions.items())
        return frozenset().union(*(value.sources for value in values))


@dataclass(frozen=True, slots=True)
class BoundLayer:
    """A layer of one bundle.

    `path` is a file or a folder of the project. `own` holds the dimensions that the path names with
    the bundle's own value, not with one that it inherits; `inherited` holds the others, with the
    inherited value.
    """

    path: str
    document: str | None
    required: bool
    own: frozenset[str]
    inherited: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class Bundle:
    """One combination of dimension values; `layers` are the weakest first."""

    name: str
    dimensions: Mapping[str, str]
    protected: bool
    layers: tuple[BoundLayer, ...]
