"""Wall time and peak memory of a child process, as the kernel counts them.

On Linux a child starts with the peak memory of the process that started it, so this process stays
small: it imports the standard library only and never the tool.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# `ru_maxrss` is in KiB on Linux and in bytes on macOS: getrusage(2) of each.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ChildError(Exception):
    """A measured command did not end with exit code 0."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall seconds, and peak resident bytes of the child or of its largest child."""

    seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Runs of one command."""

    seconds: float
    fastest: float
    slowest: float
    peak_bytes: int
    runs: int


def run_child(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Sample:
    """Run a command to its end; its output goes to a file that is shown when it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            output.seek(0)
            tail = output.read()[-4000:].decode(errors="replace")
            raise ChildError(f"exit {child.returncode} of {' '.join(command)}\n{tail}")
    return Sample(seconds, usage.ru_maxrss * _MAXRSS_UNIT)


def summarize(samples: Sequence[Sample]) -> Summary:
    """Return the medians, and the spread of the time."""
    seconds = [sample.seconds for sample in samples]
    return Summary(
        seconds=statistics.median(seconds),
        fastest=min(seconds),
        slowest=max(seconds),
        peak_bytes=round(statistics.median(sample.peak_bytes for sample in samples)),
        runs=len(samples),
    )
