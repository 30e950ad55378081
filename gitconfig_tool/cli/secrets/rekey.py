"""`gitconfig-tool secrets rekey`: other recipients for files that there are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.secrets.changing import apply, dry_run_option, layout_note, place_of
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode, GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.custody.place import Place


@click.command("rekey")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--data-key",
    is_flag=True,
    help="Encrypt every value anew, with a new data key: for when a recipient has left.",
)
@dry_run_option
@format_option
@click.pass_obj
def command(
    settings: Settings, paths: Sequence[str], data_key: bool, dry_run: bool, output: str
) -> int:
    """Encrypt SOPS files to the recipients that .sops.yaml names now.

    Needs a key that opens them. Without a PATH, every SOPS file of the project whose recipients
    differ is done; with --data-key, every SOPS file. Whoever could open a file may have read it:
    --data-key keeps them from what is written later, and only new secrets ('secrets rotate') help
    against what they know.

    \b
    Examples:
      gitconfig-tool secrets rekey --dry-run
      gitconfig-tool secrets rekey
      gitconfig-tool secrets rekey --data-key environments/production/secrets/database.sops.yaml
    """
    from gitconfig_tool.cli.ending import show_error
    from gitconfig_tool.custody.operations import readers_after, rekey

    results = []
    failed = False
    for path in paths or _all_paths(settings):
        place = place_of(settings, path)
        try:
            sealed = place.sealed(readers_change=True)
            added, removed = readers_after(place, sealed)
            result = {"path": place.path, "added": list(added), "removed": list(removed)}
            if not paths and not (added or removed or data_key):
                continue
            changed = None if dry_run else rekey(place, sealed, data_key=data_key)
            is_changed = changed is not None and changed.data != place.data
            if changed is not None and is_changed:
                apply(place, changed)
        except GitConfigError as error:
            if len(paths) == 1:
                raise
            show_error(error)
            failed = True
            continue
        results.append({**result, "written": is_changed})
        if output == "text":
            will_change = bool(added or removed or data_key) if dry_run else is_changed
            _tell(settings, place, added, removed, dry_run=dry_run, is_changed=will_change)
            if data_key and will_change:
                say(settings, "  a new data key, and every value encrypted anew", always=True)
            for line in layout_note(changed) if changed is not None and is_changed else []:
                say(settings, line, always=True)
    if output == "json":
        echo_report("RekeyReport", {"dryRun": dry_run, "dataKey": data_key, "files": results})
    elif not results and not failed:
        say(settings, "every file is encrypted to the recipients of its rule", always=True)
    return ExitCode.WORLD if failed else ExitCode.OK


def _all_paths(settings: Settings) -> list[str]:
    from gitconfig_tool.cli.loading import open_snapshot
    from gitconfig_tool.compiler.secret_check import check_secrets
    from gitconfig_tool.source import open_project

    root = open_project(settings.directory, settings.project).root.resolve()
    _, snapshot = open_snapshot(settings, None)
    return [str(root / path) for path in sorted(check_secrets(snapshot, []).sops)]


def _tell(
    settings: Settings,
    place: "Place",
    added: Sequence[str],
    removed: Sequence[str],
    *,
    dry_run: bool,
    is_changed: bool,
) -> None:
    done = "would rekey" if dry_run else "rekeyed"
    said = done if is_changed else "nothing to do for"
    names = {recipient: name for name, recipient in place.project.secrets.names.items()}
    say(settings, f"{said} {place.path}", always=True)
    for sign, recipients in (("+", added), ("-", removed)):
        for each in recipients:
            shown = f"{names[each]} ({each})" if each in names else each
            say(settings, f"  {sign} {shown}", always=True)
