"""`gitconfig-tool prompts export`: a prompt version in another format."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.diagnostics import Diagnostic
    from gitconfig_tool.prompts import Prompts, PromptVersion
    from gitconfig_tool.prompts.exchange.model import Exported

# gitconfig_tool/prompts/exchange/formats.py has the table; --help must not import it.
WRITABLE = ("litellm", "langfuse", "mlflow", "promptfoo")


@click.command("export")
@click.argument("prompt", metavar="ID[@RANGE]")
@click.option("--to", "form", type=click.Choice(WRITABLE), required=True, help="The format.")
@click.option(
    "-o",
    "--output",
    "target",
    metavar="DIR|-",
    required=True,
    help="Where the files go; '-' is standard output.",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    prompt: str,
    form: str,
    target: str,
    force: bool,
    rev: str | None,
    output: str,
) -> int:
    """Export a prompt version: a LiteLLM .prompt file, Langfuse or MLflow JSON, promptfoo tests.

    Without RANGE, the highest version. What could not be carried is listed on standard error, each
    field with the reason. What the other program would render to another text, such as a loop in
    Langfuse, is an error. Writes over no file of another content unless --force is given.

    \b
    Examples:
      gitconfig-tool prompts export support-assistant --to litellm -o build/prompts
      gitconfig-tool prompts export support-assistant@^1.0 --to langfuse -o -
      gitconfig-tool prompts export faq@1.2.0 --to promptfoo -o tests/promptfoo
    """
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.inputs import read_project_file, read_prompts
    from gitconfig_tool.prompts.exchange.formats import WRITERS

    settings: Settings = ctx.obj
    if target == "-" and output == "json":
        raise click.UsageError("--format json and -o - both write to standard output: name a DIR")
    _, snapshot = open_snapshot(settings, rev)
    files = ProjectFiles(snapshot)
    project, _ = read_project_file(files)
    if project is None:
        click.echo("the project file has errors: gitconfig-tool validate says which", err=True)
        return ExitCode.PROBLEMS
    prompts, diagnostics = read_prompts(project, files)
    version = _choose(prompts, prompt)
    if _show_errors(ctx, files, version, diagnostics):
        return ExitCode.PROBLEMS
    exported = WRITERS[form].write(version)
    if target == "-":
        if len(exported.files) > 1:
            names = ", ".join(path for path, _ in exported.files)
            raise click.UsageError(f"-o - is for one file, found {names}: name a DIR")
        for _, text in exported.files:
            click.echo(text, nl=False)
    else:
        _write(settings.directory / target, target, exported, force=force)
    name = f"{version.id}@{version.version}"
    if output == "json":
        content = {
            "prompt": name,
            "format": form,
            "files": [path for path, _ in exported.files],
            "notCarried": [
                {"field": each.field, "reason": each.reason} for each in exported.not_carried
            ],
        }
        echo_report("PromptExport", content)
        return ExitCode.OK
    if target != "-":
        for path, _ in exported.files:
            click.echo(f"wrote {(Path(target) / path).as_posix()} from {name}")
    if settings.verbosity >= 0:
        from gitconfig_tool.cli.prompts.carrying import not_carried_lines

        lines = not_carried_lines(exported.not_carried, output_width())
        click.echo("\n".join(lines), err=True)
    return ExitCode.OK


def _choose(prompts: "Prompts", text: str) -> "PromptVersion":
    from gitconfig_tool.prompts import is_range

    prompt_id, at, version_range = text.partition("@")
    if at and not is_range(version_range):
        raise click.UsageError(
            f"expected a range of versions after '@', such as ^1.2, found {version_range!r}"
        )
    found = prompts.resolve(prompt_id, version_range or "*")
    if found is not None:
        return found
    versions = prompts.versions(prompt_id)
    if versions:
        if not at:  # '*' takes no pre-release, and there is nothing else.
            return versions[0]
        known = ", ".join(each.version for each in versions)
        raise click.UsageError(
            f"expected a version of {prompt_id!r} within {version_range!r}, found {known}"
        )
    near = prompts.suggest(prompt_id)
    hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(prompts.ids()) or 'none'}"
    raise click.UsageError(f"expected a prompt, found {prompt_id!r}: {hint}")


def _show_errors(
    ctx: click.Context,
    files: "ProjectFiles",
    version: "PromptVersion",
    diagnostics: "tuple[Diagnostic, ...]",
) -> bool:
    """Print the errors of the files that a version is made of; tell whether there are any."""
    from gitconfig_tool.cli.loading import MAX_PER_CODE, terminal_style
    from gitconfig_tool.diagnostics import Severity, rule
    from gitconfig_tool.report.diagnostics_text import render_diagnostics

    paths = set(version.paths)
    found = tuple(
        each
        for each in (*files.diagnostics, *diagnostics)
        if rule(each.code).severity is Severity.ERROR
        and each.span is not None
        and each.span.path in paths
    )
    if found:
        style = terminal_style(err=True)
        text = render_diagnostics(found, files.text, style, max_per_code=MAX_PER_CODE)
        click.echo(text, err=True, color=ctx.color)
    return bool(found)


def _write(folder: Path, shown: str, exported: "Exported", *, force: bool) -> None:
    from gitconfig_tool.prompts.exchange.model import ExchangeError
    from gitconfig_tool.prompts.exchange.placing import write_out

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExchangeError(
            f"expected to make the folder {shown}, found: {error.strerror}",
            hint="name a folder that you may write, with -o DIR",
        ) from error
    write_out(folder, dict(exported.files), force=force)
