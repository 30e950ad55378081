"""Many bundles in a few words: short, and true of exactly these bundles."""

from collections.abc import Iterable

import pytest

from gitconfig_tool.report.bundle_names import count_bundles, name_bundles, plural

ENVIRONMENTS = ("development", "staging", "production")
TENANTS = tuple(f"t{number:02}" for number in range(50))


def _dimensions(
    environments: Iterable[str] = ENVIRONMENTS, tenants: Iterable[str] = TENANTS
) -> dict[str, dict[str, str]]:
    """Return bundles for each environment, and for each tenant in it."""
    found: dict[str, dict[str, str]] = {}
    for environment in environments:
        found[environment] = {"environment": environment}
        for tenant in tenants:
            found[f"{environment}/{tenant}"] = {"environment": environment, "tenant": tenant}
    return found


LARGE = _dimensions()


def _of(environment: str, number: int, *, own: bool = True) -> list[str]:
    tenants = [f"{environment}/{tenant}" for tenant in TENANTS[:number]]
    return [environment, *tenants] if own else tenants


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ([], "no bundle"),
        (["production"], "production"),
        (["production/t01"], "production/t01"),
        # The order is the project's, whatever was given.
        (["production", "development"], "development, production"),
        (["production/t01", "production/t01"], "production/t01"),
        (["production", "production/t01", "production/t00"],
         "production, production/t00, production/t01"),
        (list(LARGE), "all 153 bundles"),
        (_of("production", 38), "production and 38 of 50 tenants"),
        (_of("production", 50), "production and all 50 tenants"),
        (_of("production", 50, own=False), "all 50 tenants of production"),
        (_of("production", 38, own=False), "38 of 50 tenants of production"),
        (_of("staging", 50) + _of("production", 50),
         "every bundle but those of development"),
        (_of("staging", 50, own=False) + _of("production", 50, own=False),
         "all 50 tenants of staging, production"),
        (_of("staging", 7) + _of("production", 7),
         "staging, production and 7 of 50 tenants of each"),
        (_of("staging", 2) + _of("production", 2),
         "staging, production and tenants t00, t01 of each"),
        (_of("staging", 1) + _of("production", 1),
         "staging, production and tenant t00 of each"),
        ([*_of("production", 50), "staging"], "staging; production and all 50 tenants"),
        (_of("staging", 3) + _of("production", 50),
         "staging and 3 of 50 tenants; production and all 50 tenants"),
        ([name for name in LARGE if name != "development"], "every bundle but development"),
        ([name for name in LARGE if name not in ("development", "staging/t03")],
         "every bundle but development, staging/t03"),
        ([name for name in LARGE if not name.startswith("development/")],
         "development; staging, production and all 50 tenants of each"),
    ],
)  # fmt: skip
def test_bundles_are_named_in_few_words(chosen: list[str], name: str) -> None:
    assert name_bundles(chosen, LARGE) == name


def test_a_tenant_in_all_environments_is_named_once() -> None:
    four = _dimensions(("dev", "test", "staging", "production"))
    chosen = [f"{name}/t07" for name in ("dev", "test", "staging", "production")]

    assert name_bundles(chosen, four) == "tenant t07 of all 4 environments"
    assert name_bundles([*chosen, "production/t08"], four) == (
        "tenant t07 of dev, test, staging; tenants t07, t08 of production"
    )


def test_two_bundles_are_both() -> None:
    two = {name: {"environment": name} for name in ("development", "production")}

    assert name_bundles(two, two) == "both bundles"


def test_one_bundle_is_named_even_where_there_is_no_other() -> None:
    assert name_bundles(["main"], {"main": {}}) == "main"


def test_both_tenants() -> None:
    small = _dimensions(tenants=("acme", "globex"))
    chosen = ["staging", "staging/acme", "staging/globex", "production", "production/globex"]

    assert name_bundles(chosen, small) == ("staging and both tenants; production and tenant globex")


def test_environments_with_other_numbers_of_tenants() -> None:
    odd = {
        **_dimensions(("dev", "staging"), TENANTS[:3]),
        **_dimensions(("production", "emergency"), TENANTS),
    }
    whole = [name for name in odd if name.startswith(("staging", "production"))]

    assert name_bundles(whole, odd) == "staging, production and all tenants of each"


def test_bundles_that_are_too_mixed_are_counted_for_each_environment() -> None:
    four = _dimensions(("dev", "test", "staging", "production"))
    chosen = [
        name
        for at, environment in enumerate(("dev", "test", "staging", "production"))
        for name in (f"{environment}/{tenant}" for tenant in TENANTS[at : 2 * at + 4])
    ]

    # 4, 5, 6 and 7 of them: no two environments have the same ones.
    assert name_bundles(chosen, four) == (
        "22 of 204 bundles (4 of dev, 5 of test, 6 of staging, 7 of production)"
    )


def test_bundles_of_several_other_dimensions_are_other_bundles() -> None:
    bundles = {"production": {"environment": "production"}}
    for tenant in ("acme", "globex", "initech"):
        for region in ("eu", "us"):
            bundles[f"production/{tenant}/{region}"] = {
                "environment": "production",
                "tenant": tenant,
                "region": region,
            }
    bundles["staging"] = {"environment": "staging"}
    bundles["development"] = {"environment": "development"}
    bundles["test"] = {"environment": "test"}

    whole = [name for name in bundles if name.startswith("production")]
    assert name_bundles(whole, bundles) == "production and all 6 other bundles"
    assert name_bundles(whole[:5], bundles) == "production and 4 of 6 other bundles"


def test_bundles_without_dimensions_are_listed() -> None:
    plain: dict[str, dict[str, str]] = {name: {} for name in "abcdefgh"}

    assert name_bundles("abcde", plain) == "a, b, c and 2 more"
    assert name_bundles("abcdefg", plain) == "every bundle but h"


def test_a_bundle_that_lacks_the_first_dimension_is_not_lost() -> None:
    mixed = {
        **{name: {"environment": name} for name in ("a", "b", "c", "d", "e")},
        "one": {"host": "one"},
        "two": {"host": "two"},
        "three": {"host": "three"},
        "four": {"host": "four"},
    }

    assert name_bundles(["a", "b", "c", "d", "one"], mixed) == "a, b, c and 2 more"


def test_a_name_that_nobody_knows_is_told_last() -> None:
    assert name_bundles(["gone", "staging"], LARGE) == "staging, gone"


def test_names_do_not_depend_on_the_order_given() -> None:
    chosen = _of("production", 38)

    assert name_bundles(reversed(chosen), LARGE) == name_bundles(chosen, LARGE)


def test_counting() -> None:
    assert count_bundles(_of("production", 38), LARGE) == "39 of 153 bundles"
    assert count_bundles(LARGE, LARGE) == "all 153 bundles"
    assert count_bundles(["a"], {"a": {}}) == "the only bundle"


@pytest.mark.parametrize(
    ("one", "many"),
    [("tenant", "tenants"), ("city", "cities"), ("day", "days"), ("class", "classes")],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many
