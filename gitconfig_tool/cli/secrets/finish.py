"""`gitconfig-tool secrets finish`: the end of a rotation."""

import time

import click

from gitconfig_tool.cli.output import format_option
from gitconfig_tool.cli.secrets.changing import (
    apply,
    dry_run_option,
    layout_note,
    place_of,
    report_of,
    secret_argument,
    split_secret,
    tell,
)
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("finish")
@secret_argument
@click.option("--now", "at_once", is_flag=True, help="Do not wait for the grace period to end.")
@dry_run_option
@format_option
@click.pass_obj
def command(settings: Settings, secret: str, at_once: bool, dry_run: bool, output: str) -> int:
    """Remove the former value that 'secrets rotate' left; needs a key that opens the file.

    Whoever still uses the former value is refused from the next delivery on, so this waits for the
    grace period of the secret's type unless --now is given. The pointer is that of the field or of
    what is around it; without one, every rotation of the file ends.

    \b
    Examples:
      gitconfig-tool secrets finish secrets/database.sops.yaml#/password
      gitconfig-tool secrets finish secrets/providers.sops.yaml
    """
    from gitconfig_tool.custody.finishing import check_grace, former_values
    from gitconfig_tool.custody.operations import finish

    path, pointer = split_secret(secret, pointer_needed=False)
    place = place_of(settings, path)
    sealed = place.sealed()
    former = former_values(sealed, place.secrets(sealed), pointer)
    if not at_once:
        check_grace(place, sealed, former, int(time.time()))
    if dry_run:
        lines = [f"would remove {place.path}#{each}" for each in former]
        tell(settings, output, lines, report_of("finish", place, None, fields=list(former)))
        return ExitCode.OK
    changed = finish(sealed, former)
    apply(place, changed)
    lines = [f"removed {place.path}#{each}" for each in former]
    report = report_of("finish", place, changed, fields=list(former))
    tell(settings, output, [*lines, *layout_note(changed)], report)
    return ExitCode.OK
