"""`gitconfig-tool schema`: the schemas of a project, for editors."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "list": ("list", "List which schema is for which files."),
    "export": ("export", "Write JSON Schemas and settings for editors."),
}


@click.group("schema", cls=LazyGroup, package="gitconfig_tool.cli.schema", table=SUBCOMMANDS)
def command() -> None:
    """Give editors the schemas of a project: completion and checks while typing.

    An editor sees one file and no other layer: the exported schemas let layers be partial, and
    know our tags. What only the whole can tell, `validate` checks.
    """
