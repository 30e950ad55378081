"""One SOPS file in a project: its bytes on the disk, and what the project says of it.

Takes an open repository and the path of a file; returns a `Place`. Starts nothing and changes
nothing.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from gitconfig_tool.compiler.document_ids import document_in
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import read_project_file
from gitconfig_tool.custody.editing import Sealed, read_sealed
from gitconfig_tool.custody.files import read_file
from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.project import Project, bind_bundles
from gitconfig_tool.secrets import CONFIG_FILE, Secret, is_sops_path, secrets_of
from gitconfig_tool.sops.changing import ChangeError, SopsRules
from gitconfig_tool.source import ProjectRepository, Snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the work tree; `data` is None where there is none yet.

    `document` is the id of the document that it gives a layer; empty where it lies in none.
    """

    root: Path
    path: str
    data: bytes | None = field(repr=False)
    project: Project
    snapshot: Snapshot
    document: str
    rules: SopsRules | None

    def sealed(self, *, readers_change: bool = False) -> Sealed:
        """Return the file, checked; raises `ChangeError` where `sops` must not be started."""
        if self.data is None:
            raise _no_file(self)
        return read_sealed(
            self.path,
            self.data,
            self.project.secrets,
            self.rules,
            readers_change=readers_change,
        )

    def secrets(self, sealed: Sealed) -> tuple[Secret, ...]:
        """Return the secrets of the file by the rules of the project."""
        return secrets_of(sealed.sops, self.document, self.project.secrets.types)


def open_place(repository: ProjectRepository, path: str) -> Place:
    """Find a file of the work tree; `path` is relative to the project.

    Raises `ChangeError` where the project file cannot be read, or there is no work tree.
    """
    if repository.is_bare:
        raise ChangeError(
            "expected a work tree, found a bare repository",
            hint="secrets are changed in a clone: git clone it, change, commit, push",
        )
    snapshot = repository.at_worktree()
    project, problems = read_project_file(ProjectFiles(snapshot))
    errors = [each for each in problems if rule(each.code).severity is Severity.ERROR]
    if project is None or errors:
        raise ChangeError(
            "expected a project file without errors, for it says who may read secrets; found"
            f" {errors[0].code}: {errors[0].message}"
            if errors
            else "expected a project file",
            hint="gitconfig-tool validate shows the place",
        )
    data = read_file(repository.root, path)
    root = repository.root.resolve()
    top = (root, *root.parents)[len(Path(repository.prefix).parts)]
    rules = find_rules(root, top, path)
    return Place(repository.root, path, data, project, snapshot, _document_of(project, path), rules)


def find_rules(root: Path, top: Path, path: str) -> SopsRules | None:
    """Return the nearest `.sops.yaml` from a file upwards, to the top of the work tree."""
    file = root / path
    for folder in file.parents:
        rules = folder / CONFIG_FILE
        if rules.is_file() and not rules.is_symlink():
            try:
                return SopsRules(rules.read_bytes(), file.relative_to(folder).as_posix())
            except OSError as error:
                raise ChangeError(
                    f"expected to read {rules}, found: {error.strerror or error}",
                    hint="check that it is a file that you may read",
                ) from error
        if folder == top:
            break
    return None


def _document_of(project: Project, path: str) -> str:
    for bundle in bind_bundles(project)[0]:
        for layer in bundle.layers:
            found = document_in(layer, path)
            if found is not None:
                return found
    return ""


def _no_file(place: Place) -> ChangeError:
    known = [path for path in place.snapshot.files if is_sops_path(path)]
    # A name of a document, as links have it, stands for several files.
    same = [path for path in known if f"/{path}".find(f"/{place.path}.sops.") >= 0]
    near = same[:3] or get_close_matches(place.path, known, n=1)
    return ChangeError(
        f"expected a SOPS file at {place.path}, found none",
        hint=f"did you mean {' or '.join(near)}?"
        if near
        else f"make it with: gitconfig-tool secrets set '{place.path}#/KEY'",
    )
