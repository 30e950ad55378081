"""What the compiler shares between bundles, leaves out and refuses; on real repositories."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.compiler import Compilation, compile_snapshot, pack_bundles
from gitconfig_tool.compiler.pipeline import CompileError
from gitconfig_tool.source import open_project
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
dimensions:
  environment: {staging: {}, production: {inherits: staging, protected: true}}
  tenant: {acme: {region: eu}, globex: {region: us}}
layers:
  - base
  - environments/{environment}
  - {file: "regions/{tenant.region}.yaml", document: platform/region}
  - tenants/{tenant}
bundles: [{name: "{environment}"}, {name: "{environment}/{tenant}"}]
"""
FILES = {
    "gitconfig.yaml": PROJECT,
    "base/limits.yaml": "rpm: 60\n",
    "base/model.yaml": "provider: openai\nlimit: !ref limits#/rpm\n",
    "base/copy.yaml": "rpm: 60\n",
    "environments/production/limits.yaml": "rpm: 600\n",
    "regions/eu.yaml": "residency: eu\n",
    "tenants/globex/model.yaml": "provider: mistral\n",
}


def _compile(project: GitProject, *globs: str) -> Compilation:
    return compile_snapshot(open_project(project.root).at_worktree(), globs)


def test_bundles_that_are_alike_share_their_documents(git_project: Build) -> None:
    bundles = _compile(git_project(FILES)).bundles

    staging, acme = bundles["staging"].documents, bundles["staging/acme"].documents
    assert staging["limits"] is acme["limits"]
    assert staging["model"] is acme["model"]  # it has a link, to a document that is shared
    production, globex = bundles["production"].documents, bundles["production/globex"].documents
    assert production["limits"] is globex["limits"]
    assert production["model"] is not staging["model"]  # the link leads to another value
    assert globex["model"] is not production["model"]
    assert (globex["model"].value, production["model"].value["limit"]) == (
        {"provider": "mistral", "limit": 600},
        600,
    )


def test_equal_files_are_parsed_once(git_project: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    from gitconfig_tool.compiler import files

    parsed: list[str] = []
    parse = files.parse_document

    def count(path: str, data: bytes, **options: bool) -> object:
        parsed.append(path)
        return parse(path, data, **options)

    monkeypatch.setattr(files, "parse_document", count)
    compilation = _compile(git_project(FILES))

    assert not compilation.diagnostics
    assert "base/copy.yaml" in parsed
    assert "base/limits.yaml" not in parsed  # the same content as base/copy.yaml, which is first
    assert len(parsed) == len(set(parsed)) == len(FILES) - 1


def test_layer_of_one_file_gives_its_document_where_it_exists(git_project: Build) -> None:
    bundles = _compile(git_project(FILES)).bundles

    assert bundles["staging/acme"].documents["platform/region"].value == {"residency": "eu"}
    assert "platform/region" not in bundles["staging/globex"].documents
    assert "platform/region" not in bundles["staging"].documents


def test_files_that_are_no_documents_are_left_out(git_project: Build) -> None:
    others = {
        "base/.hidden.yaml": "a: [\n",
        "base/.github/workflows/ci.yaml": "a: [\n",
        "base/README.md": "a: [\n",
        "base/.yaml": "a: [\n",
        "base/empty.yaml": "",
        "base/comment.yaml": "# nothing yet\n",
        "elsewhere/x.yaml": "a: [\n",
    }

    compilation = _compile(git_project({**FILES, **others}))

    assert not compilation.diagnostics
    assert sorted(compilation.bundles["staging"].documents) == ["copy", "limits", "model"]


def test_only_what_was_asked_for_is_read(git_project: Build) -> None:
    project = git_project({**FILES, "tenants/globex/model.yaml": "a: [\n"})

    assert not _compile(project, "staging", "*/acme").has_errors
    assert _compile(project, "*/globex").has_errors


def test_unknown_bundle_is_an_error_with_a_suggestion(git_project: Build) -> None:
    with pytest.raises(CompileError) as caught:
        _compile(git_project(FILES), "produciton")

    assert caught.value.message.endswith("found 'produciton'")
    assert caught.value.hint == "did you mean 'production'?"


def test_snapshot_without_a_project_file(git_project: Build) -> None:
    project = git_project(FILES)
    project.git("rm", "-q", "--cached", "gitconfig.yaml")

    with pytest.raises(CompileError, match=r"^expected gitconfig\.yaml in the index, found none$"):
        compile_snapshot(open_project(project.root).at_index())


def test_compilation_with_errors_is_not_packed(git_project: Build) -> None:
    compilation = _compile(git_project({**FILES, "base/model.yaml": "a: !ref b#/c\n"}))

    with pytest.raises(ValueError, match="with errors"):
        pack_bundles(compilation)


def test_bundle_without_a_commit_is_not_packed(tmp_path: Path, git_project: Build) -> None:
    project = git_project(FILES)
    project.git("update-ref", "-d", "HEAD")

    with pytest.raises(CompileError, match="found a branch without any"):
        pack_bundles(_compile(project))


def test_one_problem_is_reported_once_with_its_bundles(git_project: Build) -> None:
    (found,) = _compile(git_project({**FILES, "base/model.yaml": "a: !ref b#/c\n"})).diagnostics

    assert found.code == "GCT151"
    assert found.bundles == (
        "staging",
        "production",
        "staging/acme",
        "staging/globex",
        "production/acme",
        "production/globex",
    )
