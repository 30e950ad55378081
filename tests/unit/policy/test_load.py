"""Loading of policies: what compiles, what does not, and what a package depends on."""

import subprocess
import sys
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.policy import Policies, load_policies


def load(**files: str) -> tuple[Policies, tuple[Diagnostic, ...]]:
    """Load files of the folder policies/, given by name."""
    return load_policies({f"policies/{name}.rego": text.encode() for name, text in files.items()})


def fault(text: str) -> Diagnostic:
    """Return the one diagnostic of a file."""
    policies, diagnostics = load(p=text)
    assert policies.packages == () or diagnostics[0].code == "GCT306"
    (diagnostic,) = diagnostics
    return diagnostic


def test_no_policies() -> None:
    policies, diagnostics = load()

    assert policies.packages == ()
    assert diagnostics == ()


def test_rules_are_found_by_conftests_names() -> None:
    policies, diagnostics = load(
        p="""package main
deny contains "a" if input.a
deny_unpinned_model contains "b" if input.b
violation contains "c" if input.c
warn_2 contains "d" if input.d
denying contains "e" if input.e
warn__x contains "f" if input.f
helper contains "g" if input.g
"""
    )

    assert diagnostics == ()
    (package,) = policies.packages
    assert [(rule.name, rule.warns) for rule in package.rules] == [
        ("main.deny", False),
        ("main.deny_unpinned_model", False),
        ("main.violation", False),
        ("main.warn_2", True),
    ]


def test_an_import_of_all_data_is_refused() -> None:
    # regorus takes it, and then finds nothing under the name: the rule would never deny.
    found = fault(
        """package main
import data as d
deny contains "x" if d.gitconfig_tool.bundle.name == "production"
"""
    )

    assert found.code == "GCT304"
    assert found.message == "expected the import of a package, found one of all data"
    assert found.span == Span("policies/p.rego", 2, 1, 2, 17)


def test_a_rule_knows_every_file_that_defines_it() -> None:
    policies, _ = load(
        b='package main\n\ndeny contains "b" if input.b\n',
        a='package main\ndeny contains "a" if input.a\ndeny contains "c" if input.c\n',
    )

    (rule,) = policies.packages[0].rules
    assert list(map(str, rule.places)) == [
        "policies/a.rego:2:1",
        "policies/a.rego:3:1",
        "policies/b.rego:3:1",
    ]


def test_tests_are_left_out() -> None:
    policies, diagnostics = load(p_test="package main\nthis is no Rego")

    assert policies.packages == ()
    assert diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "package main\ndeny[msg] { msg := input.a }\n",
        "package main\nimport future.keywords\ndeny contains msg if { msg := input.a }\n",
        "package main\nimport rego.v1\ndeny contains msg if { msg := input.a }\n",
    ],
    ids=["v0", "future.keywords", "rego.v1"],
)
def test_dialects(text: str) -> None:
    policies, diagnostics = load(p=text)

    assert diagnostics == ()
    values = policies.program.evaluate([("main", "deny")], {"a": "x"}, {})
    assert values == {("main", "deny"): ["x"]}


def test_v0_and_v1_side_by_side() -> None:
    policies, diagnostics = load(
        old="package main\ndeny[msg] { msg := data.lib.name }\n",
        new='package lib\nname := "lib" if true\n',
    )

    assert diagnostics == ()
    assert policies.program.evaluate([("main", "deny")], {}, {}) == {("main", "deny"): ["lib"]}


def test_a_syntax_error_has_its_place_and_no_backtrace() -> None:
    found = fault("package main\n\ndeny contains msg if {\n\tmsg :=\n}\n")

    assert found.code == "GCT304"
    assert found.span is not None
    assert (found.span.path, found.span.line) == ("policies/p.rego", 4)
    assert found.message.startswith("expected a Rego policy, found: ")
    assert "backtrace" not in found.message.lower()
    assert "\n" not in found.message


def test_a_variable_that_nothing_binds() -> None:
    found = fault('package main\ndeny contains "x" if { input.never; y > 1 }\n')

    assert found.code == "GCT304"
    assert str(found.span) == "policies/p.rego:2:37"
    assert "'y'" in found.message


def test_every_file_with_a_fault_is_told() -> None:
    policies, diagnostics = load(
        a="package a\ndeny contains",
        b='package b\ndeny contains "x" if { y > 1 }\n',
        c='package c\ndeny contains "x" if { z > 1 }\n',
        d='package d\ndeny contains "x" if input.x\n',
    )

    assert [found.span.path for found in diagnostics if found.span] == [
        "policies/a.rego",
        "policies/b.rego",
        "policies/c.rego",
    ]
    assert [package.path for package in policies.packages] == [("d",)]


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        ("crypto.sha256(input.a)", "expected a function that the engine has", "write the check"),
        ("coutn(input.a)", "found coutn", "did you mean count?"),
        ("data.lib.missing(1)", "which no file defines", "define the function"),
        ("data.lib.one(1, 2, 3)", "expected 1 argument for data.lib.one, found 3", "arguments"),
        ("one(1, 2, 3)", "expected 1 argument for one, found 3", "arguments"),
        ("count()", "expected 1 argument for count, found 0", "arguments"),
        ("one(1, x)", "expected 1 argument for one, found 2", "arguments"),
        ("regex.match(input.a)", "expected 2 arguments for regex.match, found 1", "arguments"),
    ],
)
def test_calls_are_checked_where_no_document_reaches_them(
    call: str, message: str, hint: str
) -> None:
    _, diagnostics = load(
        p=f'package main\none(x) := x\ndeny contains "x" if {{ input.never; {call} }}\n',
        lib="package lib\none(x) := x\n",
    )

    (found,) = diagnostics
    assert found.code == "GCT304"
    assert message in found.message
    assert hint in found.hint
    assert str(found.span) == "policies/p.rego:3:37"


def test_imports_and_result_arguments_are_understood() -> None:
    policies, diagnostics = load(
        p="""package main
import data.lib.text as words
import data.lib
deny contains m if { m := words.shout(input.a) }
deny contains m if { count(input.a, n); m := lib.text.shout(sprintf("%d", [n])) }
""",
        lib='package lib.text\nshout(x) := concat("", [upper(x), "!"])\n',
    )

    assert diagnostics == ()
    values = policies.program.evaluate([("main", "deny")], {"a": "hi"}, {})
    assert values == {("main", "deny"): ["2!", "HI!"]}


@pytest.mark.parametrize(
    "name", ["time.now_ns()", 'http.send({"url": "http://127.0.0.1"})', 'rand.intn("a", 3)']
)
def test_clock_chance_and_network_are_refused(name: str) -> None:
    found = fault(f'package main\ndeny contains "x" if {{ {name} == 1 }}\n')

    assert found.code == "GCT304"
    assert "depends on the document alone" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "f(x) := f(x)\ndeny contains m if { m := f(1) }",
        "f(x) := g(x)\ng(x) := f(x)\ndeny contains m if { m := f(1) }",
        "deny contains m if { some m in deny }",
        "a if b\nb if a",
        "a if { data.main.b }\nb if { data.main.a }",
    ],
)
def test_recursion_is_found_before_it_overflows_the_stack(text: str) -> None:
    found = fault(f"package main\n{text}\n")

    assert found.code == "GCT304"
    assert "without recursion" in found.message


def test_a_variable_may_bear_the_name_of_a_rule() -> None:
    _, diagnostics = load(
        p="""package main
name := input.name
shown(name) := concat("", [name, "!"])
deny contains reason if { reason := "because" }
reason := data.main.deny
"""
    )

    assert diagnostics == ()


def test_kinds_of_one_rule_may_not_differ() -> None:
    _, diagnostics = load(
        a='package main\ndeny contains "x" if input.a\n', b='package main\ndeny := "y" if input.b\n'
    )

    (found,) = diagnostics
    assert found.code == "GCT304"
    assert str(found.span) == "policies/b.rego:2:1"
    assert "found a set at policies/a.rego:2:1 and a value" in found.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('deny[msg] if { msg := "x" }', "an object"),
        ("deny(x) if x", "a function"),
    ],
)
def test_rules_that_conftest_would_pass_over(text: str, kind: str) -> None:
    found = fault(f"package main\n{text}\n")

    assert found.code == "GCT306"
    assert found.message == f"expected deny to be a set of messages, found {kind}"
    assert "deny contains msg if" in found.hint


def test_our_own_package_is_not_theirs() -> None:
    _, diagnostics = load(p="package gitconfig_tool.mine\nx := 1\n")

    assert [found.code for found in diagnostics] == ["GCT304"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("package main\nx := " + "[" * 11 + "]" * 11, "nested at most 10 deep"),
        ("package main\n# " + "x" * 300_000, "at most 262,144 bytes"),
    ],
)
def test_what_would_take_long_is_refused(text: str, message: str) -> None:
    assert message in fault(text).message


def test_brackets_in_texts_and_comments_are_not_nesting() -> None:
    _, diagnostics = load(p=f'package main\n# {"[" * 20}\nx := "{"[" * 20}"\ny := `{"{" * 20}`\n')

    assert diagnostics == ()


def test_text_that_is_not_utf_8() -> None:
    _, diagnostics = load_policies({"policies/p.rego": b"package main\n# \xff\n"})

    assert [found.code for found in diagnostics] == ["GCT304"]
    assert "0xff" in diagnostics[0].message


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("input.a", ""),
        ("data.gitconfig_tool.document.id == input.a", ""),
        ("data.gitconfig_tool.bundle.protected", "protected"),
        ('data.gitconfig_tool.bundle.dimensions.tenant == "acme"', "dimensions"),
        ('data.gitconfig_tool.bundle.name == "x"; data.direct.yes', "name protected"),
        ('data.gitconfig_tool["bundle"].protected', "protected"),
        ('data["gitconfig_tool"].bundle.protected', "protected"),
        ("some x in [1]; data.gitconfig_tool[x]", "name dimensions protected"),
        ("some x in [1]; data.gitconfig_tool.bundle[x]", "name dimensions protected"),
        ("facts.bundle.protected", "name dimensions protected"),
        ("data.direct.yes", "protected"),
        ("data.through.yes", "protected"),
        ("data.harmless.yes", ""),
    ],
)
def test_what_depends_on_the_bundle(body: str, reads: str) -> None:
    policies, diagnostics = load(
        p=f'package main\nimport data.gitconfig_tool as facts\ndeny contains "x" if {{ {body} }}\n'
        if body.startswith("facts")
        else f'package main\ndeny contains "x" if {{ {body} }}\n',
        direct="package direct\nyes if data.gitconfig_tool.bundle.protected\n",
        through="package through\nimport data.direct\nyes if direct.yes\n",
        harmless="package harmless\nyes if input.a\n",
    )

    assert diagnostics == ()
    (package,) = policies.packages
    assert package.bundle_facts == frozenset(reads.split())
    ((facts, group),) = policies.split()
    assert (facts, group.packages) == (package.bundle_facts, (package,))


def test_nothing_is_written_while_loading_or_printing(checkout: Path) -> None:
    """The library writes its own warnings to stderr; none may reach the user."""
    script = """
from gitconfig_tool.policy import load_policies
files = {
    "a.rego": b"package a\\ndeny[msg] { msg := input.a }\\n",
    "b.rego": b"package b\\ndeny contains msg if { print(input); msg := input.a }\\n",
    "c.rego": b"package c\\ndeny contains msg if { msg := }\\n",
}
policies, _ = load_policies(files)
policies.program.evaluate([("a", "deny"), ("b", "deny")], {"a": "x"}, {})
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=checkout, capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("", "")
