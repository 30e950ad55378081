"""`gitconfig-tool prompts`: prompt versions from the first draft to their retirement."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "new": ("new", "Write the first version of a prompt, with test data."),
    "bump": ("bump", "Write the next version, with the number that its changes prove."),
    "diff": ("diff", "Show the step between two versions, and what renders otherwise."),
    "check": ("check", "Render test data, and check what it expects."),
    "import": ("import_", "Make prompt files of prompts in other formats."),
    "export": ("export", "Write a prompt version in another format."),
}


@click.group("prompts", cls=LazyGroup, package="gitconfig_tool.cli.prompts", table=SUBCOMMANDS)
def command() -> None:
    """Look after prompt versions: render, test, compare, release.

    Calls no model: what is checked is what will be sent.
    """
