"""`gitconfig-tool git install`: set a clone up, and undo it."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gitconfig_tool.cli.settings import Settings


@click.command("install", short_help="Set up this clone for merging and showing by value.")
@click.option("--remove", is_flag=True, help="Take out what install wrote.")
@click.option("--dry-run", is_flag=True, help="With --remove: say what would be taken out.")
@click.pass_obj
def command(settings: "Settings", remove: bool, dry_run: bool) -> None:
    """Have Git merge and show the project's YAML and SOPS files by value, in this clone.

    Adds lines to the project's .gitattributes where they are missing (commit it), and settings to
    this clone's configuration: Git takes none out of a repository, so each clone needs this once.
    Run again, it writes what is missing only. --remove takes out these lines and settings, and
    keeps what was written in another way.

    \b
    Examples:
      gitconfig-tool git install
      gitconfig-tool git install --remove --dry-run
    """
    from gitconfig_tool.cli.git.setting_up import set_up, take_out
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import ALL_SETTINGS, attribute_lines, open_project

    if dry_run and not remove:
        raise click.UsageError("--dry-run goes with --remove")
    lines = attribute_lines(SOPS_ENDINGS)
    if remove:
        take_out(settings.directory, lines, ALL_SETTINGS, dry_run=dry_run)
        return
    # Without a project, all YAML files of somebody's repository would be meant.
    open_project(settings.directory, settings.project)
    set_up(settings.directory, lines, ALL_SETTINGS)
