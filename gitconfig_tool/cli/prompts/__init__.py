"""`gitconfig-tool prompts`: prompt versions from the first draft to their retirement."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "list": ("list", "List the prompts, and how many bundles use them."),
    "show": ("show", "Show one version: fields, variables, messages, history, tokens."),
    "render": ("render", "Render a version with values of its variables."),
    "usage": ("usage", "Say which bundles use which version."),
    "stats": ("stats", "Count and measure: sizes, tokens, ages, test data."),
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
