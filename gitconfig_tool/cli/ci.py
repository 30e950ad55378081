"""`gitconfig-tool ci`: everything that a pull request is asked for, in one pass."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.ci_environment import CiError, CiRun, detect_run
from gitconfig_tool.cli.loading import as_of_option, compile_project
from gitconfig_tool.cli.output import output_width, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from datetime import date, datetime

    from gitconfig_tool.changes import Changes
    from gitconfig_tool.cli.ci_base import BaseCommit
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.diagnostics import Diagnostic, Silenced
    from gitconfig_tool.document import Node
    from gitconfig_tool.report.ci import CiRunReport
    from gitconfig_tool.report.findings import Findings
    from gitconfig_tool.report.fingerprints import Fingerprint
    from gitconfig_tool.source import ProjectRepository, Snapshot

# GitHub's events have some 30 KB; a file that is no event must not fill the memory.
_MAX_EVENT = 25 * 1024 * 1024


@click.command("ci")
@click.option("--base", metavar="REV", help="What the change is compared with.")
@click.option("--head", metavar="REV", help="The change.  [default: HEAD]")
@click.option(
    "-o",
    "--output",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write SARIF, JUnit, the comment, the diff and more into DIR.",
)
@click.option("--new-only", is_flag=True, help="Fail only for what the base does not have.")
@click.option(
    "--allow-shallow", is_flag=True, help="Where the clone lacks the base, check without the diff."
)
@as_of_option
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result on standard output.",
)
@click.pass_context
def command(
    ctx: click.Context,
    base: str | None,
    head: str | None,
    directory: Path | None,
    new_only: bool,
    allow_shallow: bool,
    as_of: "datetime | None",
    output: str,
) -> int:
    """Check a change as CI should: validate, leaks, who gains access, prompts, tests, the diff.

    Reads commits, never the work tree. The base comes from the environment of GitHub Actions (and
    Gitea), GitLab, Bitbucket, Azure Pipelines, CircleCI, Jenkins, Buildkite, Drone and Woodpecker;
    elsewhere it is where HEAD left the default branch. Needs no key, no token and no network.
    Credentials in the clear are looked for where gitconfig-tool[scan] is installed.
    On GitHub, problems are shown beside their lines and the comment goes to the job's summary.
    Exit code 0: no errors; 1: errors, or a test fails; 4: the clone lacks what is needed.

    \b
    Examples:
      gitconfig-tool ci
      gitconfig-tool ci -o build/ci                  the files that CI systems read
      gitconfig-tool ci --base origin/main --new-only
      gitconfig-tool ci --format json
    """
    from gitconfig_tool.report.ci import ci_json
    from gitconfig_tool.source import open_project

    settings: Settings = ctx.obj
    run = detect_run(os.environ, _read_event(os.environ))
    repository = open_project(settings.directory, settings.project)
    day = as_of.date() if as_of else None
    snapshot = repository.at_commit(head or "HEAD")
    found, why = _find_base(repository, run, snapshot, base, allow_shallow=allow_shallow)
    say(settings, f"{run.name}: comparing with {found.name if found else 'nothing'}")
    report, compilation = _check(settings, repository, run, snapshot, found, why, day, new_only)
    content = ci_json(report)
    comment = _comment(report, compilation) if directory or run.system == "github" else ""
    if directory is not None:
        _write(directory, report, content, comment)
    if output == "json":
        from gitconfig_tool.cli.ci_output import safe_json_for_log
        from gitconfig_tool.cli.output import report_text

        click.echo(safe_json_for_log(report_text("CiReport", content)))
    else:
        _print(ctx, report, compilation, run)
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "") if run.system == "github" else ""
    if summary:
        from gitconfig_tool.cli.ci_output import append_summary

        append_summary(summary, comment)
    return ExitCode.PROBLEMS if report.has_failed else ExitCode.OK


def _read_event(variables: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Read the event that a GitHub job was started by; None outside of GitHub."""
    path = variables.get("GITHUB_EVENT_PATH", "")
    if variables.get("GITHUB_ACTIONS") != "true" or not path:
        return None
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_EVENT + 1)
        event = json.loads(data) if len(data) <= _MAX_EVENT else None
    except OSError as error:
        found = error.strerror or str(error)
        raise _no_event(path, found) from error
    except (ValueError, RecursionError) as error:
        raise _no_event(path, "no JSON") from error
    if not isinstance(event, dict):
        raise _no_event(path, "something else")
    return event


def _no_event(path: str, found: str) -> CiError:
    return CiError(
        f"expected the event of the job in GITHUB_EVENT_PATH ({path}), found: {found}",
        hint="GitHub writes it; in a container, mount it; elsewhere unset GITHUB_ACTIONS",
    )


def _find_base(
    repository: "ProjectRepository",
    run: CiRun,
    snapshot: "Snapshot",
    named: str | None,
    *,
    allow_shallow: bool,
) -> "tuple[BaseCommit | None, str]":
    from gitconfig_tool.cli.ci_base import find_base

    if snapshot.commit is None:
        raise ValueError("the snapshot of a commit has one")
    try:
        return find_base(repository, run, snapshot.commit.id, named), ""
    except CiError as error:
        if not allow_shallow:
            raise
        return None, f"{error.message} ({error.hint})"


def _check(
    settings: Settings,
    repository: "ProjectRepository",
    run: CiRun,
    snapshot: "Snapshot",
    base: "BaseCommit | None",
    why: str,
    day: "date | None",
    new_only: bool,
) -> "tuple[CiRunReport, Compilation]":
    """Run every check; files that both commits have are parsed once."""
    from gitconfig_tool.cli.ci_leaks import find_leaks
    from gitconfig_tool.compiler.prompt_check import check_prompts
    from gitconfig_tool.compiler.test_run import run_all_tests
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.report.ci import CiRunReport, failed_tests

    roots: dict[str, Node | None] = {}
    compilation = compile_project(settings, snapshot, as_of=day, roots=roots)
    before = _before(repository, base)
    view = View(snapshot, roots)
    changes = None
    if compilation.project is None:
        why = why or "the project file has errors"
    elif base is not None:
        changes = _compare(repository, before, view, base, roots)
    leaks = find_leaks(settings, repository, snapshot, before, base.commit if base else None)
    old, old_tests = None, frozenset[tuple[str, str]]()
    if new_only and base is not None:
        old = _known_problems(settings, before, snapshot, day, roots)
        if before is not None:
            old_tests = failed_tests(run_all_tests(View(before, roots)))
    report = CiRunReport(
        run.system,
        run.event,
        snapshot.commit.id if snapshot.commit else "",
        base.commit if base else None,
        base.name if base else "",
        tuple(compilation.bundles),
        sum(len(bundle.documents) for bundle in compilation.bundles.values()),
        _findings(compilation, leaks.diagnostics, leaks.silenced),
        check_prompts(compilation),
        run_all_tests(view),
        changes,
        why,
        old,
        old_tests,
        leaks.scanned,
        leaks.is_cut,
    )
    return report, compilation


def _before(repository: "ProjectRepository", base: "BaseCommit | None") -> "Snapshot | None":
    """Return the base; None where there is nothing, or no project yet."""
    from gitconfig_tool.source import PROJECT_FILE, NoFolderError

    if base is None or base.commit is None:
        return None
    try:
        snapshot = repository.at_commit(base.commit)
    except NoFolderError:
        return None
    return snapshot if PROJECT_FILE in snapshot.files else None


def _compare(
    repository: "ProjectRepository",
    before: "Snapshot | None",
    after: "View",
    base: "BaseCommit",
    roots: "dict[str, Node | None]",
) -> "Changes":
    from gitconfig_tool.changes import Revision, compare
    from gitconfig_tool.compiler.reach import References
    from gitconfig_tool.compiler.view import View

    old: View | None = None if before is None else View(before, roots)
    commit = after.snapshot.commit
    head = commit.id if commit else ""
    return compare(
        old,
        after,
        Revision(base.name, "commit", base.commit),
        Revision(head[:12], "commit", head),
        references=References(repository.cache_folder),
    )


def _known_problems(
    settings: Settings,
    before: "Snapshot | None",
    after: "Snapshot",
    day: "date | None",
    roots: "dict[str, Node | None]",
) -> "frozenset[Fingerprint]":
    """Return what is wrong in the base."""
    from gitconfig_tool.cli.ci_leaks import known_leaks
    from gitconfig_tool.report.fingerprints import fingerprints

    if before is None:
        return frozenset()
    compilation = compile_project(settings, before, as_of=day, roots=roots)
    leaks = known_leaks(settings, after, before)
    return frozenset(fingerprints(_findings(compilation, leaks)))


def _findings(
    compilation: "Compilation",
    leaks: "tuple[Diagnostic, ...]" = (),
    silenced: "tuple[Silenced, ...]" = (),
) -> "Findings":
    from gitconfig_tool.cli.validate import checked_paths
    from gitconfig_tool.report.findings import Findings

    return Findings(
        (*compilation.diagnostics, *leaks),
        (*compilation.silenced, *silenced),
        compilation.text,
        compilation.snapshot.prefix,
        tuple(sorted(set(checked_paths(compilation)))),
    )


def _comment(report: "CiRunReport", compilation: "Compilation") -> str:
    from gitconfig_tool.report.ci_markdown import ci_comment, room_for_diff

    project, prefix = compilation.project, compilation.snapshot.prefix
    name = f"{prefix}{project.name if project else 'project'}"
    diff = ""
    if report.changes is not None:
        from gitconfig_tool.report.changes_markdown import changes_markdown

        diff = changes_markdown(report.changes, name, limit=room_for_diff(report, name))
    return ci_comment(report, name, diff)


def _write(
    directory: Path, report: "CiRunReport", content: Mapping[str, Any], comment: str
) -> None:
    from gitconfig_tool.cli.ci_output import machine_reports, write_reports
    from gitconfig_tool.cli.output import report_text
    from gitconfig_tool.report.ci_junit import ci_junit

    files = machine_reports(report.findings)
    files |= {
        "report.json": f"{report_text('CiReport', content)}\n",
        "comment.md": comment,
        "junit.xml": ci_junit(report),
    }
    if report.changes is not None:
        from gitconfig_tool.report.changes_html import changes_html
        from gitconfig_tool.report.changes_json import changes_json

        files["diff.json"] = f"{report_text('Diff', changes_json(report.changes))}\n"
        files["diff.html"] = changes_html(report.changes)
    write_reports(directory, files)


def _print(
    ctx: click.Context, report: "CiRunReport", compilation: "Compilation", run: CiRun
) -> None:
    from gitconfig_tool.cli.ci_output import safe_for_log
    from gitconfig_tool.cli.loading import MAX_PER_CODE, terminal_style
    from gitconfig_tool.report.changes_stat import changes_stat
    from gitconfig_tool.report.changes_text import changes_text
    from gitconfig_tool.report.changes_values import Page
    from gitconfig_tool.report.ci import ci_summary
    from gitconfig_tool.report.diagnostics_text import PLAIN, render_diagnostics

    parts = []
    if report.problems:
        parts.append(
            render_diagnostics(
                report.problems, compilation.text, terminal_style(), max_per_code=MAX_PER_CODE
            )
        )
    width = output_width()
    is_coloured = sys.stdout.isatty() if ctx.color is None else ctx.color
    style = terminal_style() if is_coloured else PLAIN
    page = Page(width, style, is_coloured, unfold="diff --full")
    if any(outcome not in ("passed", "skipped") for outcome in report.tests.outcomes):
        from gitconfig_tool.report.value_tests import value_tests_text

        tests = value_tests_text(report.tests, style, width, only_failed=True)
        parts.append("\n".join(tests) + "\n")
    if report.changes is not None and not report.changes.is_empty:
        if report.changes.base.commit is None:
            # All is new: each value of a whole project would bury the result.
            shown = changes_stat(report.changes, width)
        else:
            shown = changes_text(report.changes, page)
        parts.append("\n".join(shown) + "\n")
    parts.append("\n".join(ci_summary(report, width)) + "\n")
    if run.system == "github":
        from dataclasses import replace

        from gitconfig_tool.report.github import github_commands
        from gitconfig_tool.report.value_tests import value_tests_commands

        told = replace(report.findings, diagnostics=report.problems)
        click.echo(github_commands(told) + value_tests_commands(report.tests), nl=False)
    click.echo(safe_for_log("\n".join(parts), run.system), nl=False, color=ctx.color)
