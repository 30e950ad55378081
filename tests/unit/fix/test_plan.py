"""The plan for a project: no bundle may change, and some files are never touched."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import Diagnostic, Fix, Quote, Remove, Span
from gitconfig_tool.fix import Plan, plan_fixes, read_on_disk
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]
PlanFor = Callable[..., Plan]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base, over]
bundles: [{name: default}]
"""
SOPS = "a: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\nsops: {mac: x}\n"


@pytest.fixture
def plan_for(git_project: Build) -> PlanFor:
    """Return a function: files and diagnostics at `(path, line, column)` become a plan."""

    def plan(
        files: Mapping[str, str],
        *wishes: tuple[str, int, int, Fix],
        read: Callable[[str], bytes | None] | None = None,
        sensitive: bool = False,
    ) -> Plan:
        project = git_project({"gitconfig.yaml": PROJECT, **files})
        compilation = compile_snapshot(project.open().at_worktree())
        # The compiler does not know of these: in a second round they are gone.
        found = tuple(
            Diagnostic(
                "GCT112",
                "a problem",
                Span(path, line, column, line, column + 1),
                fix=fix,
                sensitive=sensitive,
            )
            for path, line, column, fix in wishes
        )
        before = replace(compilation, diagnostics=(*compilation.diagnostics, *found))
        return plan_fixes(before, read or (lambda path: read_on_disk(project.root, path)))

    return plan


def _reasons(plan: Plan) -> list[str]:
    assert plan.changes == ()
    assert plan.repaired == ()
    return [each.reason for each in plan.refused]


BASE = {"base/app.yaml": "a: 1\n"}


def test_what_would_change_a_bundle_is_refused(plan_for: PlanFor) -> None:
    plan = plan_for(BASE | {"over/app.yaml": "a: 2\n"}, ("over/app.yaml", 1, 4, Remove()))

    assert _reasons(plan) == ["it would change what the bundle default holds"]


def test_numbers_and_booleans_are_not_the_same(plan_for: PlanFor) -> None:
    plan = plan_for(BASE | {"over/app.yaml": "a: 1.0\n"}, ("over/app.yaml", 1, 4, Remove()))

    assert _reasons(plan) == ["it would change what the bundle default holds"]


def test_a_bad_file_does_not_keep_the_others_from_it(plan_for: PlanFor) -> None:
    files = {f"base/{name}.yaml": "a: text\nb: 1\n" for name in "pqrst"}
    wishes = [(f"base/{name}.yaml", 1, 4, Quote()) for name in "pqrt"]
    plan = plan_for(files, *wishes, ("base/s.yaml", 2, 4, Remove()))

    assert [each.path for each in plan.changes] == [f"base/{name}.yaml" for name in "pqrt"]
    assert {each.after for each in plan.changes} == {b'a: "text"\nb: 1\n'}
    assert plan.compilation.snapshot.read("base/p.yaml") == b'a: "text"\nb: 1\n'
    assert plan.compilation.snapshot.read("base/s.yaml") == b"a: text\nb: 1\n"


def test_what_would_cause_another_problem_is_refused(plan_for: PlanFor) -> None:
    """The bundle stays as it is, but `!unset` in the third layer has nothing left to remove."""
    project = PROJECT.replace("[base, over]", "[base, over, last]")
    files = {
        "gitconfig.yaml": project,
        "base/app.yaml": "a: 1\n",
        "over/app.yaml": "b: 2\n",
        "last/app.yaml": "b: !unset\n",
    }
    plan = plan_for(files, ("over/app.yaml", 1, 4, Remove()))

    assert _reasons(plan) == ["it would cause GCT106"]


@pytest.mark.parametrize("name", ["base/s.sops.yaml", "base/s.yaml"])
def test_sops_files_are_never_touched(plan_for: PlanFor, name: str) -> None:
    plan = plan_for({name: SOPS}, (name, 1, 1, Quote()))

    assert _reasons(plan)[0] == "sops seals the whole file with a MAC: use `sops edit`"


def test_a_file_whose_diff_might_show_a_secret(plan_for: PlanFor) -> None:
    plan = plan_for(BASE, ("base/app.yaml", 1, 1, Quote()), sensitive=True)

    assert _reasons(plan) == [
        "a line of the file may hold a secret in the clear, which the diff would show"
    ]


def test_a_file_that_is_not_there(plan_for: PlanFor) -> None:
    plan = plan_for(BASE, ("base/app.yaml", 1, 1, Quote()), read=lambda path: None)

    assert _reasons(plan) == ["the file is not in the work tree, or is reached by a symbolic link"]


def test_a_file_that_a_filter_rewrites(plan_for: PlanFor) -> None:
    plan = plan_for(BASE, ("base/app.yaml", 1, 1, Quote()), read=lambda path: b"a: 2\n")

    assert _reasons(plan) == [
        "the file on disk is not what Git would store: it changed, or a filter rewrites it"
    ]


def test_what_is_no_file_of_the_project(plan_for: PlanFor) -> None:
    plan = plan_for(BASE, ("gitconfig-tool:x.yaml", 1, 1, Quote()))

    assert _reasons(plan) == ["it is no file of the project"]


_BROKEN = BASE | {"over/app.yaml": "a: 1\nb: text\n", "over/broken.yaml": "a: [\n"}


def test_nothing_is_removed_while_an_error_may_hide_a_value(plan_for: PlanFor) -> None:
    plan = plan_for(_BROKEN, ("over/app.yaml", 1, 4, Remove()))

    assert _reasons(plan) == ["the project has errors that may hide values: correct GCT010 first"]


def test_quotes_are_right_whatever_the_errors(plan_for: PlanFor) -> None:
    plan = plan_for(_BROKEN, ("over/app.yaml", 2, 4, Quote()))

    assert [each.after for each in plan.changes] == [b'a: 1\nb: "text"\n']


def test_a_repair_that_makes_room_for_another(plan_for: PlanFor) -> None:
    """The list merges by key: once its other value is gone, the entry says nothing."""
    schema = (
        "{$schema: 'https://json-schema.org/draft/2020-12/schema', properties: {l: {type: array, "
        "x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], "
        "items: {type: object, required: [name], properties: {name: {type: string}}}}}}\n"
    )
    files = {
        "gitconfig.yaml": PROJECT + "schemas: [{match: '*', schema: s.schema.yaml}]\n",
        "s.schema.yaml": schema,
        "base/app.yaml": "l:\n  - {name: x, v: 1}\n",
        "over/app.yaml": "# Ours.\nl:\n  - name: x\n    v: 1\nz: 1\n",
    }
    plan = plan_for(files)

    assert [each.after for each in plan.changes] == [b"# Ours.\nz: 1\n"]
    assert plan.refused == ()
    assert [each.code for each in plan.compilation.diagnostics] == []
