"""What is emitted for Portkey, read by its own gateway: the npm package `@portkey-ai/gateway`.

It runs on the loopback, and so do the providers that it calls here.
"""

import hashlib
import json
import os
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import answers, free_port, require_tool, running
from tests.projects import Tool, make_project

EXPECTED = Path(__file__).parents[1] / "data" / "emit" / "expected" / "portkey"
SEALED = EXPECTED.parents[1] / "project" / "base" / "secrets" / "providers.sops.yaml"
_SOURCE = Path(__file__).with_name("portkey_gateway")
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
schemas: [{match: "models/*", schema: gitconfig-tool:model-config}]
emit: [{target: portkey, to: portkey, options: {credentials: api-key}}]
"""
KEY = "api_key: !secret secrets/providers#/openai/api_key"
# A chain with every provider, with and without a key, and one for each strategy of Portkey.
MODELS = {
    "every": f"""\
provider: openai
model: gpt-4.1-mini
organization: acme
{KEY}
parameters: {{max_tokens: 500, extra: {{service_tier: flex}}}}
retries: {{max_attempts: 3, retry_on_status: [429]}}
timeout_seconds: 1.5
fallbacks:
  - {{provider: anthropic, model: claude-haiku-4-5}}
  - provider: azure-openai
    model: gpt-4.1
    deployment: chat
    endpoint: https://acme-eu.openai.azure.com
    api_version: "2024-10-21"
    {KEY}
  - {{provider: aws-bedrock, model: "eu.amazon.nova-lite-v1:0", region: eu-west-1}}
  - {{provider: google-vertex, model: gemini-3.8-flash, project: acme, region: europe-west4}}
  - {{provider: google-gemini, model: gemini-3.8-flash}}
  - {{provider: mistral, model: mistral-small-latest}}
  - {{provider: cohere, model: command-a-03-2025}}
  - {{provider: xai, model: grok-4.3}}
  - {{provider: vllm, model: ours, endpoint: "https://vllm.example.com/v1"}}
  - {{provider: custom, model: ours, endpoint: "https://llm.example.com/v1"}}
""",
    "alone": "provider: openai\nmodel: gpt-4.1-mini\n",
    "ordered": """\
provider: openai
model: gpt-4.1-mini
routing: {strategy: quality}
fallbacks: [{provider: anthropic, model: claude-haiku-4-5, when: [timeout, rate-limited]}]
""",
    "spread": """\
provider: openai
model: gpt-4.1-mini
weight: 70
routing: {strategy: random}
fallbacks: [{provider: anthropic, model: claude-haiku-4-5, weight: 30}]
""",
}


@pytest.fixture(scope="session")
def gateway(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the gateway; its packages are installed once for each lock file."""
    node, npm = require_tool("node"), require_tool("npm")
    lock = (_SOURCE / "package-lock.json").read_bytes()
    name = f"portkey-gateway-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder = checkout / "build" / "cache" / name
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for file in (".npmrc", "package.json", "package-lock.json"):
            shutil.copy2(_SOURCE / file, folder / file)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            message = f"expected `npm ci` to install the gateway, found: {done.stderr[-1000:]}"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
        (folder / "complete").touch()
    port = free_port()
    program = folder / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    url = f"http://127.0.0.1:{port}"
    with running(
        [node, str(program), "--headless", f"--port={port}"],
        tmp_path_factory.mktemp("portkey") / "log",
        lambda: answers(url),
        environment={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        patience=60,
    ):
        yield url


def _post(gateway: str, config: Any, body: bytes) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{gateway}/v1/chat/completions",
        data=body,
        headers={"Content-Type": "application/json", "x-portkey-config": json.dumps(config)},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _is_taken(gateway: str, config: Any) -> bool:
    # The config is looked at first; a request that is no JSON then goes no further.
    status, answer = _post(gateway, config, b"{")
    assert status >= 400
    return "Invalid config" not in answer


def _emitted(tmp_path: Path, tool: Tool) -> Mapping[str, Any]:
    out = tmp_path / "out"
    status, _, errors = tool("emit", "portkey", "default", "-o", str(out))
    assert status == 0, errors
    return {
        path.relative_to(out).with_suffix("").as_posix(): json.loads(path.read_text())
        for path in (out / "models").rglob("*.json")
    }


def _tool(tmp_path: Path, models: Mapping[str, str], capfd: pytest.CaptureFixture[str]) -> Tool:
    files = {f"base/models/{name}.yaml": text for name, text in models.items()}
    files["base/secrets/providers.sops.yaml"] = SEALED.read_text(encoding="utf-8")
    return Tool(make_project(tmp_path / "project", files, PROJECT), capfd)


def test_the_gateway_takes_what_is_emitted(
    gateway: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configs = dict(_emitted(tmp_path, _tool(tmp_path, MODELS, capfd)))
    configs["expected"] = json.loads((EXPECTED / "models" / "chat.json").read_text())

    assert len(configs) == len(MODELS) + 1
    assert [name for name, config in configs.items() if not _is_taken(gateway, config)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"strategy": {"mode": "latency"}, "targets": [{"provider": "openai", "api_key": "x"}]},
        {"strategy": {"mode": "single"}, "targets": [{"provider": "bard", "api_key": "x"}]},
        # What we would have written without `retry`.
        {"strategy": {"mode": "single"}, "targets": [{"provider": "openai"}]},
        {"strategy": {"mode": "single"}, "targets": [{"provider": "vertex-ai", "api_key": "x"}]},
    ],
)
def test_the_gateway_refuses_what_is_wrong(gateway: str, wrong: Any) -> None:
    assert not _is_taken(gateway, wrong)


@pytest.fixture
def providers() -> Iterator[tuple[str, str, list[Any]]]:
    """Run one provider that is too busy and one that answers; yields what they were asked too."""
    asked: list[Any] = []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Authorization"], body))
            is_busy = self.path.startswith("/busy")
            message = {"role": "assistant", "content": f"answer of {body['model']}"}
            answer = {"error": {"message": "busy"}} if is_busy else {"choices": [{"index": 0}]}
            if not is_busy:
                answer["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
            data = json.dumps(answer).encode()
            self.send_response(429 if is_busy else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    yield f"{url}/busy/v1", f"{url}/free/v1", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_answers_through_a_fallback(
    gateway: str,
    providers: tuple[str, str, list[Any]],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    busy, free, asked = providers
    chain = (
        f"provider: custom\nmodel: first\nendpoint: {busy}\n{KEY}\n"
        "retries: {max_attempts: 2, retry_on_status: [429]}\n"
        "parameters: {temperature: 0.2, max_tokens: 500}\n"
        "fallbacks:\n"
        f"  - {{provider: vllm, model: second, endpoint: '{free}', when: [rate-limited],\n"
        "     parameters: {max_tokens: 40}}\n"
    )
    config = _emitted(tmp_path, _tool(tmp_path, {"chat": chain}, capfd))["models/chat"]
    question = {"model": "any", "messages": [{"role": "user", "content": "Hello"}]}

    status, answer = _post(gateway, config, json.dumps(question).encode())

    assert status == 200, answer
    assert answer["choices"][0]["message"]["content"] == "answer of second"
    # The first is tried twice, as its document says; each is sent what its document sets.
    assert [(path, body["model"], body["max_tokens"]) for path, _, body in asked] == [
        ("/busy/v1/chat/completions", "first", 500),
        ("/busy/v1/chat/completions", "first", 500),
        ("/free/v1/chat/completions", "second", 40),
    ]
    assert {body["temperature"] for _, _, body in asked} == {0.2}
