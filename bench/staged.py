"""Measure the hooks of pre-commit on commits of one file: `python -m bench.staged`.

Commits the example, stages one file of each kind, and runs what the hooks run, as a child process
each time, from the start of Python to its end. All runs but the first find what files refer to in
`.git/gitconfig-tool/`, as those of a user do. The whole check stands beside it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.measure import run_child, summarize

_VALIDATE = ("validate", "--staged", "--affected")
_SECRETS = ("secrets", "check", "--staged", "--affected", "--scan")
_PROMPTS = ("prompts", "check", "--staged", "--affected")
_SOPS_FILE = "environments/development/secrets/tls.sops.yaml"
_PROMPT = "prompts/support-assistant/1.2.0.prompt.yaml"
_CASES = (
    ("one document", "base/platform/database.yaml", _VALIDATE),
    ("one document of a tenant", "tenants/acme/production/platform/endpoints.yaml", _VALIDATE),
    ("one model", "base/ml-service/inference/model.yaml", _VALIDATE),
    ("one SOPS file", _SOPS_FILE, _VALIDATE),
    ("one SOPS file", _SOPS_FILE, _SECRETS),
    ("one prompt", _PROMPT, _VALIDATE),
    ("one prompt", _PROMPT, _PROMPTS),
    ("one document", "base/platform/database.yaml", ("validate", "--staged")),
)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def _stage(folder: Path, name: str) -> None:
    """Stage one changed file, and nothing else; a SOPS file is new, as nobody can edit it here."""
    _git(folder, "reset", "--quiet", "--hard", "start")
    if name == _SOPS_FILE:
        _git(folder, "rm", "--quiet", name)
        _git(folder, "commit", "--quiet", "--message", "without it")
        _git(folder, "checkout", "--quiet", "start", "--", name)
        return
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    _git(folder, "add", "--all")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table of medians, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    tool = Path(sys.executable).with_name("gitconfig-tool")
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as scratch:
        folder = Path(scratch, "example")
        shutil.copytree(Path(__file__).parents[1] / "example-repo", folder)
        _git(folder, "init", "--quiet")
        _git(folder, "config", "user.name", "bench")
        _git(folder, "config", "user.email", "bench@example.invalid")
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message", "the example")
        _git(folder, "tag", "start")
        env = {"PATH": os.environ["PATH"], "HOME": scratch}
        found = []
        for what, name, command in _CASES:
            _stage(folder, name)
            samples = [
                run_child([str(tool), *command], cwd=folder, env=env) for _ in range(chosen.runs)
            ]
            found.append((what, " ".join(command), summarize(samples)))
    if chosen.json:
        sys.stdout.write(json.dumps([(*each[:2], asdict(each[2])) for each in found], indent=2))
        return
    sys.stdout.write(f"{'seconds':>8} {'cpu':>6}  staged, command\n")
    for what, words, summary in found:
        times = f"{summary.seconds:8.2f} {summary.processor_seconds:6.2f}"
        sys.stdout.write(f"{times}  {what}: {words}\n")


if __name__ == "__main__":
    main()
