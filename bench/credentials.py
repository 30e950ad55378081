"""A planted set for leak scanners: fake credentials of many kinds, and files that hold none.

Everything is made at run time from a seed, so no file of this repository holds a credential, not
even a fake one. The forms are those that the providers document or that their keys show.
"""

import base64
import string
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

SEED = 20_260_101
CLEAN_FILES = 1_000

_ALNUM = string.ascii_letters + string.digits
_LOWER = string.ascii_lowercase + string.digits
_UPPER = string.ascii_uppercase + string.digits
_URL = _ALNUM + "-_"
_HEX = "0123456789abcdef"
_BASE32 = string.ascii_uppercase + "234567"
_BASE64 = _ALNUM + "+/"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# "OpenAI" in base64: it stands within each of its keys.
_OPENAI = base64.b64encode(b"OpenAI").decode()

Make = Callable[[Random], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of credential: its name, the YAML key that people put it under, and how it is made.

    `alone`: it can be told without the key beside it, so it is planted in prose as well.
    """

    name: str
    key: str
    make: Make
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted credential: the file that holds it and nothing else of the sort."""

    kind: str
    host: str
    path: str
    text: str
    secret: str


def _pick(random: Random, alphabet: str, length: int) -> str:
    return "".join(random.choices(alphabet, k=length))


def _form(*parts: str | tuple[str, int]) -> Make:
    """Return what makes a text of fixed parts and of random ones: an alphabet and a length."""

    def make(random: Random) -> str:
        return "".join(part if isinstance(part, str) else _pick(random, *part) for part in parts)

    return make


def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _block(label: str, lines: int) -> Make:
    """Return what makes a PEM block (RFC 7468) of random bytes."""

    def make(random: Random) -> str:
        body = "\n".join(_pick(random, _BASE64, 64) for _ in range(lines))
        return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----"

    return make


def _jwt(random: Random) -> str:
    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    name = _pick(random, _LOWER, 12)
    head, body = part('{"alg":"HS256","typ":"JWT"}'), part(f'{{"sub":"{name}","iat":1700000000}}')
    return f"{head}.{body}.{_pick(random, _URL, 43)}"


def _password(random: Random) -> str:
    """Return what a person would think up: a word, digits and a sign."""
    word = random.choice(("tango", "winter", "falcon", "granite", "copper", "lantern"))
    return f"{word.title()}{random.randrange(100, 9999)}{random.choice('!$%*')}"


def _url(scheme: str, host: str) -> Make:
    return lambda random: f"{scheme}://app:{_pick(random, _ALNUM, 18)}@{host}"


KINDS: tuple[Kind, ...] = (
    # What teams that work with language models hold.
    Kind("OpenAI project", "api_key", _form("sk-proj-", (_URL, 74), _OPENAI, (_URL, 74))),
    Kind("OpenAI user", "api_key", _form("sk-", (_ALNUM, 20), _OPENAI, (_ALNUM, 20))),
    Kind("OpenAI service", "api_key", _form("sk-svcacct-", (_URL, 74), _OPENAI, (_URL, 74))),
    Kind("OpenAI admin", "admin_key", _form("sk-admin-", (_URL, 58), _OPENAI, (_URL, 58))),
    Kind("Anthropic", "api_key", _form("sk-ant-api03-", (_URL, 93), "AA")),
    Kind("Anthropic admin", "admin_key", _form("sk-ant-admin01-", (_URL, 93), "AA")),
    Kind("Google", "api_key", _form("AIzaSy", (_URL, 33))),
    Kind(
        "Azure OpenAI",
        "azure_openai_api_key",
        _form((_ALNUM, 52), "JQQJ99", (_UPPER, 2), (_ALNUM, 16), "ACOG", (_ALNUM, 4)),
    ),
    Kind("Azure OpenAI old", "azure_openai_api_key", _form((_HEX, 32)), alone=False),
    Kind("Mistral", "mistral_api_key", _form((_ALNUM, 32)), alone=False),
    Kind("Cohere", "cohere_api_key", _form((_ALNUM, 40)), alone=False),
    Kind("xAI", "api_key", _form("xai-", (_ALNUM, 80))),
    Kind("Hugging Face", "token", _form("hf_", (string.ascii_letters, 34))),
    Kind("Groq", "api_key", _form("gsk_", (_ALNUM, 52))),
    Kind("Replicate", "api_token", _form("r8_", (_ALNUM, 37))),
    Kind("LangSmith", "langsmith_key", _form("lsv2_pt_", (_HEX, 32), "_", (_HEX, 10))),
    Kind("LangSmith service", "langsmith_key", _form("lsv2_sk_", (_HEX, 32), "_", (_HEX, 10))),
    Kind("Langfuse", "langfuse_secret_key", lambda random: f"sk-lf-{_uuid(random)}"),
    Kind("OpenRouter", "api_key", _form("sk-or-v1-", (_HEX, 64))),
    Kind("Perplexity", "api_key", _form("pplx-", (_ALNUM, 48))),
    Kind("DeepSeek", "deepseek_api_key", _form("sk-", (_HEX, 32))),
    Kind("NVIDIA", "api_key", _form("nvapi-", (_URL, 64))),
    Kind("Together", "together_api_key", _form("tgp_v1_", (_URL, 43))),
    Kind("Fireworks", "fireworks_api_key", _form("fw_", (_ALNUM, 24))),
    Kind("Pinecone", "pinecone_api_key", _form("pcsk_", (_ALNUM, 6), "_", (_ALNUM, 63))),
    Kind("LiteLLM master", "master_key", _form("sk-", (_ALNUM, 24)), alone=False),
    # The clouds and the code hosts.
    Kind("AWS access key", "aws_access_key_id", _form("AKIA", (_BASE32, 16))),
    Kind("AWS secret key", "aws_secret_access_key", _form((_BASE64, 40)), alone=False),
    Kind("AWS Bedrock", "bedrock_api_key", _form("ABSKQmVkcm9ja0FQSUtleS", (_ALNUM, 109), "=")),
    Kind("Azure client secret", "client_secret", _form((_ALNUM, 3), "8Q~", (_URL, 34))),
    Kind(
        "Azure storage",
        "connection_string",
        _form("DefaultEndpointsProtocol=https;AccountName=x;AccountKey=", (_BASE64, 86), "=="),
    ),
    Kind("GitHub", "token", _form("ghp_", (_ALNUM, 36))),
    Kind("GitHub fine-grained", "token", _form("github_pat_", (_ALNUM, 22), "_", (_ALNUM, 59))),
    Kind("GitLab", "token", _form("glpat-", (_URL, 20))),
    Kind("npm", "token", _form("npm_", (_ALNUM, 36))),
    Kind("PyPI", "token", _form("pypi-AgEIcHlwaS5vcmc", (_URL, 120))),
    Kind("Docker Hub", "token", _form("dckr_pat_", (_URL, 27))),
    Kind("Vault", "token", _form("hvs.", (_URL, 95))),
    Kind("Databricks", "token", _form("dapi", (_HEX, 32))),
    Kind("DigitalOcean", "token", _form("dop_v1_", (_HEX, 64))),
    # Services around them.
    Kind(
        "Slack bot",
        "token",
        _form("xoxb-", ("123456789", 12), "-", ("123456789", 12), "-", (_ALNUM, 24)),
    ),
    Kind(
        "Slack webhook",
        "url",
        _form(
            "https://hooks.slack.com/services/T", (_UPPER, 8), "/B", (_UPPER, 10), "/", (_ALNUM, 24)
        ),
    ),
    Kind("Stripe", "secret_key", _form("sk_live_", (_ALNUM, 24))),
    Kind("SendGrid", "api_key", _form("SG.", (_URL, 22), ".", (_URL, 43))),
    Kind("Grafana", "token", _form("glsa_", (_ALNUM, 32), "_", (_HEX, 8))),
    Kind("Datadog", "datadog_api_key", _form((_HEX, 32)), alone=False),
    Kind("New Relic", "new_relic_user_api_key", _form("NRAK-", (_UPPER, 27))),
    Kind("Linear", "token", _form("lin_api_", (_ALNUM, 40))),
    # Keys, tokens and passwords of no provider.
    Kind("age key", "key", _form("AGE-SECRET-KEY-1", (_BECH32.upper(), 58))),
    Kind("RSA key", "key", _block("RSA PRIVATE KEY", 25)),
    Kind("EC key", "key", _block("EC PRIVATE KEY", 3)),
    Kind("PKCS 8 key", "key", _block("PRIVATE KEY", 26)),
    Kind("OpenSSH key", "key", _block("OPENSSH PRIVATE KEY", 6)),
    Kind("JWT", "token", _jwt),
    Kind("PostgreSQL URL", "url", _url("postgresql", "db.internal:5432/app")),
    Kind("MongoDB URL", "url", _url("mongodb+srv", "cluster0.ab1cd.mongodb.net/app")),
    Kind("Redis URL", "url", _url("redis", "cache.internal:6379/0")),
    Kind("proxy URL", "proxy", _url("https", "proxy.internal:3128")),
    Kind("password", "password", _password, alone=False),
    Kind("database password", "db_password", _form((_ALNUM, 20)), alone=False),
    Kind("JWT signing secret", "jwt_secret", _form((_URL, 48)), alone=False),
    Kind("webhook secret", "webhook_secret", _form("whsec_", (_BASE64, 32))),
)


def planted(seed: int = SEED) -> Iterator[Planted]:
    """Yield every kind in the files that people leave it in: YAML, a prompt, a dotenv, JSON."""
    random = Random(seed)
    for number, kind in enumerate(KINDS):
        for host, write in _HOSTS.items():
            if host == "prose" and not kind.alone:
                continue
            secret = kind.make(random)
            ending, text = write(kind.key, secret)
            yield Planted(kind.name, host, f"planted/{number:02}-{host}{ending}", text, secret)


def _yaml(key: str, secret: str) -> tuple[str, str]:
    lines = secret.split("\n")
    value = lines[0] if len(lines) == 1 else "|\n    " + "\n    ".join(lines)
    if value.startswith(("%", "*", "!")):
        value = f"'{value}'"
    return ".yaml", f"service:\n  timeout_seconds: 30\n  {key}: {value}\n  retries: 3\n"


def _prose(key: str, secret: str) -> tuple[str, str]:
    indented = secret.replace("\n", "\n    ")
    text = f"messages:\n  - role: system\n    content: |\n    Call the tool with\n    {indented}\n"
    return ".prompt.yaml", text.replace("content: |\n    ", "content: |\n      Be brief.\n    ")


def _dotenv(key: str, secret: str) -> tuple[str, str]:
    value = secret if "\n" not in secret else '"' + secret.replace("\n", "\\n") + '"'
    return ".env", f"# local settings\nLOG_LEVEL=info\n{key.upper()}={value}\nPORT=8080\n"


def _json(key: str, secret: str) -> tuple[str, str]:
    escaped = secret.replace("\n", "\\n")
    return ".json", f'{{\n  "region": "eu-west-1",\n  "{key}": "{escaped}"\n}}\n'


_HOSTS: Mapping[str, Callable[[str, str], tuple[str, str]]] = {
    "yaml": _yaml,
    "prose": _prose,
    "dotenv": _dotenv,
    "json": _json,
}


def clean(count: int = CLEAN_FILES, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield files of realistic configuration without any credential: path and text."""
    random = Random(seed + 1)
    for number in range(count):
        ending, write = _CLEAN[number % len(_CLEAN)]
        yield f"clean/{number:04}{ending}", write(random)


def _model(random: Random) -> str:
    name = random.choice(("gpt-4o-2024-08-06", "claude-sonnet-4-20250514", "mistral-large-2411"))
    return (
        f"model: {name}\nprovider: openai\napi_key: !secret secrets/providers#/openai/api_key\n"
        f"max_tokens: {random.randrange(256, 8192)}\ntemperature: 0.{random.randrange(10)}\n"
        f"deployment_id: {_uuid(random)}\ntoken_limit: {random.randrange(10_000)}\n"
        "fallbacks: [claude-3-5-haiku-20241022, gemini-2.0-flash-001]\n"
        f"tokenizer_sha256: {_pick(random, _HEX, 64)}\n"
    )


def _gateway(random: Random) -> str:
    return (
        "model_list:\n  - model_name: chat\n    litellm_params:\n      model: openai/gpt-4o\n"
        "      api_key: os.environ/OPENAI_API_KEY\n  - model_name: embed\n"
        "    litellm_params: {model: azure/embed, api_key: '${AZURE_OPENAI_KEY}'}\n"
        "general_settings:\n  master_key: '{{ env.MASTER_KEY }}'\n  password: <set in Vault>\n"
        f"  token_url: https://login.example.com/{_uuid(random)}/oauth2/v2.0/token\n"
        "  client_secret: ''\n  api_key_header: X-Api-Key\n  secret_key_ref: gateway-secret\n"
    )


def _deployment(random: Random) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n"
        f"  name: web\n  uid: {_uuid(random)}\n"
        f"  annotations: {{checksum/config: {_pick(random, _HEX, 64)}}}\n"
        "spec:\n  template:\n    spec:\n      containers:\n        - name: web\n"
        f"          image: registry.example.com/web@sha256:{_pick(random, _HEX, 64)}\n"
        "          env:\n            - name: DATABASE_PASSWORD\n              valueFrom:\n"
        "                secretKeyRef: {name: database, key: password}\n"
        "            - {name: TOKEN_FILE, value: /var/run/secrets/tokens/web}\n"
        f"      imagePullSecrets: [{{name: registry-{_pick(random, _LOWER, 5)}}}]\n"
    )


def _sops(random: Random) -> str:
    def sealed(length: int) -> str:
        data, iv, tag = (
            base64.b64encode(random.randbytes(size)).decode() for size in (length, 32, 16)
        )
        return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"

    stanza = "\n".join(f"            {_pick(random, _BASE64, 64)}" for _ in range(4))
    return (
        f"openai:\n    api_key: {sealed(40)}\ndatabase:\n    password: {sealed(16)}\n"
        f"    url: {sealed(60)}\nsops:\n    age:\n        - recipient: age1"
        f"{_pick(random, _BECH32, 58)}\n          enc: |\n"
        "            -----BEGIN AGE ENCRYPTED FILE-----\n"
        f"{stanza}\n            -----END AGE ENCRYPTED FILE-----\n"
        '    pgp:\n        - created_at: "2026-01-31T12:00:00Z"\n'
        f"          fp: {_pick(random, '0123456789ABCDEF', 40)}\n"
        f"    kms:\n        - arn: arn:aws:kms:eu-west-1:123456789012:key/{_uuid(random)}\n"
        f'    lastmodified: "2026-01-31T12:00:00Z"\n    mac: {sealed(128)}\n    version: 3.11.0\n'
    )


def _lock(random: Random) -> str:
    rows = []
    for name in ("left-pad", "token-stream", "secret-handshake", "key-value", "auth-header"):
        digest = base64.b64encode(random.randbytes(64)).decode()
        rows.append(
            f"  {name}@1.{random.randrange(40)}.0:\n    resolution: {{integrity: sha512-{digest}}}"
        )
        rows.append(f"    hash: sha256:{_pick(random, _HEX, 64)}")
    return "lockfileVersion: '9.0'\npackages:\n" + "\n".join(rows) + "\n"


def _certificates(random: Random) -> str:
    def indented(text: str) -> str:
        return "\n".join(f"    {line}" for line in text.split("\n"))

    return (
        f"tls:\n  ca: |\n{indented(_block('CERTIFICATE', 18)(random))}\n"
        f"  public_key: |\n{indented(_block('PUBLIC KEY', 6)(random))}\n"
        f"  fingerprint: {':'.join(_pick(random, '0123456789ABCDEF', 2) for _ in range(32))}\n"
        "  key_file: /etc/tls/tls.key\n"
        f"  authorized: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{_pick(random, _BASE64, 43)} ada]\n"
        f"  recipients: [age1{_pick(random, _BECH32, 58)}]\n"
        f"jwks:\n  keys:\n    - {{kty: RSA, kid: {_pick(random, _HEX, 40)}, use: sig, alg: RS256,\n"
        f"       e: AQAB, n: {_pick(random, _URL, 342)}}}\n"
    )


def _assets(random: Random) -> str:
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n" + random.randbytes(400)).decode()
    return (
        f"branding:\n  logo: data:image/png;base64,{image}\n"
        f'  etag: W/"{_pick(random, _HEX, 32)}"\n  revision: {_pick(random, _HEX, 40)}\n'
        f"  trace_id: {_pick(random, _HEX, 32)}\n  color: '#{_pick(random, _HEX, 6)}'\n"
        f"  asset: https://cdn.example.com/{_pick(random, _HEX, 32)}/{_pick(random, _HEX, 8)}.js\n"
    )


def _flags(random: Random) -> str:
    rows = [
        f"  {_pick(random, string.ascii_lowercase, 8)}-{number}: "
        f"{{id: {_uuid(random)}, s: {_pick(random, _HEX, 16)}, rollout: {random.randrange(101)}}}"
        for number in range(8)
    ]
    return "flags:\n" + "\n".join(rows) + "\nsession:\n  token_ttl: 15m\n  secret_rotation: 30d\n"


def _prompt(random: Random) -> str:
    return (
        "messages:\n  - role: system\n    content: |\n"
        "      You answer questions about accounts. Never ask for a password, an API key or a\n"
        "      token. If a user writes `password: 1234`, tell them to change it.\n"
        f"      Reference: ticket {_uuid(random)}, build {_pick(random, _HEX, 12)}.\n"
        "  - role: user\n    content: '{{ question }}'\n"
        "parameters: {max_tokens: 800, stop: ['<|endoftext|>']}\n"
    )


def _readme(random: Random) -> str:
    return (
        "# Service\n\nSet `OPENAI_API_KEY` to your key (it begins with `sk-`), then run:\n\n"
        "    export API_TOKEN=$(vault read -field=token secret/web)\n"
        '    curl -H "Authorization: Bearer $API_TOKEN" https://api.example.com/v1\n\n'
        f"Since commit {_pick(random, _HEX, 40)} the password is read from `/run/secrets/db`.\n"
    )


_CLEAN: tuple[tuple[str, Make], ...] = (
    (".yaml", _model),
    (".yaml", _gateway),
    (".yaml", _deployment),
    (".sops.yaml", _sops),
    (".lock.yaml", _lock),
    (".yaml", _certificates),
    (".yaml", _assets),
    (".yaml", _flags),
    (".prompt.yaml", _prompt),
    (".md", _readme),
)
