"""`gitconfig-tool test`: what holds, what does not, and what is looked for in vain."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.projects import MakeTool, Tool, commit, git

CASES = Path(__file__).parents[2] / "cases"
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {protected: true}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
schemas: [{match: service, schema: schemas/service.schema.json}]
policies: [policies/]
"""
SCHEMA = '{"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 1}}}'
POLICY = """\
package main

deny contains msg if {
  data.gitconfig_tool.bundle.protected
  input.replicas < 2
  msg := "too few replicas"
}
"""
FILES = {
    "base/service.yaml": """\
replicas: 1
timeout: 30
ports: [{name: http, port: 80}, {name: grpc, port: 9000}]
limits: {cpu: 1, memory: 512}
prompt: !prompt greeting@^1.0
token: !secret secrets/providers#/openai
""",
    "environments/production/service.yaml": "replicas: 3\ntimeout: 20\n",
    "environments/development/debug.yaml": "level: 3\n",
    "base/secrets/providers.sops.yaml": (
        CASES / "GCT153" / "key" / "base" / "secrets" / "providers.sops.yaml"
    ).read_text(encoding="utf-8"),
    "prompts/greeting/1.2.0.prompt.yaml": "template: Hello\n",
    "schemas/service.schema.json": SCHEMA,
    "policies/main.rego": POLICY,
}


@pytest.fixture
def make(make_tool: MakeTool) -> Any:
    """Return a function that makes the project with tests of `production`."""

    def build(*tests: Mapping[str, Any], bundle: Any = "production") -> Tool:
        content = {
            "bundle": bundle,
            "tests": [{"name": f"test {number}", **each} for number, each in enumerate(tests)],
        }
        text = yaml.safe_dump(content, sort_keys=False)
        return make_tool({**FILES, "tests/service.test.yaml": text}, PROJECT)

    return build


def _report(tool: Tool, *arguments: str) -> dict[str, Any]:
    _, out, err = tool("test", "--format", "json", *arguments)
    assert err == "", err
    report: dict[str, Any] = json.loads(out)
    return report


def _outcomes(report: Mapping[str, Any]) -> list[str]:
    return [each["outcome"] for each in report["tests"]]


@pytest.mark.parametrize(
    "holds",
    [
        {"value": "service#/replicas", "equals": 3},
        {"value": "service#/replicas", "equals": 3.0},
        {"value": "service#/limits", "equals": {"memory": 512, "cpu": 1}},
        {"value": "service#/ports/1/port", "equals": 9000},
        {"value": "service", "includes": {"limits": {"cpu": 1}, "ports": [{"port": 9000}]}},
        {"value": "service#/timeout", "schema": {"type": "integer", "maximum": 60}},
        {"value": "service", "schema": "schemas/service.schema.json"},
        {"value": "service#/debug", "absent": True},
        {"value": "debug", "absent": True},
        {"value": "debug#/level", "absent": True},
        {"value": "*#/password", "absent": True},
        {"value": "service#/token", "secret": True},
        {"value": "service#/token", "secret": "secrets/providers#/openai"},
        {"value": "service#/prompt", "prompt": "greeting"},
        {"value": "service#/prompt", "prompt": "greeting@^1.1"},
        {"value": "service#/prompt", "equals": {"$prompt": "greeting@1.2.0"}},
        {"value": "service", "rego": "input.replicas >= 2\ninput.timeout < 30\n"},
        {"value": "service#/replicas", "rego": "data.gitconfig_tool.bundle.protected\ninput > 1"},
        {"value": "**#/limits/*", "schema": {"type": "integer"}},
        {"value": "service", "with": {"replicas": 1}, "refused": True},
        {
            "value": "service",
            "with": {"replicas": 1},
            "refused": {"by": "main.deny", "message": "replicas"},
        },
        {"value": "service", "with": {"replicas": 1}, "refused": {"by": "main"}},
        {"value": "service", "with": {"replicas": 0}, "refused": {"by": "GCT204"}},
        {"value": "service", "with": {"token": "in the clear", "replicas": 1}, "refused": True},
    ],
    ids=lambda each: "-".join(str(key) for key in each),
)
def test_what_holds(holds: Mapping[str, Any], make: Any) -> None:
    tool = make(holds)

    report = _report(tool)

    assert _outcomes(report) == ["passed"], report["tests"]
    assert report["tests"][0]["checked"] >= 1
    assert tool("test")[0] == 0


@pytest.mark.parametrize(
    ("wrong", "message", "values"),
    [
        (
            {"value": "service#/replicas", "equals": 2},
            "expected an equal value",
            {"expected": 2, "found": 3},
        ),
        (
            {"value": "service#/replicas", "equals": True},
            "expected an equal value",
            {"expected": True, "found": 3},
        ),
        (
            {"value": "service#/limits", "equals": {"cpu": 1}},
            "expected an equal value",
            {"found": 512},
        ),
        (
            {"value": "service", "includes": {"limits": {"disk": 1}}},
            "expected a further key",
            {"expected": 1},
        ),
        (
            {"value": "service#/ports", "includes": [{"port": 81}]},
            "expected an item of the list, found none such",
            {
                "expected": {"port": 81},
                "found": [{"name": "http", "port": 80}, {"name": "grpc", "port": 9000}],
            },
        ),
        (
            {"value": "service#/timeout", "schema": {"maximum": 10}},
            "expected a value that fits the schema: 20 is greater than the maximum of 10",
            {"found": 20},
        ),
        (
            {"value": "service#/timeout", "absent": True},
            "expected no value, found one",
            {"found": 20},
        ),
        (
            {"value": "service#/timeout", "secret": True},
            "expected a link to a secret, found a value in the clear",
            {},
        ),
        (
            {"value": "service#/token", "secret": "secrets/providers#/mistral"},
            "expected a link to secrets/providers#/mistral, found one to secrets/providers#/openai",
            {},
        ),
        (
            {"value": "service#/prompt", "equals": "greeting"},
            "expected an equal value",
            {
                "expected": "greeting",
                "found": {"$prompt": "greeting@1.2.0"},
                "hint": "the value is a link: test it with prompt: ID@RANGE in place of equals",
            },
        ),
        (
            {"value": "service#/prompt", "prompt": "greeting@^2"},
            "expected another prompt version",
            {"expected": "greeting@^2", "found": "greeting@1.2.0"},
        ),
        (
            {"value": "service#/replicas", "rego": "# a remark\ninput > 2\ninput > 5"},
            "expected that it holds: input > 2; input > 5",
            {"found": 3},
        ),
        (
            {"value": "service", "refused": True},
            "expected the document to be refused, found that it is accepted",
            {},
        ),
        (
            {"value": "service", "with": {"replicas": 1}, "refused": {"by": "main.violation"}},
            "expected a refusal by main.violation, found another reason: "
            "main.deny: too few replicas",
            {},
        ),
    ],
)
def test_what_does_not_hold(
    wrong: Mapping[str, Any], message: str, values: Mapping[str, Any], make: Any
) -> None:
    tool = make(wrong)

    report = _report(tool)

    assert _outcomes(report) == ["failed"]
    failure = report["tests"][0]["failures"][0]
    assert failure["message"] == message
    told = {key: failure[key] for key in ("expected", "found", *values) if key in failure}
    assert told == values
    assert failure["bundle"] == "production"
    assert tool("test")[0] == 1


@pytest.mark.parametrize(
    ("vain", "message"),
    [
        (
            {"value": "service#/replcas", "equals": 3},
            "expected a value at service#/replcas, found no 'replcas'",
        ),
        ({"value": "servce#/replicas", "equals": 3}, "servce"),
        (
            {"value": "*/nowhere#/x", "equals": 3},
            "expected a value that matches in one bundle at least, found none in any",
        ),
        (
            {"value": "service#/limts/cpu", "absent": True},
            "expected a value that another bundle has, or one around it here, found neither",
        ),
        (
            {"value": "dbug", "absent": True},
            "expected a value that another bundle has, or one around it here, found neither",
        ),
        ({"value": "service#/replicas", "schema": "schemas/servce.schema.json"}, "servce"),
        ({"value": "service#/replicas", "rego": "startswith(input, 'a')"}, None),
    ],
)
def test_a_slip_is_never_a_pass(vain: Mapping[str, Any], message: str | None, make: Any) -> None:
    tool = make(vain)

    code, out, _ = tool("test")

    assert code == 1
    if message is not None:
        assert message in out
        assert _outcomes(_report(tool)) == ["error"]


def test_failures_show_where_a_value_comes_from(make: Any) -> None:
    tool = make({"value": "service#/timeout", "equals": 10}, bundle="*")

    code, out, err = tool("test")

    assert (code, err) == (1, "")
    assert out == (
        "tests/service.test.yaml\n"
        "  FAIL  test 0\n"
        "        development\n"
        "          service#/timeout\n"
        "          expected an equal value\n"
        "            expected  10\n"
        "            found     30\n"
        "            set at    base/service.yaml:2:10\n"
        "        production\n"
        "          service#/timeout\n"
        "          expected an equal value\n"
        "            expected  10\n"
        "            found     20\n"
        "            set at    environments/production/service.yaml:2:10\n"
        "\n"
        "1 test: 0 passed, 1 failed\n"
    )


def test_a_failure_of_several_bundles_is_told_once(make: Any) -> None:
    tool = make({"value": "service#/limits/cpu", "equals": 2}, bundle=["development", "prod*"])

    _, out, _ = tool("test")

    assert out.count("set at") == 1
    assert "        development, production\n" in out


def test_what_may_be_a_secret_is_not_shown(make_tool: MakeTool) -> None:
    # Fake, and made for this test.
    fake = "not-a-real-" + "password"
    test = "{name: no password, value: 'service#/password', schema: {maxLength: 3}}"
    other = "{name: equal, value: 'service#/password', equals: other}"
    tool = make_tool(
        {
            "base/service.yaml": f"password: {fake}\n",
            "tests/a.test.yaml": f"bundle: production\ntests:\n  - {test}\n  - {other}\n",
        }
    )

    for output in ("text", "json", "junit"):
        code, out, err = tool("test", "--format", output)
        assert code == 1
        assert fake not in out + err
        assert "may be a secret" in out


def test_tests_are_chosen_by_name_bundle_and_file(make: Any) -> None:
    tool = make(
        {"name": "Replicas are three", "value": "service#/replicas", "equals": 3},
        {"name": "timeouts are short", "value": "service#/timeout", "schema": {"maximum": 20}},
        bundle=["development", "production"],
    )

    assert _outcomes(_report(tool)) == ["failed", "failed"]
    assert _outcomes(_report(tool, "-k", "replicas")) == ["failed"]
    assert _outcomes(_report(tool, "--bundle", "production")) == ["passed", "passed"]
    assert _outcomes(_report(tool, "tests/service.test.yaml")) == ["failed", "failed"]
    for arguments, said in (
        (("-k", "replics"), "expected a part of a test's name after -k, found 'replics'"),
        (("--bundle", "prodution"), "did you mean 'production'?"),
        (("tests/servce.test.yaml",), "did you mean tests/service.test.yaml?"),
    ):
        code, out, err = tool("test", *arguments)
        assert (code, out) == (4, "")
        assert said in err


def test_other_revisions_are_read(make: Any) -> None:
    tool = make({"value": "service#/timeout", "equals": 20})
    first = "HEAD~1"
    commit(tool.folder, "Slow", 2, {"environments/production/service.yaml": "timeout: 50\n"})

    assert _outcomes(_report(tool)) == ["failed"]
    assert _outcomes(_report(tool, "--rev", first)) == ["passed"]
    assert _report(tool, "--staged")["snapshot"] == "index"


def test_what_is_broken_is_an_error_of_the_test(make: Any) -> None:
    tool = make({"value": "service#/timeout", "equals": 20})
    commit(tool.folder, "Break", 2, {"environments/production/service.yaml": "a: [1\n"})

    code, out, _ = tool("test")

    assert code == 1
    assert "expected service to compile, found errors" in out


def test_policy_unit_tests_are_run(make_tool: MakeTool) -> None:
    rego = """\
package main_test

import data.main

test_few if count(main.deny) == 1 with input as {"replicas": 1} with data.gitconfig_tool.bundle \
as {"protected": true}

test_enough if count(main.deny) == 1 with input as {"replicas": 3}

test_odd if startswith(input.name, "a") with input as {"name": 1}

todo_test_later if false
"""
    tool = make_tool({**FILES, "policies/main_test.rego": rego}, PROJECT)

    report = _report(tool)

    assert [(each["name"], each["outcome"]) for each in report["tests"]] == [
        ("main_test.test_few", "passed"),
        ("main_test.test_enough", "failed"),
        ("main_test.test_odd", "failed"),
        ("main_test.todo_test_later", "skipped"),
    ]
    assert {each["subject"] for each in report["tests"]} == {"policy"}
    code, out, _ = tool("test")
    assert code == 1
    assert "4 tests: 1 passed, 2 failed, 1 skipped\n" in out
    assert "expected the rule to be true, found that it is not, at policies/main_test.rego:7:1" in (
        out
    )


def test_a_unit_test_that_does_not_compile_fails(make_tool: MakeTool) -> None:
    broken = "package main_test\n\ntest_x if {\n  count(data.main.deny) ==\n}\n"
    tool = make_tool({**FILES, "policies/main_test.rego": broken}, PROJECT)

    code, out, _ = tool("test")

    assert code == 1
    assert "error[GCT904]" in out
    assert "no tests, 1 error in the files\n" in out


def test_junit_names_files_and_tests(make: Any) -> None:
    tool = make(
        {"value": "service#/replicas", "equals": 3},
        {"name": 'a < b & "c"', "value": "service#/replicas", "equals": 4},
    )

    code, out, _ = tool("test", "--format", "junit")

    assert code == 1
    root = ElementTree.fromstring(out)
    assert root.attrib == {
        "name": "gitconfig-tool test",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
    }
    passed, failed = root.iter("testcase")
    assert passed.attrib["name"] == "test 0"
    assert list(passed) == []
    assert failed.attrib["name"] == 'a < b & "c"'
    assert failed[0].text == (
        "production\nservice#/replicas\nexpected an equal value\n  expected  4\n  found     3\n"
        "  set at    environments/production/service.yaml:1:11"
    )


def test_a_project_without_tests_says_how_to_begin(make_tool: MakeTool) -> None:
    tool = make_tool({"base/service.yaml": "a: 1\n"})

    assert tool.printed("test") == (
        "no tests\nwrite the first one into tests/first.test.yaml: see docs/testing.md\n"
    )


def test_the_check_before_a_commit_looks_at_changed_tests_alone(make: Any) -> None:
    tool = make({"value": "service#/replicas", "equals": 3})
    broken = "bundle: production\ntests: [{name: a, value: service, equal: 1}]\n"
    commit(tool.folder, "Broken", 2, {"tests/old.test.yaml": broken})
    (tool.folder / "tests" / "new.test.yaml").write_text(broken, encoding="utf-8")
    git(tool.folder, "add", "-A")

    code, out, _ = tool("validate", "--staged", "--affected")

    assert code == 1
    assert "error[GCT900]" in out
    assert "tests/new.test.yaml:2" in out
    assert "tests/old.test.yaml" not in out
