"""Repositories that mean harm, and two ways to validate them.

`problems` runs the stages here and gives the diagnostics as they are. `validate_bounded` runs the
real program in a process of its own. Both have a bound on their time and on their memory.
"""

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.source import Snapshot, open_project
from tests.unit.conftest import PROJECT_FILE, GitProject

# Half of what the smallest runner of a CI service has. The largest file that is allowed takes 0.6.
MEMORY_BYTES = 1024**3
# No measure of speed: only what hangs takes so long, even on a machine that does ten other things.
HANG_SECONDS = 600
# Time of the processor, which other programs do not lengthen. The slowest takes 10.
CPU_SECONDS = 90


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """Bound the memory of what is tested in this process, and the time of every test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_data_bytes() + MEMORY_BYTES, hard))
    before = _cpu_seconds()
    yield
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    assert _cpu_seconds() - before < CPU_SECONDS


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _data_bytes() -> int:
    """Return the memory that this process has asked for so far, where the system tells."""
    status = Path("/proc/self/status")
    text = status.read_text(encoding="ascii") if status.exists() else ""
    found = re.search(r"^VmData:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


@pytest.fixture
def project(tmp_path: Path) -> GitProject:
    """Return a repository with a project of one layer, `base`, and one document that is right."""
    root = tmp_path / "project"
    root.mkdir()
    made = GitProject(root, tmp_path)
    made.git("init", "-q", "-b", "main")
    made.commit({"gitconfig.yaml": PROJECT_FILE, "base/right.yaml": "a: 1\n"})
    return made


def problems(snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """Compile a snapshot and return everything that it says."""
    return compile_snapshot(snapshot).diagnostics


def problems_of(project: GitProject) -> tuple[Diagnostic, ...]:
    """Return what is said of the commit; the index and the work tree must say the same."""
    opened = open_project(project.root)
    found = problems(opened.at_commit())
    assert problems(opened.at_index()) == found
    assert problems(opened.at_worktree()) == found
    return found


def run_bounded(
    project: GitProject, *arguments: str, memory: int = MEMORY_BYTES
) -> subprocess.CompletedProcess[str]:
    """Run the program on a project with a bound on the memory that it may ask for."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project.root.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.run(
        [sys.executable, "-m", "gitconfig_tool", "-C", str(project.root), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        preexec_fn=limit,
        check=False,
    )


def validate_bounded(
    project: GitProject, *arguments: str, memory: int = MEMORY_BYTES
) -> list[tuple[str, str, str, str]]:
    """Validate in a process of its own; return code, place, message and hint of each problem."""
    done = run_bounded(project, "validate", "--format", "json", *arguments, memory=memory)
    assert done.stderr == ""
    assert done.returncode in (0, 1)
    report: dict[str, Any] = json.loads(done.stdout)
    return [
        (
            each["code"],
            "{path}:{line}:{column}".format(**each["location"]),
            each["message"],
            each["hint"],
        )
        for each in report["diagnostics"]
    ]
