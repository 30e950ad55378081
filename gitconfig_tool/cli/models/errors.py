"""What the commands on models share: the errors that leave open what is called."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import show_problems

if TYPE_CHECKING:
    from gitconfig_tool.compiler import Compilation


def show_errors_only(compilation: "Compilation", ctx: click.Context) -> bool:
    """Print the errors of a project on standard error; tell whether there are any.

    That a model is retired is what these commands are there to tell: it hides nothing.
    """
    from dataclasses import replace

    from gitconfig_tool.diagnostics import Severity, rule

    errors = tuple(
        found
        for found in compilation.diagnostics
        if rule(found.code).severity is Severity.ERROR and rule(found.code).group != "models"
    )
    if errors:
        show_problems(replace(compilation, diagnostics=errors), err=True, ctx=ctx)
    return bool(errors)
