"""`gitconfig-tool validate`: every stage, all problems at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.findings import (
    Checked,
    findings_format_option,
    max_per_code_option,
    print_findings,
)
from gitconfig_tool.cli.fixing import check_usage, fix_project
from gitconfig_tool.cli.loading import (
    affected_option,
    as_of_option,
    bundle_option,
    compile_project,
    open_snapshot,
    rev_option,
)
from gitconfig_tool.cli.output import echo_report
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime

    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.compiler.partial import PartialCheck


@click.command("validate")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@affected_option
@bundle_option
@as_of_option
@findings_format_option
@max_per_code_option
@click.option("--fix", is_flag=True, help="Repair what is mechanical, and print the diff.")
@click.option("--diff", is_flag=True, help="Print what --fix would change; write nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    rev: str | None,
    staged: bool,
    affected: bool,
    bundle_globs: Sequence[str],
    as_of: "datetime | None",
    output: str,
    max_per_code: int,
    fix: bool,
    diff: bool,
) -> int:
    """Check the project: YAML, layers, references, schemas, policies, prompts and SOPS structure.

    Reads the work tree, needs no decryption key and no sops, and reports all problems at once.
    With --affected, only documents, prompts and SOPS files that the changes since HEAD may break
    are looked at. All errors that these bring are found; what a look at the whole must tell, such
    as files that no bundle reads, is not.
    Exit code 0: no errors; 1: errors; 4: the project could not be read.

    \b
    Examples:
      gitconfig-tool validate
      gitconfig-tool validate --staged --affected    as a pre-commit hook
      gitconfig-tool validate --rev main --bundle 'production*' --format json
      gitconfig-tool validate --fix                  repair what is mechanical; --diff only shows it
      gitconfig-tool validate --format sarif > gitconfig.sarif
    """
    settings: Settings = ctx.obj
    if affected:
        check_affected_usage(rev, bundle_globs, fix=fix, diff=diff)
    repository, snapshot = open_snapshot(settings, rev, staged=staged)
    if fix or diff:
        check_usage(snapshot.kind, bundle_globs)
    day = as_of.date() if as_of else None
    if affected:
        from gitconfig_tool.compiler.partial import check_affected
        from gitconfig_tool.compiler.reach import References

        known = References(repository.cache_folder)
        check = check_affected(snapshot, as_of=day, references=known)
        _print(check, check.bundles, _touched(check), check.paths, output, max_per_code, ctx)
        return ExitCode.PROBLEMS if check.has_errors else ExitCode.OK
    compilation = compile_project(settings, snapshot, bundle_globs, as_of=day)
    if fix or diff:
        compilation = fix_project(
            settings, repository, compilation, write=not diff, err=output != "text", ctx=ctx
        )
    what, paths = _what(compilation), checked_paths(compilation)
    _print(compilation, tuple(compilation.bundles), what, paths, output, max_per_code, ctx)
    return ExitCode.PROBLEMS if compilation.has_errors else ExitCode.OK


def _print(
    result: Checked,
    bundles: tuple[str, ...],
    what: str,
    paths: Sequence[str],
    output: str,
    max_per_code: int,
    ctx: click.Context,
) -> None:
    if output == "json":
        from gitconfig_tool.report.diagnostics_json import validation_report

        commit = result.snapshot.commit
        report = validation_report(
            result.diagnostics,
            bundles,
            commit.id if commit else None,
            result.snapshot.kind,
            result.silenced,
        )
        echo_report("ValidationReport", report)
        return
    print_findings(
        result,
        output,
        what=what,
        paths=paths,
        max_per_code=max_per_code,
        settings=ctx.obj,
        ctx=ctx,
    )


def check_affected_usage(
    rev: str | None, bundle_globs: Sequence[str], *, fix: bool, diff: bool
) -> None:
    """Refuse what does not go with --affected; raises `click.UsageError`."""
    others = {
        "--rev": rev is not None,
        "--bundle": bool(bundle_globs),
        "--fix": fix,
        "--diff": diff,
    }
    for name, is_given in others.items():
        if is_given:
            raise click.UsageError(
                f"--affected and {name} exclude each other: --affected asks what the work tree, or "
                "with --staged the index, changed since HEAD"
            )


def _touched(check: "PartialCheck") -> str:
    from gitconfig_tool.report.tables import count

    documents = count(len(check.documents), "document")
    bundles = count(len(check.bundles), "bundle")
    if check.whole:
        return f"everything, {documents} in {bundles}: {check.whole}"
    return f"what {count(len(check.paths), 'changed file')} may break, {documents} in {bundles}"


def checked_paths(compilation: "Compilation") -> tuple[str, ...]:
    """Return the files that bundles are made of, and the project file."""
    from gitconfig_tool.source import PROJECT_FILE

    paths = {PROJECT_FILE}
    for bundle in compilation.bundles.values():
        paths.update(file.path for file in bundle.sealed)
        paths.update(version.path for version in bundle.prompts)
        for document in bundle.documents.values():
            paths.update(document.files)
    return tuple(paths)


def _what(compilation: "Compilation") -> str:
    from gitconfig_tool.report.tables import count

    documents = sum(len(bundle.documents) for bundle in compilation.bundles.values())
    return f"{count(len(compilation.bundles), 'bundle')} with {count(documents, 'document')}"
