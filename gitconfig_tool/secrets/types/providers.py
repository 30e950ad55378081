"""What the keys of well-known providers look like, as far as it is settled.

A provider that is not listed is no mistake: nothing is known of its keys then. The sources are
named; "seen" means that many published examples agree and the provider itself states no form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The form of a provider's keys; `words` say it without a length that helps to guess."""

    pattern: re.Pattern[str]
    words: str


def _form(pattern: str, words: str) -> KeyForm:
    return KeyForm(re.compile(pattern), words)


_SLACK = r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|xoxe\.xox[bp]-[A-Za-z0-9-]{10,}"
FORMS: Mapping[str, KeyForm] = {
    # Seen; sk-proj- and sk-svcacct- since 2024, sk-admin- for administration keys.
    "openai": _form(r"sk-(?!ant-|or-|lf-)[A-Za-z0-9_-]{16,}", "sk-, sk-proj-, sk-svcacct-"),
    # docs.anthropic.com, Admin API: keys begin with sk-ant-, administration keys with sk-ant-admin.
    "anthropic": _form(r"sk-ant-[A-Za-z0-9_-]{16,}", "sk-ant-"),
    # GitHub secret scanning and Google's own scanners: AIza and 35 more.
    "google": _form(r"AIza[0-9A-Za-z_-]{35}|AQ\.[0-9A-Za-z_-]{16,}", "AIza"),
    "groq": _form(r"gsk_[A-Za-z0-9]{16,}", "gsk_"),  # Seen.
    # huggingface.co/docs/hub/security-tokens: hf_; organisation tokens begin with api_org_.
    "huggingface": _form(r"(?:hf|api_org)_[A-Za-z0-9]{16,}", "hf_"),
    "xai": _form(r"xai-[A-Za-z0-9]{16,}", "xai-"),  # Seen.
    "openrouter": _form(r"sk-or-(?:v1-)?[A-Za-z0-9]{16,}", "sk-or-"),  # Seen.
    "perplexity": _form(r"pplx-[A-Za-z0-9]{16,}", "pplx-"),  # Seen.
    "replicate": _form(r"r8_[A-Za-z0-9]{16,}", "r8_"),  # replicate.com/docs, API tokens.
    "fireworks": _form(r"fw_[A-Za-z0-9]{16,}", "fw_"),  # Seen.
    "nvidia": _form(r"nvapi-[A-Za-z0-9_-]{16,}", "nvapi-"),  # Seen.
    # IAM user guide, "Unique identifiers": AKIA an access key, ASIA one of a session. Their length
    # is 20 in all that AWS gives out; the letters are those of base 32.
    "aws": _form(r"(?:AKIA|ASIA)[A-Z2-7]{16}", "AKIA or ASIA, and the length that AWS gives them"),
    # github.blog, 2021-04-05, "Behind GitHub's new authentication token formats".
    "github": _form(r"gh[pousr]_[A-Za-z0-9_]{16,}|github_pat_[A-Za-z0-9_]{16,}", "ghp_, gho_..."),
    # docs.gitlab.com, "Token prefixes".
    "gitlab": _form(r"gl[a-z]{2,6}-[A-Za-z0-9_.=-]{16,}", "glpat-, gldt-, ..."),
    # docs.slack.dev, "Token types".
    "slack": _form(_SLACK, "xoxb-, xoxp-, xapp-, ..."),
    # docs.stripe.com/keys: secret, restricted and publishable keys, live or test.
    "stripe": _form(r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_.{10,}", "sk_live_, ..."),
    # SendGrid's documentation: SG., an id and the key, with a dot between them.
    "sendgrid": _form(r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", "SG."),
    # docs.npmjs.com, 2021: npm_.
    "npm": _form(r"npm_[A-Za-z0-9]{16,}", "npm_"),
    # warehouse: macaroons with this prefix.
    "pypi": _form(r"pypi-[A-Za-z0-9_-]{16,}", "pypi-"),
    # developer.hashicorp.com/vault, since 1.10: hvs., hvb., hvr.
    "vault": _form(r"(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{16,}", "hvs."),
    # docs.digitalocean.com: dop_, doo_, dor_ and v1.
    "digitalocean": _form(r"do[opr]_v1_[a-f0-9]{16,}", "dop_v1_"),
    # Databricks: dapi and 32 hexadecimal digits, some with -2 at the end.
    "databricks": _form(r"dapi[a-f0-9]{32}(?:-\d)?", "dapi"),
    # docs.newrelic.com, "API keys": user keys begin with NRAK-; licence keys end in NRAL.
    "newrelic": _form(r"NRAK-[A-Z0-9]{16,}|[a-zA-Z0-9]{16,}NRAL", "NRAK-"),
    # grafana.com/docs: service account tokens.
    "grafana": _form(r"gl(?:sa|c)_[A-Za-z0-9_+/=-]{16,}", "glsa_ or glc_"),
    "linear": _form(r"lin_(?:api|oauth)_[A-Za-z0-9]{16,}", "lin_api_"),  # Seen.
    # developers.notion.com, 2024-09-25: ntn_ in place of secret_.
    "notion": _form(r"(?:ntn|secret)_[A-Za-z0-9]{16,}", "ntn_"),
    # docs.langchain.com, LangSmith: lsv2_pt_ for a person, lsv2_sk_ for a service.
    "langsmith": _form(r"lsv2_(?:pt|sk)_[A-Za-z0-9_]{16,}", "lsv2_"),
    # langfuse.com/docs: sk-lf- and pk-lf-.
    "langfuse": _form(r"[sp]k-lf-[A-Za-z0-9-]{16,}", "sk-lf-"),
    "pinecone": _form(
        r"pcsk_[A-Za-z0-9_]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "pcsk_"
    ),  # Seen; a UUID before 2024.
    "tavily": _form(r"tvly-[A-Za-z0-9-]{16,}", "tvly-"),  # Seen.
}
# Other names of the same.
_ALIASES = {"hf": "huggingface", "gemini": "google", "grok": "xai", "hashicorp-vault": "vault"}
# They give out keys without a mark of their own, or of several forms.
_WITHOUT_FORM = (
    "azure",
    "cohere",
    "datadog",
    "deepseek",
    "mistral",
    "together",
    "twilio",
    "voyage",
)
# Others give out keys of these forms too.
_SHARED = ("openai", "pinecone", "vault")
# So alike is a slip of one letter in a name of six; `grok` and `groq` are less.
_NEAR = 0.83


def form_of(provider: str) -> KeyForm | None:
    """Return the form of a provider's keys; None where nothing is known of it."""
    return FORMS.get(_ALIASES.get(provider, provider))


def owner_of(key: str) -> str | None:
    """Return the provider whose form a key has; None where none or several have it."""
    found = [name for name in FORMS if name not in _SHARED and FORMS[name].pattern.fullmatch(key)]
    return found[0] if len(found) == 1 else None


def nearest_provider(name: object) -> str | None:
    """Return the provider that an unknown name is probably meant for; None for a known one."""
    known = (*FORMS, *_ALIASES, *_WITHOUT_FORM)
    if not isinstance(name, str) or name in known:
        return None
    near = get_close_matches(name, known, n=1, cutoff=_NEAR)
    return near[0] if near else None
