"""The project file: what it says, how bundles and layers are bound, and all that can be wrong."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Document, parse_document
from gitconfig_tool.project import (
    Bundle,
    Project,
    SecretSettings,
    bind_bundles,
    read_project,
)
from tests.layered import parse

PATH = "gitconfig.yaml"
HEAD = "apiVersion: gitconfig-tool/v1\nname: acme-llm\n"
TAIL = "layers: [base]\nbundles: [{name: default}]\n"
# What the hint of a value of the wrong kind is, by what the message says it is for.
HINTS = {
    "a bundle": "write {name: '{environment}'}",
    "a layer": "write a path, or {folder: PATH, required: true}, or {file: PATH, document: ID}",
    "a policy": "write the path of a folder, or a built-in set: gitconfig-tool:security-baseline",
    "a schema rule": "write {match: '**/models/*', schema: gitconfig-tool:model-config}",
    "a template": "write the name of a dimension in each pair: environments/{environment}",
    "an allow rule": "write {match: 'environments/production/**', recipients: ['age:age1...']}",
    "bundles": "write bundles: [{name: '{environment}'}]",
    "dimensions": "write dimensions: {environment: {staging: {}, production: {}}}",
    "layers": "write layers: [base, 'environments/{environment}']",
    "protected": "write protected: true, without quotes",
    "required": "write required: true, without quotes",
    "schemas": "write schemas: [{match: '**/models/*', schema: gitconfig-tool:model-config}]",
}

FULL = """\
apiVersion: gitconfig-tool/v1
name: acme-llm
version: "2.1"
source: https://git.example.invalid/acme/llm
dimensions:
  environment:
    development: {}
    staging: {inherits: development, cluster: blue}
    production: {inherits: staging, protected: true, size: 3}
  tenant:
    acme: {region: eu-west-1, dedicated: true}
    globex: {region: us-east-1}
    initech:
layers:
  - base
  - environments/{environment}
  - {file: "clusters/{environment.cluster}.yaml", document: platform/cluster}
  - regions/{tenant.region}.yaml
  - tenants/{tenant}/{environment}/
  - {folder: overrides, required: true}
bundles:
  - name: "{environment}"
  - name: "{environment}/{tenant}"
schemas:
  - {match: "billing/*", schema: schemas/billing.schema.json}
policies: [gitconfig-tool:security-baseline, policies/]
prompts: library/prompts/
secrets:
  allow:
    - {match: "**", recipients: ["age:age1example", "age:age1other"]}
"""


def read(text: str) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    document, diagnostics = parse_document(PATH, text.encode())
    assert diagnostics == ()
    return read_project(document)


def project_of(text: str) -> Project:
    project, diagnostics = read(text)
    assert diagnostics == ()
    assert project is not None
    return project


def bundle_of(text: str, name: str) -> Bundle:
    bundles, diagnostics = bind_bundles(project_of(text))
    assert diagnostics == ()
    return next(bundle for bundle in bundles if bundle.name == name)


def only(text: str) -> Diagnostic:
    _, diagnostics = read(text)
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


def wrong(message: str, span: Span) -> Diagnostic:
    """Return the diagnostic of a value of the wrong kind."""
    what = message.partition(" for ")[2].partition(", found ")[0]
    hint = HINTS.get(what, "gitconfig-tool init DIR writes a project file to compare with")
    return Diagnostic("GCT031", message, span, hint=hint)


def at(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span(PATH, line, column, end_line or line, end_column)


# --- what it says ------------------------------------------------------------------------------


def test_the_smallest_project() -> None:
    project = project_of(HEAD + TAIL)

    assert project.name == "acme-llm"
    assert project.version is None
    assert project.source is None
    assert project.dimensions == {}
    assert [(layer.template, layer.document, layer.required) for layer in project.layers] == [
        ("base", None, False)
    ]
    assert [(bundle.name, bundle.dimensions) for bundle in project.bundles] == [("default", ())]
    assert project.schemas == ()
    assert project.policies == ()
    assert project.llm.prompts.folder == "prompts"
    assert project.secrets == SecretSettings()


def test_a_project_with_everything() -> None:
    project = project_of(FULL)

    assert (project.version, project.source) == ("2.1", "https://git.example.invalid/acme/llm")
    assert [(layer.template, layer.document, layer.required) for layer in project.layers] == [
        ("base", None, False),
        ("environments/{environment}", None, False),
        ("clusters/{environment.cluster}.yaml", "platform/cluster", False),
        ("regions/{tenant.region}.yaml", "main", False),
        ("tenants/{tenant}/{environment}", None, False),
        ("overrides", None, True),
    ]
    assert [(each.match, each.schema) for each in project.schemas] == [
        ("billing/*", "schemas/billing.schema.json")
    ]
    assert [each.name for each in project.policies] == [
        "gitconfig-tool:security-baseline",
        "policies",
    ]
    assert project.llm.prompts.folder == "library/prompts"
    assert [(each.match, each.recipients) for each in project.secrets.allow] == [
        ("**", ("age:age1example", "age:age1other"))
    ]
    assert project.layers[0].span == at(15, 5, 9)
    assert project.bundles[1].dimensions == ("environment", "tenant")


def test_values_inherit_attributes_but_not_protection() -> None:
    values = project_of(FULL).dimensions["environment"].values

    assert values["development"].attributes == {}
    assert values["staging"].attributes == {"cluster": "blue"}
    assert values["production"].attributes == {"cluster": "blue", "size": 3}
    assert [values[name].protected for name in values] == [False, False, True]
    assert values["production"].inherits == "staging"
    assert values["production"].span == at(9, 5, 15)


def test_an_own_attribute_is_stronger_than_an_inherited_one() -> None:
    text = HEAD + "dimensions: {e: {a: {x: 1, y: 1}, b: {inherits: a, y: 2}}}\n" + TAIL

    assert project_of(text).dimensions["e"].values["b"].attributes == {"x": 1, "y": 2}


def test_the_chain_of_a_value() -> None:
    environment = project_of(FULL).dimensions["environment"]

    assert environment.chain("production") == ("development", "staging", "production")
    assert environment.chain("development") == ("development",)


# --- bundles and layers ------------------------------------------------------------------------


def test_every_combination_is_a_bundle() -> None:
    bundles, diagnostics = bind_bundles(project_of(FULL))

    assert diagnostics == ()
    assert [bundle.name for bundle in bundles] == [
        "development",
        "staging",
        "production",
        "development/acme",
        "development/globex",
        "development/initech",
        "staging/acme",
        "staging/globex",
        "staging/initech",
        "production/acme",
        "production/globex",
        "production/initech",
    ]
    assert bundles[-3].dimensions == {"environment": "production", "tenant": "acme"}
    assert [bundle.name for bundle in bundles if bundle.protected] == [
        "production",
        "production/acme",
        "production/globex",
        "production/initech",
    ]


def test_the_layers_of_a_bundle() -> None:
    bundle = bundle_of(FULL, "production/acme")

    assert [(layer.path, layer.document, set(layer.own)) for layer in bundle.layers] == [
        ("base", None, set()),
        ("environments/development", None, set()),
        ("environments/staging", None, set()),
        ("environments/production", None, {"environment"}),
        ("clusters/blue.yaml", "platform/cluster", {"environment"}),
        ("regions/eu-west-1.yaml", "main", {"tenant"}),
        ("tenants/acme/development", None, {"tenant"}),
        ("tenants/acme/staging", None, {"tenant"}),
        ("tenants/acme/production", None, {"tenant", "environment"}),
        ("overrides", None, set()),
    ]
    assert [layer.required for layer in bundle.layers] == [False] * 9 + [True]


def test_a_layer_of_an_unbound_dimension_is_left_out() -> None:
    assert [layer.path for layer in bundle_of(FULL, "development").layers] == [
        "base",
        "environments/development",
        "overrides",
    ]


def test_a_layer_of_an_attribute_that_the_value_lacks_is_left_out() -> None:
    paths = [layer.path for layer in bundle_of(FULL, "development/initech").layers]

    assert paths == [
        "base",
        "environments/development",
        "tenants/initech/development",
        "overrides",
    ]


def test_attributes_are_written_as_in_the_file() -> None:
    text = (
        HEAD
        + "dimensions: {t: {a: {x: true, y: 2, z: null}, b: {z: 1}}}\n"
        + 'layers: ["{t.x}/{t.y}", "n/{t.z}"]\nbundles: [{name: "{t}"}]\n'
    )

    assert [layer.path for layer in bundle_of(text, "a").layers] == ["true/2"]
    assert [layer.path for layer in bundle_of(text, "b").layers] == ["n/1"]


def test_a_hierarchy_like_the_one_of_hiera() -> None:
    text = HEAD + (
        "dimensions:\n  host:\n    web1: {site: berlin, role: web}\n"
        "layers: [common, 'sites/{host.site}', 'roles/{host.role}',"
        " {file: 'hosts/{host}.yaml', document: node}]\n"
        "bundles: [{name: '{host}'}]\n"
    )

    assert [(layer.path, layer.document) for layer in bundle_of(text, "web1").layers] == [
        ("common", None),
        ("sites/berlin", None),
        ("roles/web", None),
        ("hosts/web1.yaml", "node"),
    ]


# --- what can be wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "span"),
    [
        ("", "nothing", at(1, 1, 1)),
        ("- a\n", "a list", at(1, 1, 1, 2)),
        ("text\n", "'text'", at(1, 1, 5)),
    ],
)
def test_a_file_that_is_no_mapping(text: str, found: str, span: Span) -> None:
    project, diagnostics = read(text)

    assert project is None
    assert diagnostics == (
        Diagnostic(
            "GCT031",
            f"expected a mapping with apiVersion, name, layers and bundles, found {found}",
            span,
            hint="gitconfig-tool init writes one to start from",
        ),
    )


def test_an_unknown_key() -> None:
    assert only(HEAD + TAIL + "polices: [policies/]\n") == Diagnostic(
        "GCT030",
        "expected a key of the project file, found 'polices'",
        at(5, 1, 8),
        label="unknown key",
        hint="did you mean 'policies'?",
    )
    assert only(HEAD + TAIL + "x: 1\n").hint == (
        "known keys: apiVersion, name, version, source, dimensions, layers, bundles, schemas, "
        "policies, prompts, models, emit, secrets, diagnostics, classification, compliance, "
        "quotas, isolation"
    )


@pytest.mark.parametrize(
    ("text", "what", "span", "hint"),
    [
        (
            HEAD + "layers: [{file: a.yaml, documnet: x}]\nbundles: [{name: d}]\n",
            "a layer, found 'documnet'",
            at(3, 25, 33),
            "did you mean 'document'?",
        ),
        (
            HEAD + "layers: [base]\nbundles: [{name: d, protected: true}]\n",
            "a bundle, found 'protected'",
            at(4, 21, 30),
            "known keys: name, include, exclude",
        ),
        (
            HEAD + TAIL + "schemas: [{match: a, schema: b, sheme: c}]\n",
            "a schema rule, found 'sheme'",
            at(5, 33, 38),
            "did you mean 'schema'?",
        ),
        (
            HEAD + TAIL + "secrets: {alow: []}\n",
            "secrets, found 'alow'",
            at(5, 11, 15),
            "did you mean 'allow'?",
        ),
        (
            HEAD + TAIL + "secrets: {allow: [{match: a, recipients: [], to: b}]}\n",
            "an allow rule, found 'to'",
            at(5, 46, 48),
            "known keys: match, recipients, require, never",
        ),
    ],
)
def test_an_unknown_inner_key(text: str, what: str, span: Span, hint: str) -> None:
    assert only(text) == Diagnostic(
        "GCT030", f"expected a key of {what}", span, label="unknown key", hint=hint
    )


@pytest.mark.parametrize(
    ("key", "near", "span"),
    [("inherit", "inherits", at(3, 24, 31)), ("protectd", "protected", at(3, 24, 32))],
)
def test_a_misspelt_attribute(key: str, near: str, span: Span) -> None:
    text = HEAD + f"dimensions: {{env: {{a: {{{key}: 1}}}}}}\n" + TAIL

    assert only(text) == Diagnostic(
        "GCT030",
        f"expected an attribute, found '{key}'",
        span,
        "unknown key",
        hint=f"did you mean '{near}'?",
    )


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        ("name: 5\n", "expected a string for name, found 5", at(2, 7, 8)),
        ("name: ''\n", "expected a string for name, found ''", at(2, 7, 9)),
        ("name: [a]\n", "expected a string for name, found a list", at(2, 7, 10)),
        ("name:\n", "expected a string for name, found nothing", at(2, 6, 6)),
    ],
)
def test_a_name_of_the_wrong_kind(text: str, message: str, span: Span) -> None:
    whole = "apiVersion: gitconfig-tool/v1\n" + text + TAIL
    assert only(whole) == wrong(message, span)


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        ("version: 1.2\n", "expected a string for version, found 1.2", at(5, 10, 13)),
        ("source: {a: 1}\n", "expected a string for source, found a mapping with a", at(5, 9, 15)),
        ("dimensions: [a]\n", "expected a mapping for dimensions, found a list", at(5, 13, 16)),
        (
            "dimensions: {env: {a: 1}}\n",
            "expected a mapping for value a, found 1",
            at(5, 23, 24),
        ),
        (
            "dimensions: {env: {a: {inherits: [b]}}}\n",
            "expected a string for inherits, found a list",
            at(5, 34, 37),
        ),
        (
            "dimensions: {env: {a: {protected: 'yes'}}}\n",
            "expected true or false for protected, found 'yes'",
            at(5, 35, 40),
        ),
        (
            "dimensions: {env: {a: {region: [eu]}}}\n",
            "expected a scalar for attribute region, found a list",
            at(5, 32, 36),
        ),
        ("schemas: x\n", "expected a list for schemas, found 'x'", at(5, 10, 11)),
        (
            "schemas: [x]\n",
            "expected 'match: GLOB' and 'schema: NAME' for a schema rule, found 'x'",
            at(5, 11, 12),
        ),
        (
            "schemas: [{match: x}]\n",
            "expected 'match: GLOB' and 'schema: NAME' for a schema rule, "
            "found a mapping with match",
            at(5, 11, 21),
        ),
        (
            "schemas: [{match: x, schema: 1}]\n",
            "expected a string for schema, found 1",
            at(5, 30, 31),
        ),
        ("policies: [1]\n", "expected a string for a policy, found 1", at(5, 12, 13)),
        ("prompts: [a]\n", "expected a string for prompts, found a list", at(5, 10, 13)),
        ("secrets: [a]\n", "expected a mapping for secrets, found a list", at(5, 10, 13)),
        (
            "secrets: {allow: [a]}\n",
            "expected 'match: GLOB' and 'recipients: [...]' for an allow rule, found 'a'",
            at(5, 19, 20),
        ),
        (
            "secrets: {allow: [{match: a}]}\n",
            "expected 'match: GLOB' and 'recipients: [...]' for an allow rule, "
            "found a mapping with match",
            at(5, 19, 29),
        ),
        (
            "secrets: {allow: [{match: a, recipients: [1]}]}\n",
            "expected a string for a recipient, found 1",
            at(5, 43, 44),
        ),
    ],
)
def test_values_of_the_wrong_kind(text: str, message: str, span: Span) -> None:
    assert only(HEAD + TAIL + text) == wrong(message, span)


@pytest.mark.parametrize(
    ("layers", "message", "span"),
    [
        ("base", "expected a list for layers, found 'base'", at(3, 9, 13)),
        ("[1]", "expected a string for a layer, found 1", at(3, 10, 11)),
        (
            "[{document: x}]",
            "expected 'file: PATH' or 'folder: PATH' for a layer, found a mapping with document",
            at(3, 10, 23),
        ),
        (
            "[{file: a.yaml, folder: b}]",
            "expected 'file: PATH' or 'folder: PATH' for a layer, "
            "found a mapping with file, folder",
            at(3, 10, 35),
        ),
        (
            "[{folder: a, document: x}]",
            "expected no 'document' for a folder layer, found 'x'",
            at(3, 32, 33),
        ),
        (
            "[{folder: a, required: 1}]",
            "expected true or false for required, found 1",
            at(3, 32, 33),
        ),
        (
            "['a/{env']",
            "expected '{' and '}' in pairs for a template, found 'a/{env'",
            at(3, 10, 18),
        ),
        (
            "['a/env}']",
            "expected '{' and '}' in pairs for a template, found 'a/env}'",
            at(3, 10, 18),
        ),
    ],
)
def test_layers_of_the_wrong_kind(layers: str, message: str, span: Span) -> None:
    text = HEAD + f"layers: {layers}\nbundles: [{{name: default}}]\n"

    assert only(text) == wrong(message, span)


@pytest.mark.parametrize(
    ("bundles", "message", "span"),
    [
        ("default", "expected a list for bundles, found 'default'", at(4, 10, 17)),
        ("[default]", "expected 'name: TEMPLATE' for a bundle, found 'default'", at(4, 11, 18)),
        (
            "[{}]",
            "expected 'name: TEMPLATE' for a bundle, found a mapping with no key",
            at(4, 11, 13),
        ),
        ("[{name: 1}]", "expected a string for a bundle's name, found 1", at(4, 18, 19)),
    ],
)
def test_bundles_of_the_wrong_kind(bundles: str, message: str, span: Span) -> None:
    text = HEAD + f"layers: [base]\nbundles: {bundles}\n"

    assert only(text) == wrong(message, span)


@pytest.mark.parametrize(
    ("text", "tag", "span"),
    [
        (HEAD + "layers: !append [base]\nbundles: [{name: d}]\n", "!append", at(3, 9, 23)),
        (HEAD + "layers: [!ref '#/x']\nbundles: [{name: d}]\n", "!ref", at(3, 10, 20)),
        (
            HEAD + TAIL + "dimensions: {e: {a: {inherits: b}, b: !final {}}}\n",
            "!final",
            at(5, 39, 48),
        ),
        (
            HEAD + TAIL + "dimensions: {e: {a: {region: !secret x#/y}}}\n",
            "!secret",
            at(5, 30, 42),
        ),
    ],
)
def test_tags_do_not_belong_in_the_project_file(text: str, tag: str, span: Span) -> None:
    assert read(text)[1][0] == Diagnostic(
        "GCT031",
        f"expected a plain value in the project file, found the tag {tag}",
        span,
        hint="tags belong in layer files",
    )


def test_missing_keys() -> None:
    _, diagnostics = read("version: '1'\n")

    assert diagnostics == tuple(
        Diagnostic(
            "GCT032",
            f"expected the key '{key}' in the project file, found none",
            at(1, 1, 2),
            hint=hint,
        )
        for key, hint in {
            "apiVersion": "apiVersion: gitconfig-tool/v1",
            "name": "name: acme-llm",
            "layers": "layers: [base, 'environments/{environment}']",
            "bundles": "bundles: [{name: '{environment}'}]",
        }.items()
    )


def test_another_api_version() -> None:
    assert only("apiVersion: gitconfig-tool/v9\nname: x\n" + TAIL) == Diagnostic(
        "GCT033",
        "expected apiVersion gitconfig-tool/v1, found gitconfig-tool/v9",
        at(1, 13, 30),
        hint="this program reads no other: write that, or install one that reads yours",
    )


def test_a_dimension_with_a_bad_name() -> None:
    assert only(HEAD + TAIL + "dimensions: {Environment: {a: {}}}\n") == Diagnostic(
        "GCT034",
        "expected a dimension name of lower-case letters, found 'Environment'",
        at(5, 14, 25),
        hint="for example: environment, tenant, region",
    )


@pytest.mark.parametrize("name", ["prod/eu", "..", "a..b", ".a", "a-", "-a", "ä", "a b", "a:b"])
def test_a_value_with_a_bad_name(name: str) -> None:
    text = HEAD + TAIL + f'dimensions: {{env: {{ok: {{}}, "{name}": {{}}}}}}\n'

    assert only(text) == Diagnostic(
        "GCT034",
        f"expected a value of letters, digits, '.', '_' and '-', found '{name}'",
        at(5, 28, 30 + len(name)),
        hint="it becomes a folder name and part of a bundle's name",
    )


@pytest.mark.parametrize("name", ["a", "1", "eu-west-1", "v1.2", "a_b", "Prod"])
def test_a_value_with_a_good_name(name: str) -> None:
    text = HEAD + TAIL + f'dimensions: {{env: {{"{name}": {{}}}}}}\n'

    assert list(project_of(text).dimensions["env"].values) == [name]


def test_a_dimension_without_values() -> None:
    assert only(HEAD + TAIL + "dimensions: {env: {}}\n") == Diagnostic(
        "GCT034",
        "expected at least one value of the dimension 'env', found none",
        at(5, 14, 17),
        hint="env: {first: {}, second: {inherits: first}}",
    )


def test_an_unknown_parent() -> None:
    text = HEAD + TAIL + "dimensions:\n  env:\n    staging: {}\n    prod: {inherits: stagin}\n"

    assert only(text) == Diagnostic(
        "GCT035",
        "expected a value of 'env' to inherit, found 'stagin'",
        at(8, 22, 28),
        hint="did you mean 'staging'?",
    )
    assert only(text.replace("stagin}", "xyz}")).hint == "known: staging, prod"


@pytest.mark.parametrize(
    ("values", "name", "path", "column"),
    [
        ("{a: {inherits: a}}", "a", "a -> a", 34),
        ("{a: {inherits: b}, b: {inherits: a}}", "a", "a -> b -> a", 34),
        # `b` only leads to the circle; it is not on it.
        ("{a: {}, b: {inherits: c}, c: {inherits: c}}", "c", "c -> c", 59),
    ],
)
def test_values_that_inherit_in_a_circle(values: str, name: str, path: str, column: int) -> None:
    project, diagnostics = read(HEAD + TAIL + f"dimensions: {{env: {values}}}\n")

    assert diagnostics == (
        Diagnostic(
            "GCT036",
            f"expected '{name}' to inherit without a circle, found {path}",
            at(5, column, column + 1),
            hint="remove one 'inherits'",
        ),
    )
    assert project is not None
    assert bind_bundles(project)[1] == ()


DIMENSIONS = "dimensions: {environment: {a: {region: eu}}, tenant: {acme: {}}}\n"


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        (
            "{enviroment}",
            "expected a dimension in braces, found '{enviroment}'",
            "did you mean '{environment}'?",
        ),
        (
            "{zone}",
            "expected a dimension in braces, found '{zone}'",
            "known dimensions: environment, tenant",
        ),
        (
            "{environment.regoin}",
            "expected an attribute of 'environment', found 'regoin'",
            "did you mean '{environment.region}'?",
        ),
        (
            "{tenant.tier}",
            "expected an attribute of 'tenant', found 'tier'",
            "no value of 'tenant' has it",
        ),
    ],
)
def test_an_unknown_placeholder(template: str, message: str, hint: str) -> None:
    text = HEAD + DIMENSIONS + f"layers: ['x/{template}']\nbundles: [{{name: d}}]\n"

    assert only(text) == Diagnostic("GCT037", message, at(4, 10, 14 + len(template)), hint=hint)


def test_a_bundle_name_takes_no_attribute() -> None:
    text = HEAD + DIMENSIONS + "layers: [base]\nbundles: [{name: '{environment.region}'}]\n"

    assert only(text) == Diagnostic(
        "GCT037",
        "expected a dimension in a bundle's name, found the attribute 'environment.region'",
        at(5, 18, 40),
        hint="use '{environment}'",
    )


def test_a_placeholder_in_a_project_without_dimensions() -> None:
    text = HEAD + "layers: ['{env}']\nbundles: [{name: d}]\n"

    assert only(text).hint == "known dimensions: none"


@pytest.mark.parametrize(
    "path", ["../shared", "/etc", "a//b", "a/./b", "a/../b", "", ".git/x", "."]
)
def test_a_layer_outside_the_project(path: str) -> None:
    text = HEAD + f"layers: [{{folder: '{path}'}}]\nbundles: [{{name: d}}]\n"

    found = only(text)

    if path == "":
        assert found.code == "GCT031"
        return
    assert found == Diagnostic(
        "GCT038",
        f"expected a layer to be a path inside the project, found '{path}'",
        at(3, 19, 21 + len(path)),
        hint="write it relative to gitconfig.yaml, without '.', '..' and empty parts",
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            HEAD + TAIL + "prompts: ../prompts\n",
            "'prompts' to be a path inside the project, found '../prompts'",
        ),
        (
            HEAD + "layers: [base]\nbundles: [{name: /x}]\n",
            "a bundle's name to be a path inside the project, found '/x'",
        ),
        (
            HEAD + "layers: [{file: a.yaml, document: ../x}]\nbundles: [{name: d}]\n",
            "a document's id to be a path inside the project, found '../x'",
        ),
    ],
)
def test_other_paths_outside_the_project(text: str, what: str) -> None:
    assert (only(text).code, only(text).message) == ("GCT038", f"expected {what}")


def test_two_bundles_of_one_name() -> None:
    text = (
        HEAD
        + "dimensions: {env: {dev: {}, prod: {}}}\nlayers: [base]\n"
        + "bundles:\n  - name: '{env}'\n  - name: prod\n"
    )

    bundles, diagnostics = bind_bundles(project_of(text))

    assert [bundle.name for bundle in bundles] == ["dev", "prod"]
    assert diagnostics == (
        Diagnostic(
            "GCT039",
            "expected each bundle name once, found 'prod' again",
            at(7, 11, 15),
            notes=(Note("first given", at(6, 11, 18)),),
            hint="give the templates different names",
        ),
    )


def test_a_misspelt_key_is_not_missing_too() -> None:
    text = "apiVersion: gitconfig-tool/v1\nnmae: x\n" + TAIL

    assert only(text).hint == "did you mean 'name'?"


def test_all_problems_at_once() -> None:
    text = (
        "apiVersion: v2\ndimensions: {E: {x: {}}, env: {a: {inherits: z}}}\n"
        "layers: [../a, '{evn}']\nbundles: 1\npolices: []\n"
    )

    assert sorted(each.code for each in read(text)[1]) == [
        "GCT030",
        "GCT031",
        "GCT032",
        "GCT033",
        "GCT034",
        "GCT035",
        "GCT037",
        "GCT038",
    ]


def test_the_project_is_read_from_a_document() -> None:
    project, _ = read_project(Document("other.yaml", parse(HEAD + TAIL, "other.yaml")))

    assert project is not None
    assert project.layers[0].span == Span("other.yaml", 3, 10, 3, 14)
