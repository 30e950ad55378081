"""The project file: `gitconfig.yaml` to dimensions, layers and bundles.

`read_project` takes the parsed file, and the files that values of dimensions may be read from; it
returns a `Project` and diagnostics. `bind_bundles` expands the bundle templates, and the layers of
each bundle, weakest first. Reads nothing.
"""

from gitconfig_tool.project.binding import PLACEHOLDER, bind_bundles
from gitconfig_tool.project.files import SourceFiles
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
    "PLACEHOLDER",
    "SECRET_TYPES",
    "BoundLayer",
    "Bundle",
    "BundleTemplate",
    "Dimension",
    "DimensionValue",
    "Ignore",
    "Layer",
    "MatrixEntry",
    "PolicySource",
    "Project",
    "ProjectSilencing",
    "RecipientRule",
    "Rotation",
    "SchemaRule",
    "SecretRule",
    "SecretSettings",
    "SourceFiles",
    "attribute_text",
    "bind_bundles",
    "read_project",
]
