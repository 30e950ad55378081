"""`gitconfig-tool history`: the commits at which an effective value changed."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.progress import Count, counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.cli.target import Place
    from gitconfig_tool.compiler.history import Change, State
    from gitconfig_tool.document import Node
    from gitconfig_tool.source import ProjectRepository, Snapshot

# How many values are kept: two lines of history often meet again.
_KEPT = 64


@click.command("history")
@click.argument("bundle")
@click.argument("place", metavar="DOC[#/POINTER]")
@click.option(
    "--rev", metavar="REV", help="Begin at a commit, branch or tag instead of the work tree."
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Stop after the newest N changes."
)
@format_option
@click.pass_context
def command(
    ctx: click.Context, bundle: str, place: str, rev: str | None, limit: int | None, output: str
) -> int:
    """List the commits at which a value of BUNDLE changed, newest first, from whichever layer.

    Each has the value before and after, and the file that did it. Renamed documents are not
    followed. A secret counts as changed when another file holds it, not when its ciphertext
    differs.

    \b
    Examples:
      gitconfig-tool history production/acme ml-service/inference/model#/parameters/temperature
      gitconfig-tool history production platform/rate-limits --limit 5
    """
    from gitconfig_tool.cli.target import parse_place

    settings: Settings = ctx.obj
    at = parse_place(place)
    repository, snapshot = open_snapshot(settings, rev)
    if snapshot.commit is None:
        raise click.UsageError("there is no commit yet, so there is no history")
    with counting(settings, "commits read") as commits:
        found = list(islice(_changes(repository, snapshot, bundle, at, commits), limit))
    if not found:
        _nothing(snapshot, bundle, at)
    place_text = f"{at.document}#{at.pointer}" if at.pointer else at.document
    if output == "json":
        from gitconfig_tool.report.history import change_json

        where = {"bundle": bundle, "document": at.document, "pointer": at.pointer or ""}
        counted = {"commitsRead": commits.total, "isLimited": len(found) == limit}
        changes = [change_json(each) for each in found]
        echo_report(
            "History", {**where, "revision": snapshot.commit.id, **counted, "changes": changes}
        )
    else:
        from gitconfig_tool.report.history import history_text

        title = f"{place_text} in {bundle}"
        lines = history_text(title, found, commits.total, output_width(), terminal_style())
        if len(found) == limit:
            lines += ["", f"--limit {limit}: there may be older changes"]
        click.echo("\n".join(lines))
    return ExitCode.OK


def _changes(
    repository: "ProjectRepository",
    snapshot: "Snapshot",
    bundle: str,
    place: "Place",
    on_commit: Count,
) -> "Iterator[Change]":
    from gitconfig_tool.compiler.history import NO_PROJECT, Change, look_up, value_history
    from gitconfig_tool.source import NoFolderError, Walk

    roots: dict[str, Node | None] = {}

    def look_at(snapshot: "Snapshot") -> "State":
        return look_up(snapshot, bundle, place.document, place.path, roots)

    @lru_cache(maxsize=_KEPT)
    def look(commit: str) -> "State":
        try:
            return look_at(repository.at_commit(commit))
        except NoFolderError:
            return NO_PROJECT

    tip = snapshot.commit.id if snapshot.commit is not None else "HEAD"
    if snapshot.changed:
        now, committed = look_at(snapshot), look(tip)
        if now.key != committed.key:
            touched = now.watched.paths | committed.watched.paths
            yield Change(None, committed, now, tuple(sorted(snapshot.changed & touched)))
    yield from value_history(tip, look, Walk(repository, on_commit).back)


def _nothing(snapshot: "Snapshot", bundle: str, place: "Place") -> None:
    """Raise the error that says why a value has no history: it never was there."""
    from gitconfig_tool.cli.target import look_up, not_found
    from gitconfig_tool.compiler.lookup import Missing
    from gitconfig_tool.compiler.view import View

    view = View(snapshot)
    found = look_up(view, view.bundle(bundle), place)
    if isinstance(found, Missing):
        raise not_found(found)
