"""Finding a project in a repository, and making new ones."""

import os
import re
from datetime import datetime
from pathlib import Path, PurePosixPath

import pygit2

from gitconfig_tool.source.commits import describe, incomplete
from gitconfig_tool.source.repository import ProjectRepository
from gitconfig_tool.source.snapshot import PROJECT_FILE, Commit, SourceError
from gitconfig_tool.source.trees import list_tree

# git-commit(1), "DATE FORMATS": Git's internal format.
_RAW_DATE = re.compile(
    r"@?(?P<seconds>\d{1,12}) (?P<sign>[-+])(?P<hours>\d{2})(?P<minutes>\d{2})", re.ASCII
)


def open_project(directory: Path, project: str | None = None) -> ProjectRepository:
    """Open the repository around a folder and find the project in it.

    The project is the folder that holds `gitconfig.yaml`: `project` when it is given (relative to
    the repository's root), else the nearest one from `directory` upwards; in a bare repository the
    only one of HEAD.
    """
    repository = open_repository(directory)
    if project is not None:
        folder = PurePosixPath(project)
        if folder.is_absolute() or ".." in folder.parts:
            raise SourceError(
                f"expected --project to name a folder inside the repository, found {project!r}",
                hint="give the path from the root of the repository",
            )
        return ProjectRepository(repository, "" if project in ("", ".") else f"{folder}/")
    if repository.workdir is None:
        return ProjectRepository(repository, _only_project(repository, directory))
    top = Path(repository.workdir).resolve()
    here = directory.resolve()
    for folder_path in (here, *here.parents):
        if not folder_path.is_relative_to(top):
            break  # The work tree lies elsewhere (core.worktree).
        if (folder_path / PROJECT_FILE).is_file():
            relative = folder_path.relative_to(top).as_posix()
            return ProjectRepository(repository, "" if relative == "." else f"{relative}/")
        if folder_path == top:
            break
    found = _projects_in_head(repository)
    raise SourceError(
        f"expected {PROJECT_FILE} in {directory} or a folder above it, found none",
        hint=f"this repository has one in {found[0] or 'its root'}: use -C"
        if found
        else "start a project with: gitconfig-tool init",
    )


def open_repository(directory: Path) -> pygit2.Repository:
    if not directory.is_dir():
        found_there = "a file" if directory.exists() else "nothing"
        raise SourceError(
            f"expected a folder, found {found_there} at {directory}",
            hint="check the path after -C",
        )
    try:
        found = pygit2.discover_repository(str(directory))
        if found is None:
            raise SourceError(
                f"expected a Git repository at {directory} or above it, found none",
                hint="run git init there, or gitconfig-tool init for a new project",
            )
        return pygit2.Repository(found)
    except pygit2.GitError as error:
        hint = "check that the folder is a Git repository: git status"
        if "owned by" in str(error) or "owner" in str(error):
            hint = (
                "the folder belongs to another user: git config --global --add safe.directory DIR"
            )
        raise SourceError(
            f"expected to open the Git repository, found: {error}", hint=hint
        ) from error


def _projects_in_head(repository: pygit2.Repository) -> list[str]:
    if repository.head_is_unborn:
        return []
    try:
        tree = repository.head.peel(pygit2.Commit).tree
    except pygit2.GitError as error:
        raise incomplete(error) from error
    return sorted(
        path[: -len(PROJECT_FILE)]
        for path, _, _ in list_tree(repository, str(tree.id)).entries
        if path == PROJECT_FILE or path.endswith("/" + PROJECT_FILE)
    )


def _only_project(repository: pygit2.Repository, directory: Path) -> str:
    found = _projects_in_head(repository)
    if "" in found:
        return ""
    if len(found) == 1:
        return found[0]
    if not found:
        raise SourceError(
            f"expected {PROJECT_FILE} in the bare repository {directory}, found none in HEAD",
            hint="name the commit and folder: --rev REV and --project FOLDER",
        )
    raise SourceError(
        f"expected one project in the bare repository {directory}, found {len(found)}",
        hint=f"choose one: --project {' | '.join(folder.rstrip('/') for folder in found)}",
    )


def work_tree_root(directory: Path) -> Path | None:
    """Return the root of the work tree that a folder lies in; None where it lies in none."""
    try:
        found = pygit2.discover_repository(str(directory))
        folder = pygit2.Repository(found).workdir if found else None
    except pygit2.GitError:
        return None
    return Path(folder).resolve() if folder else None


def hooks_folder(directory: Path) -> Path | None:
    """Return the folder of hooks of the repository around a folder; None where there is none."""
    try:
        repository = open_repository(directory)
        named = [each for each in repository.config.get_multivar("core.hooksPath") if each]
    except (SourceError, pygit2.GitError):
        return None
    # githooks(5): a relative path starts where hooks run, the top of the work tree.
    top = Path(repository.workdir or repository.path)
    return top / named[-1] if named else Path(repository.path) / "hooks"


def init_repository(directory: Path, *, nested: bool = False) -> None:
    """Make a Git repository in a folder, with the branch `main`.

    Where a repository is around the folder already, that one is used, unless `nested` is set.
    """
    try:
        if nested or pygit2.discover_repository(str(directory)) is None:
            pygit2.init_repository(str(directory), initial_head="main")
    except pygit2.GitError as error:
        raise SourceError(
            f"expected to make a Git repository in {directory}, found: {error}",
            hint="check that the folder is yours to write",
        ) from error


def commit_all(directory: Path, message: str, *, at: datetime | None = None) -> Commit:
    """Commit every file of the repository around a folder that is not ignored; no hook is run.

    The author is the one of Git's configuration, or a plain stand-in where there is none. The time
    is that of GIT_AUTHOR_DATE and GIT_COMMITTER_DATE where they are set, as with `git commit`;
    else `at`, a time with its zone; else now.
    """
    repository = open_repository(directory)
    try:
        index = repository.index
        index.add_all()
        index.write()
        tree = index.write_tree()
        try:
            author = repository.default_signature
        except KeyError:
            author = pygit2.Signature("gitconfig-tool", "gitconfig-tool@localhost.invalid")
        parents = [] if repository.head_is_unborn else [repository.head.target]
        made = repository.create_commit(
            "HEAD",
            _at(author, "GIT_AUTHOR_DATE", at),
            _at(author, "GIT_COMMITTER_DATE", at),
            message,
            tree,
            parents,
        )
        return describe(repository[made].peel(pygit2.Commit))
    except pygit2.GitError as error:
        raise SourceError(
            f"expected to commit in {directory}, found: {error}",
            hint="run git status there",
        ) from error


def _at(who: pygit2.Signature, variable: str, default: datetime | None) -> pygit2.Signature:
    """Return a signature with the time of a variable of git-commit(1), "DATE FORMATS"."""
    text = os.environ.get(variable, "") or (default.isoformat() if default else "")
    if not text:
        return who
    raw = _RAW_DATE.fullmatch(text)
    if raw is not None:
        offset = int(raw["hours"]) * 60 + int(raw["minutes"])
        seconds, minutes = int(raw["seconds"]), -offset if raw["sign"] == "-" else offset
    else:
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            raise SourceError(
                f"expected {variable} as 'SECONDS +0000' or as ISO 8601, found {text!r}",
                hint=f"unset {variable}, or write it such as 2026-11-23T12:00:00+00:00",
            ) from None
        when = when if when.tzinfo else when.astimezone()
        shift = when.utcoffset()
        seconds, minutes = int(when.timestamp()), int(shift.total_seconds() // 60) if shift else 0
    return pygit2.Signature(who.name, who.email, seconds, minutes)
