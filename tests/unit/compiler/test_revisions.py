"""`!ref DOC@REV#/pointer`: the value as it was at a tag or a commit, on real repositories."""

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.compiler import Compilation, compile_snapshot, pack_bundles
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
dimensions: {environment: {staging: {}, production: {inherits: staging}}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""


def _project(git_project: Build) -> GitProject:
    """Return a repository whose tag `v1` has other limits than its last commit."""
    project = git_project(
        {
            "gitconfig.yaml": PROJECT,
            "base/limits.yaml": "rpm: 60\nburst: {short: 1, long: [2, 3]}\n",
            "environments/production/limits.yaml": "rpm: 600\n",
        }
    )
    project.git("tag", "v1")
    project.commit({"base/limits.yaml": "rpm: 5\n", "environments/production/limits.yaml": "{}\n"})
    return project


def _values(project: GitProject, text: str) -> dict[str, Any]:
    """Return the value of `app` in each bundle, of a project without problems."""
    compilation = _compile(project, text)
    assert [each.code for each in compilation.diagnostics if each.code != "GCT112"] == []
    return {name: each.documents["app"].value for name, each in compilation.bundles.items()}


def _compile(project: GitProject, text: str) -> Compilation:
    project.commit({"base/app.yaml": text})
    return compile_snapshot(project.open().at_commit())


def test_a_value_as_it_was_at_a_tag(git_project: Build) -> None:
    project = _project(git_project)

    values = _values(project, "old: !ref limits@v1#/rpm\nnow: !ref limits#/rpm\n")

    assert values == {
        "staging": {"old": 60, "now": 5},
        "production": {"old": 600, "now": 5},
    }


@pytest.mark.parametrize("length", [40, 12, 7])
def test_a_value_as_it_was_at_a_commit(git_project: Build, length: int) -> None:
    project = _project(git_project)
    commit = project.git("rev-parse", "v1")

    assert _values(project, f"old: !ref limits@{commit[:length]}#/rpm\n")["staging"] == {"old": 60}


def test_an_annotated_tag(git_project: Build) -> None:
    project = _project(git_project)
    project.git("tag", "-a", "-m", "Two", "release/v2", "v1")

    assert _values(project, "old: !ref limits@release/v2#/rpm\n")["staging"] == {"old": 60}


def test_a_whole_document_and_a_format(git_project: Build) -> None:
    project = _project(git_project)
    text = "old: !ref limits@v1#\ntext: !format 'was {limits@v1#/burst/long/1}'\n"

    assert _values(project, text)["production"] == {
        "old": {"rpm": 600, "burst": {"short": 1, "long": [2, 3]}},
        "text": "was 3",
    }


def test_the_document_may_be_gone_and_the_own_one_is_meant_without_a_name(
    git_project: Build,
) -> None:
    project = _project(git_project)
    project.commit({"base/app.yaml": "gone: 1\n"})
    project.git("tag", "v2")
    (project.root / "base" / "limits.yaml").unlink()
    (project.root / "environments" / "production" / "limits.yaml").unlink()

    text = "old: !ref limits@v1#/rpm\nown: !ref '@v2#/gone'\n"
    assert _values(project, text)["staging"] == {"old": 60, "own": 1}


def test_every_part_is_set_by_the_reference_and_knows_the_commit(git_project: Build) -> None:
    project = _project(git_project)
    compilation = _compile(project, "old: !ref limits@v1#/burst\n")

    document = compilation.bundles["staging"].documents["app"]
    chain = document.chain_at(("old", "long", "0"))
    assert [(each.path, each.commit) for each in chain] == [
        ("base/app.yaml", ""),
        ("base/limits.yaml", project.git("rev-parse", "v1")),
    ]
    assert str(document.span_at(("old", "long", "0"))) == "base/app.yaml:1:6"


def test_the_bundle_is_the_same_from_every_clone(git_project: Build, tmp_path: Path) -> None:
    project = _project(git_project)
    project.commit({"base/app.yaml": "old: !ref limits@v1#/rpm\n"})
    project.git("clone", "-q", str(project.root), str(tmp_path / "clone"))
    clone = GitProject(tmp_path / "clone", tmp_path)

    digests = [
        {
            name: sha256(bundle.manifest).hexdigest()
            for name, bundle in pack_bundles(compile_snapshot(each.open().at_commit())).items()
        }
        for each in (project, clone)
    ]
    assert digests[0] == digests[1]


def test_a_reference_of_the_old_commit_is_followed_there(git_project: Build) -> None:
    project = _project(git_project)
    project.commit({"base/hop.yaml": "rpm: !ref limits#/rpm\nfirst: !ref limits@v1#/rpm\n"})
    project.git("tag", "v2")
    project.commit({"base/limits.yaml": "rpm: 7\n"})

    text = "rpm: !ref hop@v2#/rpm\nfirst: !ref hop@v2#/first\n"
    assert _values(project, text)["staging"] == {"rpm": 5, "first": 60}


def _problem(project: GitProject, text: str) -> tuple[str, str, str]:
    compilation = _compile(project, text)
    errors = [each for each in compilation.diagnostics if each.code.startswith("GCT15")]
    assert len(errors) == 1, errors
    return errors[0].code, errors[0].message, errors[0].hint


def test_a_branch_that_is_named_like_a_commit_does_not_count(git_project: Build) -> None:
    project = _project(git_project)
    project.git("branch", "abcdef1")

    assert _problem(project, "rpm: !ref limits@abcdef1#/rpm\n") == (
        "GCT157",
        "expected a tag or the id of one commit of this repository, found 'abcdef1'",
        "a branch moves and does not count; write the whole id of 40 digits",
    )


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        (
            "limits@v9#/rpm",
            "expected a tag or a commit of this repository, found 'v9', which is neither",
            "git tag lists the tags; git fetch --tags brings those of the remote",
        ),
        (
            "limits@main#/rpm",
            "expected a tag or a commit of this repository, found the branch 'main'",
            "a branch moves: name the commit that it is at, or a tag",
        ),
        (
            "limits@HEAD~1#/rpm",
            "expected a tag or a commit of this repository, found 'HEAD~1', which is neither",
            "git tag lists the tags; git fetch --tags brings those of the remote",
        ),
        (
            # No file of the repository can have such a name: libgit2 refuses to look.
            f"limits@{'v' * 5_000}#/rpm",
            f"expected a tag or a commit of this repository, found '{'v' * 200}...', "
            "which is neither",
            "git tag lists the tags; git fetch --tags brings those of the remote",
        ),
        (
            "limits@v1#/rmp",
            "expected a value at limits@v1#/rmp, found no 'rmp'",
            "to look: gitconfig-tool show staging limits --rev v1",
        ),
        (
            "limit@v1#/rpm",
            "expected 'limit' in this bundle at v1, found no such document",
            "to look: gitconfig-tool show staging --rev v1",
        ),
    ],
)
def test_a_version_that_leads_nowhere(
    git_project: Build, reference: str, message: str, hint: str
) -> None:
    code, found, said = _problem(_project(git_project), f"a: !ref {reference}\n")

    assert (
        code,
        found.replace("production", "staging"),
        said.replace("production", "staging"),
    ) == (
        "GCT157",
        message,
        hint,
    )


def test_nothing_after_the_at_sign(git_project: Build) -> None:
    code, message, _ = _problem(_project(git_project), "a: !ref limits@#/rpm\n")

    assert (code, message) == (
        "GCT156",
        "expected a tag or a commit after '@' after !ref, found 'limits@#/rpm'",
    )


def test_a_document_whose_name_holds_an_at_sign(git_project: Build) -> None:
    project = _project(git_project)
    project.commit({"base/limits@v1.yaml": "rpm: 42\n"})

    assert _values(project, "a: !ref limits@v1#/rpm\n")["staging"] == {"a": 42}


def test_a_bundle_that_was_not_there(git_project: Build) -> None:
    project = _project(git_project)
    wider = PROJECT.replace("staging: {},", "staging: {}, test: {},")
    project.commit({"gitconfig.yaml": wider})

    compilation = _compile(project, "a: !ref limits@v1#/rpm\n")

    [found] = [each for each in compilation.diagnostics if each.code == "GCT157"]
    assert found.bundles == ("test",)
    assert found.message == "expected 'limits' in this bundle at v1, found no such bundle"


def test_a_secret_of_another_version(git_project: Build) -> None:
    project = _project(git_project)
    sops = Path(__file__).parents[2] / "cases/GCT160/secret/base/secrets/providers.sops.yaml"
    project.commit(
        {
            "base/secrets/providers.sops.yaml": sops.read_text(),
            "base/keys.yaml": "a: {key: !secret secrets/providers#/openai/api_key}\n",
        }
    )
    project.git("tag", "v2")

    code, message, hint = _problem(project, "old: !ref keys@v2#/a\n")

    assert code == "GCT157"
    assert message == (
        "expected a plain value at keys@v2#/a/key, "
        "found a secret: old ciphertext is not in the bundle"
    )
    assert hint == "leave out @v2, or refer to a value beside it"


def test_tags_that_lead_in_a_circle_come_to_an_end(git_project: Build) -> None:
    project = _project(git_project)
    project.commit({"base/loop.yaml": "a: !ref loop@moved#/a\n"})
    project.git("tag", "moved")

    compilation = compile_snapshot(project.open().at_commit())

    found = [each for each in compilation.diagnostics if each.code == "GCT157"]
    assert len(found) == 1
    assert found[0].message == (
        "expected 'loop' in this bundle to be without errors at moved, found errors"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rpm: [600\n", "a file that cannot be read"),
        ("rpm: {a: 1}\n", "a mapping over a number"),
        ("burst: 600\n", "an override of what is final"),
    ],
)
def test_a_document_that_had_errors_is_not_guessed_from_its_weaker_layers(
    git_project: Build, text: str, why: str
) -> None:
    project = git_project(
        {
            "gitconfig.yaml": PROJECT,
            "base/limits.yaml": "rpm: 60\nburst: !final 9\n",
            "environments/production/limits.yaml": text,
        }
    )
    project.git("tag", "v1")
    project.commit({"environments/production/limits.yaml": "rpm: 600\n"})

    compilation = _compile(project, "old: !ref limits@v1#/rpm\n")

    [found] = [each for each in compilation.diagnostics if each.code.startswith("GCT15")]
    assert (found.code, found.bundles) == ("GCT157", ("production",)), why
    assert found.message == (
        "expected 'limits' in this bundle to be without errors at v1, found errors"
    )
    assert found.hint == (
        "to look: gitconfig-tool show production limits --rev v1; "
        "then name a version without errors"
    )
    assert compilation.bundles["staging"].documents["app"].value == {"old": 60}


def test_a_project_file_that_had_errors(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": "layers: [\n", "base/limits.yaml": "rpm: 60\n"})
    project.git("tag", "v1")
    project.commit({"gitconfig.yaml": PROJECT})

    code, message, hint = _problem(project, "a: !ref limits@v1#/rpm\n")

    assert code == "GCT157"
    assert message == "expected the project file to be without errors at v1, found errors"
    assert hint.startswith("to look: gitconfig-tool validate --rev v1; ")


def test_tags_that_refer_to_all_tags_before_them_are_read_once_for_each_distance(
    git_project: Build,
) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "x: 0\n"})
    count = 30
    for number in range(count):
        project.git("tag", f"t{number}")
        older = "".join(f"k{each}: !ref app@t{each}#/x\n" for each in range(number + 1))
        project.commit({"base/app.yaml": f"x: {number + 1}\n" + older})
    begin = time.process_time()

    compilation = compile_snapshot(project.open().at_commit())

    # By ways, it would be 30 over 8 times: six million commits.
    assert time.process_time() - begin < 30
    assert {each.code for each in compilation.diagnostics} == {"GCT157"}
    value = compilation.bundles["staging"].documents["app"].value
    # Up to eight references in a row are followed, so these are without errors.
    assert [value[f"k{each}"] for each in range(8)] == list(range(8))
