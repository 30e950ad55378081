"""What is emitted, read by the programs that it is for: LiteLLM's router and proxy, python-dotenv.

They run in an environment of their own (`make interop`), on the loopback and without the network.
"""

import json
import os
import secrets
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.conftest import answers, free_port, running
from tests.projects import Tool, make_project

EXPECTED = Path(__file__).parents[1] / "data" / "emit" / "expected"
CONFIG = EXPECTED / "litellm" / "config.yaml"

# Builds a router of each set of arguments on standard input, and prints what it makes of them.
ROUTERS = """
import json, sys
import litellm
taken = {}
for name, arguments in json.load(sys.stdin).items():
    router = litellm.Router(**arguments)
    taken[name] = [
        [each["model_name"], each["litellm_params"]["model"]] for each in router.model_list
    ]
print(json.dumps(taken))
"""


def _environment(**more: str) -> dict[str, str]:
    """Keep LiteLLM from asking for its map of models, and from writing beside its own files."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SECRETS_PROVIDERS_OPENAI_API_KEY": "fake-key-of-a-test",
        "SECRETS_PROVIDERS_ANTHROPIC_API_KEY": "fake-key-of-a-test",
        **more,
    }


def _routers(python: Path, arguments: Mapping[str, Any]) -> Any:
    # One process for all: to import LiteLLM takes seconds.
    done = subprocess.run(
        [str(python), "-c", ROUTERS],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        timeout=120,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def _arguments() -> dict[str, Any]:
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    return {"model_list": config["model_list"], **config["router_settings"]}


def test_the_router_accepts_what_is_emitted(interop_python: Path) -> None:
    arguments = _arguments()

    taken = _routers(interop_python, {"emitted": arguments})

    assert taken["emitted"] == [
        [each["model_name"], each["litellm_params"]["model"]] for each in arguments["model_list"]
    ]


def test_each_prefix_is_a_provider_that_litellm_has(interop_python: Path) -> None:
    from gitconfig_tool.emit.litellm import PREFIXES

    done = subprocess.run(
        [
            str(interop_python),
            "-c",
            "import json, litellm; print(json.dumps([str(getattr(p, 'value', p)) for p in "
            "litellm.provider_list]))",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=_environment(),
    )

    assert set(PREFIXES.values()) <= set(json.loads(done.stdout.splitlines()[-1]))


PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
schemas: [{match: "models/*", schema: gitconfig-tool:model-config}]
emit: [{target: litellm, to: gateway}]
"""
# What LiteLLM's router takes without a word. Each is refused by `validate` before it gets there.
SILENT: Mapping[str, Mapping[str, Any]] = {
    "a circle of fallbacks": {
        "fallbacks": [{"models/chat": ["models/long"]}, {"models/long": ["models/chat"]}]
    },
    "a fallback that does not exist": {"fallbacks": [{"models/chat": ["models/nowhere"]}]},
    "temperature 7": {"litellm_params": {"temperature": 7}},
    "a time-out with a unit": {"litellm_params": {"timeout": "30s"}},
    "a retired model": {"litellm_params": {"model": "openai/gpt-3.5-turbo-0301"}},
}


MODEL = "provider: openai\nmodel: gpt-4.1-mini\n"
# The same mistakes as a project makes them, and the code that `validate` refuses them with.
REFUSED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "a circle of fallbacks": (
        "GCT660",
        {
            "chat": f"{MODEL}fallbacks: [models/long]\n",
            "long": "provider: mistral\nmodel: mistral-small-latest\nfallbacks: [models/chat]\n",
        },
    ),
    "a fallback that does not exist": (
        "GCT661",
        {"chat": f"{MODEL}fallbacks: [models/nowhere]\n"},
    ),
    "temperature 7": ("GCT204", {"chat": f"{MODEL}parameters: {{temperature: 7}}\n"}),
    "a time-out with a unit": ("GCT201", {"chat": f"{MODEL}timeout_seconds: 30s\n"}),
    "a retired model": ("GCT603", {"chat": "provider: openai\nmodel: gpt-3.5-turbo-0301\n"}),
}


@pytest.mark.parametrize("name", SILENT)
def test_we_refuse_what_litellm_takes_in_silence(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, documents = REFUSED[name]
    files = {f"base/models/{document}.yaml": text for document, text in documents.items()}
    tool = Tool(make_project(tmp_path / "project", files, PROJECT), capfd)

    status, out, _ = tool("validate", "--as-of", "2026-11-01", "--format", "json")

    errors = [each for each in json.loads(out)["diagnostics"] if each["severity"] == "error"]
    assert status == 1
    assert {each["code"] for each in errors} == {code}


def test_litellm_takes_in_silence_what_we_refuse(interop_python: Path) -> None:
    wrong = {}
    for name, change in SILENT.items():
        arguments, settings = _arguments(), dict(change)
        first = arguments["model_list"][0]
        first["litellm_params"] = {**first["litellm_params"], **settings.pop("litellm_params", {})}
        wrong[name] = {**arguments, **settings}

    taken = _routers(interop_python, wrong)

    assert [name for name in SILENT if not taken[name]] == []


@pytest.fixture
def proxy(interop_python: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Run the real proxy on the emitted config; the first model fails, the others answer."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    for each in config["model_list"]:
        name = each["model_name"]
        # LiteLLM's own way to stand in for a provider.
        mock = "litellm.RateLimitError" if name == "models/chat" else f"answer of {name}"
        each["litellm_params"]["mock_response"] = mock
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    for file in (EXPECTED / "litellm" / "prompts").iterdir():
        (prompts / file.name).write_bytes(file.read_bytes())
    port, key = free_port(), f"sk-fake-{secrets.token_hex(16)}"
    command = [
        "/bin/sh",
        "-c",
        'cd "$1" && exec "$2" --config config.yaml --host 127.0.0.1 --port "$3" --telemetry False',
        "proxy",
        str(tmp_path),
        str(interop_python.parent / "litellm"),
        str(port),
    ]
    url = f"http://127.0.0.1:{port}"
    environment = _environment(LITELLM_MASTER_KEY=key)
    with running(
        command,
        tmp_path / "log",
        lambda: answers(f"{url}/health/liveliness"),
        environment=environment,
        patience=120,
    ):
        yield url, key


def _ask(url: str, key: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"{url}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def test_the_proxy_answers_through_a_fallback(proxy: tuple[str, str]) -> None:
    url, key = proxy
    question = {"messages": [{"role": "user", "content": "Hello"}]}

    answer = _ask(url, key, "/v1/chat/completions", {"model": "models/chat", **question})
    direct = _ask(url, key, "/v1/chat/completions", {"model": "models/long", **question})
    prompts = _ask(url, key, "/prompts/list")

    assert answer["choices"][0]["message"]["content"] == "answer of models/chat#fallback-1"
    assert direct["choices"][0]["message"]["content"] == "answer of models/long"
    assert [each["prompt_id"] for each in prompts["prompts"]] == ["support.1.0.0"]


def test_python_dotenv_reads_what_a_shell_reads(interop_python: Path) -> None:
    file = EXPECTED / "dotenv" / "app.env"

    done = subprocess.run(
        [
            str(interop_python),
            "-c",
            "import json, sys, dotenv; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))",
            str(file),
        ],
        capture_output=True,
        text=True,
        check=True,
        env=_environment(),
    )

    assert json.loads(done.stdout) == {
        "PLATFORM_LIMITS_DEFAULT_BURST": "1.5",
        "PLATFORM_LIMITS_DEFAULT_ENABLED": "true",
        "PLATFORM_LIMITS_DEFAULT_REQUESTS_PER_MINUTE": "600",
        "PLATFORM_LIMITS_GREETING": 'It\'s "now"\nor never',
        "PLATFORM_LIMITS_HOSTS": '["a.invalid","b.invalid"]',
        "PLATFORM_LIMITS_ODD_KEY": "größer",
        "PLATFORM_LIMITS_OWNERS": '[{"name":"ada","on_call":true},'
        '{"name":"grace","tags":["x","y"]}]',
        "PLATFORM_LIMITS_PATH": "C:\\temp",
        "PLATFORM_LIMITS_PRICE": "$5",
        "PLATFORM_SERVICE_URL": "https://service.example.invalid/?a=1&b=2",
    }
