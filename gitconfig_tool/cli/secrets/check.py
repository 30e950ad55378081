"""`gitconfig-tool secrets check`: SOPS files, without a key or with one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.findings import findings_format_option, max_per_code_option, print_findings
from gitconfig_tool.cli.loading import affected_option, open_snapshot, rev_option
from gitconfig_tool.cli.output import echo_report, say
from gitconfig_tool.cli.secrets.against import against_options, read_signed
from gitconfig_tool.cli.secrets.inspecting import (
    check_inspection_usage,
    inspection_options,
    look_inside,
)
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.secret_check import SecretCheck
    from gitconfig_tool.source import Snapshot


@click.command("check")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@affected_option
@click.option(
    "--scan", is_flag=True, help="Look for credentials in the clear, too, as secrets scan does."
)
@inspection_options
@against_options
@findings_format_option
@max_per_code_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[str],
    rev: str | None,
    staged: bool,
    affected: bool,
    scan: bool,
    decrypt: bool,
    as_of: datetime | None,
    expires_within: int | None,
    against: str | None,
    trust: Path | None,
    bundle_globs: Sequence[str],
    output: str,
    max_per_code: int,
) -> int:
    """Check every SOPS file of the project, in a layer or not; needs no key but for --decrypt.

    Who can open each file is compared with .sops.yaml and with secrets.allow of gitconfig.yaml;
    values in the clear, damaged values and odd metadata are found. PATH is a file or a folder,
    relative to the present folder, the project or the repository. validate finds the same and
    checks bundles too.
    With --decrypt, the files of layers are opened and their values looked at, by the types that
    secrets.types gives them: certificates, keys, passwords, tokens, and what is kept twice. What it
    finds never shows a value.
    With --against, each file is compared with the one in signed bundles, beside the comparison with
    the commit before: copies, older versions, and what SOPS itself does not notice are found.
    With --affected, only files that changed since HEAD are looked at; all SOPS files where what
    changed says who reads them. With --scan, these files, whatever they are, are searched for
    credentials: what the hook gitconfig-secrets of pre-commit does.
    Exit code 0: no errors; 1: errors; 4: the project could not be read.

    \b
    Examples:
      gitconfig-tool secrets check
      gitconfig-tool secrets check --staged --affected --scan    as a pre-commit hook
      gitconfig-tool secrets check environments/production
      gitconfig-tool secrets check --rev main --format sarif
      gitconfig-tool secrets check --decrypt --as-of 2027-01-31
      gitconfig-tool secrets check --against layout:build/bundles --trust release.key.pub
    """
    from gitconfig_tool.compiler.secret_check import check_changed_secrets, check_secrets

    settings: Settings = ctx.obj
    if affected and (rev is not None or paths or decrypt or against is not None):
        raise click.UsageError(
            "--affected excludes PATH, --rev, --decrypt and --against: it asks what the work tree, "
            "or with --staged the index, changed since HEAD"
        )
    check_inspection_usage(decrypt, as_of, expires_within)
    repository, snapshot = open_snapshot(settings, rev, staged=staged)
    here = _below(settings.directory, repository.root)
    say(settings, f"looking for SOPS files among {len(snapshot.files)} files")
    if affected:
        result = check_changed_secrets(snapshot)
    else:
        signed = read_signed(settings, against, trust, bundle_globs)
        result = check_secrets(
            snapshot, [_in_project(path, snapshot, here) for path in paths], signed
        )
    if decrypt:
        result = look_inside(result, settings, as_of=as_of, expires_within=expires_within)
    what = ""
    if scan:
        result, what = _with_scan(result, settings, output, only=affected)
    if output == "json":
        from gitconfig_tool.report.secret_files import secret_files_report

        echo_report("SecretFilesReport", secret_files_report(result))
    else:
        from gitconfig_tool.report.tables import count

        print_findings(
            result,
            output,
            what=f"{count(len(result.sops), 'SOPS file')}{what}",
            paths=tuple(result.sops),
            max_per_code=max_per_code,
            settings=settings,
            ctx=ctx,
        )
    return ExitCode.PROBLEMS if result.has_errors else ExitCode.OK


def _with_scan(
    result: "SecretCheck", settings: Settings, output: str, *, only: bool
) -> "tuple[SecretCheck, str]":
    """Add the credentials that are found in files, and say how many texts were looked at."""
    from gitconfig_tool.cli.secrets.scan import scan_snapshot, with_fingerprints
    from gitconfig_tool.report.tables import count

    snapshot = result.snapshot
    leaks = scan_snapshot(settings, snapshot, snapshot.changed if only else None)
    if output == "text":
        leaks = with_fingerprints(leaks)
    both = replace(
        result,
        diagnostics=tuple(dict.fromkeys((*result.diagnostics, *leaks.diagnostics))),
        silenced=(*result.silenced, *leaks.silenced),
    )
    return both, f" and {count(leaks.scanned, 'text')}"


def _below(directory: Path, root: Path) -> str:
    """Return the present folder as a path of the project, with a slash; empty at its top."""
    here, top = directory.resolve(), root.resolve()
    inside = here.is_relative_to(top) and here != top
    return f"{here.relative_to(top).as_posix()}/" if inside else ""


def _in_project(path: str, snapshot: "Snapshot", here: str) -> str:
    """Return a path as the project has it; hooks hand over paths of the repository."""
    from difflib import get_close_matches

    wanted = path.removeprefix("./").rstrip("/")
    if here and wanted in ("", "."):
        return here.rstrip("/")
    for each in (f"{here}{wanted}", wanted, wanted.removeprefix(snapshot.prefix)):
        if each in ("", "."):
            return ""
        if each in snapshot.files or any(file.startswith(f"{each}/") for file in snapshot.files):
            return each
    near = get_close_matches(wanted, snapshot.files, n=1)
    raise click.UsageError(
        f"expected a file or a folder of the project, found {path!r}"
        + (f": did you mean {near[0]}?" if near else "")
    )
