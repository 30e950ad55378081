"""`gitconfig-tool git`: what Git calls to merge and show files, and its set-up."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "install": ("install", "Set up this clone: Git then merges and shows files by value."),
    "merge-driver": ("merge_driver", "Merge layered YAML by value, for git merge."),
    "textconv": ("textconv", "Show a YAML file as values, for git diff."),
}


@click.group("git", cls=LazyGroup, package="gitconfig_tool.cli.git", table=SUBCOMMANDS)
def command() -> None:
    """Have Git merge and show layers by value: install once in each clone.

    \b
    Examples:
      gitconfig-tool git install            once in each clone
      git merge feature                     calls the merge driver for YAML and SOPS files
      git diff --no-textconv                shows lines, comments and layout as they are
      gitconfig-tool git install --remove   Git works by lines again
    """
