"""`gitconfig-tool prompts bump`: the next version of a prompt, with the number that fits."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import terminal_style
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.prompts.versions import CHOSEN_LEVELS, Loaded, load, work_tree, write
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.prompt_bump import Bump, Bumper


@click.command("bump")
@click.argument("prompt", metavar="[ID[@VERSION]]", required=False)
@click.option("--level", type=click.Choice(CHOSEN_LEVELS), help="Make at least so large a step.")
@click.option(
    "--include",
    "pin",
    metavar="ALIAS=PARTIAL@VERSION",
    help="A new version of the prompt that includes another version of a partial.",
)
@click.option(
    "--including",
    metavar="PARTIAL@VERSION",
    help="The same for every prompt whose newest version includes that partial.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    prompt: str | None,
    level: str | None,
    pin: str | None,
    including: str | None,
    dry_run: bool,
    output: str,
) -> int:
    """Write the next version of a prompt or partial, with the number that its changes prove.

    A released version that was edited: the edit moves into a new file with the right number, and
    the old file is again as it was released. A new version whose number is too small is renamed.
    Without an edit, --level copies the newest version, to begin one. Comments and layout stay as
    they are; `git add` is left to you.

    \b
    Examples:
      gitconfig-tool prompts bump greeting
      gitconfig-tool prompts bump greeting --level minor
      gitconfig-tool prompts bump greeting --include tone=house-style@1.3.0
      gitconfig-tool prompts bump --including house-style@1.3.0 --dry-run
    """
    from gitconfig_tool.compiler.prompt_bump import Bumper
    from gitconfig_tool.custody.files import read_file
    from gitconfig_tool.prompts.numbering import Level
    from gitconfig_tool.report.prompt_steps import bump_json, bump_text

    settings: Settings = ctx.obj
    if (prompt is None) == (including is None):
        raise click.UsageError("give either the ID of a prompt or --including PARTIAL@VERSION")
    if level is not None and (pin is not None or including is not None):
        raise click.UsageError(
            "--level is for an edit: a moved include has the step of its partial"
        )
    repository, snapshot = work_tree(settings)
    loaded = load(snapshot)

    def read(path: str) -> bytes | None:
        return read_file(repository.root, path)

    bumper = Bumper(loaded.prompts, loaded.released(), read)
    if including is not None:
        bumps = _including(loaded, bumper, including)
    elif pin is not None:
        bumps = [_pinned(loaded, bumper, prompt or "", pin)]
    else:
        bumps = [bumper.bump(prompt or "", Level[level.upper()] if level else None)]
    for bump in bumps if not dry_run else ():
        write(repository.root, bump.changes)
    if output == "json":
        echo_report("PromptBump", {"dryRun": dry_run, "bumps": [bump_json(each) for each in bumps]})
    else:
        click.echo("\n".join(bump_text(bumps, terminal_style(), is_dry=dry_run)))
    return ExitCode.OK


def _pinned(loaded: Loaded, bumper: "Bumper", prompt: str, pin: str) -> "Bump":
    from gitconfig_tool.compiler.prompt_bump import BumpError, versions_of

    alias, _, reference = pin.partition("=")
    partial_id, _, to = reference.partition("@")
    if not (alias and partial_id and to):
        raise click.BadParameter(f"{pin!r} is not ALIAS=PARTIAL@VERSION", param_hint="--include")
    _check_partial(loaded, partial_id, to)
    version = versions_of(loaded.prompts, prompt.partition("@")[0])[0]
    includes = () if version.file is None else version.file.includes
    found = next((each for each in includes if each.alias == alias), None)
    if found is None or found.id != partial_id:
        names = (
            ", ".join(f"{each.alias}={each.id}@{each.version}" for each in includes) or "nothing"
        )
        raise BumpError(
            f"expected '{alias}' to be the partial {partial_id} in {version.id}@{version.version}, "
            "found it otherwise",
            hint=f"it includes {names}",
        )
    if found.version == to:
        raise BumpError(
            f"expected another version of {partial_id} in {version.id}@{version.version}, found "
            f"{to} already",
            hint="nothing is to do",
        )
    return bumper.pin(version, found, reference)


def _including(loaded: Loaded, bumper: "Bumper", reference: str) -> "list[Bump]":
    from gitconfig_tool.compiler.prompt_bump import BumpError, including

    partial_id, _, to = reference.partition("@")
    if not (partial_id and to):
        raise click.BadParameter(f"{reference!r} is not PARTIAL@VERSION", param_hint="--including")
    _check_partial(loaded, partial_id, to)
    found = [
        bumper.pin(version, include, reference)
        for version, include in including(loaded.prompts, partial_id, to)
    ]
    if not found:
        raise BumpError(
            f"expected a prompt that includes another {partial_id} than {to}, found none",
            hint="the newest version of each prompt is looked at",
        )
    return found


def _check_partial(loaded: Loaded, partial_id: str, to: str) -> None:
    from difflib import get_close_matches

    from gitconfig_tool.compiler.prompt_bump import BumpError

    partials = loaded.prompts.partials
    if partial_id not in partials:
        near = get_close_matches(partial_id, partials, n=1)
        known = ", ".join(sorted(partials)) or "none"
        raise BumpError(
            f"expected the id of a partial, found '{partial_id}'",
            hint=f"did you mean '{near[0]}'?" if near else f"partials: {known}",
        )
    versions = [each.version for each in partials[partial_id]]
    if to not in versions:
        raise BumpError(
            f"expected a version of the partial {partial_id}, found '{to}'",
            hint=f"versions: {', '.join(versions[:12])}",
        )
