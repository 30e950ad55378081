"""The check of SOPS files alone, all over the project: what `secrets check` does.

Takes a snapshot; returns a `SecretCheck`. Compiles no document and needs no key. `validate` finds
the same problems and more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import in_order
from gitconfig_tool.compiler.inputs import read_project_file
from gitconfig_tool.compiler.sops_files import (
    Asked,
    check_configs,
    find_sops_files,
)
from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, rule
from gitconfig_tool.project import Project, bind_bundles
from gitconfig_tool.secrets import CONFIG_FILE, SopsDocument, is_sops_path
from gitconfig_tool.source import PROJECT_FILE, Snapshot
from gitconfig_tool.suppress import apply_suppressions

if TYPE_CHECKING:
    from gitconfig_tool.compiler.sealed import SignedFiles


@dataclass(frozen=True, slots=True)
class SecretCheck:
    """What is known of the SOPS files of a snapshot without a key.

    `sops` holds each file by its path. `project` is None where the project file cannot be read.
    `text` gives the text of a project file; `silenced` is what the project asked not to report.
    """

    snapshot: Snapshot
    project: Project | None
    sops: Mapping[str, SopsDocument]
    diagnostics: tuple[Diagnostic, ...]
    text: Callable[[str], str | None] = field(repr=False)
    silenced: tuple[Silenced, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic of severity error was found."""
        return any(rule(found.code).severity is Severity.ERROR for found in self.diagnostics)


def check_secrets(
    snapshot: Snapshot, paths: Sequence[str] = (), signed: "Sequence[SignedFiles]" = ()
) -> SecretCheck:
    """Check the SOPS files at some paths of the project, or below them; all when none is given.

    They are compared with those of `signed` bundles, too.

    Raises `CompileError` when the snapshot has no project file.
    """
    return _check(snapshot, _Asked(tuple(paths)), signed)


def check_changed_secrets(snapshot: Snapshot) -> SecretCheck:
    """Check the SOPS files that the index or the work tree changed since the commit of HEAD.

    All are checked where what changed says who may read them, and where there is no commit yet.
    """
    changed = snapshot.changed
    for_all = any(path.rpartition("/")[2] in (CONFIG_FILE, PROJECT_FILE) for path in changed)
    if snapshot.commit is None or for_all:
        return check_secrets(snapshot)
    return _check(snapshot, changed.__contains__, among=changed)


def _check(
    snapshot: Snapshot,
    asked: Asked,
    signed: "Sequence[SignedFiles]" = (),
    among: Set[str] | None = None,
) -> SecretCheck:
    """Check the SOPS files that are asked for; `among` are all such paths, where it is known."""
    files = ProjectFiles(snapshot)
    project, diagnostics = read_project_file(files)
    if project is None:
        found = in_order(map(files.hide_secret, diagnostics))
        return SecretCheck(snapshot, None, {}, found, files.text)
    bindings, _ = bind_bundles(project)
    layers = {layer.path: layer for bundle in bindings for layer in bundle.layers}
    sops = find_sops_files(files, layers, asked)
    found = (
        *_of_sealed(project, files, asked, signed, among),
        *files.diagnostics,
    )
    problems = [
        *diagnostics,
        *(each for each in found if each.span is None or asked(each.span.path)),
    ]
    suppressed = apply_suppressions(
        in_order(map(files.hide_secret, problems)), files, project.silencing, complete=False
    )
    return SecretCheck(
        snapshot,
        project,
        sops,
        in_order(suppressed.diagnostics),
        files.text,
        suppressed.silenced,
    )


def _of_sealed(
    project: Project,
    files: ProjectFiles,
    asked: Asked,
    signed: "Sequence[SignedFiles]",
    among: Set[str] | None,
) -> Iterator[Diagnostic]:
    """Check the SOPS files that were read, and what should be one."""
    everything = among is None or any(map(is_sops_path, among))
    if not everything:
        yield from check_configs(project, files, asked)
        if not any(files.sealed_files()):
            return  # As in most commits: none of the checks of SOPS files need be loaded.
    from gitconfig_tool.compiler.sealed import check_sealed, check_signed

    yield from check_sealed(project, files, asked if everything else None)
    yield from check_signed(project, files, signed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Tells whether a path is one of those asked for, or below one; all are when none is named."""

    paths: tuple[str, ...]

    def __call__(self, path: str) -> bool:
        return not self.paths or any(
            path == each or path.startswith(f"{each.rstrip('/')}/") for each in self.paths
        )
