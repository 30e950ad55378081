"""What the commands that change SOPS files share: naming a secret, reading a value, telling."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.output import echo_report, say
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.custody.editing import Changed
    from gitconfig_tool.custody.place import Place

secret_argument = click.argument("secret", metavar="PATH#/POINTER")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print what would change; needs no key and changes nothing."
)


def split_secret(secret: str, *, pointer_needed: bool = True) -> tuple[str, str]:
    """Split PATH#/pointer; a usage error where it is not of that form."""
    from gitconfig_tool.pointer import parse_pointer, split_reference

    path, pointer = split_reference(secret)
    if not path or (pointer_needed and not pointer):
        raise click.UsageError(
            f"expected PATH#/pointer, such as secrets/api.sops.yaml#/openai/api_key, found"
            f" {secret!r}"
        )
    try:
        parse_pointer(pointer or "")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return path, pointer or ""


def place_of(settings: Settings, path: str) -> "Place":
    """Find a file that was named on the command line: relative to -C, as a shell completes it."""
    from gitconfig_tool.custody.place import open_place
    from gitconfig_tool.source import open_project

    repository = open_project(settings.directory, settings.project)
    return open_place(repository, _in_project(settings.directory, path, repository.root))


def _in_project(directory: Path, path: str, root: Path) -> str:
    from os.path import normpath

    # No link is followed below the folders that hold the project.
    wanted = Path(normpath(directory.resolve() / path))
    top = root.resolve()
    if not wanted.is_relative_to(top) or wanted == top:
        raise click.UsageError(f"expected a file inside the project {top}, found {path!r}")
    return wanted.relative_to(top).as_posix()


def read_value(what: str, *, as_json: bool = False, command: str = "set") -> Any:
    """Read a new value: from standard input, or without an echo where that is a terminal.

    The line break at the end of a single line is none of the value; of several lines, such as a
    key in PEM, it is.
    """
    import json

    from gitconfig_tool.sops.changing import ChangeError

    if sys.stdin.isatty():
        text: str = click.prompt(
            f"New value of {what}", hide_input=True, confirmation_prompt=True, err=True
        )
    else:
        try:
            text = sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            raise ChangeError(
                "expected text in UTF-8 on standard input, found other bytes",
                hint="bundles hold JSON: store bytes as text, with: base64 FILE | gitconfig-tool"
                " secrets set ...",
            ) from None
    if as_json:
        try:
            return json.loads(text, parse_constant=_no_number, parse_float=_finite)
        except (ValueError, RecursionError):
            # The exception holds the text.
            failure = ChangeError(
                "expected a JSON value on standard input, found something else",
                hint="text needs quotes in JSON; without --json the text itself is the value",
            )
        raise failure
    line = text.removesuffix("\n").removesuffix("\r")
    value = line if "\n" not in line else text
    if not value:
        raise ChangeError(
            "expected a value on standard input, found nothing",
            hint=f"give it through a pipe or a file: secrets {command} PATH#/POINTER < FILE"
            + (
                "; an empty text is: echo '\"\"' | secrets set --json PATH#/POINTER"
                if command == "set"
                else ""
            ),
        )
    return value


def _no_number(text: str) -> Any:
    """Refuse NaN and the infinities: Python reads them, JSON has none."""
    raise ValueError("no number of JSON")


def _finite(text: str) -> float:
    """Read a number; one that is too large for a float would become infinite."""
    from math import isfinite

    value = float(text)
    return value if isfinite(value) else _no_number(text)


def apply(place: "Place", changed: "Changed") -> None:
    """Put the new bytes of a file into its place."""
    from gitconfig_tool.custody.files import replace_file

    replace_file(place.root, place.path, place.data, changed.data)


def tell(
    settings: Settings,
    output: str,
    lines: list[str],
    report: Mapping[str, Any],
    *,
    public: str = "",
) -> None:
    """Print what was done: as text on standard error, with what is public on standard output."""
    if output == "json":
        echo_report("SecretChange", {**report, "public": public or None})
        return
    for line in lines:
        say(settings, line, always=True)
    if public:
        click.echo(public.rstrip("\n"))


def report_of(
    action: str, place: "Place", changed: "Changed | None", **more: Any
) -> dict[str, Any]:
    """Return what the JSON report says of a change; None stands for one that was not made."""
    return {
        "action": action,
        "path": place.path,
        "set": list(changed.set) if changed else [],
        "removed": list(changed.removed) if changed else [],
        "written": changed is not None,
        "layoutKept": not changed.is_rewritten if changed else None,
        **more,
    }


def layout_note(changed: "Changed") -> list[str]:
    """Say so where sops laid out the whole file anew."""
    if not changed.is_rewritten:
        return []
    return [
        "note: sops laid out the whole file anew, so the diff shows more lines than values changed"
    ]
