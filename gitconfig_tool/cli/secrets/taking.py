"""What `list`, `status`, `who` and `leaver` share: the secrets of a snapshot, and names."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitconfig_tool.compiler.holdings import Holdings
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.document import Node
    from gitconfig_tool.project import SecretSettings
    from gitconfig_tool.source import Snapshot


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
