"""`include` and `exclude`: which combinations of values are bundles."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.project import bind_bundles
from tests.unit.project.projects import at, bound, good, only, read

DIMENSIONS = (
    "{environment: {development: {}, staging: {inherits: development},"
    " production: {inherits: staging}},"
    " tenant: {acme: {region: eu-west-1, dedicated: true, tier: 1},"
    " globex: {region: us-east-1, tier: 2}, initech: {region: eu-north-1, tier: 2}}}"
)
BOTH = '"{environment}/{tenant}"'


def names(matrix: str, template: str = BOTH) -> list[str]:
    return list(bound(good(DIMENSIONS, bundles=f"[{{name: {template}, {matrix}}}]")))


ALL = [
    f"{environment}/{tenant}"
    for environment in ("development", "staging", "production")
    for tenant in ("acme", "globex", "initech")
]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        # One key is enough to match; the value is the bundle's own, not one that it inherits.
        ("include: [{environment: staging}]", ALL[3:6]),
        # A list, and a glob: one of them is enough.
        ("include: [{environment: [staging, production]}]", ALL[3:]),
        ("include: [{environment: '*ing'}]", ALL[3:6]),
        ("include: [{tenant: ['ac*', 'glob?x'], environment: production}]", ALL[6:8]),
        # Every key of an entry must match; every entry adds.
        (
            "include: [{environment: production, tenant: initech}, {environment: development}]",
            [*ALL[0:3], ALL[8]],
        ),
        # An attribute; one that a value lacks matches nothing.
        ("include: [{tenant.region: 'eu-*'}]", [ALL[0], ALL[2], ALL[3], ALL[5], ALL[6], ALL[8]]),
        ("include: [{tenant.dedicated: true}]", [ALL[0], ALL[3], ALL[6]]),
        ("include: [{tenant.dedicated: '*'}]", [ALL[0], ALL[3], ALL[6]]),
        ("include: [{tenant.tier: 2, environment: staging}]", ALL[4:6]),
        # A dimension and its attribute in one entry.
        ("include: [{tenant.region: 'eu-*', tenant: 'i*'}]", [ALL[2], ALL[5], ALL[8]]),
        ("exclude: [{environment: development}]", ALL[3:]),
        ("exclude: [{environment: development, tenant: globex}]", [ALL[0], *ALL[2:]]),
        (
            "exclude: [{environment: [development, staging]}, {tenant.region: us-east-1}]",
            [ALL[6], ALL[8]],
        ),
        # What is excluded stays so, whatever includes it.
        (
            "include: [{environment: production}, {tenant: acme}],"
            " exclude: [{environment: production, tenant: acme}]",
            [ALL[0], ALL[3], ALL[7], ALL[8]],
        ),
    ],
)
def test_which_combinations_are_bundles(matrix: str, expected: list[str]) -> None:
    assert names(matrix) == expected


def test_each_template_has_its_own_matrix() -> None:
    text = (
        "[{name: '{environment}', exclude: [{environment: development}]},"
        f" {{name: {BOTH}, include: [{{environment: production, tenant: acme}}]}}]"
    )

    assert list(bound(good(DIMENSIONS, bundles=text))) == [
        "staging",
        "production",
        "production/acme",
    ]


def test_bundles_stay_in_the_order_of_the_values() -> None:
    assert names("include: [{tenant: initech}, {tenant: acme}]", '"{tenant}"') == [
        "acme",
        "initech",
    ]


def test_a_matrix_of_many_values_that_leaves_few() -> None:
    """700 x 700 combinations are too many to list, and 700 are not."""
    hosts = ", ".join(f"h{number}: {{}}" for number in range(700))
    dimensions = f"{{host: {{{hosts}}}, peer: {{{hosts}}}}}"
    chosen = "include: [{peer: h1}]"

    assert len(bound(good(dimensions, bundles=f"[{{name: '{{host}}/{{peer}}', {chosen}}}]"))) == 700
    for matrix, count in (
        ("exclude: [{peer: h1}]", "490,000"),
        ("include: [{host: h*}]", "490,000"),
    ):
        project = good(dimensions, bundles=f"[{{name: '{{host}}/{{peer}}', {matrix}}}]")
        bundles, diagnostics = bind_bundles(project)
        assert bundles == ()
        assert [(each.code, each.message) for each in diagnostics] == [
            ("GCT040", f"expected at most 20,000 bundles, found {count} from this template")
        ]


# --- what can be wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "message", "column", "length", "hint"),
    [
        (
            "exclude: [{tenent: acme}]",
            "a dimension of the bundle's name in an exclude entry, found 'tenent'",
            12,
            6,
            "did you mean 'tenant'?",
        ),
        (
            "include: [{zone: acme}]",
            "a dimension of the bundle's name in an include entry, found 'zone'",
            12,
            4,
            "its dimensions: environment, tenant",
        ),
        (
            "include: [{tenant.regoin: eu}]",
            "an attribute of 'tenant' in an include entry, found 'regoin'",
            12,
            13,
            "did you mean 'tenant.region'?",
        ),
        (
            "include: [{tenant.zone: eu}]",
            "an attribute of 'tenant' in an include entry, found 'zone'",
            12,
            11,
            "no value of 'tenant' has it",
        ),
        (
            "exclude: [{environment: prodction}]",
            "a value of 'environment', found 'prodction'",
            25,
            9,
            "did you mean 'production'?",
        ),
        (
            "exclude: [{environment: [staging, qa]}]",
            "a value of 'environment', found 'qa'",
            35,
            2,
            "known: development, staging, production",
        ),
        (
            "exclude: [{tenant.region: eu-west-2}]",
            "a value of 'tenant.region', found 'eu-west-2'",
            27,
            9,
            "did you mean 'eu-west-1'?",
        ),
    ],
)
def test_names_that_do_not_exist(
    matrix: str, message: str, column: int, length: int, hint: str
) -> None:
    before = len(f"bundles: [{{name: {BOTH}, ")

    assert only(DIMENSIONS, bundles=f"[{{name: {BOTH}, {matrix}}}]") == Diagnostic(
        "GCT047",
        f"expected {message}",
        at(5, before + column, before + column + length),
        hint=hint,
    )


def test_a_dimension_that_the_name_leaves_out() -> None:
    found = only(DIMENSIONS, bundles="[{name: '{environment}', exclude: [{tenant: acme}]}]")

    assert found == Diagnostic(
        "GCT047",
        "expected a dimension of the bundle's name in an exclude entry, found 'tenant'",
        at(5, 46, 52),
        hint="write '{tenant}' into the name, or take 'tenant' out of the entry",
    )


def test_a_bundle_without_dimensions() -> None:
    found = only(DIMENSIONS, bundles="[{name: all, exclude: [{zone: a}]}]")

    assert found.hint == "its dimensions: none"


@pytest.mark.parametrize(
    ("matrix", "message", "hint"),
    [
        (
            "include: production",
            "expected a list for include, found 'production'",
            "write include: [{environment: production}]",
        ),
        (
            "exclude: []",
            "expected at least one entry for exclude, found a list",
            "write exclude: [{environment: staging, tenant: acme}]",
        ),
        (
            "exclude: [production]",
            "expected at least one 'DIMENSION: VALUE' for an exclude entry, found 'production'",
            "write {environment: production}, or a list of values: [eu-1, 'us-*']",
        ),
        (
            "include: [{}]",
            "expected at least one 'DIMENSION: VALUE' for an include entry, "
            "found a mapping with no key",
            "write {environment: production}, or a list of values: [eu-1, 'us-*']",
        ),
        (
            "include: [{tenant: }]",
            "expected a value, or a list of values for a matrix key, found nothing",
            "write {environment: production}, or a list of values: [eu-1, 'us-*']",
        ),
        (
            "include: [{tenant: []}]",
            "expected at least one value for a matrix key, found a list",
            "write {environment: production}, or a list of values: [eu-1, 'us-*']",
        ),
        (
            "include: [{tenant: [acme, {a: 1}]}]",
            "expected a value, or a list of values for a matrix key, found a mapping with a",
            "write {environment: production}, or a list of values: [eu-1, 'us-*']",
        ),
    ],
)
def test_entries_of_the_wrong_kind(matrix: str, message: str, hint: str) -> None:
    found = only(DIMENSIONS, bundles=f"[{{name: {BOTH}, {matrix}}}]")

    assert (found.code, found.message, found.hint) == ("GCT031", message, hint)


def test_a_template_with_a_wrong_entry_gives_no_bundles() -> None:
    """So that nothing is reported of bundles that the entry may have left out."""
    text = f"[{{name: {BOTH}, exclude: [{{tenent: acme}}]}}, {{name: '{{tenant}}'}}]"
    project, _ = read(DIMENSIONS, bundles=text)

    assert list(bound(project)) == ["acme", "globex", "initech"]


def idle(key: str, which: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "GCT042",
        f"expected an {key} entry to match a combination {which}, found none",
        span,
        hint="every key of the entry must match; remove the entry if it is no longer needed",
    )


def test_entries_that_match_nothing() -> None:
    text = (
        f"[{{name: {BOTH}, include: [{{tenant: 'x*'}}, {{environment: staging}}],"
        " exclude: [{environment: production}, {tenant: acme}]}]"
    )
    bundles, diagnostics = bind_bundles(good(DIMENSIONS, bundles=text))

    assert [bundle.name for bundle in bundles] == ALL[4:6]
    assert diagnostics == (
        idle("include", "that its dimensions have", at(5, 54, 68)),
        idle("exclude", "that 'include' keeps", at(5, 105, 130)),
    )


def test_an_entry_of_keys_that_never_meet() -> None:
    text = f"[{{name: {BOTH}, exclude: [{{tenant: acme, tenant.region: us-east-1}}]}}]"
    bundles, diagnostics = bind_bundles(good(DIMENSIONS, bundles=text))

    assert len(bundles) == 9
    assert [found.code for found in diagnostics] == ["GCT042"]


@pytest.mark.parametrize(
    ("matrix", "found", "hint"),
    [
        (
            "exclude: [{environment: '*'}]",
            "found that 'exclude' takes all 9",
            "remove an exclude entry, or the whole template",
        ),
        (
            "include: [{environment: production}], exclude: [{tenant: ['acme', '*e*']}]",
            "found that 'exclude' takes all 3",
            "remove an exclude entry, or the whole template",
        ),
        (
            "include: [{tenant: 'x*'}, {tenant: 'y*'}], exclude: [{tenant: acme}]",
            "found that no 'include' entry matches any",
            "correct an include entry, or remove the whole template",
        ),
    ],
)
def test_a_template_that_has_nothing_left(matrix: str, found: str, hint: str) -> None:
    """One report: the entries that match nothing are why, or follow from it."""
    text = f"[{{name: {BOTH}, {matrix}}}, {{name: fixed}}]"
    bundles, diagnostics = bind_bundles(good(DIMENSIONS, bundles=text))

    assert [bundle.name for bundle in bundles] == ["fixed"]
    assert diagnostics == (
        Diagnostic(
            "GCT043",
            "expected a combination to be left for the bundles '{environment}/{tenant}', " + found,
            at(5, 18, 42),
            hint=hint,
        ),
    )


def test_nothing_follows_from_values_that_are_not_known() -> None:
    """The source of the values is wrong: which of them an entry means cannot be told."""
    found = only(
        "{tenant: {from: tenants/*}}",
        bundles="[{name: '{tenant}', include: [{tenant.region: eu, tenant: acme}]}]",
    )
    project, _ = read(
        "{tenant: {from: tenants/*}}",
        bundles="[{name: '{tenant}', include: [{tenant.region: eu, tenant: acme}]}]",
    )

    assert found.code == "GCT041"
    assert bind_bundles(project) == ((), ())
