"""`gitconfig-tool models check`: the chains of models, and what becomes of each parameter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import (
    as_of_option,
    bundle_option,
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
    terminal_style,
)
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime

    from gitconfig_tool.diagnostics import Diagnostic

# What is said of models; everything else is the work of `validate`.
_GROUPS = frozenset({"compatibility", "chains", "models", "token-budget", "cost"})


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown of the diagnostics of a compilation."""

    diagnostics: "tuple[Diagnostic, ...]"
    text: Callable[[str], str | None]


@click.command("check")
@bundle_option
@rev_option
@as_of_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    bundle_globs: Sequence[str],
    rev: str | None,
    as_of: "datetime | None",
    output: str,
) -> int:
    """Show the chains of models: what each model is sent, and what it does not take.

    A chain is a model and its fallbacks, through all documents that they name. What the chain or a
    prompt sets reaches every model of it. Chains that bundles share stand once. Exit code 1: a
    model does not take what it is sent, or the chain is not sound.

    \b
    Examples:
      gitconfig-tool models check
      gitconfig-tool models check --bundle 'production*'
      gitconfig-tool models check --rev main --format json
    """
    from gitconfig_tool.compiler.chain_review import review_chains
    from gitconfig_tool.diagnostics import Severity, rule
    from gitconfig_tool.report.chain_tables import chain_json, chains_text
    from gitconfig_tool.report.diagnostics_json import diagnostic_json
    from gitconfig_tool.report.diagnostics_text import summarize
    from gitconfig_tool.report.tables import count

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    day = as_of.date() if as_of else None
    compilation = compile_project(settings, snapshot, bundle_globs, as_of=day)
    chains = review_chains(compilation)
    of_models = [each for each in compilation.diagnostics if rule(each.code).group in _GROUPS]
    errors = [
        each for each in compilation.diagnostics if rule(each.code).severity is Severity.ERROR
    ]
    # An error elsewhere may keep a chain from being what it is: it is shown rather than left out.
    found = tuple(dict.fromkeys([*of_models, *errors]))
    if output == "json":
        echo_report(
            "ModelChains",
            {
                "revision": snapshot.commit.id if snapshot.commit else None,
                "chains": [chain_json(each) for each in chains],
                "diagnostics": [diagnostic_json(each) for each in found],
            },
        )
    else:
        for line in chains_text(chains, output_width(), terminal_style()):
            click.echo(line)
        if chains and found:
            click.echo()
        show_problems(_Found(found, compilation.text), err=False, ctx=ctx)
        click.echo(f"{summarize(found, ())}: checked {count(len(chains), 'chain')}")
    failed = any(rule(each.code).severity is Severity.ERROR for each in found)
    return ExitCode.PROBLEMS if failed else ExitCode.OK
