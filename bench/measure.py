"""Wall time, processor time and peak memory of a child process, as the kernel counts them.

Each is started by `bench/spawn.py`, so that the size of this process is not counted.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SPAWN = Path(__file__).with_name("spawn.py")
# `ru_maxrss` is in KiB on Linux and in bytes on macOS: getrusage(2) of each.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ChildError(Exception):
    """A measured command did not end with exit code 0."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds, and peak resident bytes of the child or of its largest child.

    `processor_seconds` leave out the waiting: where others use the machine, they tell more.
    """

    seconds: float
    processor_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Runs of one command."""

    seconds: float
    processor_seconds: float
    fastest: float
    slowest: float
    peak_bytes: int
    runs: int


def run_child(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Sample:
    """Run a command to its end; its output goes to a file that is shown when it fails.

    The program is named by its path, not looked up.
    """
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as folder:
        result, log = Path(folder, "result"), Path(folder, "log")
        with log.open("wb") as output:
            subprocess.run(
                [sys.executable, "-I", "-S", str(_SPAWN), str(result), *command],
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=True,
            )
        seconds, processor, peak, code = result.read_text(encoding="ascii").split()
        if code != "0":
            tail = log.read_bytes()[-4000:].decode(errors="replace")
            raise ChildError(f"exit {code} of {' '.join(command)}\n{tail}")
    return Sample(float(seconds), float(processor), int(peak) * _MAXRSS_UNIT)


def summarize(samples: Sequence[Sample]) -> Summary:
    """Return the medians, and the spread of the time."""
    seconds = [sample.seconds for sample in samples]
    return Summary(
        seconds=statistics.median(seconds),
        processor_seconds=statistics.median(sample.processor_seconds for sample in samples),
        fastest=min(seconds),
        slowest=max(seconds),
        peak_bytes=round(statistics.median(sample.peak_bytes for sample in samples)),
        runs=len(samples),
    )
