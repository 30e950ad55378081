"""`gitconfig-tool explain`: where a value came from, and what it overrode."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import (
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
)
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.merge import MergedValue, Origin
    from gitconfig_tool.source import Commit, ProjectRepository, Snapshot


@click.command("explain")
@click.argument("bundle")
@click.argument("place", metavar="DOC[#/POINTER]")
@rev_option
@click.option("--blame", is_flag=True, help="Name the commit, author and date of every line.")
@format_option
@click.pass_context
def command(
    ctx: click.Context, bundle: str, place: str, rev: str | None, blame: bool, output: str
) -> int:
    """Tell which layers set a value of BUNDLE, strongest first, and the commit of the winner.

    For a mapping or a list, each value inside is listed with the place that won.

    \b
    Examples:
      gitconfig-tool explain production/acme ml-service/inference/model#/parameters/temperature
      gitconfig-tool explain production platform/rate-limits --blame
    """
    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev)
    compilation = compile_project(settings, snapshot, [bundle])
    if compilation.has_errors:
        show_problems(compilation, err=True, only_errors=True, ctx=ctx)
    from gitconfig_tool.cli.target import look_up, one_bundle, parse_place

    compiled = one_bundle(compilation, bundle)
    at = parse_place(place)
    value = look_up(compiled, at)
    explanation = _Explanation(repository, snapshot, blame=blame)
    if output == "json":
        report = explanation.json(compiled.name, at.document, at.pointer, value)
        echo_report("Explanation", report)
    else:
        click.echo("\n".join(explanation.text(compiled.name, at.document, at.pointer, value)))
    return ExitCode.PROBLEMS if compilation.has_errors else ExitCode.OK


class _Explanation:
    """Writes one explanation; asks Git for the commits that it names."""

    def __init__(
        self, repository: "ProjectRepository", snapshot: "Snapshot", *, blame: bool
    ) -> None:
        self._repository = repository
        self._snapshot = snapshot
        self._blame = blame

    def text(self, bundle: str, document: str, pointer: str, value: "MergedValue") -> list[str]:
        from gitconfig_tool.report.values import leaf_text

        place = f"{document}#{pointer}" if pointer else document
        lines = [f"{place} in {bundle} is {leaf_text(value)}", ""]
        lines += self._chain_text(value.chain)
        if isinstance(value.content, (str, int, float)) or value.content is None:
            return lines
        inner = self._inner_text(value)
        return [*lines, "", "inside, each with the place that won:", "", *inner] if inner else lines

    def json(
        self, bundle: str, document: str, pointer: str, value: "MergedValue"
    ) -> dict[str, Any]:
        from gitconfig_tool.report.values import json_value

        commits = {
            index: self._commit(origin)
            for index, origin in enumerate(value.chain)
            if index == 0 or self._blame
        }
        return {
            "bundle": bundle,
            "document": document,
            "pointer": pointer,
            "value": json_value(value),
            "chain": [
                {**_origin_json(origin), "commit": _commit_json(commits.get(index))}
                for index, origin in enumerate(value.chain)
            ],
            "inside": [
                {
                    "pointer": pointer + inner,
                    "value": json_value(leaf),
                    **_place_json(leaf.chain[0]),
                }
                for inner, leaf in _inside(value)
            ],
        }

    def _chain_text(self, chain: "tuple[Origin, ...]") -> list[str]:
        from gitconfig_tool.report.values import node_text

        rows = [
            (node_text(origin.node), origin.layer, str(origin.span), "wins" if index == 0 else "")
            for index, origin in enumerate(chain)
        ]
        lines = _table(rows)
        if not self._blame:
            return [*lines, "", f"the winning line is from {_commit_text(self._commit(chain[0]))}"]
        blamed = []
        for line, origin in zip(lines, chain, strict=True):
            blamed += [line, f"    {_commit_text(self._commit(origin))}"]
        return blamed

    def _inner_text(self, value: "MergedValue") -> list[str]:
        from gitconfig_tool.report.values import leaf_text

        rows = [(inner, leaf_text(leaf), str(leaf.chain[0].span)) for inner, leaf in _inside(value)]
        return _table(rows)

    def _commit(self, origin: "Origin") -> "Commit | None":
        return self._repository.last_change(self._snapshot, origin.span)


def _inside(value: "MergedValue") -> "list[tuple[str, MergedValue]]":
    """Return the values inside a mapping or list, each with its pointer from there."""
    from gitconfig_tool.merge import leaves
    from gitconfig_tool.pointer import format_pointer

    return [(format_pointer(path), leaf) for path, leaf in leaves(value) if path]


def _table(rows: "Sequence[tuple[str, ...]]") -> list[str]:
    widths = (
        [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    )
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _origin_json(origin: "Origin") -> dict[str, Any]:
    from gitconfig_tool.document import plain_value

    return {
        **_place_json(origin),
        "tag": origin.node.tag,
        "value": plain_value(origin.node),
    }


def _place_json(origin: "Origin") -> dict[str, Any]:
    return {
        "layer": origin.layer,
        "path": origin.path,
        "line": origin.node.mark.line,
        "column": origin.node.mark.column,
    }


def _commit_text(commit: "Commit | None") -> str:
    if commit is None:
        return "the work tree: not committed yet"
    return f'{commit.id[:12]}, {_date(commit)}, {commit.author}: "{commit.summary}"'


def _commit_json(commit: "Commit | None") -> dict[str, Any] | None:
    if commit is None:
        return None
    return {
        "id": commit.id,
        "date": _date(commit),
        "author": commit.author,
        "summary": commit.summary,
    }


def _date(commit: "Commit") -> str:
    return datetime.fromtimestamp(commit.time, UTC).strftime("%Y-%m-%d")
