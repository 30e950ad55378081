"""Projects in memory: what the tests of dimensions, bundles and layers begin with."""

from collections.abc import Iterator, Mapping

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document
from gitconfig_tool.project import Bundle, Project, bind_bundles, read_project
from gitconfig_tool.source import PROJECT_FILE, Base, File, Held, Snapshot, Version

HEAD = "apiVersion: gitconfig-tool/v1\nname: acme-llm\n"


def files_of(texts: Mapping[str, str]) -> ProjectFiles:
    """Return the files of a snapshot that holds these texts."""
    files = {path: File(path, path) for path in sorted(texts)}

    return ProjectFiles(
        Snapshot(
            "commit",
            None,
            "",
            files,
            frozenset(),
            0,
            (),
            lambda oid: texts[oid].encode(),
            _NoPast(),
            lambda path: None,
        )
    )


class _NoPast:
    """The project file needs no other revision."""

    def at_fixed(self, rev: str) -> Snapshot:
        raise AssertionError(f"asked for {rev}")

    def parents(self, commit: str) -> tuple[str, ...]:
        raise AssertionError(f"asked for the parents of {commit}")

    def is_cut(self, commit: str) -> bool:
        raise AssertionError(f"asked for the parents of {commit}")

    def changed_by(self, commit: str) -> frozenset[str]:
        raise AssertionError(f"asked for what {commit} changed")

    def versions(self, commit: str, path: str) -> Iterator[Version]:
        raise AssertionError(f"asked for the versions of {path}")

    def releases(self, glob: str, folder: str) -> tuple[Held, ...]:
        raise AssertionError(f"asked for the tags {glob}")

    def merge_base(self, commit: str, folder: str, *, is_commit: bool) -> Base:
        raise AssertionError(f"asked for what {commit} left")


def read(
    dimensions: str,
    others: Mapping[str, str] | None = None,
    *,
    layers: str = "[base]",
    bundles: str = "[{name: default}]",
) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Read a project file whose third line begins with `dimensions: `; return all diagnostics."""
    text = f"{HEAD}dimensions: {dimensions}\nlayers: {layers}\nbundles: {bundles}\n"
    files = files_of({PROJECT_FILE: text, **(others or {})})
    document = files.parse(PROJECT_FILE)
    assert isinstance(document, Document)
    project, diagnostics = read_project(document, files)
    assert project is not None
    return project, (*files.diagnostics, *diagnostics)


def good(
    dimensions: str,
    others: Mapping[str, str] | None = None,
    *,
    layers: str = "[base]",
    bundles: str = "[{name: default}]",
) -> Project:
    """Read a project file that has no problem."""
    project, diagnostics = read(dimensions, others, layers=layers, bundles=bundles)
    assert diagnostics == ()
    return project


def only(
    dimensions: str,
    others: Mapping[str, str] | None = None,
    *,
    layers: str = "[base]",
    bundles: str = "[{name: default}]",
) -> Diagnostic:
    """Read a project file that has one problem."""
    _, diagnostics = read(dimensions, others, layers=layers, bundles=bundles)
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


def bound(project: Project) -> dict[str, Bundle]:
    """Bind bundles without a problem."""
    bundles, diagnostics = bind_bundles(project)
    assert diagnostics == ()
    return {bundle.name: bundle for bundle in bundles}


def at(line: int, column: int, end_column: int) -> Span:
    """Return a place in the project file."""
    return Span(PROJECT_FILE, line, column, line, end_column)
