"""Leak scanners side by side: `python -m bench.leaks [--peers DIR]`.

Plants the credentials of `bench.credentials` and writes files without any, in a folder that is
removed at the end. Says for each scanner how many it found and missed, how many clean files it
complained about, and how long it took for the clean ones. DIR is the bin folder of an environment
with `kingfisher` (kingfisher-bin) and `detect-secrets`; neither is asked to try a credential out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.credentials import CLEAN_FILES, SEED, clean, planted
from gitconfig_tool.leaks import (
    BetterleaksScanner,
    Content,
    NamedValueScanner,
    Scanner,
    scan_contents,
)

# Returns the paths in a folder, relative to it, that a scanner complains about.
Run = Callable[[Path], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What one scanner did; `seconds` are for the clean files."""

    scanner: str
    found: int
    missed: tuple[str, ...]
    false: int
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the comparison; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.leaks", description=__doc__)
    parser.add_argument("--peers", type=Path, metavar="DIR", help="where other scanners lie")
    parser.add_argument("--files", type=int, default=CLEAN_FILES, help="how many clean files")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    runs: dict[str, Run] = {
        "ours": lambda folder: _ours(folder, (BetterleaksScanner(), NamedValueScanner())),
        "ours, forms only": lambda folder: _ours(folder, (BetterleaksScanner(),)),
        "pybetterleaks": _pybetterleaks,
    }
    if options.peers is not None:
        runs["kingfisher"] = lambda folder: _kingfisher(options.peers, folder)
        runs["detect-secrets"] = lambda folder: _detect_secrets(options.peers, folder)
    with tempfile.TemporaryDirectory() as place:
        kinds = write_corpus(Path(place), options.files, options.seed)
        results = [measure(name, run, Path(place), kinds) for name, run in runs.items()]
    print(f"{'scanner':<18} {'found':>6} {'missed':>6} {'false':>6} {'seconds':>8}")
    for each in results:
        print(
            f"{each.scanner:<18} {each.found:>6} {len(each.missed):>6} {each.false:>6} "
            f"{each.seconds:>8.2f}"
        )
    for each in results:
        if each.missed:
            print(f"\n{each.scanner} missed: {', '.join(each.missed)}")
    return 0


def write_corpus(folder: Path, count: int, seed: int) -> Mapping[str, str]:
    """Write the planted and the clean files; return the kind and host of each planted path."""
    kinds = {}
    for each in planted(seed):
        _write(folder / each.path, each.text)
        kinds[each.path] = f"{each.kind} ({each.host})"
    for path, text in clean(count, seed):
        _write(folder / path, text)
    return kinds


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def measure(name: str, run: Run, folder: Path, kinds: Mapping[str, str]) -> Result:
    """Run one scanner over the planted files, then over the clean ones."""
    found = {f"planted/{path}" for path in run(folder / "planted")}
    began = time.perf_counter()
    false = run(folder / "clean")
    seconds = time.perf_counter() - began
    missed = tuple(kinds[path] for path in sorted(kinds.keys() - found))
    return Result(name, len(kinds) - len(missed), missed, len(false), seconds)


def _ours(folder: Path, scanners: Sequence[Scanner]) -> frozenset[str]:
    paths = [path.name for path in folder.iterdir()]
    scanned = scan_contents(
        [Content(path, path) for path in paths],
        lambda content: (folder / content.path).read_bytes(),
        scanners,
    )
    return frozenset(scanned.leaks)


def _pybetterleaks(folder: Path) -> frozenset[str]:
    """Run the library as it comes: on a folder, with its own rules."""
    from pybetterleaks import scan_dir

    return frozenset(Path(each.file or "").name for each in scan_dir(folder).findings)


def _kingfisher(programs: Path, folder: Path) -> frozenset[str]:
    options = ["--no-validate", "--no-update-check", "--format", "json"]
    text = _output([str(programs / "kingfisher"), "scan", str(folder), *options])
    # A summary follows the report.
    report, _ = json.JSONDecoder().raw_decode(text)
    return frozenset(Path(each["finding"]["path"]).name for each in report["findings"])


def _detect_secrets(programs: Path, folder: Path) -> frozenset[str]:
    text = _output(
        [str(programs / "detect-secrets"), "-C", str(folder), "scan", "--all-files", "--no-verify"]
    )
    return frozenset(Path(path).name for path in json.loads(text)["results"])


def _output(command: Sequence[str]) -> str:
    # Their exit codes tell of findings, not of failures.
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
