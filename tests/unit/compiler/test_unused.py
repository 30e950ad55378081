"""What no bundle needs: files that none reads, overrides that change nothing in any."""

from collections.abc import Callable

import pytest

from gitconfig_tool.compiler import compile_snapshot
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
dimensions:
  environment: {staging: {}, production: {inherits: staging}}
  tenant: {acme: {region: eu}, globex: {region: us}}
layers:
  - base
  - environments/{environment}
  - {file: "regions/{tenant.region}.yaml", document: region}
  - tenants/{tenant}/base
  - tenants/{tenant}/{environment}
bundles: [{name: "{environment}"}, {name: "{environment}/{tenant}"}]
"""


def _warnings(project: GitProject, *globs: str) -> list[tuple[str, str, str]]:
    found = compile_snapshot(project.open().at_worktree(), globs).diagnostics
    return [(each.code, str(each.span), each.hint) for each in found]


def _build(git_project: Build, files: dict[str, str]) -> GitProject:
    return git_project({"gitconfig.yaml": PROJECT, "base/app.yaml": "a: 1\nb: 2\n", **files})


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("tenants/acme/bsae/app.yaml", "'bsae' is no environment: add it to the dimension"),
        ("bse/deep/app.yaml", "'bse' is no part of a layer: did you mean 'base'?"),
        ("hosts/web/bsae/app.yaml", "'bsae' is no part of a layer: did you mean 'base'?"),
    ],
)
def test_a_file_beside_a_layer(git_project: Build, path: str, hint: str) -> None:
    project = git_project(
        {
            "gitconfig.yaml": PROJECT.replace(
                "bundles", "  - hosts/{environment}/base\n  - inventory.yaml\nbundles"
            ).replace("{environment: {", "{environment: {web: {}, "),
            "base/app.yaml": "a: 1\n",
            path: "c: 3\n",
        }
    )

    ((code, place, said),) = _warnings(project)
    assert (code, place) == ("GCT114", f"{path}:1:1")
    assert said.startswith(hint)


@pytest.mark.parametrize(
    "path",
    ["notes/app.yaml", "data/base/app.yaml", "based-on/app.yaml", "tenants/acme.yaml", "bse.yaml"],
)
def test_files_that_are_no_layers(git_project: Build, path: str) -> None:
    assert _warnings(_build(git_project, {path: "c: 3\n"})) == []


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (
            "environments/prodution/app.yaml",
            "'prodution' is no environment: did you mean 'production'?",
        ),
        (
            "environments/zzz/app.yml",
            "'zzz' is no environment: add it to the dimension environment",
        ),
        ("regions/ap.yaml", "remove it, or add what it is for to gitconfig.yaml"),
        ("tenants/acne/base/app.yaml", "'acne' is no tenant: did you mean 'acme'?"),
        (
            "tenants/acme/product/deep/app.yaml",
            "'product' is no environment: did you mean 'production'?",
        ),
    ],
)
def test_a_file_that_no_bundle_reads(git_project: Build, path: str, hint: str) -> None:
    project = _build(git_project, {path: "c: 3\n"})

    assert _warnings(project) == [("GCT114", f"{path}:1:1", hint)]


@pytest.mark.parametrize(
    "path",
    [
        "notes/app.yaml",  # no layer is there
        "environments/README.md",
        "environments/prodution/.hidden.yaml",
        "environments/.off/app.yaml",
        "tenants/acme/notes.yaml",  # beside the layers of a tenant, not in one
        "regions/old/ap.yaml",
        "regions/eu.yml",
        "prompts/greeting/notes.yaml",
    ],
)
def test_a_file_that_is_no_layers(git_project: Build, path: str) -> None:
    assert [
        each for each in _warnings(_build(git_project, {path: "c: 3\n"})) if "114" in each[0]
    ] == []


def test_nothing_is_said_of_a_part_of_the_bundles(git_project: Build) -> None:
    files = {"environments/zzz/app.yaml": "c: 3\n", "environments/production/app.yaml": "a: 1\n"}
    project = _build(git_project, files)

    assert [each[0] for each in _warnings(project)] == ["GCT112", "GCT114"]
    assert _warnings(project, "production*") == []


def test_nothing_is_said_where_a_file_cannot_be_read(git_project: Build) -> None:
    files = {"environments/zzz/app.yaml": "c: 3\n", "environments/production/app.yaml": "a: [\n"}

    assert [each[0] for each in _warnings(_build(git_project, files))] == ["GCT010"]


def test_an_override_may_matter_in_one_bundle_only(git_project: Build) -> None:
    """acme's own `a` repeats what base says, and undoes what production says."""
    tenant = {"tenants/acme/base/app.yaml": "a: 1\n"}
    redundant = [each[0] for each in _warnings(_build(git_project, tenant))]
    assert redundant == ["GCT112"]

    production = {"environments/production/app.yaml": "a: 5\n"}
    project = git_project(
        {"gitconfig.yaml": PROJECT, "base/app.yaml": "a: 1\n", **tenant, **production}, "second"
    )
    assert _warnings(project) == []


def test_a_key_that_the_schema_lists_is_not_misspelt(git_project: Build) -> None:
    schema = "{type: object, properties: {limit: {type: integer}, limits: {type: integer}}%s}\n"
    files = {
        "base/app.yaml": "limits: 1\n",
        "environments/production/app.yaml": "limit: 2\n",
        "schemas/app.schema.yaml": schema % "",
    }
    rule = "schemas: [{match: app, schema: schemas/app.schema.yaml}]\n"

    assert [each[0] for each in _warnings(git_project({"gitconfig.yaml": PROJECT, **files}))] == [
        "GCT113"
    ]
    named = git_project({"gitconfig.yaml": PROJECT + rule, **files}, "named")
    assert _warnings(named) == []


def test_a_key_that_the_schema_refuses_is_told_once(git_project: Build) -> None:
    project = git_project(
        {
            "gitconfig.yaml": PROJECT
            + "schemas: [{match: app, schema: schemas/app.schema.yaml}]\n",
            "base/app.yaml": "limits: 1\n",
            "environments/production/app.yaml": "limit: 2\n",
            "schemas/app.schema.yaml": "properties: {limits: {}}\nadditionalProperties: false\n",
        }
    )

    assert _warnings(project) == [
        ("GCT206", "environments/production/app.yaml:1:1", "did you mean 'limits'?")
    ]


def test_nothing_is_unused_where_the_project_file_is_wrong(git_project: Build) -> None:
    """A bundle that was refused may read it."""
    wrong = PROJECT.replace('tenant}"}]', 'tenant}", exclude: [{tenent: acme}]}]')
    project = _build(git_project, {"gitconfig.yaml": wrong, "tenants/acme/base/app.yaml": "a: 2\n"})

    assert [(code, hint) for code, _, hint in _warnings(project)] == [
        ("GCT047", "did you mean 'tenant'?")
    ]


def test_a_file_of_an_empty_mapping_overrides_nothing(git_project: Build) -> None:
    project = _build(
        git_project, {"environments/staging/app.yaml": "{}\n", "tenants/acme/base/app.yaml": "a: 2"}
    )

    assert _warnings(project) == []


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("environment/staging/app.yaml", "did you mean 'environment/{environment}'?"),
        ("inventry.yaml", "did you mean 'inventry.yaml'?"),
    ],
)
def test_a_layer_that_is_misspelt_is_told_once(git_project: Build, path: str, hint: str) -> None:
    """Not for each file that it means: there may be hundreds."""
    project = git_project(
        {
            "gitconfig.yaml": PROJECT.replace("bundles", "  - inventory.yaml\nbundles"),
            "base/app.yaml": "a: 1\n",
            path: "c: 3\n",
        }
    )

    assert [(code, said) for code, _, said in _warnings(project)] == [("GCT115", hint)]
