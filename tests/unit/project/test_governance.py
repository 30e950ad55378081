"""The sections of the project file on levels, compliance, quotas and isolation."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import Document
from gitconfig_tool.project import Demands, Governance, Level, Retention, parse_days, read_project
from tests.layered import parse

HEAD = """\
apiVersion: gitconfig-tool/v1
name: acme-llm
layers: [base]
bundles: [{name: default}]
dimensions: {environment: {production: {}}, tenant: {acme: {region: eu-west-1}}}
secrets: {recipients: {team: "age:age1team"}}
"""


def read(text: str) -> tuple[Governance, tuple[Diagnostic, ...]]:
    """Read a project file that goes on with a text, from its seventh line on."""
    project, diagnostics = read_project(Document("gitconfig.yaml", parse(HEAD + text)))
    assert project is not None
    return project.governance, diagnostics


def good(text: str) -> Governance:
    """Read sections without a problem."""
    governance, diagnostics = read(text)
    assert diagnostics == ()
    return governance


def test_nothing_is_asked_for_by_default() -> None:
    governance = good("")

    assert governance == Governance()
    assert not governance.classification.is_used
    assert governance.classification.default is Level.INTERNAL


def test_classification() -> None:
    found = good(
        "classification:\n"
        "  default: public\n"
        '  rules: [{match: "billing/**", level: confidential}]\n'
        "  patterns: {e-mail: confidential, private-ip: false}\n"
    ).classification

    assert found.is_used
    assert found.default is Level.PUBLIC
    assert str(found.default_span) == "gitconfig.yaml:8:12"
    assert [(rule.match, rule.level) for rule in found.rules] == [
        ("billing/**", Level.CONFIDENTIAL)
    ]
    assert found.patterns["e-mail"] is Level.CONFIDENTIAL
    assert found.patterns["private-ip"] is None
    assert found.patterns["card-number"] is Level.RESTRICTED


def test_scopes() -> None:
    text = (
        "quotas:\n"
        "  - {match: a/*, documents: 1}\n"
        "  - {match: [a, b], documents: 1}\n"
        '  - {match: {tenant.region: "eu-*", namespace: ml, bundle: [x, y]}, documents: 1}\n'
    )
    scopes = [quota.scope for quota in good(text).quotas]

    assert [scope.documents for scope in scopes] == [("a/*",), ("a", "b"), ()]
    assert scopes[2].namespaces == ("ml",)
    assert scopes[2].bundles == ("x", "y")
    assert scopes[2].dimensions == {"tenant.region": ("eu-*",)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("1000", 1_000),
        ("1kB", 1_000),
        ("1KiB", 1_024),
        ("2 MiB", 2_097_152),
        ("3GB", 3_000_000_000),
    ],
)
def test_sizes(text: str, number: int) -> None:
    (quota,) = good(f"quotas: [{{match: a, bytes: {text}}}]\n").quotas

    assert quota.limits["bytes"][0] == number


def test_compliance_is_what_the_tag_demands() -> None:
    (rule,) = good("compliance: {hipaa: {match: records}}\n").compliance

    assert rule.title == "HIPAA"
    # 45 CFR 164.316(b)(2)(i): six years.
    assert rule.demands == Demands(Level.CONFIDENTIAL, None, Retention(2_190), None)
    assert rule.sources["encryption"] == "45 CFR 164.312(a)(2)(iv)"


def test_compliance_can_be_asked_for_otherwise() -> None:
    (first, second) = good(
        "compliance:\n"
        "  pci-dss:\n"
        "    - {match: a, requires: {rotation: 30d, encryption: restricted, retention: false}}\n"
        "    - {match: b, requires: {regions: [eu-1], retention: {min: 2w, max: 7y}}}\n"
    ).compliance

    assert first.demands == Demands(Level.RESTRICTED, None, None, 30)
    assert second.demands == Demands(Level.CONFIDENTIAL, ("eu-1",), Retention(14, 2_555), 90)


@pytest.mark.parametrize(
    ("text", "days"),
    [("90d", 90), ("2 w", 14), ("1y", 365), ("90", None), ("1m", None), ("-1d", None), (90, None)],
)
def test_days(text: object, days: int | None) -> None:
    assert parse_days(text) == days


def test_isolation() -> None:
    found = good('isolation: {dimensions: [tenant], shared: [team, "pgp:AB"]}\n').isolation

    assert found.dimensions == ("tenant",)
    assert found.shared == {"age:age1team", "pgp:AB"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "classification: {default: secret}",
            "expected one of public, internal, confidential, restricted for 'default', "
            "found 'secret'",
            "write level: confidential",
        ),
        (
            "classification: {rules: [{match: a, level: Restricted}]}",
            "expected one of public, internal, confidential, restricted for 'level', "
            "found 'Restricted'",
            "did you mean 'restricted'?",
        ),
        (
            "classification: {rules: [{match: a}]}",
            "expected 'match: GLOB' and 'level: LEVEL' for a classification rule, "
            "found a mapping with match",
            "write {match: 'billing/**', level: confidential}",
        ),
        (
            "classification: {patterns: {email: public}}",
            "expected a pattern, found 'email'",
            "did you mean 'e-mail'?",
        ),
        (
            "classification: [{match: a, level: public}]",
            "expected a mapping for classification, found a list",
            "write classification: {rules: [{match: 'billing/**', level: confidential}]}",
        ),
        (
            "compliance: {gdrp: {match: a}}",
            "expected a compliance tag, found 'gdrp'",
            "did you mean 'gdpr'?",
        ),
        (
            "compliance: {gdpr: {}}",
            "expected 'match: GLOB' for a compliance tag, found a mapping with no key",
            "write gdpr: {match: {tenant: acme}}, or {match: 'customers/**'}",
        ),
        (
            "compliance: {gdpr: {match: {tennant: acme}}}",
            "expected document, namespace, bundle or a dimension in 'match', found 'tennant'",
            "did you mean 'tenant'?",
        ),
        (
            "compliance: {gdpr: {match: {tenant.zone: acme}}}",
            "expected document, namespace, bundle or a dimension in 'match', found 'tenant.zone'",
            "did you mean 'tenant.region'?",
        ),
        (
            "compliance: {gdpr: {match: a, requires: {rotation: often}}}",
            "expected a time such as 90d, 12w or 7y for rotation, found 'often'",
            "gitconfig-tool init DIR writes a project file to compare with",
        ),
        (
            "quotas: [{match: a}]",
            "expected 'match: {tenant: \"*\"}' and one of documents, secrets and bytes for a "
            "quota, found a mapping with match",
            "write {match: {tenant: '*'}, documents: 200, secrets: 50, bytes: 1MiB}",
        ),
        (
            "quotas: [{match: a, bytes: 1 elephant}]",
            "expected a size such as 500000 or 1MiB for 'bytes', found '1 elephant'",
            "gitconfig-tool init DIR writes a project file to compare with",
        ),
        (
            "quotas: [{match: a, documents: -1}]",
            "expected a number from 0 for 'documents', found -1",
            "gitconfig-tool init DIR writes a project file to compare with",
        ),
        (
            "quotas: [{match: {}, documents: 1}]",
            "expected at least one 'KEY: GLOB' for a quota's match, found a mapping with no key",
            "gitconfig-tool init DIR writes a project file to compare with",
        ),
        (
            "isolation: {dimensions: [tenants]}",
            "expected a dimension in isolation.dimensions, found 'tenants'",
            "did you mean 'tenant'?",
        ),
        (
            "isolation: {dimensions: [tenant], shared: [break-glass]}",
            "expected a recipient KIND:NAME or a name of secrets.recipients, found 'break-glass'",
            "known: team",
        ),
        (
            "isolation: [tenant]",
            "expected 'dimensions: [tenant]' for isolation, found a list",
            "write isolation: {dimensions: [tenant], shared: [break-glass]}",
        ),
    ],
)
def test_mistakes(text: str, message: str, hint: str) -> None:
    _, (found,) = read(text + "\n")

    assert (found.message, found.hint) == (message, hint)
    assert found.span is not None
    assert found.span.line == 7
