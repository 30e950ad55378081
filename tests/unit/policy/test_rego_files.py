"""The Rego files that come with the tool: their own tests, and how they are written."""

from pathlib import Path

import pytest

from gitconfig_tool.builtin import builtin_names, builtin_text
from gitconfig_tool.diagnostics import RULES
from gitconfig_tool.policy import load_policies
from tests.unit.policy.rego import run_rego_tests


@pytest.mark.parametrize("folder", ["policies/security-baseline", "example-repo/policies"])
def test_rego_tests_hold(checkout: Path, folder: str) -> None:
    results = run_rego_tests(checkout / folder)

    assert [name for name, value in results.items() if value is not True] == []


def test_every_policy_has_tests() -> None:
    names = {name for name in builtin_names("policies") if name.endswith(".rego")}
    policies = {name for name in names if not name.endswith("_test.rego")}

    assert {name.replace(".rego", "_test.rego") for name in policies} <= names


def test_the_baseline_loads_without_a_word() -> None:
    files = {
        f"gitconfig-tool:{name}": (builtin_text("policies", name) or "").encode()
        for name in builtin_names("policies")
    }

    policies, diagnostics = load_policies(files)

    assert diagnostics == ()
    assert {rule.name: rule.warns for package in policies.packages for rule in package.rules} == {
        "security_baseline.exposure.deny": False,
        "security_baseline.exposure.warn": True,
        "security_baseline.secrets.deny": False,
        "security_baseline.transport.deny": False,
    }
    assert {".".join(each.path): set(each.bundle_facts) for each in policies.packages} == {
        "security_baseline.exposure": {"protected"},
        "security_baseline.secrets": set(),
        "security_baseline.transport": {"protected"},
    }


def test_the_codes_of_policies() -> None:
    codes = [code for code, rule in RULES.items() if rule.group == "policy"]

    assert codes == ["GCT301", "GCT302", "GCT303", "GCT304", "GCT305", "GCT306"]
