"""One document of a snapshot, looked up alone: the same value, and no more files than it needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.compiler.effective import Lookup, effective_value
from gitconfig_tool.source import Snapshot, open_project
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

EXAMPLE = Path(__file__).parents[3] / "example-repo"
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

    found = effective_value(_snapshot(project, reads), "production", "app", ("limit",))

    assert found.value is not None
    assert found.value.content == 600
    assert sorted(set(reads)) == [
        "base/app.yaml",
        "base/limits.yaml",
        "environments/production/limits.yaml",
        "gitconfig.yaml",
    ]
    assert set(reads) <= found.files
    # What is not there counts as well: it may come.
    assert "environments/staging/app.yaml" in found.files
    assert "environments/production/limits.sops.yaml" in found.files
    assert "base/other.yaml" not in found.files


@pytest.mark.parametrize(
    ("bundle", "document", "path", "why"),
    [
        ("production", "app", ("b",), "app has no such value"),
        ("production", "apq", (), "bundle production has no document apq"),
        ("test", "app", (), "there is no bundle test"),
    ],
)
def test_what_is_not_there(
    git_project: Build, bundle: str, document: str, path: tuple[str, ...], why: str
) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "a: 1\n"})

    found = effective_value(project.open().at_worktree(), bundle, document, path)

    assert (found.value, found.why) == (None, why)
    assert "gitconfig.yaml" in found.files


def test_a_reference_to_a_document_that_is_not_there_yet(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "a: !ref later#/x\n"})

    found = Lookup(project.open().at_worktree()).document("staging", "app")

    assert [each.code for each in found.diagnostics] == ["GCT151"]
    assert "base/later.yaml" in found.files


def test_a_layer_that_is_one_file(git_project: Build) -> None:
    project = git_project({"gitconfig.yaml": PROJECT, "staging.yaml": "a: 1\n"})

    found = effective_value(project.open().at_worktree(), "production", "node", ("a",))

    assert found.value is not None
    assert {"staging.yaml", "production.yaml"} <= found.files


def test_each_document_of_the_example_is_what_compiling_makes_of_it() -> None:
    snapshot = open_project(EXAMPLE).at_worktree()
    compilation = compile_snapshot(snapshot)
    lookup = Lookup(snapshot)

    for name, bundle in compilation.bundles.items():
        for id, document in bundle.documents.items():
            found = lookup.document(name, id).document
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
    lookup = Lookup(project.open().at_worktree())

    assert "hosts.yaml" in lookup.document("web1", "net").files
    assert "tenants/acme" in lookup.document("acme", "net").files
    # Whether it comes back shows in these.
    assert lookup.document("globex", "net").files >= {"gitconfig.yaml", "hosts.yaml", "tenants"}
