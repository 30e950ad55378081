"""Which layers are some bundles' own, and what may be taken from them."""

import pytest

from gitconfig_tool.compiler.borders import Borders, in_own_layer
from gitconfig_tool.document import parse_document
from gitconfig_tool.project import Project, bind_bundles, read_project

TEXT = b"""\
apiVersion: gitconfig-tool/v1
name: borders
dimensions:
  environment: {staging: {}, production: {inherits: staging}}
  tenant: {acme: {region: eu}, globex: {region: us}}
layers:
  - base
  - environments/{environment}
  - {file: "regions/{tenant.region}.yaml", document: region}
  - "{tenant}/{environment}"
bundles: [{name: "{environment}"}, {name: "{environment}/{tenant}"}]
"""


@pytest.fixture
def project() -> Project:
    document, problems = parse_document("gitconfig.yaml", TEXT)
    assert problems == ()
    found, diagnostics = read_project(document)
    assert diagnostics == ()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        ("base/x.schema.json", False),
        ("schemas/x.schema.json", False),
        ("environments/x.schema.json", False),
        ("environments/production/x.schema.json", True),
        ("environments/production/deep/down/x.schema.json", True),
        ("environments/production-2/x.schema.json", False),
        ("regions/eu.yaml", True),
        ("regions/eu.yaml.schema.json", False),
        ("regions/asia.yaml", False),
        ("acme/production/x.schema.json", True),
        # Not a tenant, though it lies as one would.
        ("schemas/production/x.schema.json", False),
        ("deep/acme/production/x.schema.json", False),
    ],
)
def test_files_in_a_layer_that_some_bundles_have(project: Project, path: str, is_own: bool) -> None:
    assert in_own_layer(project)(path) is is_own


@pytest.mark.parametrize(
    ("bundle", "of", "foreign"),
    [
        # Each bundle may have what it has; production has the layers of staging by `inherits`.
        ("production/acme", "production/acme", None),
        ("production/acme", "staging", None),
        ("production/acme", "production", None),
        ("staging", "production", "environments/production"),
        ("production/acme", "staging/globex", "regions/us.yaml"),
        ("production", "production/acme", "regions/eu.yaml"),
    ],
)
def test_layers_that_only_others_have(
    project: Project, bundle: str, of: str, foreign: str | None
) -> None:
    bundles, _ = bind_bundles(project)
    layers = next(each.layers for each in bundles if each.name == of)

    assert Borders(bundles).foreign_layer(bundle, layers) == foreign
