"""Measure gitconfig-tool: `make bench`, or `python -m bench`.

Prints a table and writes the same figures to build/bench.json. The commands are run as a user runs
them, as child processes; the runs of one round follow each other, so that a slow moment of the
machine falls on all of them alike.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.hosts import HOSTS, Fleet, generate_fleet, write_fleet
from bench.measure import ChildError, Sample, Summary, run_child, summarize
from bench.peers import PEERS
from bench.workload import (
    ENVIRONMENTS,
    OVERRIDE_SHARE,
    SEED,
    write_example,
    write_generated,
    yaml_files,
)

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table; `prepare` is called before every run and is not measured.

    `files` is how many files the command reads, where a rate says something.
    """

    workload: str
    name: str
    command: tuple[str, ...]
    cwd: Path
    files: int = 0
    prepare: Callable[[], None] = lambda: None


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--documents", type=int, default=500, help="size of the generated project")
    parser.add_argument("--hosts", type=int, default=HOSTS, help="size of the fleet of hosts")
    parser.add_argument(
        "--peers", type=Path, metavar="DIR", help="the bin folder that holds other tools to measure"
    )
    parser.add_argument("--runs", type=int, default=5, help="rounds of validate and compile")
    parser.add_argument("--starts", type=int, default=20, help="rounds of the start-up times")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the generated project")
    parser.add_argument("--output", type=Path, default=_ROOT / "build" / "bench.json")
    options = parser.parse_args(arguments)
    tool = Path(sys.executable).with_name("gitconfig-tool")
    if not tool.exists():
        print(f"expected {tool}, found nothing: run this through `make bench`", file=sys.stderr)
        return 4
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as folder:
        try:
            report = _measure(Path(folder), tool, options)
        except ChildError as failure:
            print(failure, file=sys.stderr)
            return 1
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {os.path.relpath(options.output)}")
    return 0


def _measure(scratch: Path, tool: Path, options: argparse.Namespace) -> dict[str, object]:
    home = scratch / "home"
    home.mkdir()
    # What a run may depend on is fixed; bytecode is kept, as after any installation.
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    fleet = generate_fleet(options.hosts, options.seed)
    generated = f"{options.documents} documents x {len(ENVIRONMENTS)} environments"
    hosts = f"{len(fleet.files):,} files x {options.hosts} hosts"
    folders = {
        generated: scratch / "generated",
        hosts: scratch / "fleet",
        "example-repo": scratch / "example",
    }
    commits = {
        generated: write_generated(folders[generated], options.documents, options.seed),
        hosts: write_fleet(folders[hosts], fleet),
        "example-repo": write_example(folders["example-repo"], _ROOT / "example-repo"),
    }
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, seed {options.seed}")
    for title, folder in folders.items():
        print(f"{title}: {len(yaml_files(folder))} files, commit {commits[title]}")
    print()

    starts = _start_cases(scratch, str(tool))
    work = _work_cases(scratch, str(tool), folders)
    work += _look_cases(str(tool), folders[hosts], hosts, "host", next(iter(fleet.hosts)), "node")
    example = (folders["example-repo"], "example-repo", "environment", "production")
    work += _look_cases(str(tool), *example, "ml-service/inference/model")
    peers = _peer_cases(scratch / "peers", hosts, fleet, options.peers)
    results = _rounds(starts, options.starts, env) + _rounds(work, options.runs, env)
    # They take minutes where we take seconds: one run of each says enough.
    results += _rounds(peers, 1, env)
    _print_table(results)
    return {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "BenchReport",
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "seed": options.seed,
        "documents": options.documents,
        "hosts": options.hosts,
        "environments": list(ENVIRONMENTS),
        "overrideShare": OVERRIDE_SHARE,
        "commits": commits,
        "results": [
            {"workload": case.workload, "name": case.name, "files": case.files, **asdict(summary)}
            for case, summary in results
        ],
    }


def _start_cases(scratch: Path, tool: str) -> list[Case]:
    return [
        Case("start-up", "python -c pass", (sys.executable, "-c", "pass"), scratch),
        Case("start-up", "gitconfig-tool --version", (tool, "--version"), scratch),
        Case("start-up", "gitconfig-tool --help", (tool, "--help"), scratch),
    ]


def _work_cases(scratch: Path, tool: str, folders: Mapping[str, Path]) -> list[Case]:
    cases: list[Case] = []
    output = scratch / "output"

    def clear_output() -> None:
        shutil.rmtree(output, ignore_errors=True)

    for title, folder in folders.items():
        files = len(yaml_files(folder))

        compile_all = (tool, "-q", "compile", "-o", str(output))
        cases += [
            Case(title, "floor: libyaml events", _module("floor_libyaml", folder), _ROOT, files),
            Case(title, "parse", _module("parse_and_merge", folder, "--parse-only"), _ROOT, files),
            Case(title, "parse and merge", _module("parse_and_merge", folder), _ROOT, files),
            Case(title, "validate", (tool, "-q", "validate"), folder, files),
            Case(title, "compile", compile_all, folder, files, clear_output),
        ]
    return cases


def _look_cases(
    tool: str, folder: Path, title: str, dimension: str, bundle: str, document: str
) -> list[Case]:
    """Return cases for one document of one bundle, and of all bundles side by side."""
    across = (tool, "show", "--across", dimension, document)
    return [
        Case(title, "show: a document", (tool, "show", bundle, document), folder),
        Case(title, "show: a bundle", (tool, "show", bundle), folder),
        Case(title, "show --across", across, folder),
        Case(title, "explain", (tool, "explain", bundle, document), folder),
    ]


def _module(name: str, folder: Path, *options: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.{name}", str(folder), *options)


def _peer_cases(scratch: Path, title: str, fleet: Fleet, programs: Path | None) -> list[Case]:
    """Return a case for each other tool that is installed; say of the others that they are not."""
    cases = []
    for peer in PEERS:
        command = None if programs is None else peer.command(programs)
        if command is None:
            print(f"{peer.name}: not installed", end="\n\n" if peer is PEERS[-1] else "\n")
            continue
        folder = scratch / peer.name.split()[0]
        peer.write(folder, fleet)
        cases.append(Case(title, f"peer: {peer.name}", command, folder, len(fleet.files)))
    return cases


def _rounds(cases: Sequence[Case], rounds: int, env: dict[str, str]) -> list[tuple[Case, Summary]]:
    """Run every case once unmeasured, to fill the caches of the machine, then `rounds` times."""
    samples: list[list[Sample]] = [[] for _ in cases]
    for number in range(rounds + 1):
        for case, taken in zip(cases, samples, strict=True):
            case.prepare()
            sample = run_child(case.command, cwd=case.cwd, env=env)
            if number > 0:
                taken.append(sample)
    return [(case, summarize(taken)) for case, taken in zip(cases, samples, strict=True)]


def _print_table(results: Sequence[tuple[Case, Summary]]) -> None:
    rows: list[tuple[str, ...]] = [
        (
            "workload",
            "command",
            "median",
            "fastest",
            "slowest",
            "processor",
            "files/s",
            "peak memory",
        )
    ]
    for case, summary in results:
        times = (summary.seconds, summary.fastest, summary.slowest, summary.processor_seconds)
        peak = f"{summary.peak_bytes / 2**20:.0f} MiB"
        rate = f"{case.files / summary.seconds:,.0f}" if case.files else ""
        shown = (f"{t * 1000:,.0f} ms" for t in times)
        rows.append((case.workload, case.name, *shown, rate, peak))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        print("  ".join(left + right))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
