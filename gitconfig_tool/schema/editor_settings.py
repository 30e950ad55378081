"""Settings for the YAML language server, which VS Code and most other editors use.

Takes associations and the folder of the exported schemas; returns JSON values. Where such settings
lie is the editor's business: docs/editors.md tells.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gitconfig_tool.document import TAGS, MappingNode, ScalarNode, SequenceNode
from gitconfig_tool.schema.associations import Association

# README of yaml-language-server, "Adding custom tags": the tag, and the kind of node behind it.
_KINDS = {ScalarNode: "scalar", SequenceNode: "sequence", MappingNode: "mapping"}


def editor_settings(
    found: Sequence[Association], folder: str, *, prefix: str = ""
) -> dict[str, Any]:
    """Return the settings; `folder` is where the schemas are, from the root of the workspace.

    `prefix` is the project's folder in the workspace, empty or ending in `/`.
    """
    schemas: Mapping[str, list[str]] = {
        f"./{folder}/{each.file_name}": [prefix + glob for glob in each.globs] for each in found
    }
    return {
        "yaml.schemas": schemas,
        "yaml.customTags": [
            f"{tag} {_KINDS[kind]}" for tag, kinds in TAGS.items() for kind in kinds
        ],
        "yaml.validate": True,
        "yaml.completion": True,
        "yaml.hover": True,
        # The server reads YAML 1.2 by default; the tool reads no other.
        "yaml.yamlVersion": "1.2",
        # Off, so that no schema of a public catalogue is taken for a file such as `service.yaml`.
        "yaml.schemaStore.enable": False,
    }
