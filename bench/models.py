"""Measure the check of chains of models: `python -m bench.models`.

Writes a project with many documents of models, each with two fallbacks, compiles it, and takes the
time of each part in this process: reading the catalogue, following the chains, checking them. Half
of the chains have something wrong, and a prompt stands over every tenth.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bench.workload import SEED
from gitconfig_tool.bundle import CompiledBundle
from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.models import Catalogue, Chain, Problem, chains_of
from gitconfig_tool.models.compatibility import check_compatibility
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.source import open_project

_T = TypeVar("_T")
MODELS = (
    ("openai", "gpt-5.2"),
    ("openai", "gpt-6-luna"),
    ("anthropic", "claude-opus-4-6"),
    ("anthropic", "claude-opus-4-8"),
    ("mistral", "mistral-large-2512"),
    ("google-gemini", "gemini-2.5-flash"),
    ("cohere", "command-a-03-2025"),
    ("aws-bedrock", "amazon.nova-pro-v1:0"),
)
_PROJECT = {
    "apiVersion": "gitconfig-tool/v1",
    "name": "chains",
    "layers": ["base"],
    "bundles": [{"name": "default"}],
    "schemas": [{"match": "models/*", "schema": "gitconfig-tool:model-config"}],
}


def write_chains(folder: Path, count: int, seed: int) -> None:
    """Write a project with chains into an empty folder, and commit it."""
    chosen = random.Random(seed)
    (folder / "base" / "models").mkdir(parents=True)
    # JSON is YAML, too.
    (folder / "gitconfig.yaml").write_text(json.dumps(_PROJECT))
    for number in range(count):
        first, *others = chosen.sample(MODELS, 3)
        document = {
            "provider": first[0],
            "model": first[1],
            "parameters": {
                "temperature": chosen.choice((0.2, 0.7, 1.3)),
                "max_tokens": chosen.choice((512, 4096, 20_000)),
                "seed": number,
            },
            "fallbacks": [{"provider": who, "model": name} for who, name in others],
        }
        (folder / "base" / "models" / f"m{number:05}.yaml").write_text(json.dumps(document))
    git = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.invalid")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Chains")):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


def timed(what: Callable[[], _T]) -> tuple[float, _T]:
    """Return the seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    found = what()
    return time.perf_counter() - start, found


def _measure(bundle: CompiledBundle) -> tuple[dict[str, float], int, int]:
    """Return the seconds of each part, and how many chains and problems there are."""
    catalogue = Catalogue()

    def check(chain: Chain) -> list[Problem]:
        return list(check_compatibility(chain, lambda hop: known_of(hop, catalogue)))

    reading, _ = timed(lambda: catalogue.find("openai", "gpt-5.2"))
    following, chains = timed(lambda: list(chains_of(bundle.documents, bundle.schemas)))
    checking, found = timed(lambda: list(map(check, chains)))
    seconds = {"read": reading, "follow": following, "check": checking}
    return seconds, len(chains), sum(map(len, found))


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.models", description=__doc__)
    parser.add_argument("--chains", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5, help="the best of so many counts")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_chains(folder, options.chains, options.seed)
        snapshot = open_project(folder).at_commit()
        whole, compilation = timed(lambda: compile_snapshot(snapshot))
        bundle = compilation.bundles["default"]
        best, chains, problems = _measure(bundle)
        for _ in range(options.runs - 1):
            again, _, _ = _measure(bundle)
            best = {key: min(value, again[key]) for key, value in best.items()}
    print(f"{chains:,} chains of three models, {problems:,} problems")
    print(f"read the catalogue   {best['read'] * 1000:8.1f} ms")
    print(f"follow the chains    {best['follow'] * 1000:8.1f} ms")
    print(f"check parameters     {best['check'] * 1000:8.1f} ms")
    print(f"compile it all       {whole * 1000:8.1f} ms, once, with everything else")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
