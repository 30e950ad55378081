"""What the commands on models share: the errors that leave open what is called."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import show_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.diagnostics import Diagnostic


def show_errors_only(
    compilation: "Compilation", ctx: click.Context, told: "Sequence[Diagnostic]" = ()
) -> bool:
    """Print the errors of a project on standard error; tell whether there are any.

    That a model is retired is what these commands are there to tell: it hides nothing. `told` are
    problems of another revision that stand there already: they count, and are not repeated.
    """
    from dataclasses import replace

    from gitconfig_tool.diagnostics import Severity, rule

    errors = tuple(
        found
        for found in compilation.diagnostics
        if rule(found.code).severity is Severity.ERROR and rule(found.code).group != "models"
    )
    known = {(found.code, found.message) for found in told}
    fresh = tuple(found for found in errors if (found.code, found.message) not in known)
    if fresh:
        show_problems(replace(compilation, diagnostics=fresh), err=True, ctx=ctx)
    return bool(errors)
