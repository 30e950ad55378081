"""`gitconfig-tool prompts render`: a prompt version as a model would get it."""

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import as_of_option, open_snapshot, rev_option, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.prompt_rendering import RenderedPrompt
    from gitconfig_tool.diagnostics import Diagnostic
    from gitconfig_tool.prompts import PromptVersion

# More than any prompt takes; a larger file is given by mistake.
_MAX_BYTES = 16 * 1024 * 1024


@click.command("render")
@click.argument("prompt", metavar="ID[@RANGE]")
@click.option(
    "--var",
    "texts",
    metavar="NAME=VALUE",
    multiple=True,
    help="Give a variable; may be repeated. Lists and mappings are JSON.",
)
@click.option(
    "--vars",
    "values_file",
    metavar="FILE",
    help="Read variables from a YAML or JSON file; - is standard input.",
)
@click.option("--test", "case", metavar="NAME", help="Begin with the variables of a test case.")
@click.option("--variant", metavar="ID", help="Render a variant of the prompt.")
@click.option("--key", metavar="KEY", help="Render the variant that KEY gets, such as a user's id.")
@click.option(
    "--environment",
    metavar="NAME",
    help="With --key: the environment that the experiment is asked for.",
)
@rev_option
@as_of_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    prompt: str,
    texts: tuple[str, ...],
    values_file: str | None,
    case: str | None,
    variant: str | None,
    key: str | None,
    environment: str | None,
    rev: str | None,
    as_of: datetime | None,
    output: str,
) -> int:
    """Render a version of a prompt with values of its variables.

    Values are read by the types of the schema, and held against it: one that is missing, that is
    not declared or that does not fit is an error, and nothing is printed. --var goes before --vars,
    and both before --test. Without RANGE, the newest release.

    \b
    Examples:
      gitconfig-tool prompts render greeting --var customer=Ada
      gitconfig-tool prompts render 'support@^1' --test 'a plain question' --var product=Ledger
      gitconfig-tool prompts render support --vars values.yaml --key user-4711 --format json
    """
    from gitconfig_tool.compiler.prompt_library import find_version, open_library
    from gitconfig_tool.compiler.prompt_rendering import (
        case_of,
        check_environment,
        check_variant,
        render_prompt,
        values_of,
        variant_for,
    )
    from gitconfig_tool.prompts.rendering import Rendering

    settings: Settings = ctx.obj
    if variant is not None and key is not None:
        raise click.UsageError("--variant and --key exclude each other: a key has one variant")
    if environment is not None and key is None:
        raise click.UsageError("--environment goes with --key KEY")
    _, snapshot = open_snapshot(settings, rev)
    library = open_library(snapshot, with_uses=False)
    version = find_version(library.prompts, prompt)
    if variant is not None:
        check_variant(version, variant)
    if environment is not None:
        check_environment(library.project, environment)
    if key is not None:
        from gitconfig_tool.compiler.modelling import day_of_snapshot

        day = day_of_snapshot(snapshot) if as_of is None else _day(as_of)
        variant = variant_for(version, key, day, environment)
        say(
            settings,
            f"the variant is {variant or 'the prompt itself: it has no others'}",
            always=True,
        )
    values: dict[str, Any] = {} if case is None else dict(case_of(version, case).variables)
    if values_file is not None:
        given = _read_values(ctx, values_file)
        if given is None:
            return ExitCode.PROBLEMS
        values |= given
    values |= values_of(version, texts)
    with Rendering(untrusted=library.untrusted) as rendering:
        rendered, problems = render_prompt(version, variant, values, rendering.render)
    if rendered is None:
        _show(ctx, problems, library.text)
        return ExitCode.PROBLEMS
    if output == "json":
        echo_report("RenderedPrompt", _json(version, rendered))
    else:
        _print(rendered)
    return ExitCode.OK


def _day(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).date()


def _read_values(ctx: click.Context, name: str) -> Mapping[str, Any] | None:
    """Read variables from a file; None where it has mistakes, which are shown."""
    from gitconfig_tool.compiler.inputs import CompileError
    from gitconfig_tool.document import MappingNode, parse_document, plain_value

    shown = "<stdin>" if name == "-" else name
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CompileError(
            f"expected a file of variables at {shown}, found: {error.strerror}",
            hint="give a YAML or JSON file with a mapping, or - for standard input",
        ) from error
    if len(data) > _MAX_BYTES:
        raise CompileError(
            f"expected at most {_MAX_BYTES:,} bytes of variables, found more in {shown}",
            hint="is it the right file?",
        )
    document, problems = parse_document(shown, data)
    if problems:
        _show(ctx, problems, lambda _: data.decode("utf-8", "replace"))
    if document.root is None or not isinstance(document.root, MappingNode):
        if problems:
            return None
        raise CompileError(
            f"expected a mapping of variables in {shown}, found something else",
            hint="write NAME: VALUE, a line each",
        )
    values: Mapping[str, Any] = plain_value(document.root)
    return None if problems else values


def _show(ctx: click.Context, problems: "tuple[Diagnostic, ...]", text: Any) -> None:
    from gitconfig_tool.report.diagnostics_text import render_diagnostics

    click.echo(
        render_diagnostics(problems, text, terminal_style(err=True)), err=True, color=ctx.color
    )


def _json(version: "PromptVersion", rendered: "RenderedPrompt") -> dict[str, Any]:
    messages = rendered.messages
    return {
        "id": version.id,
        "version": version.version,
        "variant": rendered.variant,
        "variables": dict(rendered.variables),
        "messages": None if messages is None else [dict(each) for each in messages],
        "text": rendered.text,
        "modelParameters": dict(rendered.parameters),
    }


def _print(rendered: "RenderedPrompt") -> None:
    style = terminal_style()
    if rendered.messages is None:
        click.echo(rendered.text, nl=not (rendered.text or "").endswith("\n"))
        return
    for index, message in enumerate(rendered.messages):
        click.echo(("\n" if index else "") + style.strong(f"--- {message['role']}"))
        click.echo(message["content"], nl=not message["content"].endswith("\n"))
