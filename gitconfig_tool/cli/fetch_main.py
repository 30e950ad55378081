"""Entry point of the console script `gitconfig-fetch`: the thin side alone.

For hosts and images that receive bundles and have no use for the compiler.
"""

import sys
from pathlib import Path

import click

from gitconfig_tool import __version__
from gitconfig_tool.cli import fetch, publish, verify
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.settings import (
    Settings,
    color_of,
    color_option,
    quiet_option,
    verbose_option,
    verbosity_of,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="gitconfig-fetch %(version)s")
@quiet_option
@verbose_option
@color_option
@click.pass_context
def group(ctx: click.Context, quiet: bool, verbose: bool, color: str) -> None:
    """Verify signed bundles and deliver them: the receiving half of gitconfig-tool.

    \b
    Start here:
      gitconfig-fetch verify layout:DIR --trust release.key.pub
    """
    ctx.obj = Settings(Path(), None, verbosity_of(quiet=quiet, verbose=verbose))
    ctx.color = color_of(color)


for _module in (verify, fetch, publish):
    group.add_command(_module.command)


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(group, sys.argv[1:]))


if __name__ == "__main__":
    main()
