"""A project with a long history, and how long `history` takes in it: `python -m bench.history`.

The commits are written by `git fast-import`, in seconds. Each changes one of `OTHERS` documents in
the layer that the value stands in; every `CHANGES_EVERY`-th changes the value. Now and then a side
line is merged.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import run_child, summarize

COMMITS = 100_000
OTHERS = 500
CHANGES_EVERY = 1_000
MERGES_EVERY = 250
BUNDLE = "production"
PLACE = "chat/model#/parameters/temperature"
_FIRST = 1_500_000_000  # seconds since 1970; a commit every ten minutes from there

_PROJECT = """\
apiVersion: gitconfig-tool/v1
name: long-history
dimensions:
  environment:
    development: {}
    staging: {inherits: development}
    production: {inherits: staging}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""


def write_history(directory: Path, commits: int) -> int:
    """Write a repository with that many commits; return how often the value changes in it."""
    directory.mkdir(parents=True)
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments: str, text: bytes | None = None) -> None:
        subprocess.run(["git", *arguments], cwd=directory, env=env, check=True, input=text)

    git("init", "--quiet", "--initial-branch=main")
    git("fast-import", "--quiet", text="".join(_stream(commits)).encode())
    git("reset", "--quiet", "--hard", "main")
    return len(range(0, commits, CHANGES_EVERY))


def _stream(commits: int) -> Iterator[str]:
    """Yield what git-fast-import(1) reads."""
    for number in range(commits):
        is_side = number % MERGES_EVERY == 1
        is_merge = number % MERGES_EVERY == 2
        yield f"commit refs/heads/{'side' if is_side else 'main'}\nmark :{number + 1}\n"
        yield f"committer Bench <bench@example.invalid> {_FIRST + 600 * number} +0000\n"
        yield _data(f"Commit {number}")
        if is_side:
            yield f"from :{number}\n"
        elif is_merge:
            yield f"from :{number - 1}\nmerge :{number}\n"
        if number == 0:
            yield _file("gitconfig.yaml", _PROJECT)
            for other in range(OTHERS):
                yield _file(_other(other), "x: 1\n")
        if number % CHANGES_EVERY == 0:
            temperature = number // CHANGES_EVERY % 100 / 100
            yield _file("base/chat/model.yaml", f"parameters: {{temperature: {temperature}}}\n")
        elif not is_merge:
            yield _file(_other(number % OTHERS), f"x: {number}\n")


def _other(number: int) -> str:
    return f"base/service-{number % 25:02}/settings-{number:03}.yaml"


def _file(path: str, text: str) -> str:
    return f"M 100644 inline {path}\n{_data(text)}"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def main() -> int:
    """Measure `history` and, for comparison, `git log` of the same files."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--commits", type=int, default=COMMITS)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    tool = str(Path(sys.executable).with_name("gitconfig-tool"))
    git = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    files = ("gitconfig.yaml", "base/chat/model.yaml")
    commands = {
        "history": (tool, "history", BUNDLE, PLACE),
        "history --limit 1": (tool, "history", BUNDLE, PLACE, "--limit", "1"),
        "git log -- FILES": (git.strip(), "log", "--oneline", "--", *files),
        "show": (tool, "show", BUNDLE, PLACE),
    }
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as folder:
        directory = Path(folder) / "long"
        changes = write_history(directory, options.commits)
        print(f"{options.commits:,} commits, of which {changes:,} change the value")
        for name, command in commands.items():
            runs = [
                run_child(command, cwd=directory, env=dict(os.environ)) for _ in range(options.runs)
            ]
            summary = summarize(runs)
            print(f"{name:20} {summary.seconds:8.2f} s {summary.peak_bytes / 2**20:8.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
