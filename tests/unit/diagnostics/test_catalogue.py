"""The catalogue: each code and name once, in the range of its group, with every field filled in."""

import re

import pytest

from gitconfig_tool.diagnostics import (
    RULES,
    Diagnostic,
    Rule,
    Severity,
    Silencing,
    Span,
    find_rule,
    nearest_rule,
    rule,
)
from gitconfig_tool.diagnostics.rules import (
    bundle,
    chains,
    classification,
    compatibility,
    cost,
    emit,
    layers,
    leaks,
    models,
    policy,
    project,
    prompt_safety,
    prompt_tests,
    prompt_variants,
    prompt_versions,
    prompts,
    references,
    rotation,
    schema,
    secret_types,
    secrets,
    source,
    tampering,
    token_budget,
    value_tests,
    yaml,
)

RANGES = {
    "source": (source, 1, 9),
    "yaml": (yaml, 10, 29),
    "project": (project, 30, 49),
    "layers": (layers, 101, 149),
    "references": (references, 151, 199),
    "schema": (schema, 201, 299),
    "policy": (policy, 301, 399),
    "secrets": (secrets, 401, 424),
    "tampering": (tampering, 425, 434),
    "leaks": (leaks, 435, 439),
    "secret-types": (secret_types, 440, 464),
    "rotation": (rotation, 465, 479),
    "prompts": (prompts, 501, 534),
    "prompt-versions": (prompt_versions, 535, 549),
    "prompt-variants": (prompt_variants, 550, 564),
    "prompt-safety": (prompt_safety, 565, 579),
    "prompt-tests": (prompt_tests, 580, 589),
    "token-budget": (token_budget, 590, 599),
    "models": (models, 601, 619),
    "compatibility": (compatibility, 620, 659),
    "chains": (chains, 660, 679),
    "cost": (cost, 680, 689),
    "bundle": (bundle, 701, 749),
    "emit": (emit, 750, 799),
    "classification": (classification, 801, 899),
    "tests": (value_tests, 900, 909),
}
ALL = [each for module, _, _ in RANGES.values() for each in module.RULES]


def test_each_code_and_name_stands_once() -> None:
    assert len({each.code for each in ALL}) == len(ALL)
    assert len({each.name for each in ALL}) == len(ALL)
    assert list(RULES) == [each.code for each in ALL]


@pytest.mark.parametrize("group", RANGES)
def test_codes_lie_in_the_range_of_their_group(group: str) -> None:
    module, first, last = RANGES[group]

    codes = [each.code for each in module.RULES]
    assert codes == sorted(codes)
    for each in module.RULES:
        assert re.fullmatch(r"GCT\d{3}", each.code)
        assert first <= int(each.code[3:]) <= last
        assert each.group == group


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_each_rule_says_everything(each: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", each.name)
    for text in (each.summary, each.why):
        assert text.strip() == text
        assert text.endswith(".")
        assert "TODO" not in text
    assert "\n" not in each.summary
    assert each.failing.strip()
    assert each.fixed.strip()
    assert each.failing != each.fixed
    assert isinstance(each.severity, Severity)


def test_a_rule_is_found_by_its_code() -> None:
    assert rule("GCT012").name == "duplicate-key"
    with pytest.raises(KeyError):
        rule("GCT999")


@pytest.mark.parametrize("text", ["GCT012", "gct012", "duplicate-key", "Duplicate-Key"])
def test_a_rule_is_found_by_code_or_name_in_any_case(text: str) -> None:
    assert find_rule(text) is rule("GCT012")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("duplicate-kye", "GCT012"),
        ("final-overriden", "GCT105"),
        ("gct105", "GCT105"),
        ("GCT0105", "GCT105"),
        ("hello", None),
        ("", None),
    ],
)
def test_the_rule_that_was_probably_meant(text: str, code: str | None) -> None:
    found = nearest_rule(text)

    assert (found.code if found else None) == code


# Each of these was thought about: docs/validating.md gives the reasons.
GUARDED = ["GCT105", "GCT301", "GCT401", "GCT402", "GCT405", "GCT407", "GCT409"]
GUARDED += ["GCT412", "GCT413", "GCT414", "GCT415", "GCT416", "GCT417"]
GUARDED += ["GCT425", "GCT426", "GCT427", "GCT429", "GCT430", "GCT432"]
GUARDED += ["GCT444", "GCT447", "GCT448", "GCT450", "GCT451", "GCT454", "GCT456", "GCT457"]
GUARDED += ["GCT458", "GCT459", "GCT460", "GCT461", "GCT462"]
GUARDED += ["GCT801", "GCT811", "GCT812", "GCT813", "GCT814", "GCT821", "GCT831"]
GUARDED += ["GCT535"]
GUARDED += ["GCT435", "GCT436", "GCT602", "GCT603", "GCT604"]
GUARDED += ["GCT620", "GCT621", "GCT622", "GCT623", "GCT624", "GCT629"]
FREE_ERRORS = [f"GCT{number}" for number in range(201, 210)]
FREE_ERRORS += ["GCT441", "GCT442", "GCT445"]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_who_may_silence_a_rule(each: Rule) -> None:
    """A warning: anyone. An error: nobody. All exceptions are listed above."""
    expected = Silencing.FIXED if each.severity is Severity.ERROR else Silencing.FREE
    if each.code in GUARDED:
        expected = Silencing.GUARDED
    elif each.code in FREE_ERRORS:
        expected = Silencing.FREE
    elif each.code == "GCT044":  # silencing it would keep every other suppression for ever
        expected = Silencing.FIXED

    assert each.silencing is expected


def test_a_place_is_shown_as_editors_understand_it() -> None:
    assert str(Span("base/é.yaml", 3, 16, 3, 19)) == "base/é.yaml:3:16"


def test_places_sort_as_a_reader_goes() -> None:
    places = [Span("b", 1), Span("a", 10), Span("a", 9, 2), Span("a", 9, 1)]

    assert sorted(places) == [Span("a", 9, 1), Span("a", 9, 2), Span("a", 10), Span("b", 1)]


def test_diagnostics_are_values() -> None:
    one, two = Diagnostic("GCT010", "m", Span("a")), Diagnostic("GCT010", "m", Span("a"))

    assert one == two
    assert hash(one) == hash(two)
