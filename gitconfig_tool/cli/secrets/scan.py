"""`gitconfig-tool secrets scan`: credentials in the clear, in files and in the history."""

from collections.abc import Set
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.findings import findings_format_option, max_per_code_option, print_findings
from gitconfig_tool.cli.loading import open_snapshot, rev_option
from gitconfig_tool.cli.output import echo_report, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.leak_check import LeakCheck
    from gitconfig_tool.report.findings import Findings
    from gitconfig_tool.source import ProjectRepository, Snapshot


@click.command("scan")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@click.option(
    "--range",
    "between",
    metavar="A..B",
    help="What each commit added that B leads to and A does not; B is HEAD when it is left out.",
)
@click.option("--history", is_flag=True, help="What any commit of any branch or tag ever added.")
@findings_format_option
@max_per_code_option
@click.pass_context
def command(
    ctx: click.Context,
    rev: str | None,
    staged: bool,
    between: str | None,
    history: bool,
    output: str,
    max_per_code: int,
) -> int:
    """Find credentials in the clear in every text file of the project; needs no key, no network.

    Shows of what kind a credential is and where it stands, never the credential. Known fakes are
    named in gitconfig.yaml under diagnostics. Needs: pip install 'gitconfig-tool[scan]'.
    Exit code 0: none found; 1: some found; 4: the project could not be read.

    \b
    Examples:
      gitconfig-tool secrets scan
      gitconfig-tool secrets scan --staged                 as a pre-commit hook
      gitconfig-tool secrets scan --range origin/main..    in a pull request
      gitconfig-tool secrets scan --history --format json
    """
    settings: Settings = ctx.obj
    chosen = [
        name
        for name, is_given in (
            ("--rev", rev is not None),
            ("--staged", staged),
            ("--range", between is not None),
            ("--history", history),
        )
        if is_given
    ]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other")
    ends = _ends(between) if between is not None else None
    repository, snapshot = open_snapshot(settings, rev, staged=staged)
    check = _check(settings, repository, snapshot, ends, history=history)
    source = "history" if history else "range" if ends is not None else snapshot.kind
    _warn(settings, check)
    if output == "json":
        from gitconfig_tool.report.leaks import leak_report

        counts = {"scanned": check.scanned, "binary": check.binary, "commits": check.commits}
        revision = snapshot.commit.id if snapshot.commit else None
        report = leak_report(_findings(check), source, revision)
        echo_report("LeakReport", report | counts | {"isCut": check.is_cut})
    else:
        print_findings(
            with_fingerprints(check) if output == "text" else check,
            output,
            what=_what(check),
            paths=check.paths,
            max_per_code=max_per_code,
            settings=settings,
            ctx=ctx,
        )
    return ExitCode.PROBLEMS if check.has_errors else ExitCode.OK


def _ends(between: str) -> tuple[str, str]:
    start, dots, end = between.partition("..")
    if not dots or not start or end.startswith("."):
        raise click.UsageError(
            f"expected --range to be A..B or A.., found {between!r}; every commit: --history"
        )
    return start, end or "HEAD"


def _check(
    settings: Settings,
    repository: "ProjectRepository",
    snapshot: "Snapshot",
    ends: tuple[str, str] | None,
    *,
    history: bool,
) -> "LeakCheck":
    if ends is None and not history:
        return scan_snapshot(settings, snapshot, None)
    from gitconfig_tool.compiler.leak_check import check_commits
    from gitconfig_tool.leaks import BetterleaksScanner, NamedValueScanner
    from gitconfig_tool.source import Tip, tips

    scanners = (BetterleaksScanner(), NamedValueScanner())

    def on_progress(count: int) -> None:
        say(settings, f"scanned {count:,} files")

    if ends is None:
        return check_commits(repository, snapshot, tips(repository), scanners, on_progress)
    start, end = (repository.commit_id(each) for each in ends)
    return check_commits(
        repository, snapshot, [Tip(ends[1], end)], scanners, on_progress, hidden=[start]
    )


def scan_snapshot(settings: Settings, snapshot: "Snapshot", only: Set[str] | None) -> "LeakCheck":
    """Search the files of a snapshot, or only some; with none of them, no scanner is loaded."""
    from gitconfig_tool.compiler.leak_check import check_snapshot
    from gitconfig_tool.leaks import BetterleaksScanner, NamedValueScanner

    is_empty = only is not None and only.isdisjoint(snapshot.files)
    scanners = () if is_empty else (BetterleaksScanner(), NamedValueScanner())
    return check_snapshot(
        snapshot, scanners, lambda count: say(settings, f"scanned {count:,} files"), only
    )


def _warn(settings: Settings, check: "LeakCheck") -> None:
    if check.is_unsettled:
        say(
            settings,
            "warning: gitconfig.yaml cannot be read, so nothing is silenced: gitconfig-tool "
            "validate shows why",
            always=True,
        )
    if check.is_cut:
        say(
            settings,
            "warning: this clone is shallow, so older commits were not looked at: "
            "git fetch --unshallow",
            always=True,
        )


def _what(check: "LeakCheck") -> str:
    from gitconfig_tool.report.tables import count

    what = count(check.scanned, "text")
    if check.commits is not None:
        what += f" of {count(check.commits, 'commit')}"
    return f"{what} ({check.binary} binary left out)" if check.binary else what


def _findings(check: "LeakCheck") -> "Findings":
    from gitconfig_tool.report.findings import Findings

    return Findings(
        check.diagnostics, check.silenced, check.text, check.snapshot.prefix, check.paths
    )


def with_fingerprints(check: "LeakCheck") -> "LeakCheck":
    """Add a note with the fingerprint, which other formats have a place of their own for."""
    from gitconfig_tool.diagnostics import Note
    from gitconfig_tool.report.leaks import fingerprints_of

    marks = fingerprints_of(_findings(check))
    return replace(
        check,
        diagnostics=tuple(
            replace(each, notes=(*each.notes, Note(f"fingerprint {marks[each]}")))
            for each in check.diagnostics
        ),
    )
