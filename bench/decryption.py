"""Measure decryption, and hold it against the program: `python -m bench.decryption`.

Encrypts 100 files of 30 keys with the real sops and opens them with sops one after the other, with
sops as many at a time as there are processors, and as `decrypt_files` does; prints medians. With
`--agree N` it generates N files of all kinds, damages each in several ways, and compares what
Python and sops make of every one of them: equal values, equal types, and no file that Python opens
and sops refuses.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from bench.sops_files import Plain, damage, encrypt, generate
from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops import DecryptionError, decrypt_file, decrypt_files, find_sops
from gitconfig_tool.sops.identities import AgeKeys
from gitconfig_tool.sops.native import decrypt_natively
from gitconfig_tool.sops.structure import NotNativeError

_FILES = 100
_KEYS = 30


@dataclass(frozen=True, slots=True)
class Bench:
    """The program, a key pair of this run, and what sops is to know of it."""

    sops: Path
    recipient: str
    environment: dict[str, str] = field(repr=False)
    folder: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Bench":
        """Make a key pair; its private half is in no file."""
        identity = pyrage.x25519.Identity.generate()
        environment = {
            "SOPS_AGE_KEY": str(identity),
            "HOME": str(folder / "nobody"),
            "PATH": os.environ["PATH"],
        }
        return cls(find_sops(), str(identity.to_public()), environment, folder)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the two made of one file; None where it was refused, or left to the program."""

    seed: int
    format: str
    way: str
    theirs: Any = field(repr=False)
    ours: Any = field(repr=False)
    reason: str

    @property
    def agrees(self) -> bool:
        """Whether Python gives what sops gives, or leaves the file to it."""
        return self.ours is None or self.ours == self.theirs


def compare(seed: int, damages: int, bench: Bench, keys: AgeKeys) -> Iterator[Comparison]:
    """Encrypt one generated file, damage it, and compare; nothing where sops refuses the file."""
    plain = generate(seed)
    data = encrypt(plain, bench.recipient, bench.sops, bench.folder)
    if data is None:
        return
    versions = [("", data)] + [damage(data, seed * 100 + number) for number in range(damages)]
    for way, version in versions:
        file = SopsFile("file", plain.format, (f"age:{bench.recipient}",), version)
        theirs = ours = None
        reason = ""
        with contextlib.suppress(DecryptionError):
            theirs = _typed(decrypt_file(file, bench.sops, bench.environment))
        try:
            ours = _typed(decrypt_natively(version, plain.format, keys))
        except NotNativeError as error:
            reason = str(error)
        yield Comparison(seed, plain.format, way, theirs, ours, reason)


def _typed(value: Any) -> Any:
    """Return a value that is equal to another only when types and the order of keys are too."""
    if isinstance(value, dict):
        return ("map", tuple((key, _typed(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("seq", tuple(map(_typed, value)))
    return (type(value).__name__, repr(value))


def main(arguments: Sequence[str]) -> int:
    """Run it; the exit code is 1 when the two disagree."""
    parser = argparse.ArgumentParser(prog="python -m bench.decryption", description=__doc__)
    parser.add_argument("--agree", type=int, metavar="N", help="compare on N generated files")
    parser.add_argument("--damages", type=int, default=5, help="damaged versions of each file")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as folder:
        bench = Bench.in_folder(Path(folder))
        if options.agree:
            seeds = range(options.first, options.first + options.agree)
            return _agree(bench, seeds, options.damages)
        _measure(bench, options.runs)
    return 0


def _agree(bench: Bench, seeds: range, damages: int) -> int:
    keys = AgeKeys(bench.environment)
    counts: Counter[tuple[str, str, str]] = Counter()
    wrong = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda seed: list(compare(seed, damages, bench, keys)), seeds):
            for each in found:
                theirs = "refused" if each.theirs is None else "opened"
                ours = "left to sops" if each.ours is None else "opened"
                kind = "damaged" if each.way else "as encrypted"
                counts[each.format, kind, f"sops: {theirs}, Python: {ours}"] += 1
                if not each.agrees:
                    wrong += 1
                    print(f"seed {each.seed}, {each.format}, {each.way or 'as encrypted'}: differs")
    for (format, kind, outcome), count in sorted(counts.items()):
        print(f"{format:<7} {kind:<13} {outcome:<36} {count:>6}")
    print(f"{sum(counts.values())} files compared, {wrong} disagree")
    return 1 if wrong else 0


def _measure(bench: Bench, runs: int) -> None:
    files = []
    for number in range(_FILES):
        lines = (f"key_{key}: fake-value-{number}-{key}\n" for key in range(_KEYS))
        data = encrypt(
            Plain("yaml", "".join(lines).encode(), {}), bench.recipient, bench.sops, bench.folder
        )
        assert data is not None
        files.append(SopsFile(f"{number}.yaml", "yaml", (f"age:{bench.recipient}",), data))
    # With this variable, every file is left to the program.
    left = {**bench.environment, "SOPS_DECRYPTION_ORDER": "age"}
    cases: dict[str, Callable[[], Any]] = {
        "sops, one after the other": lambda: [
            decrypt_file(file, bench.sops, bench.environment) for file in files
        ],
        f"sops, {os.cpu_count()} at a time": lambda: decrypt_files(files, environment=left),
        "in Python": lambda: decrypt_files(files, environment=bench.environment),
    }
    expected = [f"fake-value-7-{key}" for key in range(_KEYS)]
    print(f"{_FILES} files of {_KEYS} keys, {os.cpu_count()} processors, median of {runs}")
    for name, case in cases.items():
        times: list[float] = []
        results: Any = None
        for _ in range(runs + 1):
            started = time.perf_counter()
            results = case()
            times.append(time.perf_counter() - started)
        found = results["7.yaml"] if isinstance(results, dict) else results[7]
        assert list(found.values()) == expected
        first, *others = times  # the first loads libraries
        print(f"  {name:<26} {statistics.median(others):7.3f} s   first {first:7.3f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
