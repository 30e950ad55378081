"""Comparisons written by hand: what the tests of reports begin with. No project is compiled."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Effect,
    Kind,
    Level,
    ModelChange,
    Place,
    PromptChange,
    Radius,
    Reason,
    Revision,
    Risk,
    RuleChange,
    RuleKind,
    SecretChange,
    SecretKind,
    Side,
    ValueChange,
)
from gitconfig_tool.prompts.cases import Case, Message
from gitconfig_tool.prompts.cases import Side as Rendered

BASE = Revision("main", "commit", "1f0c9a7be2d3465f8a9b0c1d2e3f405162738495")
HEAD = Revision("work tree", "worktree", "1f0c9a7be2d3465f8a9b0c1d2e3f405162738495")
BUNDLES = {
    "development": {"environment": "development"},
    "staging": {"environment": "staging"},
    "production": {"environment": "production"},
    "production/acme": {"environment": "production", "tenant": "acme"},
    "production/globex": {"environment": "production", "tenant": "globex"},
}
EVERY = tuple(BUNDLES)
PRODUCTION = EVERY[2:]


def place(layer: str, document: str, line: int, column: int = 3, commit: str = "") -> Place:
    """Return a place in the file of a document in a layer."""
    return Place(layer, f"{layer}/{document}.yaml", line, column, commit)


def side(value: Any, *places: Place, link: str = "", is_hidden: bool = False) -> Side:
    """Return one side of a change."""
    return Side(value, places, link, is_hidden)


def value(
    document: str,
    pointer: str,
    before: Side | None,
    after: Side | None,
    bundles: Sequence[str] = EVERY,
) -> ValueChange:
    """Return the change of one value; its kind follows from which sides there are."""
    kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
    return ValueChange(document, pointer, kind, before, after, tuple(bundles))


def comparison(values: Sequence[ValueChange] = (), bundles: Any = None, **sections: Any) -> Changes:
    """Return a comparison of these values between `main` and the work tree."""
    known = BUNDLES if bundles is None else bundles
    protected = frozenset(
        name for name, found in known.items() if found.get("environment") == "production"
    )
    return Changes(BASE, HEAD, known, protected, values=tuple(values), **sections)


MODEL = "ml-service/inference/model"
SERVICE = "support-assistant/service"

VALUES = (
    value(
        MODEL,
        "/temperature",
        side(0.7, place("base", MODEL, 9, 16)),
        side(0.2, place("environments/production", MODEL, 4, 16), place("base", MODEL, 9, 16)),
        PRODUCTION,
    ),
    value(
        MODEL,
        "/primary/model",
        side("gpt-4.1", place("base", MODEL, 5, 10)),
        side("gpt-5-mini", place("base", MODEL, 5, 10)),
    ),
    value(
        MODEL,
        "/fallbacks/1",
        None,
        side(
            {"provider": "anthropic", "model": "claude-sonnet-4", "timeout": 30},
            place("base", MODEL, 22, 5),
        ),
    ),
    value(
        SERVICE,
        "/greeting",
        side(
            "Hello! I am the assistant of Acme.\nAsk me about orders and returns.\nOne.\nTwo.\n"
            "Three.\nFour.\nI answer in English.",
            place("base", SERVICE, 12, 11),
        ),
        side(
            "Hello! I am the assistant of Acme Europe.\nAsk me about orders and returns.\nOne.\n"
            "Two.\nThree.\nFour.\nI answer in English and German.",
            place("tenants/acme/base", SERVICE, 3, 11, "9c1e77aa01"),
            place("base", SERVICE, 12, 11),
        ),
        ["production/acme"],
    ),
    value(
        SERVICE,
        "/api_key",
        side(None, place("base", SERVICE, 6, 12), link="!secret old.sops.yaml#/openai/key"),
        side(
            None,
            place("base", SERVICE, 6, 12),
            link="!secret secrets/providers.sops.yaml#/openai/key",
        ),
    ),
    value(SERVICE, "/legacy", side(True, place("base", SERVICE, 30)), None),
    value(
        SERVICE,
        "/dsn",
        side("(not shown: it may be a secret)", place("base", SERVICE, 40), is_hidden=True),
        side("(not shown: it may be a secret)", place("base", SERVICE, 41), is_hidden=True),
        ["development"],
    ),
    value(
        "platform/audit",
        "",
        None,
        side(
            {"retention": "365d", "sinks": ["stdout", "s3"]}, place("base", "platform/audit", 1, 1)
        ),
        PRODUCTION,
    ),
    *(
        value(
            "platform/endpoints",
            "/internal/url",
            side(f"https://{name}.old.example.com", place("base", "platform/endpoints", 3, 8)),
            side(f"https://{name}.example.com", place("base", "platform/endpoints", 3, 8)),
            [name],
        )
        for name in EVERY
    ),
)
SECRETS = (
    SecretChange(
        "environments/production/secrets/providers.sops.yaml",
        "secrets/providers",
        SecretKind.ROTATED,
        ("/openai/key",),
        PRODUCTION,
        PRODUCTION,
        note="Its other 3 values are sealed as before.",
    ),
    SecretChange(
        "environments/production/secrets/database.sops.yaml",
        "secrets/database",
        SecretKind.RECIPIENTS,
        (),
        ("production",),
        PRODUCTION,
        ("contractor",),
        ("break-glass",),
    ),
    SecretChange(
        "base/secrets/smtp.sops.yaml",
        "secrets/smtp",
        SecretKind.CLEARED,
        ("/password",),
        EVERY,
        EVERY,
    ),
)
PROMPTS = (
    PromptChange(
        "support-assistant",
        "1.1.0",
        "1.2.0",
        EVERY,
        "minor",
        ("the variable 'tone' is new, and has a default", "the system message says more"),
        (
            "--- prompts/support-assistant/1.1.0.prompt.yaml\n",
            "+++ prompts/support-assistant/1.2.0.prompt.yaml\n",
            "@@ -1,3 +1,3 @@\n",
            " id: support-assistant\n",
            "-version: 1.1.0\n",
            "+version: 1.2.0\n",
            " messages:\n",
            "@@ -14,3 +14,4 @@\n",
            "   - role: system\n",
            "-    text: You help {{ customer }} with orders.\n",
            "+    text: You help {{ customer }} with orders, in a {{ tone }} tone.\n",
            "+    cache: true\n",
            "   - role: user\n",
        ),
        (
            Case(
                "returning customer",
                Rendered(
                    (
                        Message("system", "You help Ada with orders."),
                        Message("user", "Where is my parcel?"),
                    )
                ),
                Rendered(
                    (
                        Message("system", "You help Ada with orders, in a calm tone."),
                        Message("user", "Where is my parcel?"),
                    )
                ),
                left_out=("tone",),
            ),
            Case("same", Rendered((Message(None, "x"),)), Rendered((Message(None, "x"),))),
        ),
        ("house-style@1.0.0",),
    ),
)
MODELS = (
    ModelChange(
        MODEL,
        EVERY,
        (
            Effect("model", "openai/gpt-4.1", "openai/gpt-5-mini"),
            Effect(
                "price",
                "$2.00 in, $8.00 out per million tokens",
                "$0.25 in, $2.00 out per million tokens",
                False,
            ),
            Effect("context window", "1,047,576 tokens", "400,000 tokens", True),
            Effect("fallback order", "gpt-4.1", "gpt-5-mini, then claude-sonnet-4"),
        ),
    ),
)
RULES = (
    RuleChange(
        RuleKind.POLICY,
        Kind.REMOVED,
        "policies/residency.rego",
        "The policy is no longer there: nothing checks that data stay in their region.",
        "policies/residency.rego",
        1,
        PRODUCTION,
        True,
    ),
    RuleChange(
        RuleKind.SCHEMA,
        Kind.CHANGED,
        "schemas/audit.schema.json",
        "'retention' is required now.",
        "schemas/audit.schema.json",
        7,
        EVERY,
        False,
    ),
)
RISK = Risk(
    Level.CRITICAL,
    (
        Reason(
            Level.CRITICAL, "A secret is no longer encrypted: base/secrets/smtp.sops.yaml", EVERY
        ),
        Reason(Level.HIGH, "The policy policies/residency.rego is removed", PRODUCTION),
        Reason(Level.HIGH, "Who may read secrets of production is other", ("production",)),
        Reason(Level.MEDIUM, "Production asks another model", PRODUCTION),
        Reason(Level.LOW, "A prompt takes a minor step", EVERY),
    ),
)
RADIUS = Radius(
    (*EVERY, "canary"),
    6,
    {"environment": ("development", "staging", "production"), "tenant": ("acme", "globex")},
    4,
    3,
)


def rich() -> Changes:
    """Return a comparison that has something in every section."""
    return Changes(
        BASE,
        HEAD,
        {**BUNDLES, "canary": {"environment": "canary"}},
        frozenset(PRODUCTION),
        (BundleChange("canary", Kind.ADDED, None, {"environment": "canary"}),),
        VALUES,
        SECRETS,
        PROMPTS,
        MODELS,
        RULES,
        RISK,
        RADIUS,
        unknown=("gateway/tls in staging has an error in the work tree: run validate.",),
    )


def wide(tenants: int = 50, documents: int = 50) -> Changes:
    """Return a comparison of one value in each of many documents, in four bundles per tenant."""
    names = {
        f"{environment}/tenant-{tenant:02}": {
            "environment": environment,
            "tenant": f"tenant-{tenant:02}",
        }
        for environment in ("development", "staging", "preview", "production")
        for tenant in range(tenants)
    }
    changed = []
    for number in range(documents):
        document = f"service-{number % 7}/config-{number:02}"
        bundles = list(names) if number % 5 else [n for n in names if n.startswith("production")]
        changed.append(
            value(
                document,
                "/limits/requests_per_minute",
                side(1_000 + number, place("base", document, 12, 24)),
                side(2_000 + number, place("base", document, 12, 24)),
                bundles,
            )
        )
    radius = Radius(
        tuple(names),
        len(names),
        {
            "environment": ("development", "staging", "preview", "production"),
            "tenant": tuple(f"tenant-{tenant:02}" for tenant in range(tenants)),
        },
        documents,
        0,
    )
    risk = Risk(
        Level.HIGH, (Reason(Level.HIGH, "Production changes for every tenant", tuple(names)),)
    )
    return comparison(changed, names, radius=radius, risk=risk)


def varied(tenants: int = 50, documents: int = 50) -> Changes:
    """Return a comparison in which every bundle changes every document in its own way."""
    names = wide(tenants, 0).dimensions
    changed = [
        value(
            document,
            "/host",
            side(f"{name.replace('/', '-')}.old.example.com", place("base", document, 3, 8)),
            side(f"{name.replace('/', '-')}.new.example.com", place("base", document, 3, 8)),
            [name],
        )
        for document in (f"service/config-{number:02}" for number in range(documents))
        for name in names
    ]
    return comparison(changed, names)
