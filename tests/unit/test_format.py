"""`!format`: text with dimension values, attributes and references, and what it may not name."""

from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import FormatNames, LinkedDocument, Surroundings, link_documents
from gitconfig_tool.link.resolver import MAX_FORMATTED
from gitconfig_tool.link.template import Part, parse_template
from gitconfig_tool.merge import leaves
from gitconfig_tool.prompts import Prompts
from tests.layered import merged

NAMES = FormatNames(
    "production/acme",
    {"environment": "production", "tenant": "acme", "tenant.region": "eu-west-1"},
    frozenset({"region", "tenant.tier"}),
)


def linked(text: str, other: str = "x: 1") -> tuple[LinkedDocument | None, tuple[Diagnostic, ...]]:
    """Link the document `doc` of one layer, with another document beside it."""
    documents = {"doc": merged(text, document="doc"), "other": merged(other, document="other")}
    found, diagnostics = link_documents(
        documents, Surroundings({}, Prompts({}), names=NAMES), only=["doc"]
    )
    return found.get("doc"), diagnostics


def value(text: str, other: str = "x: 1") -> Any:
    """Return the value at `k` of a document that has no problem."""
    document, diagnostics = linked(text, other)
    assert diagnostics == ()
    assert document is not None
    return document.value["k"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", [Part("text", "plain")]),
        ("{a}", [Part("name", "a")]),
        ("{ a }-{b.c}", [Part("name", "a"), Part("text", "-"), Part("name", "b.c")]),
        ("{d/e#/f}", [Part("ref", "d/e#/f")]),
        ("{#/f}", [Part("ref", "#/f")]),
        ("{{a}}", [Part("text", "{"), Part("text", "a"), Part("text", "}")]),
        ("{{{a}}}", [Part("text", "{"), Part("name", "a"), Part("text", "}")]),
        ("", []),
    ],
)
def test_the_parts_of_a_template(text: str, parts: list[Part]) -> None:
    assert list(parse_template(text)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('k: !format "https://{environment}.example.com"', "https://production.example.com"),
        ("k: !format '{tenant} in {tenant.region}'", "acme in eu-west-1"),
        ("k: !format 'nothing to see'", "nothing to see"),
        ("k: !format 'a {{literal}} brace'", "a {literal} brace"),
        ("k: !format '{#/n} {#/t} {#/f} {#/s}'\nn: 5\nt: true\nf: 0.5\ns: yes", "5 true 0.5 yes"),
        ("k: !format '{other#/x}'", "1"),
        ("k: !format '{#/inner}!'\ninner: !format '<{environment}>'", "<production>!"),
        ("k: !format '{#/list/1}'\nlist: [a, b]", "b"),
        ("k: !format '{#/a~1b/c::d}'\na/b: {'c::d': ok}", "ok"),
        ("k: !format >-\n  two\n  lines {environment}", "two lines production"),
        # What a value holds is text, never a template.
        ("k: !format '{#/v}'\nv: '{environment}'", "{environment}"),
    ],
)
def test_what_a_template_gives(text: str, expected: str) -> None:
    assert value(text) == expected


def test_a_reference_may_lead_to_a_format() -> None:
    assert value("k: !ref '#/a'\na: !format '{tenant}'") == "acme"


def test_the_chain_names_the_values_within() -> None:
    document, _ = linked("k: !format '{other#/x}'")
    assert document is not None

    [(path, leaf)] = leaves(document.root)
    assert path == ("k",)
    assert [(each.path, each.span.column) for each in leaf.chain] == [
        ("l0/doc.yaml", 4),
        ("l0/other.yaml", 4),
    ]


def test_what_the_text_depends_on_is_known() -> None:
    document, _ = linked("k: !format '{environment} {other#/x}'")

    assert document is not None
    assert document.depends_on == (("environment", "production"),)
    assert document.refers_to == {"other"}


@pytest.mark.parametrize(
    ("template", "code", "message", "hint"),
    [
        (
            "{enviroment}",
            "GCT158",
            "expected a dimension, an attribute or a reference in braces, found '{enviroment}'",
            "did you mean '{environment}'?",
        ),
        (
            "{tenant.regoin}",
            "GCT158",
            "expected a dimension, an attribute or a reference in braces, found '{tenant.regoin}'",
            "did you mean '{tenant.region}'?",
        ),
        (
            "{0}",
            "GCT158",
            "expected a dimension, an attribute or a reference in braces, found '{0}'",
            "known names: environment, tenant, tenant.region, region, tenant.tier; "
            "a reference is {DOCUMENT#/pointer}",
        ),
        (
            "{region}",
            "GCT158",
            "expected a value for '{region}', found none: "
            "bundle production/acme does not bind region",
            "move this to layers whose path names {region}, or leave the name out",
        ),
        (
            "{tenant.tier}",
            "GCT158",
            "expected a value for '{tenant.tier}', found none: "
            "bundle production/acme has tenant acme, which has no such attribute",
            "give the value 'acme' of 'tenant' the attribute 'tier', or leave the name out",
        ),
        (
            "{",
            "GCT156",
            "expected braces in pairs, found a '{' without its pair",
            "write {{ and }} for the braces themselves",
        ),
        (
            "a}",
            "GCT156",
            "expected braces in pairs, found a '}' without its pair",
            "write {{ and }} for the braces themselves",
        ),
        (
            "{}",
            "GCT156",
            "expected a name or a reference in each pair of braces, found {}",
            "write {{ and }} for the braces themselves",
        ),
        (
            "{tenant.__class__}",
            "GCT158",
            "expected a dimension, an attribute or a reference in braces, "
            "found '{tenant.__class__}'",
            "known names: environment, tenant, tenant.region, region, tenant.tier; "
            "a reference is {DOCUMENT#/pointer}",
        ),
        (
            "{environment!r}",
            "GCT158",
            "expected a dimension, an attribute or a reference in braces, found '{environment!r}'",
            "did you mean '{environment}'?",
        ),
        (
            "{other#/y}",
            "GCT151",
            "expected a value at other#/y, found no 'y' there",
            "known keys at its top: x",
        ),
        (
            "{#/none}",
            "GCT160",
            "expected text at '{#/none}', found null",
            "refer to a string, a number or a boolean",
        ),
        (
            "{#/list}",
            "GCT160",
            "expected text at '{#/list}', found a list",
            "refer to a string, a number or a boolean",
        ),
    ],
)
def test_what_a_template_may_not_name(template: str, code: str, message: str, hint: str) -> None:
    document, diagnostics = linked(f"k: !format '{template}'\nnone: null\nlist: [1]")

    assert [(each.code, each.message, each.hint) for each in diagnostics] == [(code, message, hint)]
    assert document is not None
    assert document.unknown == {"/k"}


def test_a_template_that_names_itself() -> None:
    _, diagnostics = linked("k: !format '<{#/k}>'")

    assert [each.code for each in diagnostics] == ["GCT152"]


def test_every_wrong_name_is_reported() -> None:
    _, diagnostics = linked("k: !format '{a} {b} {environment}'")

    assert [each.code for each in diagnostics] == ["GCT158", "GCT158"]


def test_texts_that_double_come_to_an_end() -> None:
    lines = [f"a{n}: !format '{{#/a{n + 1}}}{{#/a{n + 1}}}'" for n in range(60)]

    document, diagnostics = linked("\n".join([*lines, "a60: 0123456789"]))

    assert [each.code for each in diagnostics] == ["GCT155"]
    assert document is not None
    assert max(len(str(each)) for each in document.value.values()) <= MAX_FORMATTED
