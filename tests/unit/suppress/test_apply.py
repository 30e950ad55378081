"""Suppression in real projects: what is silenced, what is not, and what is said about it."""

from collections.abc import Callable, Mapping

import pytest

from gitconfig_tool.compiler import Compilation, compile_snapshot, pack_bundles
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.document import Node
from gitconfig_tool.merge import to_json
from tests.unit.conftest import GitProject

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: acme-llm
dimensions: {environment: {staging: {}, production: {inherits: staging}}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""
SCHEMA = "schemas: [{match: model, schema: schemas/model.schema.json}]\n"
MODEL_SCHEMA = (
    '{"type": "object", "properties": {"t": {"maximum": 2}, "key": {"const": null}},'
    ' "additionalProperties": true}'
)
BASE = {"gitconfig.yaml": PROJECT, "base/model.yaml": "t: 1\n"}
Compile = Callable[..., Compilation]


@pytest.fixture
def compiled(git_project: Callable[..., GitProject]) -> Compile:
    def run(files: Mapping[str, str], *globs: str) -> Compilation:
        project = git_project({**BASE, **files})
        return compile_snapshot(project.open().at_worktree(), globs)

    return run


def codes(compilation: Compilation) -> list[str]:
    return [found.code for found in compilation.diagnostics]


def silenced(compilation: Compilation) -> list[tuple[str, str, bool]]:
    return [(each.diagnostic.code, each.reason, each.in_source) for each in compilation.silenced]


def test_nothing_is_read_where_nothing_asks(compiled: Compile) -> None:
    found = compiled({"base/model.yaml": "t: !unset\n"})

    assert (codes(found), found.silenced) == (["GCT106"], ())


@pytest.mark.parametrize(
    "text",
    [
        "x: !unset # gct: ignore[GCT106] why\n",
        "x: !unset # gct: ignore[ GCT106 ]: why\n",
        "# gct: ignore[GCT106] - why\nx: !unset\n",
        "# gct: ignore[GCT106] why\n\n# more\nx: !unset\n",
        "x: !unset # other # gct: ignore[GCT106] why\n",
    ],
)
def test_a_comment_silences_its_line(compiled: Compile, text: str) -> None:
    found = compiled({"base/model.yaml": text})

    assert codes(found) == []
    assert silenced(found) == [("GCT106", "why", True)]


def test_a_comment_speaks_for_one_line_and_for_the_codes_that_it_names(compiled: Compile) -> None:
    found = compiled(
        {"base/model.yaml": "x: !unset # gct: ignore[GCT106] why\ny: !unset # gct: note\n"}
    )

    assert codes(found) == ["GCT106", "GCT045"]
    assert len(found.silenced) == 1


def test_one_comment_silences_several_codes(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + "diagnostics: {allow: [GCT105]}\n" + SCHEMA,
            "schemas/model.schema.json": MODEL_SCHEMA,
            "base/model.yaml": "t: !final 3  # gct: ignore[GCT204] tried out\n",
            "environments/production/model.yaml": "t: 4 # gct: ignore[GCT105,GCT204] why\n",
        }
    )

    assert sorted(silenced(found)) == [("GCT105", "why", True), ("GCT204", "tried out", True)]
    # The final value stays, so the second code has nothing to silence.
    assert codes(found) == ["GCT044"]
    assert found.diagnostics[0].span is not None
    assert found.diagnostics[0].span.column == 27


def test_a_silenced_final_value_stays_and_the_bundle_is_made(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + "diagnostics: {allow: [GCT105]}\n",
            "base/model.yaml": "t: !final 1\n",
            "environments/production/model.yaml": "t: 2 # gct: ignore[GCT105] why\n",
        }
    )

    assert not found.has_errors
    root = found.bundles["production"].documents["model"].root
    assert to_json(root, lambda content: None) == {"t": 1}
    assert set(pack_bundles(found)) == {"staging", "production"}


def test_a_rule_of_the_project_silences_paths(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT
            + "diagnostics: {ignore: [{code: GCT106, match: 'base/old/**', reason: why}]}\n",
            "base/old/a.yaml": "x: !unset\ny: !unset\n",
            "base/new.yaml": "x: !unset\n",
        }
    )

    assert codes(found) == ["GCT106"]
    assert silenced(found) == [("GCT106", "why", False)] * 2


def test_a_comment_goes_before_a_rule(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT
            + "diagnostics: {ignore: [{code: GCT106, match: '**', reason: rule}]}\n",
            "base/model.yaml": "x: !unset # gct: ignore[GCT106] comment\n",
        }
    )

    assert silenced(found) == [("GCT106", "comment", True)]
    assert codes(found) == ["GCT044"]  # the rule


def test_a_problem_of_many_bundles_is_silenced_once(compiled: Compile) -> None:
    found = compiled({"base/model.yaml": "x: !unset # gct: ignore[GCT106] why\n"})

    assert [each.diagnostic.bundles for each in found.silenced] == [("staging", "production")]


def test_files_of_equal_content_are_read_once_and_count_twice(compiled: Compile) -> None:
    text = "x: !unset # gct: ignore[GCT106] why\n"
    found = compiled({"base/a.yaml": text, "base/b.yaml": text})

    assert codes(found) == []
    assert [str(each.span) for each in found.silenced] == ["base/a.yaml:1:25", "base/b.yaml:1:25"]


def test_comments_are_found_in_files_that_another_snapshot_has_parsed(
    git_project: Callable[..., GitProject],
) -> None:
    snapshot = git_project({"base/a.yaml": "x: 1 # gct: y\n"}).open().at_worktree()
    roots: dict[str, Node | None] = {}
    for _ in range(2):
        files = ProjectFiles(snapshot, roots)
        files.parse("base/a.yaml")
        assert files.with_marker(["gitconfig.yaml", "gone.yaml"]) == ("base/a.yaml",)


def test_a_file_that_yaml_cannot_read_silences_nothing(compiled: Compile) -> None:
    text = 'x: !unset # gct: ignore[GCT106] why\nk: 1\nk: "\n  # gct: ignore[GCT106] no\n  "\n'
    found = compiled({"base/model.yaml": text})

    assert codes(found) == ["GCT106", "GCT012"]
    assert found.silenced == ()


def test_a_syntax_error_leaves_nothing_to_read_comments_from(compiled: Compile) -> None:
    found = compiled({"base/model.yaml": "x: !unset # gct: ignore[GCT106] why\ny: [\n"})

    assert codes(found) == ["GCT010"]


@pytest.mark.parametrize(
    "other",
    [
        {"base/other.yaml": "a: [\n"},
        {"base/other.yaml": "a: !ref nowhere#/x\n"},
        {"base/other.yaml": "a: !required\n"},
        {"gitconfig.yaml": PROJECT + "polices: []\n"},
    ],
)
def test_unused_ones_are_not_looked_for_where_a_check_may_not_have_run(
    compiled: Compile, other: Mapping[str, str]
) -> None:
    found = compiled({"base/model.yaml": "t: 1 # gct: ignore[GCT106] why\n", **other})

    assert found.has_errors
    assert "GCT044" not in codes(found)


def test_unused_ones_are_not_looked_for_in_some_of_the_bundles(compiled: Compile) -> None:
    files = {"environments/production/model.yaml": "x: !unset # gct: ignore[GCT106] why\n"}

    assert codes(compiled(files, "staging")) == []


def test_an_error_that_may_be_silenced_hides_no_unused_one(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + SCHEMA,
            "schemas/model.schema.json": MODEL_SCHEMA,
            "base/model.yaml": "t: 3\nu: 1 # gct: ignore[GCT106] why\n",
        }
    )

    assert codes(found) == ["GCT204", "GCT044"]


def test_a_value_that_may_be_a_secret_asks_for_leave(compiled: Compile) -> None:
    """A free code is guarded where the diagnostic is sensitive."""
    project = PROJECT + "policies: [gitconfig-tool:security-baseline]\n"
    files = {
        "gitconfig.yaml": project,
        "base/model.yaml": "api_key: sk-demo-fake-0123456789abcdef # gct: ignore[GCT301] why\n",
    }

    found = compiled(files)

    assert sorted(codes(found)) == ["GCT046", "GCT301"]
    assert found.silenced == ()


def test_a_schema_that_delivery_checks_again_cannot_be_silenced(compiled: Compile) -> None:
    sops = (
        "key: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\n"
        "sops:\n"
        "  age: [{recipient: age1x, enc: e}]\n"
        '  lastmodified: "2026-01-31T12:00:00Z"\n'
        "  mac: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\n"
        "  version: 3.11.0\n"
    )
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + SCHEMA,
            "schemas/model.schema.json": MODEL_SCHEMA,
            "base/model.yaml": "t: 3 # gct: ignore[GCT204] why\nsecret: !secret s#/key\n",
            "base/s.sops.yaml": sops,
        }
    )

    assert codes(found)[:2] == ["GCT204", "GCT046"]
    assert found.silenced == ()
    assert found.diagnostics[1].message == (
        "expected a document without secrets where GCT204 is silenced, found one whose delivery "
        "checks the schema again"
    )


def test_comments_of_sops_files_do_not_count(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + "diagnostics: {allow: [GCT401]}\n",
            "base/s.sops.yaml": "key: demo-fake # gct: ignore[GCT401] why not-to-be-quoted\n",
        }
    )

    assert codes(found) == ["GCT401", "GCT045"]
    assert "not-to-be-quoted" not in found.diagnostics[1].message
    assert "diagnostics.ignore in gitconfig.yaml" in found.diagnostics[1].hint


def test_a_line_with_a_silenced_secret_is_hidden_from_other_problems(compiled: Compile) -> None:
    policy = (
        "package main\n"
        'deny contains {"msg": "m", "pointer": "/key", "sensitive": true} if input.key\n'
    )
    found = compiled(
        {
            "gitconfig.yaml": PROJECT
            + "policies: [policies]\n"
            + "diagnostics:\n  allow: [GCT301]\n"
            + "  ignore: [{code: GCT301, match: '**', reason: a test}]\n",
            "policies/a.rego": policy,
            "base/model.yaml": "{key: demo-fake, x: !unset }  # gct: ignore[GCT106]\n",
        }
    )

    assert silenced(found) == [("GCT301", "a test", False)]
    assert sorted(codes(found)) == ["GCT045", "GCT106"]
    assert all(each.sensitive for each in found.diagnostics)


def test_a_comment_in_a_sops_file_is_not_shown(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT
            + "diagnostics:\n  allow: [GCT401]\n"
            + "  ignore: [{code: GCT401, match: base/s.sops.yaml, reason: a test}]\n",
            "base/s.sops.yaml": "key: demo-fake  # gct: ignore[GCT106]\n",
        }
    )

    assert silenced(found) == [("GCT401", "a test", False)]
    assert codes(found) == ["GCT045"]
    assert found.diagnostics[0].sensitive


def test_comments_of_prompt_files_are_read(compiled: Compile) -> None:
    prompt = (
        "messages: [{role: user, content: Hello}]\n"
        "variables:\n"
        "  type: object\n"
        "  properties:\n"
        "    # gct: ignore[GCT502] the next version greets by name\n"
        "    name: {type: string}\n"
        "testData: [{}]\n"
    )
    found = compiled({"prompts/hello/1.0.0.prompt.yaml": prompt})

    assert silenced(found) == [("GCT502", "the next version greets by name", True)]
    assert codes(found) == []


def test_a_comment_in_the_first_line_speaks_for_the_whole_file(compiled: Compile) -> None:
    text = "# gct: ignore[GCT114] kept to compare\n\nt: 1\n"
    found = compiled({"environments/old/model.yaml": text})

    assert silenced(found) == [("GCT114", "kept to compare", True)]
    assert codes(found) == []


def test_comments_of_rego_files_are_read(compiled: Compile) -> None:
    found = compiled(
        {
            "gitconfig.yaml": PROJECT + "policies: [policies]\n",
            "policies/a.rego": "package main\n\n# gct: ignore[GCT304] why\n"
            "deny contains 1 if false\n",
        }
    )

    assert codes(found) == ["GCT046"]
    assert str(found.diagnostics[0].span) == "policies/a.rego:3:15"
