"""`gitconfig-tool secrets set`: one value of a SOPS file."""

import click

from gitconfig_tool.cli.output import format_option
from gitconfig_tool.cli.secrets.changing import (
    apply,
    layout_note,
    place_of,
    read_value,
    report_of,
    secret_argument,
    split_secret,
    tell,
)
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("set")
@secret_argument
@click.option("--json", "as_json", is_flag=True, help="Read a JSON value instead of a text.")
@click.option(
    "--clear",
    is_flag=True,
    help="Allow a value that the file's rules leave in the clear; it is no secret then.",
)
@format_option
@click.pass_obj
def command(settings: Settings, secret: str, as_json: bool, clear: bool, output: str) -> int:
    """Set one value of a SOPS file, in place; needs a key that opens the file.

    The value comes from standard input, or is asked for without an echo; it never stands on a
    command line. Only its own line changes, and the MAC. Where the file does not exist, it is made
    with the recipients that .sops.yaml names for it. PATH is relative to the present folder.

    \b
    Examples:
      gitconfig-tool secrets set environments/staging/secrets/api.sops.yaml#/openai/api_key
      pwgen 32 1 | gitconfig-tool secrets set secrets/db.sops.yaml#/password
      echo 5432 | gitconfig-tool secrets set --json secrets/db.sops.yaml#/port
    """
    from gitconfig_tool.custody.operations import check_settable, set_value

    path, pointer = split_secret(secret)
    place = place_of(settings, path)
    is_new = place.data is None
    check_settable(place, pointer, as_json=as_json)
    value = read_value(f"{place.path}#{pointer}", as_json=as_json)
    changed = set_value(place, pointer, value, in_clear=clear)
    apply(place, changed)
    lines = [f"{'made' if is_new else 'set'} {place.path}#{pointer}", *layout_note(changed)]
    if is_new and place.document:
        lines.append(f"link to it with: !secret {place.document}#{pointer}")
    tell(settings, output, lines, report_of("set", place, changed, created=is_new))
    return ExitCode.OK
