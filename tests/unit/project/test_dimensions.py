"""Values of dimensions that are read from a file, or from the names of folders and files."""

import re
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.project import Bundle
from tests.unit.project.projects import at, bound, good, only, read

FOLDERS = {
    "tenants/globex/base/a.yaml": "x: 1\n",
    "tenants/acme/base/a.yaml": "x: 1\n",
    "tenants/acme-eu/.gitkeep": "",
    "tenants/README.md": "not a folder\n",
    "tenants/.template/base/a.yaml": "x: 1\n",
    "tenants.yaml": "x: 1\n",
}


def values(dimensions: str, others: dict[str, str], name: str) -> list[str]:
    return list(good(dimensions, others).dimensions[name].values)


# --- names -------------------------------------------------------------------------------------


def test_each_folder_is_a_value() -> None:
    project = good("{tenant: {from: tenants/*}}", FOLDERS, bundles='[{name: "{tenant}"}]')

    # Of "acme/", "acme-eu/" and "globex/"; not hidden, not a file. Sorted by the name alone.
    assert list(project.dimensions["tenant"].values) == ["acme", "acme-eu", "globex"]
    assert project.dimensions["tenant"].values["acme"].span == Span("tenants/acme")
    assert project.layers_known
    assert list(bound(project)) == ["acme", "acme-eu", "globex"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("tenants/*/", ["acme", "acme-eu", "globex"]),
        ("tenants/*/base", ["acme", "globex"]),
        ("tenants/*/base/a.yaml", ["acme", "globex"]),
        ("tenants/acme*", ["acme", "acme-eu"]),
        ("tenants/????", ["acme"]),
    ],
)
def test_the_path_says_what_counts(source: str, expected: list[str]) -> None:
    assert values(f"{{tenant: {{from: '{source}'}}}}", FOLDERS, "tenant") == expected


def test_each_file_is_a_value_without_its_ending() -> None:
    files = {
        "hosts/web1.yaml": "x: 1\n",
        "hosts/db.eu.yaml": "x: 1\n",
        "hosts/old.yml": "x: 1\n",
        "hosts/web1.sops.yaml": "x: 1\n",
        "hosts/.draft.yaml": "x: 1\n",
        "hosts/rack/web9.yaml": "x: 1\n",
        "hosts/web1.yaml.orig": "x: 1\n",
    }

    assert values("{host: {from: hosts/*.yaml}}", files, "host") == ["db.eu", "web1"]
    assert values("{host: {from: hosts/*.yml}}", files, "host") == ["old"]
    assert values("{host: {from: hosts/*.sops.yaml}}", files, "host") == ["web1"]


def test_values_may_add_to_what_is_found() -> None:
    project = good(
        "{tenant: {from: tenants/*, values: {globex: {region: eu, protected: true},"
        " acme-eu: {inherits: globex}}}}",
        FOLDERS,
    )
    found = project.dimensions["tenant"].values

    assert list(found) == ["acme", "acme-eu", "globex"]
    assert found["acme"].attributes == {}
    assert found["globex"].attributes == {"region": "eu"}
    assert found["acme-eu"].attributes == {"region": "eu"}
    assert [found[name].protected for name in found] == [False, False, True]


def test_attributes_may_lie_in_a_file_of_each_value() -> None:
    files = {
        "tenants/acme/tenant.yaml": "region: eu\nprotected: true\ntier: 1\n",
        "tenants/globex/tenant.yaml": "inherits: acme\nregion: us\n",
        "tenants/initech/tenant.yaml": "# nothing to say\n",
    }
    dimensions = "{tenant: {from: tenants/*, attributes: tenants/*/tenant.yaml"
    found = good(dimensions + "}}", files).dimensions["tenant"].values

    assert found["acme"].attributes == {"region": "eu", "tier": 1}
    assert found["globex"].attributes == {"region": "us", "tier": 1}
    assert found["initech"].attributes == {}
    assert [value.protected for value in found.values()] == [True, False, False]

    # What the project file says is the stronger.
    text = dimensions + ", values: {acme: {tier: 2, protected: false}}}}"
    found = good(text, files).dimensions["tenant"].values
    assert found["acme"].attributes == {"region": "eu", "tier": 2}
    assert found["globex"].attributes == {"region": "us", "tier": 2}
    assert not found["acme"].protected


def test_one_file_may_hold_all_values() -> None:
    files = {
        "inventory/hosts.yaml": "web2: {site: berlin, role: web}\n"
        "web1: {inherits: web2, protected: true}\ndb1:\n"
    }
    project = good(
        "{host: {from: inventory/hosts.yaml}}",
        files,
        layers="['site/{host.site}/{host.role}.yaml']",
        bundles='[{name: "{host}"}]',
    )
    found = project.dimensions["host"].values

    # In the order of the file, as in the project file.
    assert list(found) == ["web2", "web1", "db1"]
    assert found["web1"].attributes == {"site": "berlin", "role": "web"}
    assert found["web1"].protected
    assert found["web1"].span == Span("inventory/hosts.yaml", 2, 1, 2, 5)
    assert [layer.path for layer in bound(project)["web1"].layers] == ["site/berlin/web.yaml"]
    assert bound(project)["db1"].layers == ()


def test_a_value_may_be_called_from() -> None:
    """Only a string makes `from` a source: a value is a mapping, or nothing."""
    project = good("{side: {from: {}, to: {inherits: from}}}")

    assert list(project.dimensions["side"].values) == ["from", "to"]
    assert list(good("{side: {from: , to: }}").dimensions["side"].values) == ["from", "to"]


def test_bundles_do_not_show_where_values_come_from() -> None:
    layers, bundles = "['t/{t}/{t.region}']", '[{name: "{t}"}]'
    files = {"all.yaml": "a: {region: eu}\n", "t/a/x.yaml": "region: eu\n"}
    written = good("{t: {a: {region: eu}}}", files, layers=layers, bundles=bundles)
    in_file = good("{t: {from: all.yaml}}", files, layers=layers, bundles=bundles)
    in_folder = good(
        "{t: {from: t/*, attributes: t/*/x.yaml}}", files, layers=layers, bundles=bundles
    )

    def facts(bundle: Bundle) -> tuple[object, ...]:
        layers = [(each.path, each.own) for each in bundle.layers]
        return bundle.name, bundle.dimensions, bundle.protected, layers

    assert facts(bound(written)["a"]) == facts(bound(in_file)["a"])
    assert facts(bound(written)["a"]) == facts(bound(in_folder)["a"])


def test_what_a_bundle_depends_on() -> None:
    files = {
        "tenants/acme/base/a.yaml": "x: 1\n",
        "tenants/globex/base/a.yaml": "x: 1\n",
        "facts/acme.yaml": "region: eu\n",
        "facts/globex.yaml": "inherits: acme\n",
        "hosts.yaml": "web1: {}\n",
    }
    project = good(
        "{tenant: {from: tenants/*, attributes: facts/*.yaml, values: {acme: {x: 1}}},"
        " host: {from: hosts.yaml}, environment: {staging: {}}}",
        files,
        bundles="[{name: '{tenant}/{environment}'}, {name: '{host}'}, {name: '{environment}'}]",
    )
    sources = {name: project.sources(bundle) for name, bundle in bound(project).items()}

    acme = {"tenants/acme", "facts/acme.yaml"}
    globex = {"tenants/globex", "facts/globex.yaml"}
    assert sources == {
        "acme/staging": acme,
        "globex/staging": acme | globex,
        "web1": {"hosts.yaml"},
        "staging": frozenset(),
    }
    assert project.sources(None) == acme | globex | {"tenants", "hosts.yaml"}


# --- what can be wrong -------------------------------------------------------------------------


def source_problem(message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic("GCT041", f"expected {message}", span, hint=hint)


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        (
            "tenant/*",
            "a folder that matches 'tenant/*', found none",
            "correct the path, or add one: each is a value of 'tenant'",
        ),
        (
            "hosts/*",
            "a folder that matches 'hosts/*', found none",
            "did you mean 'hosts/*.yaml'? '.yaml' at the end is for files",
        ),
        (
            "tenants/*.yaml",
            "a YAML file that matches 'tenants/*.yaml', found none",
            "did you mean 'tenants/*'? '.yaml' at the end is for files",
        ),
        (
            "hosts/web?.yaml",
            "a YAML file that matches 'hosts/web?.yaml', found none",
            "correct the path, or add one: each is a value of 'tenant'",
        ),
        (
            "tenants.yaml",
            "a YAML file at tenants.yaml, found none",
            "add it, or name a folder's content: hosts/* or hosts/*.yaml",
        ),
        (
            "tenants",
            "the path of a YAML file in the clear for from, found 'tenants'",
            "a path with '*' names folders, or YAML files: tenants/*, hosts/*.yaml",
        ),
        (
            "tenants.sops.yaml",
            "the path of a YAML file in the clear for from, found an encrypted file",
            "it ends in .yaml or .yml; names and attributes of values are no secrets",
        ),
        (
            "sites/*/*.yaml",
            "one part with '*' or '?', found 'sites/*/*.yaml'",
            "write for example tenants/*",
        ),
        (
            "tenants/**",
            "one part with '*' or '?', found 'tenants/**'",
            "write for example tenants/*",
        ),
        (
            "'*'",
            "a folder before the part with '*', found '*'",
            "write for example tenants/*",
        ),
    ],
)
def test_a_source_that_gives_nothing(source: str, message: str, hint: str) -> None:
    files = {"tenants/acme/a.yaml": "x: 1\n", "hosts/db1.yaml": "x: 1\n"}
    dimensions = f"{{tenant: {{from: {source}}}}}"

    # Neither the layer nor the bundle that need the values are reported too.
    found = only(dimensions, files, layers="['{tenant.region}']", bundles='[{name: "{tenant}"}]')

    assert found == source_problem(message, at(3, 29, 29 + len(source)), hint)


def test_a_source_outside_the_project() -> None:
    assert only("{tenant: {from: ../tenants/*}}") == Diagnostic(
        "GCT038",
        "expected a dimension's source to be a path inside the project, found '../tenants/*'",
        at(3, 29, 41),
        hint="write it relative to gitconfig.yaml, without '.', '..' and empty parts",
    )


def test_names_that_are_no_values() -> None:
    files = {
        "tenants/acme/a.yaml": "x: 1\n",
        "tenants/Zürich AG/a.yaml": "x: 1\n",
        "tenants/_shared/a.yaml": "x: 1\n",
    }
    project, diagnostics = read("{tenant: {from: tenants/*}}", files)

    assert list(project.dimensions["tenant"].values) == ["acme"]
    assert not project.layers_known
    assert diagnostics == tuple(
        Diagnostic(
            "GCT034",
            f"expected a value of letters, digits, '.', '_' and '-', found '{name}'",
            Span(f"tenants/{name}"),
            hint="rename it, or move it out of tenants/: 'tenants/*' makes it a value of 'tenant'",
        )
        for name in ("Zürich AG", "_shared")
    )


def test_a_name_in_a_file_that_is_no_value() -> None:
    assert only("{host: {from: hosts.yaml}}", {"hosts.yaml": "a: {}\nb/c: {}\n"}) == Diagnostic(
        "GCT034",
        "expected a value of letters, digits, '.', '_' and '-', found 'b/c'",
        Span("hosts.yaml", 2, 1, 2, 4),
        hint="it becomes a folder name and part of a bundle's name",
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("acmee", "did you mean 'acme'?"),
        ("xyz", "'values' adds to those that 'tenants/*' gives: add it there"),
    ],
)
def test_more_of_a_value_that_is_not_found(name: str, hint: str) -> None:
    dimensions = f"{{tenant: {{from: tenants/*, values: {{{name}: {{region: eu}}}}}}}}"

    assert only(dimensions, {"tenants/acme/a.yaml": "x: 1\n"}) == source_problem(
        f"a value that 'tenants/*' gives, found '{name}'", at(3, 49, 49 + len(name)), hint
    )


def test_a_plain_value_beside_a_source() -> None:
    found = only("{tenant: {from: tenants/*, acme: {}}}", {"tenants/acme/a.yaml": "x: 1\n"})

    assert found == Diagnostic(
        "GCT030",
        "expected a key of a dimension with 'from', found 'acme'",
        at(3, 40, 44),
        label="unknown key",
        hint="known keys: from, attributes, values",
    )


def test_attributes_that_are_missing() -> None:
    files = {"tenants/acme/t.yaml": "region: eu\n", "tenants/globex/a.yaml": "x: 1\n"}
    dimensions = "{tenant: {from: tenants/*, attributes: tenants/*/t.yaml}}"

    assert only(dimensions, files, layers="['{tenant.regoin}']") == source_problem(
        "attributes of 'globex' at tenants/globex/t.yaml, found no file",
        at(3, 52, 68),
        "add it; a value without attributes needs one too, which holds {}",
    )


@pytest.mark.parametrize(
    ("path", "code", "message", "hint"),
    [
        (
            "tenant.yaml",
            "GCT041",
            "expected a path with one '*' for attributes, found 'tenant.yaml'",
            "'*' stands for the value: tenants/*/attributes.yaml",
        ),
        (
            "tenants/*/*.yaml",
            "GCT041",
            "expected a path with one '*' for attributes, found 'tenants/*/*.yaml'",
            "'*' stands for the value: tenants/*/attributes.yaml",
        ),
        (
            "tenants/*",
            "GCT041",
            "expected the path of a YAML file in the clear for attributes, found 'tenants/*'",
            "it ends in .yaml or .yml; names and attributes of values are no secrets",
        ),
        (
            "tenants/*.sops.yaml",
            "GCT041",
            "expected the path of a YAML file in the clear for attributes, found an encrypted file",
            "it ends in .yaml or .yml; names and attributes of values are no secrets",
        ),
        (
            "../*.yaml",
            "GCT038",
            "expected 'attributes' to be a path inside the project, found '../*.yaml'",
            "write it relative to gitconfig.yaml, without '.', '..' and empty parts",
        ),
        (
            "[a]",
            "GCT031",
            "expected a string for attributes, found a list",
            "write attributes: tenants/*/attributes.yaml; '*' stands for the value",
        ),
    ],
)
def test_attributes_of_the_wrong_kind(path: str, code: str, message: str, hint: str) -> None:
    dimensions = f"{{tenant: {{from: tenants/*, attributes: {path}}}}}"

    assert only(dimensions, {"tenants/acme/a.yaml": "x: 1\n"}) == Diagnostic(
        code, message, at(3, 52, 52 + len(path)), hint=hint
    )


@pytest.mark.parametrize(
    ("text", "code", "message", "span"),
    [
        ("- a\n", "GCT031", "expected a mapping for dimension host, found a list", (1, 1, 2, 1)),
        (
            "a: {site: [b]}\n",
            "GCT031",
            "expected a scalar for attribute site, found a list",
            (1, 11, 1, 14),
        ),
        (
            "a: {inherit: b}\n",
            "GCT030",
            "expected an attribute, found 'inherit'",
            (1, 5, 1, 12),
        ),
        (
            "a: {inherits: b}\n",
            "GCT035",
            "expected a value of 'host' to inherit, found 'b'",
            (1, 15, 1, 16),
        ),
        (
            "a: {inherits: b}\nb: {inherits: a}\n",
            "GCT036",
            "expected 'a' to inherit without a circle, found a -> b -> a",
            (1, 15, 1, 16),
        ),
        (
            "a: {site: !ref x#/y}\n",
            "GCT031",
            "expected a plain value in a file of dimension values, found the tag !ref",
            (1, 11, 1, 20),
        ),
        ("a: {site: b\n", "GCT010", "", (0, 0, 0, 0)),
    ],
)
def test_a_file_of_values_that_is_wrong(
    text: str, code: str, message: str, span: tuple[int, int, int, int]
) -> None:
    """The place is in that file, and nothing follows from it."""
    found = only(
        "{host: {from: hosts.yaml}}",
        {"hosts.yaml": text},
        layers="['{host.site}']",
        bundles='[{name: "{host}"}]',
    )

    assert found.code == code
    assert found.span is not None
    assert found.span.path == "hosts.yaml"
    if message:
        assert (found.message, found.span) == (message, Span("hosts.yaml", *span))


@pytest.mark.parametrize("text", ["", "# none yet\n", "{}\n"])
def test_a_file_without_values(text: str) -> None:
    assert only("{host: {from: hosts.yaml}}", {"hosts.yaml": text}) == source_problem(
        "values of 'host' in hosts.yaml, found none",
        at(3, 27, 37),
        "write a mapping there: {first: {}, second: {inherits: first}}",
    )


def test_an_unknown_parent_among_many() -> None:
    text = "".join(f"host-{number:02}: {{}}\n" for number in range(12)) + "x: {inherits: zzz}\n"

    assert only("{host: {from: hosts.yaml}}", {"hosts.yaml": text}).hint == (
        "known: host-00, host-01, host-02, host-03, host-04, host-05, host-06, host-07, "
        "host-08, host-09 and 3 more"
    )


def test_examples_of_the_project_file_page_work() -> None:
    page = (Path(__file__).parents[3] / "docs/project-file.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\ndimensions:\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    files = {
        "tenants/acme/tenant.yaml": "region: eu-west-1\n",
        "apps/search/config/a.yaml": "x: 1\n",
        "racks/r1.yaml": "x: 1\n",
        "inventory/hosts.yaml": "web1: {}\n",
    }
    projects = [good("\n" + text, files) for text in examples]

    assert [
        [list(dimension.values) for dimension in project.dimensions.values()]
        for project in projects
    ] == [[["acme"], ["search"], ["r1"], ["web1"]], [["acme"]]]
    assert projects[1].dimensions["tenant"].values["acme"].attributes == {"region": "eu-west-1"}
