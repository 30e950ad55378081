"""GCT900-GCT909: the files that say what must hold of compiled values."""

from gitconfig_tool.diagnostics.model import Rule


def _test(rest: str, head: str = "bundle: production\n") -> str:
    return f"{head}tests:\n  - name: a is one\n    value: doc#/a\n    {rest}"


RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT900",
        name="test-file",
        group="tests",
        summary="A file of tests has a key or a value that no test knows.",
        why="The test would check less than it says.",
        failing=_test("equal: 1"),
        fixed=_test("equals: 1"),
    ),
    Rule(
        code="GCT901",
        name="test-bundle",
        group="tests",
        summary="A test names a bundle that does not exist.",
        why="It would look at nothing, and pass.",
        failing=_test("equals: 1", "bundle: prod\n"),
        fixed=_test("equals: 1"),
    ),
    Rule(
        code="GCT902",
        name="test-expectation",
        group="tests",
        summary="A test expects something that can never be met or looked at.",
        why="A schema, a range of versions or a condition that is wrong tells nothing of a value.",
        failing=_test("rego: input >="),
        fixed=_test("rego: input >= 1"),
    ),
    Rule(
        code="GCT903",
        name="test-name",
        group="tests",
        summary="Two tests of a file have the same name.",
        why="A report could not say which of them has failed.",
        failing=_test("equals: 1\n  - {name: a is one, value: 'doc#/a', equals: 1}"),
        fixed=_test("equals: 1\n  - {name: a is a number, value: 'doc#/a', equals: 1}"),
    ),
    Rule(
        code="GCT904",
        name="policy-test",
        group="tests",
        summary="A unit test of policies cannot be compiled.",
        why="A test that does not run has not passed.",
        failing="package p_test\n\nimport data.p\n\ntest_few if {\n  count(p.deny) ==\n}",
        fixed="package p_test\n\nimport data.p\n\ntest_few if {\n  count(p.deny) == 0\n}",
    ),
)
