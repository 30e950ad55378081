"""`gitconfig-tool secrets status`: how old secrets are, and which are to be replaced."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import (
    bundle_option,
    open_snapshot,
    rev_option,
    show_errors,
    terminal_style,
)
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.secrets.moments import as_of_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.holdings import Held, Holdings
    from gitconfig_tool.report.secret_tables import Row
    from gitconfig_tool.secrets import Age

_SPAN = re.compile(r"(\d{1,5})\s*([hdw])")
_SECONDS = {"h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def _read_span(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"expected a time such as 14d, 36h or 2w, found {text!r}")
    return int(match[1]) * _SECONDS[match[2]]


@click.command("status")
@bundle_option
@rev_option
@as_of_option("Judge as if it were this day, 00:00 UTC, or this time; else it is now.")
@click.option(
    "--due-within",
    metavar="TIME",
    callback=_read_span,
    help="Only what is due within this time, such as 14d, 36h or 2w; or is due already.",
)
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    bundle_globs: Sequence[str],
    rev: str | None,
    as_of: datetime | None,
    due_within: int | None,
    output: str,
) -> int:
    """Show how old each secret is, how often it is to be replaced, and what is overdue.

    The age counts from the commit that brought the ciphertext, wherever the file was then. For a
    commit and a time, the answer is always the same. Needs no key. Exit code 0: nothing is overdue;
    1: something is, or a former value is there for longer than its grace, or errors in the project
    hide which secrets there are.

    \b
    Examples:
      gitconfig-tool secrets status
      gitconfig-tool secrets status --due-within 14d
      gitconfig-tool secrets status --rev v1.4.0 --as-of 2026-12-31 --format json
    """
    from gitconfig_tool.cli.secrets.taking import holdings_of, names_of
    from gitconfig_tool.compiler.secret_history import date_secrets
    from gitconfig_tool.report.secret_tables import row_json, status_text
    from gitconfig_tool.secrets.rotation import OVERDUE, moment

    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev)
    view, holdings = holdings_of(snapshot, bundle_globs)
    with counting(settings, "commits read") as on_commit:
        ages = date_secrets(repository, snapshot, on_commit)
    now = int((as_of or datetime.now(UTC)).timestamp())
    every = _rows(holdings, ages, now)
    limit = None if due_within is None else now + due_within
    rows = [row for row in every if limit is None or row.schedule.due <= limit]
    names = names_of(holdings.settings, holdings)
    has_errors = show_errors(view, ctx)
    if output == "json":
        content = {
            "revision": snapshot.commit.id if snapshot.commit else None,
            "asOf": moment(now),
            "overdue": sum(row.standing == OVERDUE for row in every),
            "unfinished": sum(row.is_unfinished for row in every),
            "secrets": [row_json(row, names, now) for row in rows],
        }
        echo_report("SecretStatus", content)
    else:
        lines = status_text(
            rows, names, now, output_width(), terminal_style(), later=len(every) - len(rows)
        )
        click.echo("\n".join(lines))
    is_late = any(row.standing == OVERDUE or row.is_unfinished for row in every)
    return ExitCode.PROBLEMS if has_errors or is_late else ExitCode.OK


def _rows(holdings: "Holdings", ages: "Mapping[str, Age]", as_of: int) -> "list[Row]":
    from gitconfig_tool.compiler.secret_history import ciphertexts
    from gitconfig_tool.secrets import NOT_COMMITTED

    by_pointer: dict[str, Mapping[str, Age]] = {}
    for held in holdings.held:
        path = held.secret.path
        if path not in by_pointer:
            by_pointer[path] = {
                pointer: ages.get(text, NOT_COMMITTED)
                for pointer, text in ciphertexts(holdings.snapshot, path).items()
            }
    return [_row(held, by_pointer[held.secret.path], holdings, as_of) for held in holdings.held]


def _row(held: "Held", ages: "Mapping[str, Age]", holdings: "Holdings", as_of: int) -> "Row":
    from gitconfig_tool.report.secret_tables import Row
    from gitconfig_tool.secrets.rotation import HOUR, age_of, interval_of, oldest, schedule

    age = age_of(held.secret, ages)
    interval = interval_of(held.secret, holdings.settings)
    ends = None
    if held.certificate is not None:
        from gitconfig_tool.custody.certificate_dates import ends_at

        ends = ends_at(held.certificate)
    dates = schedule(as_of if age.commit is None else age.commit.time, interval, ends)
    former = [ages[pointer] for pointer in held.secret.previous if pointer in ages]
    overlap = oldest(former) if former else None
    began = None if overlap is None or overlap.commit is None else overlap.commit.time
    # As validate has it; but that asks for the time of the newest commit, which may be long ago.
    is_unfinished = began is not None and as_of - began > interval.grace * HOUR
    return Row(held, age, interval, dates, dates.standing(as_of), overlap, is_unfinished, ends)
