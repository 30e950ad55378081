"""Rules for credentials that the scanner's own rules miss, mostly of services for language models.

Each was made from the form that the provider documents or that its keys show. `bench/leaks.py`
measures what they add. A rule says what is a credential, and never how to try it out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnRule:
    """`pattern` is for RE2; its first group, where it has one, is the credential.

    `keywords`, in small letters, say which texts are worth a look.
    """

    kind: str
    pattern: str
    keywords: tuple[str, ...]


def _named_hex(kind: str, name: str) -> OwnRule:
    """Return a rule for 32 hexadecimal digits under a name that speaks of a service and a key."""
    pattern = rf"(?i){name}[\w.-]{{0,40}}key[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?([0-9a-f]{{32}})\b"
    return OwnRule(kind, pattern, (name,))


OWN_RULES = (
    # 84 characters with two fixed marks; Microsoft calls the form "common annotated security key".
    OwnRule(
        "azure-openai-api-key",
        r"\b([A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{18}ACOG[A-Za-z0-9]{4})\b",
        ("jqqj9",),
    ),
    _named_hex("azure-openai-api-key-v1", "azure"),
    OwnRule("langsmith-api-key", r"\b(lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10})\b", ("lsv2_",)),
    OwnRule(
        "langfuse-secret-key",
        r"\b(sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b",
        ("sk-lf-",),
    ),
    OwnRule("pinecone-api-key", r"\b(pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,66})\b", ("pcsk_",)),
    OwnRule("fireworks-api-key", r"\b(fw_[A-Za-z0-9]{22,24})\b", ("fw_",)),
    # DeepSeek and others that took over OpenAI's first form, in hexadecimal digits.
    OwnRule("language-model-api-key", r"\b(sk-[0-9a-f]{32})\b", ("sk-",)),
    OwnRule("new-relic-user-api-key-v1", r"\b(NRAK-[A-Z0-9]{27})\b", ("nrak-",)),
    OwnRule("webhook-signing-secret", r"\b(whsec_[A-Za-z0-9+/]{24,64}={0,2})", ("whsec_",)),
    # Only half of a credential, but where it stands the other half is seldom far.
    OwnRule("aws-access-key-id", r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b", ("akia", "asia")),
)
