"""One document of a snapshot, viewed alone: the same value, and no more files than it needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.compiler.lookup import Missing, value_at
from gitconfig_tool.compiler.view import View, Viewed
from gitconfig_tool.source import Snapshot, Watched, open_project
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

EXAMPLE = Path(__file__).parents[3] / "example-repo"
SOPS = Path(__file__).parents[2] / "cases/GCT160/secret/base/secrets/providers.sops.yaml"
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
dimensions: {environment: {staging: {}, production: {inherits: staging}}}
layers: [base, "environments/{environment}", {file: "{environment}.yaml", document: node}]
bundles: [{name: "{environment}"}]
"""


def _snapshot(project: GitProject, reads: list[str]) -> Snapshot:
    """Return the work tree; `reads` collects the paths that are read."""
    snapshot = project.open().at_worktree()
    plain = Snapshot.read

    class Watched(Snapshot):
        def read(self, path: str) -> bytes:
            reads.append(path)
            return plain(self, path)

    fields = {name: getattr(snapshot, name) for name in Snapshot.__dataclass_fields__}
    return Watched(**fields)


def _view(snapshot: Snapshot, bundle: str, document: str) -> tuple[Viewed, Watched]:
    """Return one document, and what the answer depends on."""
    view = View(snapshot)
    viewed = view.document(view.bundle(bundle), document)
    return viewed, view.watched(view.bundle(bundle))


def test_only_what_the_answer_depends_on_is_read(git_project: Build) -> None:
    project = git_project(
        {
            "gitconfig.yaml": PROJECT,
            "base/app.yaml": "limit: !ref limits#/rpm\n",
            "base/limits.yaml": "rpm: 60\n",
            "base/other.yaml": "x: 1\n",
            "environments/production/limits.yaml": "rpm: 600\n",
        }
    )
    reads: list[str] = []

    viewed, watched = _view(_snapshot(project, reads), "production", "app")

    assert viewed.linked is not None
    assert viewed.linked.value == {"limit": 600}
    assert sorted(set(reads)) == [
        "base/app.yaml",
        "base/limits.yaml",
        "environments/production/limits.yaml",
        "gitconfig.yaml",
    ]
    assert set(reads) <= watched.paths
    # What is not there counts as well: it may come.
    assert "environments/staging/app.yaml" in watched.paths
    assert "environments/production/limits.sops.yaml" in watched.paths
    assert "base/other.yaml" not in watched.paths


def test_what_is_not_there(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "a: 1\n"})

    for document, path, why in (("app", ("b",), "no 'b'"), ("apq", (), "no such document")):
        viewed, watched = _view(project.open().at_worktree(), "production", document)
        found = value_at(viewed, path, bundle="production", documents=lambda: ["app"])

        assert isinstance(found, Missing)
        assert found.why == why
        assert {"gitconfig.yaml", f"base/{document}.yaml"} <= watched.paths


def test_a_reference_to_a_document_that_is_not_there_yet(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "a: !ref later#/x\n"})

    viewed, watched = _view(project.open().at_worktree(), "staging", "app")

    assert not viewed.is_known
    assert "base/later.yaml" in watched.paths


def test_a_secret_behind_a_reference(git_project: Build) -> None:
    """A stronger SOPS file would change what the reference leads to."""
    project = git_project(
        {
            "gitconfig.yaml": PROJECT,
            "base/app.yaml": "a: !ref keys#/b\n",
            "base/keys.yaml": "b: !secret providers#/openai/api_key\n",
            "base/providers.sops.yaml": SOPS.read_text(),
        }
    )

    viewed, watched = _view(project.open().at_worktree(), "production", "app")

    assert viewed.is_known
    assert "environments/production/providers.sops.yaml" in watched.paths


def test_a_layer_that_is_one_file(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "staging.yaml": "a: 1\n"})

    viewed, watched = _view(project.open().at_worktree(), "production", "node")

    assert viewed.linked is not None
    assert viewed.linked.value == {"a": 1}
    assert {"staging.yaml", "production.yaml"} <= watched.paths


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, "no file of it"),
        ("# soon\n", "no value in environments/staging/app.yaml"),
        ("b: 2\n", None),
    ],
)
def test_a_required_layer_counts_as_it_does_in_compiling(
    git_project: Build, text: str | None, found: str | None
) -> None:
    required = PROJECT.replace(
        '"environments/{environment}"', '{folder: "environments/{environment}", required: true}'
    )
    project = git_project(
        {
            "gitconfig.yaml": required,
            "base/app.yaml": "a: 1\n",
            "environments/production/other.yaml": "x: 1\n",
            **({} if text is None else {"environments/staging/app.yaml": text}),
        }
    )
    snapshot = project.open().at_worktree()

    view = View(snapshot)
    viewed = view.document(view.bundle("staging"), "app")

    assert viewed.is_known == (found is None)
    said = [each.message for each in view.errors()]
    assert said == [
        each.message
        for each in compile_snapshot(snapshot, ["staging"]).diagnostics
        if each.code == "GCT107"
    ]
    assert said == (
        []
        if found is None
        else [f"expected the required layer environments/staging, found {found}"]
    )
    # Whether the layer is there counts for all its documents.
    assert "environments/staging" in view.watched(view.bundle("staging")).present


def test_each_document_of_the_example_is_what_compiling_makes_of_it() -> None:
    snapshot = open_project(EXAMPLE).at_worktree()
    compilation = compile_snapshot(snapshot)
    view = View(snapshot)

    for name, bundle in compilation.bundles.items():
        for id, document in bundle.documents.items():
            found = view.document(view.bundle(name), id).linked
            assert found is not None
            assert (found.value, found.secrets, found.prompts) == (
                document.value,
                document.secrets,
                document.prompts,
            )


def test_values_that_are_read_are_among_what_the_answer_depends_on(git_project: Build) -> None:
    """Moving a host to another site changes its values, and no layer file."""
    project = git_project(
        {
            "gitconfig.yaml": "apiVersion: gitconfig-tool/v1\nname: platform\n"
            "dimensions: {host: {from: hosts.yaml}, tenant: {from: tenants/*}}\n"
            "layers: ['sites/{host.site}', 'tenants/{tenant}']\n"
            "bundles: [{name: '{host}'}, {name: '{tenant}'}]\n",
            "hosts.yaml": "web1: {site: berlin}\nweb2: {site: paris}\n",
            "sites/berlin/net.yaml": "gateway: 10.0.0.1\n",
            "sites/paris/net.yaml": "gateway: 10.1.0.1\n",
            "tenants/acme/net.yaml": "gateway: 10.2.0.1\n",
        }
    )
    snapshot = project.open().at_worktree()

    assert "hosts.yaml" in _view(snapshot, "web1", "net")[1].paths
    assert "tenants/acme" in _view(snapshot, "acme", "net")[1].present
    # Whether a bundle comes back shows in these.
    assert View(snapshot).watched(None).paths >= {"gitconfig.yaml", "hosts.yaml", "tenants"}
