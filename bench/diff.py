"""How long `diff` takes for a one-line change in a large fleet: `python -m bench.diff`.

The workload is that of `bench.tenants`. One line of a document in `base`, which every bundle reads,
is changed: in the work tree, and in a commit of its own. `cold` is without what earlier runs have
kept in `.git/gitconfig-tool`. The floor is `git diff --stat`, which reads the same trees.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.measure import run_child, summarize
from bench.tenants import DOCUMENTS, TENANTS, document_name, write_tenants
from bench.workload import commit_all

# A document that others refer to, in the middle of the fleet.
_CHANGED = document_name(DOCUMENTS // 20)


def change_one_line(directory: Path, number: int) -> None:
    """Give one value of a document in `base` another value."""
    path = directory / "base" / f"{_CHANGED}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("timeout_seconds:"))
    lines[at] = f"timeout_seconds: {number}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Print the median of several runs of each."""
    parser = argparse.ArgumentParser(prog="python -m bench.diff", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--tenants", type=int, default=TENANTS)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    tool = str(Path(sys.executable).with_name("gitconfig-tool"))
    git = shutil.which("git") or "git"
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as folder:
        directory = Path(folder) / "fleet"
        first = write_tenants(directory, options.documents, options.tenants)
        change_one_line(directory, 61)
        second = commit_all(directory)
        change_one_line(directory, 62)
        kept = directory / ".git" / "gitconfig-tool"
        print(f"{options.documents:,} documents, 4 environments, {options.tenants} tenants")
        for name, command, is_cold in (
            ("work tree, cold", (tool, "diff", "--stat"), True),
            ("work tree, warm", (tool, "diff", "--stat"), False),
            ("commits, cold", (tool, "diff", "--stat", first, second), True),
            ("commits, warm", (tool, "diff", "--stat", first, second), False),
            ("git diff --stat", (git, "diff", "--stat"), False),
        ):
            runs = []
            for _ in range(options.runs):
                if is_cold:
                    shutil.rmtree(kept, ignore_errors=True)
                runs.append(run_child(command, cwd=directory, env=dict(os.environ)))
            found = summarize(runs)
            print(f"{name:18} {found.seconds:6.2f} s {found.processor_seconds:6.2f} s of processor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
