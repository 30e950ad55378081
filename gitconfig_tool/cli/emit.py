"""`gitconfig-tool emit`: files for another program, made of one bundle."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import compile_project, open_snapshot, rev_option, show_problems
from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.bundle import CompiledBundle
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.diagnostics import Diagnostic
    from gitconfig_tool.emit import Emitted


@click.command("emit")
@click.argument("target", metavar="TARGET")
@click.argument("bundle", metavar="BUNDLE")
@click.option(
    "--document",
    "globs",
    metavar="GLOB",
    multiple=True,
    help="Only documents whose id matches; may be repeated.",
)
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    help="Take the options of the entry of 'emit' with this folder, where there are several.",
)
@rev_option
@click.option(
    "-o",
    "--output",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the files here.  [default: print the main one]",
)
@click.option("--force", is_flag=True, help="With -o: write over files that others made.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    target: str,
    bundle: str,
    globs: Sequence[str],
    folder: str | None,
    rev: str | None,
    directory: Path | None,
    force: bool,
    output: str,
) -> int:
    """Write files for another program: TARGET, made of BUNDLE.

    Targets are litellm, portkey and envoy (gateways), dotenv, json, toml and yaml, and configmap
    (Kubernetes). Documents and options are those of the project file's 'emit' entry for the target,
    where it has one. Secrets are named and never written; no key is needed.

    \b
    Examples:
      gitconfig-tool emit litellm production
      gitconfig-tool emit litellm production -o build/gateway
      gitconfig-tool emit dotenv production/acme --document 'platform/*' > app.env
      gitconfig-tool emit json production --rev v1.4.0 -o build/config
    """
    from gitconfig_tool.project.llm_reader import EMIT_TARGETS

    settings: Settings = ctx.obj
    if target not in EMIT_TARGETS:
        near = get_close_matches(target, EMIT_TARGETS, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"targets: {', '.join(EMIT_TARGETS)}"
        raise click.UsageError(f"expected a target, found '{target}'; {hint}")
    if force and directory is None:
        raise click.UsageError("--force goes with -o DIR")
    snapshot = open_snapshot(settings, rev)[1]
    compilation = compile_project(settings, snapshot, [bundle])
    show_problems(compilation, err=True, only_errors=True, ctx=ctx)
    if compilation.has_errors:
        say(settings, "nothing was written: mend the errors above first", always=True)
        return ExitCode.PROBLEMS
    if bundle not in compilation.bundles:
        raise click.UsageError(f"expected one bundle, found the glob '{bundle}'")
    emitted, found = _emit(compilation, compilation.bundles[bundle], target, globs, folder)
    if _show(ctx, compilation, found):
        say(settings, "nothing was written: mend the errors above first", always=True)
        return ExitCode.PROBLEMS
    if not emitted.files:
        say(settings, f"{bundle} has nothing for {target}", always=True)
    changes: Mapping[str, Sequence[str]] = {}
    if directory is not None:
        from gitconfig_tool.cli.emitted_files import write_files

        changes = write_files(directory, emitted.files, force=force)
    if output == "json":
        echo_report("EmittedFiles", _report(bundle, target, emitted, directory, changes))
    elif directory is not None:
        for kind in ("written", "removed"):
            for name in changes[kind]:
                click.echo(f"{kind}  {name}")
        click.echo(
            f"{len(changes['written'])} written, {len(changes['unchanged'])} unchanged, "
            f"{len(changes['removed'])} removed in {directory}"
        )
    else:
        _print(settings, emitted)
    return ExitCode.OK


def _emit(
    compilation: "Compilation",
    compiled: "CompiledBundle",
    target: str,
    globs: Sequence[str],
    folder: str | None,
) -> "tuple[Emitted, tuple[Diagnostic, ...]]":
    """Make the files by the project's entry for the target, or by none."""
    from gitconfig_tool.compiler.emitting import chosen_documents, emit_one
    from gitconfig_tool.diagnostics import Span
    from gitconfig_tool.glob import Glob
    from gitconfig_tool.source import PROJECT_FILE

    project = compilation.project
    if project is None:
        raise AssertionError("a compilation without errors has a project")
    entries = [
        (rule, chosen)
        for rule in project.llm.emit
        if rule.target == target
        and folder in (None, rule.to)
        and (chosen := chosen_documents(project, rule, compiled, compiled.documents))
    ]
    if folder is not None and not entries:
        raise click.UsageError(
            f"expected an entry of 'emit' for {target} and {compiled.name} with 'to: {folder}' in "
            "the project file, found none"
        )
    if len(entries) > 1:
        folders = ", ".join(rule.to for rule, _ in entries)
        raise click.UsageError(f"several entries of 'emit' are for {target}: --to one of {folders}")
    names: Sequence[str] = entries[0][1] if entries else tuple(compiled.documents)
    options: Mapping[str, Any] = entries[0][0].options if entries else {}
    span = entries[0][0].span if entries else Span(PROJECT_FILE)
    if globs:
        patterns = [Glob(glob) for glob in globs]
        names = [name for name in names if any(each.fullmatch(name) for each in patterns)]
        if not names:
            raise click.UsageError(
                f"expected a document of {compiled.name} that matches {', '.join(globs)}, "
                "found none"
            )
    emitted, found = emit_one(compiled, names, target, options, span)
    silenced = {(each.diagnostic.code, each.diagnostic.span) for each in compilation.silenced}
    return emitted, tuple(each for each in found if (each.code, each.span) not in silenced)


def _show(ctx: click.Context, compilation: "Compilation", found: "tuple[Diagnostic, ...]") -> bool:
    """Print what was found on standard error; tell whether there is an error."""
    from dataclasses import replace

    from gitconfig_tool.compiler.found import in_order
    from gitconfig_tool.diagnostics import Severity, rule

    shown = replace(compilation, diagnostics=in_order(found), silenced=())
    show_problems(shown, err=True, ctx=ctx)
    return any(rule(each.code).severity is Severity.ERROR for each in found)


def _print(settings: Settings, emitted: "Emitted") -> None:
    """Print the file that matters; where none does more than others, all, each with its path."""
    if emitted.main is not None:
        click.echo(emitted.files[emitted.main].decode(), nl=False)
        others = [name for name in emitted.files if name != emitted.main]
        if others:
            say(settings, f"not printed: {', '.join(others)}; -o DIR writes them", always=True)
        return
    for number, (name, data) in enumerate(emitted.files.items()):
        click.echo(("\n" if number else "") + f"==> {name} <==\n{data.decode()}", nl=False)


def _report(
    bundle: str,
    target: str,
    emitted: "Emitted",
    directory: Path | None,
    changes: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    return {
        "bundle": bundle,
        "target": target,
        "directory": None if directory is None else str(directory),
        "files": [{"path": name, "text": data.decode()} for name, data in emitted.files.items()],
        **{kind: list(changes.get(kind, ())) for kind in ("written", "unchanged", "removed")},
    }
