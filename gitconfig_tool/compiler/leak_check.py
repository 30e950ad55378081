"""The search for credentials in the clear: what `secrets scan` does.

Takes a snapshot, or commits; returns a `LeakCheck`. Every text file of the project is looked at,
in a layer or not. What the project file silences is that of the snapshot: for commits too, so that
a project can say of old ones that they are known. Compiles no document.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import in_order
from gitconfig_tool.compiler.inputs import read_project_file
from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, rule
from gitconfig_tool.document import Document
from gitconfig_tool.leaks import (
    Content,
    Leak,
    Place,
    Scanned,
    Scanner,
    TextFile,
    count_binary,
    leak_diagnostics,
    pointers,
    readable_text,
    scan_contents,
    scan_history,
    skipped_diagnostics,
)
from gitconfig_tool.project import ProjectSilencing
from gitconfig_tool.source import PROJECT_FILE, ProjectRepository, Snapshot, Tip
from gitconfig_tool.suppress import MARKER, apply_suppressions

_GROUP = "leaks"
# GCT044: a suppression that silences nothing.
_UNUSED = "GCT044"
_MARKER = MARKER.encode()
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """What was found, and how much was looked at.

    `scanned` counts different contents, `binary` those that are no text. `commits` is None where
    one snapshot was looked at. `is_cut` says that a shallow clone ends within the commits.
    `is_unsettled` says that the project file cannot be read, so that nothing could be silenced.
    """

    snapshot: Snapshot
    diagnostics: tuple[Diagnostic, ...]
    silenced: tuple[Silenced, ...]
    scanned: int
    binary: int
    text: Callable[[str], str | None] = field(repr=False)
    paths: tuple[str, ...] = ()
    commits: int | None = None
    is_cut: bool = False
    is_unsettled: bool = False

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic of severity error was found."""
        return any(rule(found.code).severity is Severity.ERROR for found in self.diagnostics)


def check_snapshot(
    snapshot: Snapshot,
    scanners: Sequence[Scanner],
    on_progress: Progress,
    only: Set[str] | None = None,
) -> LeakCheck:
    """Scan every file of a snapshot, or `only` some. Raises `ScanError` and `SourceError`."""
    chosen = {path: file for path, file in snapshot.files.items() if only is None or path in only}
    paths: dict[str, list[str]] = {}
    for path, file in chosen.items():
        paths.setdefault(file.oid, []).append(path)
    marked: list[str] = []

    def read(content: Content) -> bytes:
        data = snapshot.read(content.path)
        if _MARKER in data:
            marked.extend(paths[content.oid])
        return data

    contents = [Content(file.oid, path) for path, file in chosen.items()]
    scanned = scan_contents(contents, read, scanners, on_progress)
    places = [
        Place(path, leak, pointer, path in snapshot.changed)
        for path, file in chosen.items()
        if file.oid in scanned.leaks
        for leak, pointer in _with_pointers(path, snapshot.read(path), scanned.leaks[file.oid])
    ]
    found = (
        *leak_diagnostics(places),
        *skipped_diagnostics(scanned.skipped, lambda oid: paths[oid]),
    )
    files = ProjectFiles(snapshot)
    silencing, is_unsettled = _silencing(files)
    suppressed = apply_suppressions(
        in_order(found),
        _MarkedFiles(files, tuple(marked)),
        silencing,
        complete=only is None,
        checked=lambda code: rule(code).group == _GROUP,
    )
    return LeakCheck(
        snapshot,
        in_order(_ours(suppressed.diagnostics)),
        suppressed.silenced,
        scanned.count,
        count_binary(scanned.skipped),
        files.text,
        paths=tuple(chosen),
        is_unsettled=is_unsettled,
    )


def check_commits(
    repository: ProjectRepository,
    snapshot: Snapshot,
    ends: Sequence[Tip],
    scanners: Sequence[Scanner],
    on_progress: Progress,
    *,
    hidden: Sequence[str] = (),
    only_gone: bool = False,
) -> LeakCheck:
    """Scan what the commits added that lead to `ends` and not to `hidden`.

    With `only_gone`, only what none of `ends` has any more. Raises `ScanError` and `SourceError`.
    Comments in files silence nothing here: they stand in the files of today, at lines of today.
    """
    past = scan_history(repository, ends, scanners, hidden=hidden, on_progress=on_progress)
    places = []
    for each in past.found:
        if only_gone and each.tips:
            continue
        data = repository.blob(each.oid)
        ((leak, pointer),) = _with_pointers(
            each.path, data, (each.leak,), _secrets(past.scanned, each.oid)
        )
        places.append(
            Place(
                each.path,
                leak,
                pointer,
                first=each.first,
                removed=each.removed,
                tips=each.tips,
            )
        )
    skipped = skipped_diagnostics(past.scanned.skipped, lambda oid: [past.paths[oid]])
    files = ProjectFiles(snapshot)
    silencing, is_unsettled = _silencing(files)
    suppressed = apply_suppressions(
        in_order((*leak_diagnostics(places), *skipped)),
        _MarkedFiles(files, ()),
        silencing,
        complete=False,
    )
    return LeakCheck(
        snapshot,
        in_order(_ours(suppressed.diagnostics)),
        suppressed.silenced,
        past.scanned.count,
        count_binary(past.scanned.skipped),
        # The lines of other commits are not those of the snapshot: none is shown.
        lambda path: None,
        commits=past.commits,
        is_cut=past.is_cut,
        is_unsettled=is_unsettled,
    )


def _secrets(scanned: Scanned, oid: str) -> tuple[Leak, ...]:
    return scanned.leaks.get(oid, ())


def _with_pointers(
    path: str, data: bytes, leaks: Sequence[Leak], others: Sequence[Leak] = ()
) -> list[tuple[Leak, str]]:
    """Return leaks of a file with their pointers; no pointer holds a secret of `others` either."""
    text, _ = readable_text(path, data)
    every = (*leaks, *others)
    return list(zip(leaks, pointers(TextFile(path, text or ""), every), strict=False))


def _silencing(files: ProjectFiles) -> tuple[ProjectSilencing, bool]:
    """Return what the project file silences, and whether it cannot be read."""
    if PROJECT_FILE not in files.snapshot.files:
        return ProjectSilencing(), True
    project, _ = read_project_file(files)
    return (ProjectSilencing(), True) if project is None else (project.silencing, False)


def _ours(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Keep what this check is about: what else is wrong with suppressions, `validate` tells."""
    return tuple(
        found for found in diagnostics if rule(found.code).group == _GROUP or found.code == _UNUSED
    )


@dataclass(frozen=True, slots=True)
class _MarkedFiles:
    """The files that hold a comment for us, as `suppress` asks for them."""

    files: ProjectFiles
    marked: tuple[str, ...]

    def with_marker(self, paths: Iterable[str]) -> Sequence[str]:
        return sorted(self.marked)

    def text(self, path: str) -> str | None:
        return self.files.text(path)

    def parse(self, path: str) -> Document:
        return self.files.parse(path)
