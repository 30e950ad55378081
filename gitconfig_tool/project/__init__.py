"""The project file: `gitconfig.yaml` to dimensions, layers and bundles.

`read_project` takes the parsed file, and the files that values of dimensions may be read from; it
returns a `Project` and diagnostics. `bind_bundles` expands the bundle templates, and the layers of
each bundle, weakest first. Reads nothing.
"""

from gitconfig_tool.project.binding import PLACEHOLDER, bind_bundles
from gitconfig_tool.project.compliance import parse_days
from gitconfig_tool.project.files import SourceFiles
from gitconfig_tool.project.governance import (
    ClassificationRule,
    ClassificationSettings,
    ComplianceRule,
    Demands,
    Governance,
    Isolation,
    Quota,
    Retention,
    Scope,
)
from gitconfig_tool.project.levels import LEVELS, Level, nearest_level
from gitconfig_tool.project.llm import (
    EmitRule,
    LlmSettings,
    ModelSettings,
    Notice,
    PromptSettings,
    RegionRule,
)
from gitconfig_tool.project.llm_reader import EMIT_TARGETS
from gitconfig_tool.project.matching import Matcher
from gitconfig_tool.project.model import (
    BoundLayer,
    Bundle,
    BundleTemplate,
    Dimension,
    DimensionValue,
    Layer,
    MatrixEntry,
    PolicySource,
    Project,
    SchemaRule,
)
from gitconfig_tool.project.names import attribute_text
from gitconfig_tool.project.reader import read_project
from gitconfig_tool.project.secrets import (
    SECRET_TYPES,
    RecipientRule,
    Rotation,
    SecretRule,
    SecretSettings,
)
from gitconfig_tool.project.silencing import Ignore, ProjectSilencing

__all__ = [
    "EMIT_TARGETS",
    "LEVELS",
    "PLACEHOLDER",
    "SECRET_TYPES",
    "BoundLayer",
    "Bundle",
    "BundleTemplate",
    "ClassificationRule",
    "ClassificationSettings",
    "ComplianceRule",
    "Demands",
    "Dimension",
    "DimensionValue",
    "EmitRule",
    "Governance",
    "Ignore",
    "Isolation",
    "Layer",
    "Level",
    "LlmSettings",
    "Matcher",
    "MatrixEntry",
    "ModelSettings",
    "Notice",
    "PolicySource",
    "Project",
    "ProjectSilencing",
    "PromptSettings",
    "Quota",
    "RecipientRule",
    "RegionRule",
    "Retention",
    "Rotation",
    "SchemaRule",
    "Scope",
    "SecretRule",
    "SecretSettings",
    "SourceFiles",
    "attribute_text",
    "bind_bundles",
    "nearest_level",
    "parse_days",
    "read_project",
]
