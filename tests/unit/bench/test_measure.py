"""Measuring a child process."""

import os
import sys
from pathlib import Path

import pytest

from bench.measure import ChildError, Sample, run_child, summarize


def test_time_and_memory_of_a_child_are_its_own(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"]}
    small = run_child([sys.executable, "-c", "pass"], cwd=tmp_path, env=env)
    script = "import time; text = bytes(b'x' * (200 << 20)); time.sleep(0.2)"
    large = run_child([sys.executable, "-c", script], cwd=tmp_path, env=env)

    assert large.seconds > 0.2
    # Asleep, it uses no processor; nothing else is said of how fast it is.
    assert 0 < large.processor_seconds < large.seconds
    assert large.peak_bytes >= 200 << 20
    # Not the size of this process, which holds pytest and more.
    assert small.peak_bytes < 40 << 20


def test_a_child_that_fails_is_not_a_measurement(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such file')"]
    with pytest.raises(ChildError, match=r"(?s)exit 1 of .*no such file"):
        run_child(command, cwd=tmp_path, env={})


def test_the_median_is_what_is_reported() -> None:
    summary = summarize([Sample(3.0, 0.5, 30), Sample(1.0, 0.7, 10), Sample(2.0, 0.6, 20)])

    assert (summary.seconds, summary.fastest, summary.slowest) == (2.0, 1.0, 3.0)
    assert summary.processor_seconds == 0.6
    assert summary.peak_bytes == 20
    assert summary.runs == 3
