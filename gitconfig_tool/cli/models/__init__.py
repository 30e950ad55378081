"""`gitconfig-tool models`: what a project calls, what it costs and when it ends."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "list": ("list", "List what each bundle calls: window, prices, end."),
    "due": ("due", "Show which models end soon, and who calls them."),
    "cost": ("cost", "Price requests and months; compare two revisions."),
}


@click.group("models", cls=LazyGroup, package="gitconfig_tool.cli.models", table=SUBCOMMANDS)
def command() -> None:
    """Look after models: what is called, whether it fits, what it costs, when it ends.

    Calls no provider: what is known comes from a catalogue of this version, and the project's own.
    """
