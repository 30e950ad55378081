"""What the commands on prompt versions share: the prompts, their releases, and written files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.prompt_bump import FileChange
    from gitconfig_tool.compiler.prompt_releases import AnyVersion, Released
    from gitconfig_tool.project import Project
    from gitconfig_tool.prompts import Prompts
    from gitconfig_tool.prompts.rendering import Renderer
    from gitconfig_tool.prompts.written import Written
    from gitconfig_tool.source import ProjectRepository, Snapshot

CHOSEN_LEVELS = ("patch", "minor", "major")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The prompts of a snapshot."""

    project: "Project"
    files: "ProjectFiles"
    prompts: "Prompts"

    @property
    def folder(self) -> str:
        """The folder that prompts lie in."""
        return self.project.llm.prompts.folder

    def written(self, version: "AnyVersion") -> "Written":
        """Return what a version says, before partials are in their places."""
        from gitconfig_tool.compiler.prompt_releases import written_in

        return written_in(self.files.snapshot, version)

    def released(self) -> "Released":
        """Return what is released of the prompts."""
        from gitconfig_tool.compiler.prompt_releases import Released

        snapshot = self.files.snapshot
        return Released(self.project, snapshot, snapshot.merge_base(self.folder))


@contextmanager
def rendering(loaded: Loaded) -> "Iterator[Renderer]":
    """Give what renders the templates of a project: a process of its own for untrusted ones."""
    from gitconfig_tool.prompts.rendering import Rendering

    with Rendering(untrusted=loaded.project.llm.prompts.untrusted) as shared:
        yield shared.render


def load(snapshot: "Snapshot") -> Loaded:
    """Read the prompts of a snapshot; what is wrong in them is for `validate` to say."""
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.inputs import CompileError, read_project_file, read_prompts

    files = ProjectFiles(snapshot)
    project, _ = read_project_file(files)
    if project is None:
        raise CompileError(
            "expected a project file that can be read, found mistakes in it",
            hint="gitconfig-tool validate shows them",
        )
    prompts, _ = read_prompts(project, files)
    return Loaded(project, files, prompts)


def work_tree(settings: Settings) -> "tuple[ProjectRepository, Snapshot]":
    """Open the work tree, which the command writes to."""
    from gitconfig_tool.source import open_project

    repository = open_project(settings.directory, settings.project)
    if repository.is_bare:
        raise click.UsageError("a bare repository has no work tree to write to")
    return repository, repository.at_worktree()


def write(root: Path, changes: "Iterable[FileChange]") -> None:
    """Write files in the order given; what is removed was written elsewhere before."""
    from gitconfig_tool.custody.files import remove_file, replace_file

    for change in changes:
        if change.after is not None:
            replace_file(root, change.path, change.before, change.after)
        elif change.before is not None:
            remove_file(root, change.path, change.before)
