"""The project file: `gitconfig.yaml` to dimensions, layers and bundles.

`read_project` takes the parsed file and returns a `Project` and diagnostics; `bind_bundles` expands
the bundle templates, and for each bundle the layers, weakest first. Reads nothing.
"""

from gitconfig_tool.project.binding import bind_bundles
from gitconfig_tool.project.model import (
    BoundLayer,
    Bundle,
    BundleTemplate,
    Dimension,
    DimensionValue,
    Layer,
    PolicySource,
    Project,
    RecipientRule,
    SchemaRule,
)
from gitconfig_tool.project.reader import read_project

__all__ = [
    "BoundLayer",
    "Bundle",
    "BundleTemplate",
    "Dimension",
    "DimensionValue",
    "Layer",
    "PolicySource",
    "Project",
    "RecipientRule",
    "SchemaRule",
    "bind_bundles",
    "read_project",
]
