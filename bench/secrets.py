"""How many SOPS files a second `secrets check` looks at without a key: `python -m bench.secrets`.

Makes a project of SOPS files whose encrypted values have the right form and mean nothing: without a
key nobody can tell. Each environment has a rule in `.sops.yaml` and in the project's own list.
"""

import argparse
import base64
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import run_child, summarize
from bench.workload import SEED, commit_all

FILES = 1000
KEYS = 30
ENVIRONMENTS = ("development", "staging", "production", "tenants")
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def generate(folder: Path, files: int = FILES, keys: int = KEYS, seed: int = SEED) -> None:
    """Write a project with that many files, each of that many values; the same for one seed."""
    chance = random.Random(seed)
    recipients = {name: _recipient(chance) for name in (*ENVIRONMENTS, "break-glass")}
    every = recipients["break-glass"]
    allow = "".join(
        f"    - {{match: '{name}/**', recipients: [{name}], require: [break-glass]}}\n"
        for name in ENVIRONMENTS
    )
    names = "".join(f"    {name}: age:{each}\n" for name, each in recipients.items())
    layers = "".join(f"  - {name}\n" for name in ENVIRONMENTS)
    _write(
        folder / "gitconfig.yaml",
        "apiVersion: gitconfig-tool/v1\nname: bench\nbundles: [{name: all}]\n"
        f"layers:\n{layers}secrets:\n  recipients:\n{names}  allow:\n{allow}",
    )
    rules = "".join(
        f"  - path_regex: ^{name}/.*\\.sops\\.yaml$\n    age: [{recipients[name]}, {every}]\n"
        for name in ENVIRONMENTS
    )
    _write(folder / ".sops.yaml", f"creation_rules:\n{rules}")
    for number in range(files):
        name = ENVIRONMENTS[number % len(ENVIRONMENTS)]
        text = "".join(_file(chance, keys, (recipients[name], every)))
        _write(folder / name / f"team-{number % 40}" / f"app-{number}.sops.yaml", text)


def _file(chance: random.Random, keys: int, recipients: tuple[str, ...]) -> Iterator[str]:
    for number in range(keys):
        if number % 10 == 0:
            yield f"group-{number}:\n"
        yield f"    key-{number}: {_value(chance)}\n"
    yield "sops:\n    age:\n"
    for each in recipients:
        yield f"        - recipient: {each}\n          enc: |\n"
        yield "            -----BEGIN AGE ENCRYPTED FILE-----\n"
        yield f"            {_base64(chance, 48)}\n            {_base64(chance, 48)}\n"
        yield "            -----END AGE ENCRYPTED FILE-----\n"
    yield f'    lastmodified: "2026-01-31T12:00:00Z"\n    mac: {_value(chance)}\n'
    yield "    version: 3.11.0\n"


def _value(chance: random.Random) -> str:
    data, iv, tag = (_base64(chance, count) for count in (24, 32, 16))
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"


def _base64(chance: random.Random, count: int) -> str:
    return base64.b64encode(chance.randbytes(count)).decode()


def _recipient(chance: random.Random) -> str:
    return "age1" + "".join(chance.choices(_LETTERS, k=58))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure and print one line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-bench-") as name:
        folder = Path(name)
        generate(folder, chosen.files)
        commit_all(folder)
        for command in (["secrets", "check"], ["secrets", "check", "--rev", "HEAD"]):
            program = [sys.executable, "-m", "gitconfig_tool", "-C", str(folder), *command]
            root = str(Path(__file__).resolve().parent.parent)
            env = {"PATH": os.environ["PATH"], "HOME": name, "PYTHONPATH": root}
            samples = [run_child(program, cwd=folder, env=env) for _ in range(chosen.runs)]
            found = summarize(samples)
            print(
                f"{' '.join(command)}: {chosen.files} files in {found.seconds:.2f} s, "
                f"{chosen.files / found.seconds:.0f} files a second "
                f"({found.processor_seconds:.2f} s of processor time), "
                f"{found.peak_bytes / 2**20:.0f} MiB"
            )


if __name__ == "__main__":
    main()
