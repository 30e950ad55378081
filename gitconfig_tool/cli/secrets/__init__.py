"""`gitconfig-tool secrets`: SOPS files from the pull request to the leaver; a file per command."""

import click

from gitconfig_tool.cli.lazy import LazyGroup

# Command -> its module in this package and its line in --help, in the order of a day's work.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Check SOPS files without a key, or with one."),
    "scan": ("scan", "Find credentials in the clear, in files and in the history."),
    "list": ("list", "List secrets by bundle: type, classification, place, readers."),
    "status": ("status", "Show how old secrets are, and which are overdue."),
    "who": ("who", "Say who can read the secrets of a bundle."),
    "leaver": ("leaver", "List what a leaver's key could open, and what to replace."),
    "set": ("set", "Set one value of a SOPS file."),
    "edit": ("edit", "Edit a SOPS file, checked before it counts."),
    "rotate": ("rotate", "Replace a secret; the former value stays beside it."),
    "finish": ("finish", "End a rotation: remove the former value."),
    "rekey": ("rekey", "Encrypt files to the recipients of .sops.yaml."),
    "merge-driver": ("merge_driver", "Merge SOPS files by key, for git merge."),
    "textconv": ("textconv", "Show a SOPS file without values, for git diff."),
}


@click.group("secrets", cls=LazyGroup, package="gitconfig_tool.cli.secrets", table=SUBCOMMANDS)
def command() -> None:
    """Look after SOPS files: check, list, rotate, merge.

    What only looks at files needs no key. What decrypts says so in its help.
    """
