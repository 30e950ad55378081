"""GCT001-GCT009: what the Git repository holds."""

from gitconfig_tool.diagnostics.model import Rule

RULES = (
    Rule(
        code="GCT001",
        name="symlink",
        group="source",
        summary="A symbolic link stands where a project file is read.",
        why="Links are never followed, so that no file outside the project can enter a bundle.",
        failing="base/model.yaml -> ../../elsewhere/model.yaml",
        fixed="base/model.yaml, an ordinary file",
    ),
    Rule(
        code="GCT002",
        name="submodule",
        group="source",
        summary="A submodule stands where a layer is read.",
        why="A bundle comes from one commit of one repository; a submodule is another repository.",
        failing="base/vendor  (mode 160000)",
        fixed="base/vendor/  (the files themselves)",
    ),
    Rule(
        code="GCT003",
        name="file-name-encoding",
        group="source",
        summary="The name of a file is not UTF-8.",
        why="A document's id is its path, and JSON, OCI and Vault know names in Unicode only.",
        failing="base/caf\\xe9.yaml  (Latin-1)",
        fixed="base/café.yaml  (UTF-8)",
    ),
)
