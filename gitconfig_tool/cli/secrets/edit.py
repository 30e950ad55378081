"""`gitconfig-tool secrets edit`: a SOPS file in the user's editor, checked before it counts."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.output import format_option, say
from gitconfig_tool.cli.secrets.changing import apply, layout_note, place_of, report_of, tell
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.custody.editing import Changed
    from gitconfig_tool.custody.place import Place
    from gitconfig_tool.diagnostics import Diagnostic


@click.command("edit")
@click.argument("path", metavar="PATH")
@format_option
@click.pass_obj
def command(settings: Settings, path: str, output: str) -> int:
    """Edit a SOPS file with your editor ($SOPS_EDITOR, $EDITOR); needs a key that opens it.

    It is 'sops edit', on a copy: the plaintext for the editor lies in memory where the system has a
    folder there, the result is checked as validate checks files, and only then it takes the file's
    place. What fails a check can be edited again, kept all the same, or put aside, encrypted.

    \b
    Example:
      gitconfig-tool secrets edit environments/staging/secrets/database.sops.yaml
    """
    from gitconfig_tool.custody.editing import check_result
    from gitconfig_tool.custody.operations import edit

    place = place_of(settings, path)
    sealed = place.sealed()
    changed = edit(sealed, sealed)
    while changed is not None and changed.data != place.data:
        problems = check_result(sealed, changed.data, place.project.secrets)
        if not _has_errors(problems) or _show_and_ask(settings, place, changed, problems):
            apply(place, changed)
            lines = [f"edited {place.path}", *layout_note(changed)]
            tell(settings, output, lines, report_of("edit", place, changed))
            return ExitCode.OK
        # What was written so far is what the editor opens next.
        again = replace(sealed, file=replace(sealed.file, data=changed.data))
        changed = edit(again, sealed) or changed
    tell(settings, output, [f"{place.path} is as it was"], report_of("edit", place, None))
    return ExitCode.OK


def _has_errors(problems: "tuple[Diagnostic, ...]") -> bool:
    from gitconfig_tool.diagnostics import Severity, rule

    return any(rule(each.code).severity is Severity.ERROR for each in problems)


def _show_and_ask(
    settings: Settings, place: "Place", changed: "Changed", problems: "tuple[Diagnostic, ...]"
) -> bool:
    """Show what is wrong; True keeps the result, False edits again. Else it is put aside."""
    from gitconfig_tool.custody.editing import unsound

    for each in problems:
        line = f":{each.span.line}" if each.span else ""
        say(settings, f"{each.code} {place.path}{line}: {each.message}", always=True)
    answer = "a"
    if sys.stdin.isatty():
        answer = click.prompt(
            "Edit it again, keep it all the same, or put it aside and restore the file?",
            type=click.Choice(["e", "k", "a"]),
            default="e",
            err=True,
        )
    if answer != "a":
        return bool(answer == "k")
    # Ciphertext, as it would lie in Git: nothing is lost, and nothing is in the clear.
    folder = Path(tempfile.mkdtemp(prefix="gitconfig-tool-edited-"))
    aside = folder / Path(place.path).name
    aside.write_bytes(changed.data)
    raise unsound(place.path, problems[0], f"the file is as it was; your edit lies in {aside}")
