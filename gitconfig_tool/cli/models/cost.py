"""`gitconfig-tool models cost`: what requests and months cost, and how a change alters it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import (
    bundle_option,
    compile_project,
    open_snapshot,
    terminal_style,
)
from gitconfig_tool.cli.models.errors import show_errors_only
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.diagnostics import Diagnostic


@click.command("cost")
@click.argument("base", required=False)
@click.argument("head", required=False)
@bundle_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    base: str | None,
    head: str | None,
    bundle_globs: Sequence[str],
    output: str,
) -> int:
    """Price a request and a month of each chain, from the traffic that its document declares.

    Without BASE, it is the work tree that is priced. With BASE, the difference between that
    revision and HEAD, or the work tree, is shown: what a pull request costs.

    "Primary" is when the first model answers every request, "worst" when the most expensive one of
    the chain does. Tiers for long requests and cached input are counted; batches, cache writes and
    surcharges are not. Exit code 1: errors in the project hide what is called.

    \b
    Examples:
      gitconfig-tool models cost
      gitconfig-tool models cost main --bundle production
      gitconfig-tool models cost v1.4.0 v1.5.0 --format json
    """
    from gitconfig_tool.compiler.model_calls import costs_of, without_traffic
    from gitconfig_tool.report import model_costs

    settings: Settings = ctx.obj
    new, has_errors = _compiled(ctx, settings, head, bundle_globs)
    after = costs_of(new)
    if base is None:
        if output == "json":
            content = {
                "revision": _revision(new),
                "currency": "USD",
                "catalogue": new.catalogue.about,
                "bundles": model_costs.costs_json(after),
                "withoutTraffic": without_traffic(new),
            }
            echo_report("ModelCosts", content)
        else:
            lines = model_costs.costs_text(
                after, without_traffic(new), output_width(), terminal_style()
            )
            click.echo("\n".join(lines))
        return ExitCode.PROBLEMS if has_errors else ExitCode.OK
    old, had_errors = _compiled(ctx, settings, base, bundle_globs, told=new.diagnostics)
    before = costs_of(old)
    if output == "json":
        content = {
            "base": _revision(old),
            "head": _revision(new) if head is not None else None,
            "currency": "USD",
            "catalogue": new.catalogue.about,
            "bundles": model_costs.changes_json(before, after),
        }
        echo_report("ModelCostChanges", content)
    else:
        revisions = (base, head or "work tree")
        lines = model_costs.changes_text(before, after, revisions, output_width(), terminal_style())
        click.echo("\n".join(lines))
    return ExitCode.PROBLEMS if has_errors or had_errors else ExitCode.OK


def _compiled(
    ctx: click.Context,
    settings: Settings,
    revision: str | None,
    globs: Sequence[str],
    told: "Sequence[Diagnostic]" = (),
) -> "tuple[Compilation, bool]":
    """Compile a revision and show its errors, but for those that another one has told already."""
    _, snapshot = open_snapshot(settings, revision)
    compilation = compile_project(settings, snapshot, globs)
    return compilation, show_errors_only(compilation, ctx, told)


def _revision(compilation: "Compilation") -> str | None:
    commit = compilation.snapshot.commit
    return None if commit is None else commit.id
