"""`show --across DIMENSION`: one value in several bundles, side by side."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import show_errors, terminal_style
from gitconfig_tool.cli.output import echo_report, output_width
from gitconfig_tool.cli.target import Place, documents_at, look_up, matches_at, not_found
from gitconfig_tool.compiler.matching import is_glob
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.pointer import Path
    from gitconfig_tool.project import Bundle
    from gitconfig_tool.report.comparison import Comparison, Row


def compare(
    ctx: click.Context,
    view: "View",
    dimension: str,
    place: Place,
    globs: Sequence[str],
    *,
    every: bool,
    output: str,
) -> int:
    """Print a table for each value that a place names, with one row for each bundle."""
    from gitconfig_tool.report.comparison import comparison_json, comparison_text

    bundles = _bundles(view, dimension, globs)
    comparisons = [_comparison(view, bundles, *each) for each in _places(view, bundles, place)]
    if all(row.value is None for each in comparisons for row in each.rows):
        _refuse_unknown(view, bundles, place)
    has_errors = show_errors(view, ctx)
    if output == "json":
        places = [comparison_json(each) for each in comparisons]
        echo_report("Comparison", {"dimension": dimension, "places": places})
    else:
        style = terminal_style()
        tables = [comparison_text(each, output_width(), style, every=every) for each in comparisons]
        click.echo("\n\n".join("\n".join(lines) for lines in tables))
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK


def _bundles(view: "View", dimension: str, globs: Sequence[str]) -> "list[Bundle]":
    known = view.project.dimensions if view.project is not None else {}
    if dimension not in known:
        near = get_close_matches(dimension, known, n=1)
        suggestion = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        raise click.UsageError(f"expected a dimension, found {dimension!r}: {suggestion}")
    chosen = {bundle.name for glob in globs for bundle in view.matching(glob)}
    found = [
        bundle
        for bundle in view.bundles.values()
        if dimension in bundle.dimensions and (not globs or bundle.name in chosen)
    ]
    if not found:
        limit = " that --bundle chooses" if globs else ""
        raise click.UsageError(f"no bundle{limit} has the dimension {dimension!r}")
    return found


def _places(view: "View", bundles: "Sequence[Bundle]", place: Place) -> "list[tuple[str, Path]]":
    """Return the documents and paths that a place names in any of the bundles, in order."""
    from gitconfig_tool.cli.target import nothing_matches

    if not is_glob(place.document) and not any(map(is_glob, place.path)):
        return [(place.document, place.path)]
    found = {
        (match.viewed.id, match.path): None
        for bundle in bundles
        for match in matches_at(documents_at(view, bundle, place), place)
    }
    if not found:
        raise nothing_matches(bundles[0], place, documents_at(view, bundles[0], place))
    return list(found)


def _refuse_unknown(view: "View", bundles: "Sequence[Bundle]", place: Place) -> None:
    """Raise what `show` would of the first bundle; not where errors hide what there is."""
    from gitconfig_tool.merge import MergedValue

    if all(view.document(bundle, place.document).is_known for bundle in bundles):
        found = look_up(view, bundles[0], place)
        if not isinstance(found, MergedValue):
            raise not_found(found)


def _comparison(
    view: "View", bundles: "Sequence[Bundle]", document: str, path: "Path"
) -> "Comparison":
    from gitconfig_tool.pointer import format_pointer
    from gitconfig_tool.report.comparison import Comparison

    place = Place(document, tuple(map(str, path)), format_pointer(path))
    rows = tuple(_row(view, bundle, place) for bundle in bundles)
    return Comparison(document, place.pointer or "", rows)


def _row(view: "View", bundle: "Bundle", place: Place) -> "Row":
    from gitconfig_tool.merge import MergedValue
    from gitconfig_tool.report.comparison import Row

    viewed = view.document(bundle, place.document)
    if not viewed.is_known:
        return Row(bundle.name, bundle.dimensions, None, "not known: it has errors")
    value = look_up(view, bundle, place)
    if isinstance(value, MergedValue):
        if viewed.linked is not None:
            view.check(bundle, viewed.linked)
        return Row(bundle.name, bundle.dimensions, value, "")
    return Row(bundle.name, bundle.dimensions, None, value.why)
