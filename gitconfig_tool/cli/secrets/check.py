"""`gitconfig-tool secrets check`: SOPS files, without a key or with one."""

import click


@click.command("check")
def command() -> int:
    """Check SOPS files without a key, or with one."""
    raise click.UsageError("not there yet")
