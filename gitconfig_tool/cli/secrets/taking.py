"""What `list`, `status`, `who` and `leaver` share: the secrets of a snapshot, names, progress."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler.holdings import Holdings
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.document import Node
    from gitconfig_tool.project import SecretSettings
    from gitconfig_tool.source import Snapshot

# How often the number of commits is printed anew.
_EVERY = 2_000


def holdings_of(snapshot: "Snapshot", globs: Sequence[str]) -> "tuple[View, Holdings]":
    """Return the secrets of a snapshot that some bundles link to, and the view that they are of."""
    from gitconfig_tool.compiler.holdings import take_stock
    from gitconfig_tool.compiler.view import View

    roots: dict[str, Node | None] = {}
    view = View(snapshot, roots)
    return view, take_stock(view, globs, roots)


def names_of(settings: "SecretSettings", holdings: "Holdings") -> Mapping[str, str]:
    """Return the name of each recipient of the files that the project file has one for."""
    from gitconfig_tool.secrets import is_same

    every = {each for sops in holdings.files.values() for each in sops.recipients}
    every |= set(settings.names.values())
    return {
        recipient: name
        for name, known in reversed([*settings.names.items()])
        for recipient in every
        if is_same(known, recipient)
    }


class Progress:
    """The number of commits read so far, on one line of standard error while they are read."""

    def __init__(self, settings: Settings) -> None:
        self.commits = 0
        self._shown = settings.verbosity >= 0 and sys.stderr.isatty()

    def count(self) -> None:
        """Count one more commit."""
        self.commits += 1
        if self._shown and self.commits % _EVERY == 0:
            click.echo(f"\r{self.commits:,} commits read", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown and self.commits >= _EVERY:
            click.echo("\r\033[K", nl=False, err=True)
