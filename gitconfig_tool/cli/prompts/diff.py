"""`gitconfig-tool prompts diff`: two versions of a prompt, word by word, as they render."""

import sys
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.prompts.versions import Loaded, load, rendering
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitconfig_tool.compiler.prompt_releases import AnyVersion
    from gitconfig_tool.prompts.cases import Case
    from gitconfig_tool.report.prompt_diff import Compared


@click.command("diff")
@click.argument("prompt", metavar="[ID]", required=False)
@click.argument("old", metavar="[A]", required=False)
@click.argument("new", metavar="[B]", required=False)
@click.option(
    "--against",
    metavar="REV",
    help="Show every prompt that renders another text than at a commit, branch or tag.",
)
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    prompt: str | None,
    old: str | None,
    new: str | None,
    against: str | None,
    rev: str | None,
    output: str,
) -> int:
    """Show the step between two versions of a prompt or partial, its reasons, and what changed.

    That is the source, and the text that renders on test data, word by word: what is gone is
    [-so-], what is new {+so+}; on a terminal, red and green. Without A and B, the two highest
    versions are compared; without B, A and the highest.

    \b
    Examples:
      gitconfig-tool prompts diff greeting
      gitconfig-tool prompts diff greeting 1.2.0 1.3.0
      gitconfig-tool prompts diff --against main
    """
    from gitconfig_tool.report.prompt_diff import diff_json, diff_text

    settings: Settings = ctx.obj
    if against is None and prompt is None:
        raise click.UsageError("give the ID of a prompt, or --against REV")
    if against is not None and old is not None:
        raise click.UsageError("A and B are versions; --against compares the same version with REV")
    repository, snapshot = open_snapshot(settings, rev)
    loaded = load(snapshot)
    if against is None:
        found = [_versions(loaded, prompt or "", old, new)]
    else:
        found = _against(load(repository.at_commit(against)), loaded, prompt, against)
    if output == "json":
        echo_report(
            "PromptDiff", {"against": against, "prompts": [diff_json(each) for each in found]}
        )
        return ExitCode.OK
    is_coloured = sys.stdout.isatty() if ctx.color is None else ctx.color
    style = terminal_style()
    lines: list[str] = []
    for each in found:
        if lines:
            lines += ["", ""]
        # One file in two commits is what `git diff` shows.
        with_source = against is None
        lines += diff_text(each, style, is_coloured=is_coloured, with_source=with_source)
    if not found:
        lines = [f"no prompt renders another text than at {against}"]
    click.echo("\n".join(lines), color=ctx.color)
    return ExitCode.OK


def _versions(loaded: Loaded, prompt: str, old: str | None, new: str | None) -> "Compared":
    from gitconfig_tool.compiler.prompt_bump import BumpError, versions_of
    from gitconfig_tool.prompts import PromptVersion
    from gitconfig_tool.prompts.comparison import compare

    versions = versions_of(loaded.prompts, prompt)
    if old is None and len(versions) == 1:
        raise BumpError(
            f"expected two versions of {prompt}, found {versions[0].version} alone",
            hint="compare it with another commit: --against REV",
        )
    after = versions[0] if new is None else _find(versions, new)
    before = versions[1] if old is None else _find(versions, old)
    cases: tuple[Case, ...] = ()
    # A partial renders in a prompt only.
    if isinstance(before, PromptVersion) and isinstance(after, PromptVersion):
        with rendering(loaded) as renderer:
            cases = compare(before, after, renderer)
    return _compared(loaded, loaded, before, after, cases)


def _find(versions: "Sequence[AnyVersion]", number: str) -> "AnyVersion":
    from difflib import get_close_matches

    from gitconfig_tool.compiler.prompt_bump import BumpError

    known = [each.version for each in versions]
    if number in known:
        return versions[known.index(number)]
    near = get_close_matches(number, known, n=1)
    raise BumpError(
        f"expected a version of {versions[0].id}, found '{number}'",
        hint=(f"did you mean {near[0]}? " if near else "") + f"versions: {', '.join(known[:12])}",
    )


def _against(before: Loaded, after: Loaded, prompt: str | None, rev: str) -> "list[Compared]":
    from gitconfig_tool.compiler.prompt_bump import no_prompt
    from gitconfig_tool.compiler.prompt_rendered import differing

    if prompt is not None and not after.prompts.versions(prompt):
        raise no_prompt(after.prompts, prompt)
    with rendering(after) as renderer:
        return [
            _compared(before, after, pair.old, pair.new, pair.cases, pair.through, rev)
            for pair in differing(before.prompts, after.prompts, prompt, renderer)
        ]


def _compared(
    before: Loaded,
    after: Loaded,
    old: "AnyVersion",
    new: "AnyVersion",
    cases: "tuple[Case, ...]",
    through: tuple[str, ...] = (),
    rev: str = "",
) -> "Compared":
    from gitconfig_tool.compiler.prompt_numbers import step_of_partials
    from gitconfig_tool.prompts.steps import step_between
    from gitconfig_tool.report.prompt_diff import Compared, Version

    was, now = before.written(old), after.written(new)
    step = step_between(was.content, now.content, step_of_partials(after.prompts, after.written))
    old_name = f"{old.version} at {rev}" if rev else old.version
    return Compared(
        new.id,
        Version(old_name, old.path, before.files.text(old.path) or ""),
        Version(new.version, new.path, after.files.text(new.path) or ""),
        step,
        cases,
        through,
    )
