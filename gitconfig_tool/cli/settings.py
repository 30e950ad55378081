"""What the global options say, handed to every command as click's `obj`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

# What `--color` says, as click's `color`.
COLORS: Mapping[str, bool | None] = {"auto": None, "always": True, "never": False}

quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors and results only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Print what is being done.")
color_option = click.option(
    "--color",
    type=click.Choice(list(COLORS)),
    default="auto",
    show_default=True,
    help="Colour in the output; auto respects NO_COLOR.",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """`directory` is -C; `verbosity` is -1, 0 or 1."""

    directory: Path
    project: str | None
    verbosity: int


def color_of(choice: str) -> bool | None:
    """Return click's `color` for a value of `--color`; None asks whether the output is a terminal.

    https://no-color.org: "when present and not an empty string". click does not look at it.
    """
    if choice == "auto" and os.environ.get("NO_COLOR"):
        return False
    return COLORS[choice]


def verbosity_of(*, quiet: bool, verbose: bool) -> int:
    """Return the verbosity that -q and -v ask for."""
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other")
    return int(verbose) - int(quiet)
