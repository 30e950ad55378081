"""`gitconfig-tool explain`: where a value came from, and what each layer did to it."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_errors, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitconfig_tool.cli.target import Place
    from gitconfig_tool.compiler.trace import Trace
    from gitconfig_tool.merge import MergedValue
    from gitconfig_tool.report.explanation import CommitOf

# What a layer does when it speaks of a value, even if no value is left in the end.
_SPEAKING = frozenset({"set", "replace", "repeat", "remove", "require", "refuse", "conflict"})


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
    """Tell what each layer of BUNDLE did to a value, strongest first, and the winner's commit.

    Every layer is listed: whether it has the file, what the file says, and what merging made of it.
    A reference is followed to the value that it names. For a mapping or a list, each value inside
    is listed with the layer and line that won. With --blame, every line that is shown has the
    commit, author and date that last set it, as git blame finds them, through renames; those that
    are not committed yet say so.

    \b
    Examples:
      gitconfig-tool explain production/acme ml-service/inference/model#/parameters/temperature
      gitconfig-tool explain production platform/rate-limits --blame     who set each value
    """
    from gitconfig_tool.cli.target import look_up, not_found, parse_place
    from gitconfig_tool.compiler.trace import trace_value
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.merge import MergedValue

    settings: Settings = ctx.obj
    at = parse_place(place)
    repository, snapshot = open_snapshot(settings, rev)
    view = View(snapshot)
    if view.project is None:
        show_errors(view, ctx)
        return ExitCode.PROBLEMS
    chosen = view.bundle(bundle)
    found = look_up(view, chosen, at)
    viewed = view.document(chosen, at.document)
    if viewed.linked is not None:
        view.check(chosen, viewed.linked)
    has_errors = show_errors(view, ctx)
    traces = trace_value(lambda id: view.document(chosen, id), at.document, at.path)
    value, why = (found, "") if isinstance(found, MergedValue) else (None, found.why)
    spoken = any(step.action in _SPEAKING for step in traces[0].steps)
    if not isinstance(found, MergedValue) and not spoken:
        raise not_found(found)

    commit_of = repository.blame(snapshot).last_change
    if output == "json":
        _echo_json(chosen.name, at, value, traces, commit_of, blame=blame)
    else:
        click.echo("\n".join(_text(chosen.name, at, value, why, traces, commit_of, blame=blame)))
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK


def _text(
    bundle: str,
    place: "Place",
    value: "MergedValue | None",
    why: str,
    traces: "Sequence[Trace]",
    commit_of: "CommitOf",
    *,
    blame: bool,
) -> list[str]:
    from gitconfig_tool.pointer import format_pointer
    from gitconfig_tool.report.explanation import (
        chain_text,
        commit_text,
        inside_text,
        trace_text,
    )
    from gitconfig_tool.report.values import leaf_text

    style = terminal_style()
    verdict = f"is {leaf_text(value)}" if value is not None else f"has no value: {why}"
    lines = [f"{place} in {bundle} {verdict}"]
    for number, trace in enumerate(traces):
        at = f"{trace.document}#{format_pointer(trace.path)}"
        if number > 0:
            lines += ["", f"the reference leads to {at}"]
        elif trace.rest and not trace.is_link:
            lines += ["", f"it stands in the list {at}"]
        elif trace.rest:
            lines += ["", f"it stands behind the reference {at}"]
        lines += ["", *trace_text(trace, commit_of if blame else None, output_width(), style)]
    if value is None:
        return lines
    origins = value.chain if traces[-1].rest else ()
    if traces[-1].is_link:
        # A reference to another commit: the layers of that one cannot be asked.
        origins = tuple(origin for origin in value.chain if not origin.is_here)
    if origins:
        lines += ["", *chain_text(origins, commit_of if blame else None, output_width(), style)]
    inside = inside_text(value, output_width(), commit_of if blame else None)
    if inside:
        lines += ["", "inside, each with the layer and line that won:", "", *inside]
    elif not blame:
        # Behind a reference, it is the line of the value that the reference leads to.
        behind = next((step.span for step in traces[-1].steps if step.wins), None)
        span = behind if len(traces) > 1 and behind is not None else value.chain[0].span
        lines += ["", f"the winning line is from {commit_text(commit_of(span))}"]
    return lines


def _echo_json(
    bundle: str,
    place: "Place",
    value: "MergedValue | None",
    traces: "Sequence[Trace]",
    commit_of: "CommitOf",
    *,
    blame: bool,
) -> None:
    from gitconfig_tool.pointer import format_pointer
    from gitconfig_tool.report.explanation import chain_json, inside_json, layers_json
    from gitconfig_tool.report.values import json_value

    pointer = place.pointer or ""
    echo_report(
        "Explanation",
        {
            "bundle": bundle,
            "document": place.document,
            "pointer": pointer,
            "present": value is not None,
            "value": None if value is None else json_value(value),
            "chain": [] if value is None else chain_json(value, commit_of, blame=blame),
            "traces": [
                {
                    "document": trace.document,
                    "pointer": format_pointer(trace.path),
                    "layers": layers_json(trace, commit_of, blame=blame),
                }
                for trace in traces
            ],
            "inside": []
            if value is None
            else inside_json(value, pointer, commit_of if blame else None),
        },
    )
