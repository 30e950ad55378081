"""The schemas of a snapshot as editors need them. Reads the project file and schemas, no layer."""

from collections.abc import Callable
from dataclasses import dataclass

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import read_project_file, read_schemas
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.schema.associations import Association, associations
from gitconfig_tool.source import Snapshot


@dataclass(frozen=True, slots=True)
class SchemasForEditors:
    """`associations` is None where the project file cannot be read; `diagnostics` say why."""

    associations: tuple[Association, ...] | None
    diagnostics: tuple[Diagnostic, ...]
    text: Callable[[str], str | None]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "SchemasForEditors":
        """Read them; raises `CompileError` when the snapshot has no project file."""
        files = ProjectFiles(snapshot)
        project, problems = read_project_file(files)
        if project is None:
            return cls(None, problems, files.text)
        schemas, more = read_schemas(project, files)
        found = tuple(map(files.hide_secret, (*problems, *more)))
        return cls(associations(project, schemas), found, files.text)
