"""What the commands of `schema` share: the exported schemas of a project."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, show_problems
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.schema.associations import Association
    from gitconfig_tool.source import ProjectRepository


def exported(
    settings: Settings, rev: str | None, ctx: click.Context
) -> "tuple[ProjectRepository, str, tuple[Association, ...]] | None":
    """Return the schemas of a project for editors, and its folder in the repository.

    None where the project file cannot be read, which is printed. A schema that cannot be read is
    printed and left out.
    """
    from gitconfig_tool.compiler.editing import SchemasForEditors

    repository, snapshot = open_snapshot(settings, rev)
    found = SchemasForEditors.of(snapshot)
    show_problems(found, err=True, only_errors=True, ctx=ctx)
    if found.associations is None:
        return None
    return repository, snapshot.prefix, found.associations
