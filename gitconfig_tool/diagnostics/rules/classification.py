"""GCT801-GCT899: classification, compliance, and what a tenant may use."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

_NO_ADVICE = " This helps to keep to the rules; it is no legal advice."

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT801",
        name="stronger-reference",
        group="classification",
        summary="A document that is declared weaker refers to a value that is classified higher.",
        why="Whoever may read the document may read all that is delivered in it. So a reference "
        "carries the level of what it leads to along; a '!secret' is restricted by nature.",
        failing="# status-page.yaml\nclassification: internal\n"
        "password: !secret secrets/database#/password",
        fixed="# status-page.yaml\nclassification: restricted\n"
        "password: !secret secrets/database#/password",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT802",
        name="unknown-level",
        group="classification",
        summary="The field 'classification' of a document or a prompt is not one of the levels.",
        why="A level that is misspelt protects nothing: the document counts as not declared.",
        failing="classification: Confidental",
        fixed="classification: confidential",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT803",
        name="looks-sensitive",
        group="classification",
        summary="A document or a prompt holds what looks more sensitive than its level.",
        why="Card numbers, national ids, bank accounts, private keys, e-mail and private IP "
        "addresses are recognised by their form and their checksums. It is a suggestion: declare "
        "the document higher, take the value out, or make it a secret.",
        failing="# gitconfig.yaml\nclassification: {default: internal}\n"
        "# base/payments.yaml\ntest_account: DE89 3704 0044 0532 0130 00",
        fixed="# base/payments.yaml\nclassification: confidential\n"
        "test_account: DE89 3704 0044 0532 0130 00",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT804",
        name="idle-rule",
        group="classification",
        summary="A rule on levels, compliance or quotas matches no document of any bundle.",
        why="A folder was renamed, or a glob is misspelt: what the rule was for is no longer held "
        "to it.",
        failing="classification:\n  rules: [{match: biling/**, level: confidential}]",
        fixed="classification:\n  rules: [{match: billing/**, level: confidential}]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT811",
        name="compliance-encryption",
        group="classification",
        summary="A value that a compliance tag wants encrypted is in the clear.",
        why="Values that are confidential or above must be secrets: GDPR Art. 32(1)(a), 45 CFR "
        "164.312(a)(2)(iv) (HIPAA), PCI DSS v4.0 req. 3.5.1, 3.6 and 3.7, SOC 2 CC6.1, FedRAMP "
        "SC-28(1). 'requires: {encryption: restricted}' asks for less." + _NO_ADVICE,
        failing="# gitconfig.yaml\ncompliance: {gdpr: {match: customers/**}}\n"
        "# customers/acme.yaml\nclassification: confidential\ncontact: Ada Example",
        fixed="# customers/acme.yaml\nclassification: restricted\n"
        "contact: !secret secrets/customers#/contact",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT812",
        name="compliance-region",
        group="classification",
        summary="A bundle that a compliance tag holds for lies in a region that is not allowed.",
        why="A bundle lies where the dimension 'region', or the attribute 'region' of one of its "
        "values, says. GDPR Art. 44-46 allow the EEA and countries with an adequacy decision, "
        "FedRAMP SA-9(5) the United States. 'requires: {regions: [eu-*]}' names others."
        + _NO_ADVICE,
        failing="dimensions:\n  tenant: {globex: {region: us-east-1}}\n"
        "compliance: {gdpr: {match: {tenant: globex}}}",
        fixed="dimensions:\n  tenant: {globex: {region: eu-west-1}}\n"
        "compliance: {gdpr: {match: {tenant: globex}}}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT813",
        name="compliance-retention",
        group="classification",
        summary="A document does not say how long data is kept, or a time that is not allowed.",
        why="Documents that are declared confidential or above must state it, as 'retention_days' "
        "or 'retention': GDPR Art. 5(1)(e), 45 CFR 164.316(b)(2)(i) (HIPAA, six years), PCI DSS "
        "v4.0 req. 3.2.1, SOC 2 C1.1 and C1.2, FedRAMP SI-12." + _NO_ADVICE,
        failing="# gitconfig.yaml\ncompliance: {hipaa: {match: records}}\n"
        "# records.yaml\nclassification: confidential\nretention: 1y",
        fixed="# records.yaml\nclassification: confidential\nretention: 6y",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT814",
        name="compliance-rotation",
        group="classification",
        summary="A secret is replaced less often than a compliance tag demands.",
        why="PCI DSS v4.0 req. 8.3.9 and 8.6.3: at least every 90 days. The interval is that of "
        "the secret's rule or type; certificates go by their dates." + _NO_ADVICE,
        failing="compliance: {pci-dss: {match: payments/**}}\nsecrets:\n  types:\n"
        "    - {match: 'secrets/payments#/*', type: api-key, every: 180d}",
        fixed="compliance: {pci-dss: {match: payments/**}}\nsecrets:\n  types:\n"
        "    - {match: 'secrets/payments#/*', type: api-key, every: 90d}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT821",
        name="quota-exceeded",
        group="classification",
        summary="A bundle, or a namespace of it, holds more than its quota.",
        why="A quota keeps one tenant from taking what all share: time to compile, room in Vault. "
        "It counts documents, secrets that are linked to, and bytes of canonical JSON.",
        failing="quotas: [{match: {tenant: '*'}, documents: 1}]\n"
        "# tenants/acme/a.yaml and tenants/acme/b.yaml",
        fixed="quotas: [{match: {tenant: '*'}, documents: 2}]\n"
        "# tenants/acme/a.yaml and tenants/acme/b.yaml",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT822",
        name="quota-nearly-reached",
        group="classification",
        summary="A bundle, or a namespace of it, has reached 90 % of its quota.",
        why="Whoever hears of it now can make room, or ask for more, before a change is refused.",
        failing="quotas: [{match: {tenant: '*'}, documents: 10}]  # nine are there",
        fixed="quotas: [{match: {tenant: '*'}, documents: 20}]  # nine are there",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT831",
        name="recipient-of-two",
        group="classification",
        summary="One key opens the secrets of two tenants.",
        why="'isolation' promises that what one tenant's key can open is that tenant's. A key that "
        "opens several is a way from one to the other. Those that secrets.allow requires, for "
        "emergencies, and those of isolation.shared are meant to.",
        failing="isolation: {dimensions: [tenant]}\n"
        "# tenants/acme/secrets.sops.yaml and tenants/globex/secrets.sops.yaml: age1same...",
        fixed="isolation: {dimensions: [tenant]}\n"
        "# tenants/acme/secrets.sops.yaml: age1acme..., tenants/globex/...: age1globex...",
        silence=Silencing.GUARDED,
    ),
)
