"""`gitconfig-tool test`: the tests of compiled values, and the unit tests of policies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import bundle_option, open_snapshot, rev_option
from gitconfig_tool.cli.output import echo_report, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.test_run import TestRun


@click.command("test")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@bundle_option
@click.option("-k", "name", metavar="TEXT", default="", help="Only tests with TEXT in their name.")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How to print the result on standard output; junit is what CI systems read.",
)
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[str],
    bundle_globs: Sequence[str],
    name: str,
    rev: str | None,
    staged: bool,
    output: str,
) -> int:
    """Run the tests in tests/**/*.test.yaml: what must hold of values as bundles get them.

    PATH is a file of tests or a folder, as the project has it. A test names bundles, a value, and
    what is expected: equals, includes, schema, absent, secret, prompt, rego, or that a policy
    refuses other values. A place that no bundle has is an error. Files *_test.rego beside the
    policies are run as `opa test` does. Compiles only what the tests look at, and needs no key.
    Exit code 0: all pass; 1: a test fails, or a file of tests has an error.

    \b
    Examples:
      gitconfig-tool test
      gitconfig-tool test tests/production.test.yaml -k timeout
      gitconfig-tool test --bundle 'production*' --rev main
      gitconfig-tool test --format junit > tests.xml
    """
    from gitconfig_tool.compiler.test_run import run_all_tests
    from gitconfig_tool.compiler.value_testing import Keep
    from gitconfig_tool.compiler.view import View

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev, staged=staged)
    asked = [path.removeprefix("./").rstrip("/") for path in paths]
    run = run_all_tests(View(snapshot), asked, Keep(name, tuple(bundle_globs)))
    if output == "json":
        from gitconfig_tool.report.value_tests import value_tests_json

        echo_report("TestReport", value_tests_json(run))
    elif output == "junit":
        from gitconfig_tool.report.value_tests import value_tests_junit

        click.echo(value_tests_junit(run), nl=False)
        _print_problems(ctx, run, err=True)
    else:
        from gitconfig_tool.cli.loading import terminal_style
        from gitconfig_tool.report.value_tests import value_tests_text

        _print_problems(ctx, run, err=False)
        lines = value_tests_text(
            run, terminal_style(), output_width(), verbose=settings.verbosity > 0
        )
        click.echo("\n".join(lines), color=ctx.color)
        if not run.outcomes and not run.diagnostics:
            click.echo("write the first one into tests/first.test.yaml: see docs/testing.md")
    return ExitCode.PROBLEMS if run.has_failed else ExitCode.OK


def _print_problems(ctx: click.Context, run: "TestRun", *, err: bool) -> None:
    from gitconfig_tool.cli.loading import MAX_PER_CODE, show_problems

    show_problems(run, err=err, max_per_code=MAX_PER_CODE, ctx=ctx)
