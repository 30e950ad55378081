"""`gitconfig-tool show`: the effective value."""

import click

from gitconfig_tool.cli.loading import (
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
)
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("show")
@click.argument("bundle")
@click.argument("place", metavar="[DOC[#/POINTER]]", required=False)
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context, bundle: str, place: str | None, rev: str | None, output: str
) -> int:
    """Print the effective configuration of BUNDLE, one document of it, or one value.

    Secrets are shown as the reference that they are; nothing is decrypted.

    \b
    Examples:
      gitconfig-tool show production
      gitconfig-tool show production/acme ml-service/inference/model
      gitconfig-tool show production ml-service/inference/model#/parameters --format json
    """
    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    compilation = compile_project(settings, snapshot, [bundle])
    if compilation.has_errors:
        show_problems(compilation, err=True, only_errors=True, ctx=ctx)
        return ExitCode.PROBLEMS
    from gitconfig_tool.cli.target import look_up, one_bundle, parse_place
    from gitconfig_tool.report.values import json_value, tagged, value_yaml

    compiled = one_bundle(compilation, bundle)
    report = {"bundle": compiled.name, "dimensions": dict(compiled.dimensions)}
    if place is None:
        roots = {name: document.root for name, document in compiled.documents.items()}
        if output == "json":
            documents = {name: json_value(root) for name, root in roots.items()}
            echo_report("EffectiveConfiguration", {**report, "documents": documents})
        else:
            text = value_yaml({name: tagged(root) for name, root in roots.items()})
            click.echo(text, nl=False)
        return ExitCode.OK
    at = parse_place(place)
    value = look_up(compiled, at)
    if output == "json":
        where = {"document": at.document, "pointer": at.pointer}
        echo_report("EffectiveConfiguration", {**report, **where, "value": json_value(value)})
    else:
        click.echo(value_yaml(tagged(value)), nl=False)
    return ExitCode.OK
