"""Rendering in a process of its own, which the operating system limits: for untrusted templates.

The sandbox bounds what a template does; this bounds what it could do if the sandbox had a hole: no
file, no connection, no environment, and only so much memory and time. One process renders many
templates; one that passes a limit is ended with its process, and the next gets a new one.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any

from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import TemplateFailure

# A process is replaced after so many renderings.
_JOBS = 500
# Starting Python on a busy machine.
_START_SECONDS = 60.0
# Of the processor's time, the process may use as much as of the clock; the clock comes later.
_GRACE_SECONDS = 2.0
# Between the last that is heard of a process and its end.
_ENDING_SECONDS = 0.5
# JSON writes a character as up to twelve: two escapes of six.
_BYTES_OF_A_CHARACTER = 12
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from gitconfig_tool.prompts.isolated import serve; serve()"
)


class IsolationError(GitConfigError):
    """Templates cannot be rendered in a process of their own here."""


class _Broken(Exception):  # noqa: N818
    """The process took too long, or answered something else; it must be ended."""


@dataclass(slots=True)
class Isolation:
    """A process that renders, started when it is first needed. Use it in a `with` statement."""

    limits: RenderLimits = field(default_factory=RenderLimits)
    started: int = 0
    _child: subprocess.Popen[bytes] | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _jobs: int = 0

    def __enter__(self) -> "Isolation":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def render(self, text: str, variables: Mapping[str, Any]) -> str:
        """Render a template; variables are JSON.

        Raises `TemplateFailure` as rendering in this process does, and where a limit is passed;
        `IsolationError` where no process can be started.
        """
        if self._child is None or self._jobs >= _JOBS:
            self._start()
        self._jobs += 1
        begun = time.monotonic()
        try:
            answer = self._ask({"text": text, "variables": dict(variables)})
        except _Broken:
            raise self._failure(time.monotonic() - begun) from None
        if isinstance(answer.get("text"), str):
            return str(answer["text"])
        failure = [answer.get(key) for key in ("message", "offset", "hint")]
        if not (isinstance(failure[0], str) and isinstance(failure[1], int)):
            raise self._failure(0)
        raise TemplateFailure(failure[0], failure[1], str(failure[2]))

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._end(self._child)
            self._child = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        self.close()
        if not _has_limits():
            raise IsolationError(
                "expected an operating system that can limit a process, "
                f"found {sys.platform}, where untrusted templates cannot be rendered",
                hint="use Linux or macOS, or take 'untrusted: true' out of gitconfig.yaml "
                "if you trust every template",
            )
        self._folder = tempfile.TemporaryDirectory(prefix="gitconfig-tool-")
        paths = [os.path.abspath(path) for path in sys.path]
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                env={},
                start_new_session=True,
            )
        except OSError as error:
            self.close()
            raise IsolationError(
                f"expected to start a process that renders templates, found: {error.strerror}",
                hint="free memory or processes",
            ) from error
        self.started += 1
        self._jobs = 0
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        try:
            self._ask({"limits": asdict(self.limits), "jobs": _JOBS}, _START_SECONDS)
        except _Broken:
            status = _ending(self._child)
            self.close()
            raise IsolationError(
                "expected a process that renders templates, found that it does not start"
                + (f" (it ended with {status})" if status is not None else ""),
                hint="it needs about 200 MiB of memory: see ulimit -a",
            ) from None

    def _ask(self, question: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise _Broken
        until = time.monotonic() + (seconds or self.limits.seconds + _GRACE_SECONDS)
        data = json.dumps(question).encode("ascii")
        _send(child.stdin.fileno(), len(data).to_bytes(4, "big") + data, until)
        bound = self.limits.output_characters * _BYTES_OF_A_CHARACTER + 10_000
        size = int.from_bytes(_receive(child.stdout.fileno(), 4, until), "big")
        if size > bound:
            raise _Broken
        try:
            found = json.loads(_receive(child.stdout.fileno(), size, until))
        except ValueError as error:
            raise _Broken from error
        if not isinstance(found, dict):
            raise _Broken
        return found

    def _failure(self, seconds: float) -> TemplateFailure:
        """End the process, and say what happened to it."""
        status = None if self._child is None else _ending(self._child)
        self.close()
        if status == -signal.SIGXCPU or (status is None and seconds >= self.limits.seconds):
            found = f"expected the template to render within {self.limits.seconds:g} seconds, "
            return TemplateFailure(f"{found}found that it takes longer", 0, "make it do less")
        if status in (-signal.SIGSEGV, -signal.SIGKILL, -signal.SIGABRT, 1):
            return TemplateFailure(_memory(self.limits), 0, "make the template do less")
        return TemplateFailure(
            "expected the template to render, found that its process "
            + ("answers something else" if status is None else f"ended with {status}"),
            0,
            "look at what the template does: it may try to break out of its limits",
        )

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        if child.poll() is None:
            child.kill()
        child.wait()


def _ending(child: subprocess.Popen[bytes]) -> int | None:
    """Return how a process ended, or None where it runs on."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(_ENDING_SECONDS)
    return child.poll()


def _has_limits() -> bool:
    try:
        import resource  # noqa: F401
    except ImportError:
        return False
    return os.name == "posix"


def _memory(limits: RenderLimits) -> str:
    size = limits.address_space // 1024**2
    return (
        f"expected the template to render within {size:,} MiB of memory, found that it needs more"
    )


def _send(pipe: int, data: bytes, until: float) -> None:
    rest = memoryview(data)
    while rest:
        _, ready, _ = select.select([], [pipe], [], max(until - time.monotonic(), 0))
        if not ready:
            raise _Broken
        try:
            rest = rest[os.write(pipe, rest) :]
        except OSError as error:
            raise _Broken from error


def _receive(pipe: int, size: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < size:
        ready, _, _ = select.select([pipe], [], [], max(until - time.monotonic(), 0))
        if not ready:
            raise _Broken
        data = os.read(pipe, min(size - len(found), 1 << 16))
        if not data:
            raise _Broken
        found += data
    return bytes(found)
