"""The names of a scanner's rules as people say them: `openai-api-key` is `OpenAI API key`. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

# What is not the word with a capital; other first words get one, for most are names of companies.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "1password": "1Password",
        "ad": "AD",
        "age": "age",
        "ai": "AI",
        "api": "API",
        "aws": "AWS",
        "cicd": "CI/CD",
        "clickhouse": "ClickHouse",
        "cockroachlabs": "CockroachDB",
        "deepseek": "DeepSeek",
        "digitalocean": "DigitalOcean",
        "dockerhub": "Docker Hub",
        "gcp": "Google",
        "github": "GitHub",
        "gitlab": "GitLab",
        "hashicorp": "HashiCorp",
        "huggingface": "Hugging Face",
        "ibm": "IBM",
        "id": "id",
        "jwt": "JSON Web Token",
        "langsmith": "LangSmith",
        "mongodb": "MongoDB",
        "npm": "npm",
        "nvidia": "NVIDIA",
        "oauth": "OAuth",
        "openai": "OpenAI",
        "openrouter": "OpenRouter",
        "pat": "personal access token",
        "pkcs12": "PKCS #12",
        "planetscale": "PlanetScale",
        "postgresql": "PostgreSQL",
        "pypi": "PyPI",
        "sendgrid": "SendGrid",
        "sts": "STS",
        "togetherai": "Together AI",
        "url": "URL",
        "xai": "xAI",
        "yaml": "YAML",
        "zai": "Z.ai",
    }
)
# Kinds that are no company's.
_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "generic-api-key": "value that looks like a key, under a name of one",
        "jwt": "JSON Web Token",
        "jwt-base64": "JSON Web Token in base64",
        "kubernetes-secret-yaml": "Kubernetes Secret in the clear",
        "language-model-api-key": "API key of a language model's provider",
        "named-value": "value under a name of credentials",
        "pkcs12-file": "PKCS #12 file",
        "private-key": "private key",
        "url-password": "URL with a password",
        "webhook-signing-secret": "webhook signing secret",
    }
)


def kind_name(kind: str) -> str:
    """Return a rule's name as people say it, without an article."""
    if kind in _WHOLE:
        return _WHOLE[kind]
    first, *others = [word for word in kind.split("-") if not _is_version(word)]
    words = [_WORDS.get(first, first.capitalize()), *(_WORDS.get(word, word) for word in others)]
    return " ".join(words)


def _is_version(word: str) -> bool:
    return word[:1] == "v" and word[1:].isdigit()
