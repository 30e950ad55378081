"""`gitconfig-tool secrets`: SOPS files from the pull request to the leaver; a file per command."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Check SOPS files without a key, or with one."),
    "scan": ("scan", "Find credentials in the clear, in files and in the history."),
}


@click.group("secrets", cls=LazyGroup, package="gitconfig_tool.cli.secrets", table=SUBCOMMANDS)
def command() -> None:
    """Look after SOPS files: check, list, rotate, merge.

    What only looks at files needs no key. What decrypts says so in its help.
    """
