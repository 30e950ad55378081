"""`gitconfig-tool git merge-driver`: what Git calls to merge a YAML file."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.ending import show_error, shown
from gitconfig_tool.errors import ExitCode, GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.joining import Joined
    from gitconfig_tool.source import Labels

_FILE = click.Path(path_type=Path)
_MAX_SHOWN = 10


@click.command("merge-driver", short_help="Merge layered YAML by value, for git merge.")
@click.argument("base", metavar="%O", type=_FILE)
@click.argument("ours", metavar="%A", type=_FILE)
@click.argument("theirs", metavar="%B", type=_FILE)
@click.argument("path", metavar="[%P", required=False)
@click.argument("marker_size", metavar="%L", required=False)
@click.argument("base_label", metavar="%S", required=False)
@click.argument("our_label", metavar="%X", required=False)
@click.argument("their_label", metavar="%Y]", required=False)
def command(
    base: Path,
    ours: Path,
    theirs: Path,
    path: str | None,
    marker_size: str | None,
    base_label: str | None,
    our_label: str | None,
    their_label: str | None,
) -> ExitCode:
    """Merge two branches' changes to one YAML file by value; Git calls this after git install.

    What Git's own merge of the lines gets right is taken as it is. Else mappings are merged by key,
    lists by the id, name or key of their entries, else by item; comments of both sides stay.
    Conflict markers stand only where both sides changed one value. YAML that is damaged, or uses
    aliases, is left to Git's merge of the lines. Files with a SOPS block go to secrets
    merge-driver. Exit code 0: merged; 1: a conflict.

    \b
    Examples:
      gitconfig-tool git install                       once in each clone
      git merge feature                                calls it for YAML files
      gitconfig-tool git merge-driver base.yaml ours.yaml theirs.yaml
                                                       writes the result into ours.yaml
    """
    from gitconfig_tool.cli.git.files import is_sealed, read_version, write_version
    from gitconfig_tool.joining import join_files
    from gitconfig_tool.source import merge_lines

    name = path or str(ours)
    labels = _labels(marker_size, base_label, our_label, their_label)
    try:
        versions = [read_version(each) for each in (base, ours, theirs)]
        if any(is_sealed(name, each) for each in versions):
            from gitconfig_tool.cli.secrets.merge_driver import merge_sops

            return merge_sops(base, ours, theirs, name)
        joined = join_files(
            name, versions[0], versions[1], versions[2], partial(merge_lines, labels=labels)
        )
        if joined.data != versions[1]:
            write_version(ours, joined.data)
    except GitConfigError as error:
        show_error(error)
        return ExitCode.PROBLEMS
    return _tell(name, joined)


def _tell(path: str, joined: "Joined") -> ExitCode:
    if not joined.conflicts:
        return ExitCode.OK
    places = [each for each in joined.conflicts if each]
    found = ", ".join(places[:_MAX_SHOWN]) or "one stretch of lines"
    more = len(places) - _MAX_SHOWN
    found += f" and {more} more" if more > 0 else ""
    message = f"expected changes to different values of {path}, found that both sides changed"
    if joined.reason:
        message = f"{path} was merged by lines: {joined.reason}; look at all of it"
        found = ""
    click.echo(f"gitconfig-tool: conflict: {shown(f'{message} {found}'.rstrip())}", err=True)
    click.echo(f"  = hint: {shown(f'edit the file, then: git add {path}')}", err=True)
    return ExitCode.PROBLEMS


def _labels(size: str | None, base: str | None, ours: str | None, theirs: str | None) -> "Labels":
    """Return what markers say; older versions of Git hand over the placeholders as they stand."""
    from gitconfig_tool.source import Labels

    known = Labels()
    return Labels(
        base if base not in (None, "", "%S") else known.base,
        ours if ours not in (None, "", "%X") else known.ours,
        theirs if theirs not in (None, "", "%Y") else known.theirs,
        int(size) if size is not None and size.isdecimal() and int(size) > 0 else known.size,
    )
