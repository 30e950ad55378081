"""A problem of several bundles is told once, where all of them can solve it."""

from gitconfig_tool.compiler.found import Found
from gitconfig_tool.diagnostics import Diagnostic, Span


def missing(*paths: str) -> Diagnostic:
    """A key that is missing; it could stand in each of the files, strongest first."""
    first, *weaker = (Diagnostic("GCT202", "m", Span(path), hint=path) for path in paths)
    return Diagnostic("GCT202", "m", first.span, hint=first.hint, weaker=tuple(weaker))


def told(*found: tuple[str, Diagnostic]) -> list[tuple[str, str, tuple[str, ...]]]:
    together = Found()
    for bundle, diagnostic in found:
        together.add([diagnostic], bundle)
    for each in together.diagnostics():
        assert each.span is not None
        assert each.weaker == ()
    return [(str(each.span), each.hint, each.bundles) for each in together.diagnostics()]


def test_one_bundle_is_told_at_its_strongest_layer() -> None:
    assert told(("a", missing("top", "base"))) == [("top:1:1", "top", ("a",))]


def test_several_are_told_at_the_strongest_layer_that_they_share() -> None:
    both = told(
        ("c", missing("host-c", "site", "base")),
        ("a", missing("host-a", "site", "base")),
        ("b", missing("host-b", "site", "base")),
        ("a", missing("host-a", "site", "base")),
    )

    assert both == [("site:1:1", "site", ("c", "a", "b"))]


def test_one_that_has_only_the_weakest_layer_draws_the_others_there() -> None:
    both = told(("a", missing("host-a", "base")), ("b", missing("base")))

    assert both == [("base:1:1", "base", ("a", "b"))]


def test_what_shares_no_layer_stays_apart() -> None:
    both = told(("a", missing("host-a", "site-1")), ("b", missing("host-b", "site-2")))

    assert both == [("host-a:1:1", "host-a", ("a",)), ("host-b:1:1", "host-b", ("b",))]
