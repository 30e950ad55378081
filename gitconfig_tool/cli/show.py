"""`gitconfig-tool show`: effective values, of one bundle or of several side by side."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import bundle_option, open_snapshot, rev_option, show_errors
from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.cli.target import Match, Place
    from gitconfig_tool.compiler.view import View, Viewed
    from gitconfig_tool.project import Bundle


@click.command("show")
@click.argument("bundle", metavar="BUNDLE", required=False)
@click.argument("place", metavar="[DOC[#/POINTER]]", required=False)
@click.option("--origins", is_flag=True, help="Name the layer and line of each value.")
@click.option(
    "--across",
    metavar="DIMENSION",
    help="Compare DOC[#/POINTER] in all bundles of a dimension; name no BUNDLE then.",
)
@click.option(
    "--all", "every", is_flag=True, help="With --across: list every bundle, however many."
)
@bundle_option
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    bundle: str | None,
    place: str | None,
    origins: bool,
    across: str | None,
    every: bool,
    bundle_globs: tuple[str, ...],
    rev: str | None,
    output: str,
) -> int:
    """Print the effective configuration of BUNDLE, one document of it, or one value.

    DOC and POINTER may be globs: '*' and '?' stay within a folder or a key, '**' crosses them; at
    the end of a pointer, '**' is every value below. What matches is printed by its place. Secrets
    are shown as the reference that they are; nothing is decrypted. Schemas are checked, policies
    are not: that is the job of validate.

    \b
    Examples:
      gitconfig-tool show production
      gitconfig-tool show production/acme ml-service/inference/model --origins
      gitconfig-tool show production ml-service/inference/model#/parameters --format json
      gitconfig-tool show production '**#/parameters/*'
      gitconfig-tool show --across environment ml-service/inference/model#/parameters/temperature
    """
    from gitconfig_tool.cli.target import parse_place
    from gitconfig_tool.compiler.view import View

    settings: Settings = ctx.obj
    if across is not None and place is not None:
        raise click.UsageError(
            f"with --across, give DOC[#/POINTER] alone, found {bundle!r} before it; "
            "--bundle GLOB chooses bundles"
        )
    if across is None and (bundle_globs or every):
        raise click.UsageError("--bundle and --all go with --across DIMENSION")
    named = bundle if across is not None else place
    if across is not None and named is None:
        raise click.UsageError("--across needs a DOC[#/POINTER] to compare")
    if across is None and bundle is None:
        # No harm in looking which bundles there are: a person asks for that most of all.
        _, snapshot = open_snapshot(settings, rev)
        names = View(snapshot).names()
        raise click.UsageError(f"Missing argument 'BUNDLE': the bundles are {names}")
    at = parse_place(named) if named is not None else None
    _, snapshot = open_snapshot(settings, rev)
    view = View(snapshot)
    if view.project is None:
        show_errors(view, ctx)
        return ExitCode.PROBLEMS
    if across is not None and at is not None:
        from gitconfig_tool.cli.across import compare

        return compare(ctx, view, across, at, bundle_globs, every=every, output=output)
    return _show(ctx, view, view.bundle(str(bundle)), at, origins=origins, output=output)


def _show(
    ctx: click.Context,
    view: "View",
    bundle: "Bundle",
    place: "Place | None",
    *,
    origins: bool,
    output: str,
) -> int:
    from gitconfig_tool.cli.target import documents_at

    if place is None:
        viewed = [view.document(bundle, id) for id in view.document_ids(bundle)]
    else:
        viewed = documents_at(view, bundle, place)
    if not all(each.is_known for each in viewed):
        show_errors(view, ctx)
        say(ctx.obj, "explain shows what is known of a value all the same", always=True)
        return ExitCode.PROBLEMS
    report = {"bundle": bundle.name, "dimensions": dict(bundle.dimensions)}
    content, values = _chosen(view, bundle, place, viewed)
    for document in dict.fromkeys(match.viewed.id for match in values.values()):
        linked = view.document(bundle, document).linked
        if linked is not None:
            view.check(bundle, linked)
    has_errors = show_errors(view, ctx)
    if output == "json":
        if origins:
            content["origins"] = [_origin(match) for match in _leaf_matches(values.values())]
        echo_report("EffectiveConfiguration", {**report, **content})
    else:
        click.echo(_yaml(values, alone="value" in content, origins=origins), nl=False)
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK


def _chosen(
    view: "View", bundle: "Bundle", place: "Place | None", viewed: "Sequence[Viewed]"
) -> "tuple[dict[str, Any], dict[str, Match]]":
    """Return what a place names: the part of the report that says so, and the values by name."""
    from gitconfig_tool.cli.target import (
        Match,
        look_up,
        matches_at,
        not_found,
        nothing_matches,
    )
    from gitconfig_tool.compiler.matching import is_glob
    from gitconfig_tool.merge import MergedValue
    from gitconfig_tool.report.values import json_value

    is_literal = place is not None and [each.id for each in viewed] == [place.document]
    if place is not None and is_literal:
        value = look_up(view, bundle, place)
        if isinstance(value, MergedValue):
            where = {"document": place.document, "pointer": place.pointer or ""}
            match = Match(viewed[0], place.path, value)
            return {**where, "value": json_value(value)}, {str(place): match}
        if not any(map(is_glob, place.path)) or viewed[0].linked is None:
            raise not_found(value)
    if place is not None and place.pointer is not None:
        values = {match.place: match for match in matches_at(viewed, place)}
        kind = "values"
    else:
        values = {
            each.id: Match(each, (), each.linked.root) for each in viewed if each.linked is not None
        }
        kind = "documents"
    if place is not None and not values:
        raise nothing_matches(bundle, place, viewed)
    return {kind: {name: json_value(match.value) for name, match in values.items()}}, values


def _yaml(values: "Mapping[str, Match]", *, alone: bool, origins: bool) -> str:
    from gitconfig_tool.report.origins import value_yaml_with_origins
    from gitconfig_tool.report.values import tagged, value_yaml

    merged = {name: match.value for name, match in values.items()}
    if origins:
        return value_yaml_with_origins(next(iter(merged.values())) if alone else merged)
    if alone:
        return value_yaml(tagged(next(iter(merged.values()))))
    return value_yaml({name: tagged(value) for name, value in merged.items()})


def _leaf_matches(matches: "Iterable[Match]") -> "list[Match]":
    from gitconfig_tool.cli.target import Match
    from gitconfig_tool.merge import leaves

    return [
        Match(match.viewed, (*match.path, *path), leaf)
        for match in matches
        for path, leaf in leaves(match.value)
    ]


def _origin(match: "Match") -> dict[str, Any]:
    from gitconfig_tool.pointer import format_pointer
    from gitconfig_tool.report.explanation import place_json

    where = {"document": match.viewed.id, "pointer": format_pointer(match.path)}
    return {**where, **place_json(match.value.chain[0])}
