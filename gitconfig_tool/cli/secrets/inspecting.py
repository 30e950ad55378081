"""What `secrets check --decrypt` adds: the options, and the look inside of the files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import compile_project
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.secrets.moments import as_of_option
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler.secret_check import SecretCheck

_SOON = 30  # days: what issuers of certificates that last 90 days renew by
_OPTIONS = (
    click.option(
        "--decrypt",
        is_flag=True,
        help="Open the files with the keys at hand, and look at the values too.",
    ),
    as_of_option("With --decrypt: check as if it were this day, 00:00 UTC, or this time."),
    click.option(
        "--expires-within",
        type=click.IntRange(min=0, max=36_500),
        metavar="DAYS",
        help=f"With --decrypt: warn of what ends within so many days. Default: {_SOON}.",
    ),
)


def inspection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an inspection with a key to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def check_inspection_usage(
    decrypt: bool, as_of: datetime | None, expires_within: int | None
) -> None:
    """Refuse the options that mean nothing without `--decrypt`."""
    for name, value in (("--as-of", as_of), ("--expires-within", expires_within)):
        if value is not None and not decrypt:
            raise click.UsageError(f"expected --decrypt with {name}, found it alone")


def look_inside(
    result: "SecretCheck",
    settings: Settings,
    *,
    as_of: datetime | None,
    expires_within: int | None,
) -> "SecretCheck":
    """Add to a check without a key what an inspection with one finds in the same files."""
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.found import in_order
    from gitconfig_tool.custody.inspection import Terms, inspect_secrets
    from gitconfig_tool.suppress import apply_suppressions

    if result.project is None:
        return result
    compilation = compile_project(settings, result.snapshot)
    terms = Terms(
        as_of or datetime.now(UTC),
        timedelta(days=_SOON if expires_within is None else expires_within),
    )
    with counting(settings, "encrypted files opened") as on_file:
        found = inspect_secrets(
            compilation, terms, asked=frozenset(result.sops).__contains__, on_file=on_file
        )
    suppressed = apply_suppressions(
        found, ProjectFiles(result.snapshot), result.project.silencing, complete=False
    )
    return replace(
        result,
        diagnostics=in_order((*result.diagnostics, *suppressed.diagnostics)),
        silenced=(*result.silenced, *suppressed.silenced),
    )
