"""The process that renders untrusted templates: `isolation` starts it and talks to it.

Reads jobs from standard input and answers on standard output, each a length of four bytes and JSON.
It gives up what it may do before it reads the first template: it opens no file, writes none, starts
no process, and has only so much memory and time. Knows no project.
"""

import html  # noqa: F401 - `striptags` loads it when it is used, see _FIRST
import json
import math
import resource
import sys
from typing import Any, BinaryIO

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import TemplateFailure, TemplateRenderer

_NONE = ("RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CORE")
# Rendered first, so that Python has loaded what it loads when it is used: nothing can be, once no
# file may be opened. Text in quotes needs a codec, some filters need modules.
_FIRST = (
    "{{ 'a b\\n' | wordwrap(1) }}{{ {'a': 1.5} | tojson }}{{ 'ß' | upper }}{{ '%s' | format(1) }}"
)


def serve() -> None:
    """Answer jobs until there are no more."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    first = _read(source)
    if first is None:
        return
    limits = RenderLimits(**first["limits"])
    renderer = TemplateRenderer(limits)
    TemplateRenderer(RenderLimits()).render(_FIRST, {})
    _give_up(limits, int(first["jobs"]))
    _write(target, {"ready": True})
    while (job := _read(source)) is not None:
        _allow_time(limits.seconds)
        _write(target, _answer(job, renderer))


def _answer(job: dict[str, Any], renderer: TemplateRenderer) -> dict[str, Any]:
    try:
        return {"text": renderer.render(job["text"], job["variables"])}
    except TemplateFailure as failure:
        return {"message": failure.message, "offset": failure.offset, "hint": failure.hint}


def _give_up(limits: RenderLimits, jobs: int) -> None:
    """Set the limits that hold for the whole process; none can be raised again."""
    _set("RLIMIT_AS", limits.address_space)
    for name in _NONE:
        _set(name, 0)
    # Standard input, output and errors are open; no further one can be.
    _set("RLIMIT_NOFILE", 3)
    _set("RLIMIT_CPU", math.ceil(limits.seconds + 1) * (jobs + 1))


def _set(name: str, value: int) -> None:
    kind = getattr(resource, name, None)
    if kind is None:
        return  # Not every system has every limit.
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        if sys.platform == "linux":
            raise  # macOS does not take every limit that it names.


def _allow_time(seconds: float) -> None:
    """Let the process use so much more time of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def _read(source: BinaryIO) -> dict[str, Any] | None:
    header = source.read(4)
    if len(header) < 4:
        return None
    data = source.read(int.from_bytes(header, "big"))
    found: dict[str, Any] = json.loads(data)
    return found


def _write(target: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode("ascii")
    target.write(len(data).to_bytes(4, "big") + data)
    target.flush()
