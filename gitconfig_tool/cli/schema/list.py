"""`gitconfig-tool schema list`: which schema is for which files."""

import click

from gitconfig_tool.cli.loading import rev_option
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.schema.exporting import exported
from gitconfig_tool.errors import ExitCode


@click.command("list")
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, rev: str | None, output: str) -> int:
    """List the schemas that `schema export` writes, and the files that each is for.

    \b
    Examples:
      gitconfig-tool schema list
      gitconfig-tool schema list --format json
    """
    from gitconfig_tool.report.tables import shorten, table

    found = exported(ctx.obj, rev, ctx)
    if found is None:
        return int(ExitCode.PROBLEMS)
    _, _, each_schema = found
    if output == "json":
        echo_report(
            "SchemaList",
            {
                "schemas": [
                    {
                        "name": each.name,
                        "source": each.source or None,
                        "file": each.file_name,
                        "globs": list(each.globs),
                    }
                    for each in each_schema
                ]
            },
        )
        return int(ExitCode.OK)
    width = output_width()
    rows = [("NAME", "FROM")]
    rows += [(each.name, each.source or "the tool's own files") for each in each_schema]
    lines = table(rows, width=width, cut=1)
    click.echo(lines[0])
    for line, each in zip(lines[1:], each_schema, strict=True):
        click.echo(line)
        for glob in each.globs:
            if not glob.endswith(".yml"):
                click.echo(shorten(f"      {glob}", width))
    return int(ExitCode.OK)
