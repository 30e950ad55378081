"""The search of `ci` for credentials in the clear, in what a change brings.

Takes both sides of the change; returns what was found. Files that the change touches are judged as
the hook `gitconfig-secrets` judges them; in the commits between, credentials are found that a later
one took away again. Where the scanner is not installed, the reports say so.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitconfig_tool.cli.output import say
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler.leak_check import LeakCheck
    from gitconfig_tool.diagnostics import Diagnostic, Silenced
    from gitconfig_tool.leaks import Scanner
    from gitconfig_tool.source import ProjectRepository, Snapshot


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was found; `scanned` counts texts, and is None where no scanner is installed."""

    diagnostics: "tuple[Diagnostic, ...]" = ()
    silenced: "tuple[Silenced, ...]" = ()
    scanned: int | None = None


def find_leaks(
    settings: Settings,
    repository: "ProjectRepository",
    snapshot: "Snapshot",
    before: "Snapshot | None",
    base: str | None,
) -> Leaks:
    """Search the files that differ from `before`, and the commits since `base`."""
    scanners = _scanners()
    if scanners is None:
        return Leaks()
    found = [_in_files(settings, snapshot, scanners, _changed(snapshot, before))]
    gone = None if base is None else _gone(settings, repository, snapshot, scanners, base)
    # Behind the end of a shallow clone, all files look as if they had just been added.
    if gone is not None and not gone.is_cut:
        found.append(gone)
    return Leaks(
        tuple(dict.fromkeys(leak for each in found for leak in each.diagnostics)),
        tuple(silenced for each in found for silenced in each.silenced),
        sum(each.scanned for each in found[:1]),
    )


def known_leaks(
    settings: Settings, snapshot: "Snapshot", before: "Snapshot"
) -> "tuple[Diagnostic, ...]":
    """Return what the files that differ held before."""
    scanners = _scanners()
    if scanners is None:
        return ()
    return _in_files(settings, before, scanners, _changed(snapshot, before)).diagnostics


def _scanners() -> "tuple[Scanner, ...] | None":
    from gitconfig_tool.leaks import BetterleaksScanner, NamedValueScanner
    from gitconfig_tool.leaks.model import ScannerMissingError

    try:
        return BetterleaksScanner(), NamedValueScanner()
    except ScannerMissingError:
        return None


def _changed(snapshot: "Snapshot", before: "Snapshot | None") -> frozenset[str]:
    """Return the files that differ; all of them where nothing was there before."""
    old = {} if before is None else before.files
    return frozenset(
        path
        for path, file in snapshot.files.items()
        if path not in old or old[path].oid != file.oid
    )


def _in_files(
    settings: Settings, snapshot: "Snapshot", scanners: "tuple[Scanner, ...]", only: Set[str]
) -> "LeakCheck":
    from gitconfig_tool.compiler.leak_check import check_snapshot

    return check_snapshot(
        snapshot, scanners, lambda count: say(settings, f"scanned {count:,} files"), only
    )


def _gone(
    settings: Settings,
    repository: "ProjectRepository",
    snapshot: "Snapshot",
    scanners: "tuple[Scanner, ...]",
    base: str,
) -> "LeakCheck | None":
    from gitconfig_tool.compiler.leak_check import check_commits
    from gitconfig_tool.source import Tip

    if snapshot.commit is None:
        return None
    return check_commits(
        repository,
        snapshot,
        [Tip("HEAD", snapshot.commit.id)],
        scanners,
        lambda count: say(settings, f"scanned {count:,} files of commits"),
        hidden=[base],
        only_gone=True,
    )
