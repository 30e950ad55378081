"""Seeded workloads: a generated project and a copy of example-repo, each in a Git repository.

The same seed gives the same files and the same commit id on every machine. Values that a policy or
a schema would refuse are not generated: what is measured is the time of a project that is right.
"""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEED = 20240501
ENVIRONMENTS = ("development", "qa", "staging", "production")
# Of 500 documents, each environment overrides about 150: what a large platform team keeps.
OVERRIDE_SHARE = 0.3
_DOCUMENTS_PER_SERVICE = 20

_PROJECT = """\
apiVersion: gitconfig-tool/v1
name: bench
dimensions:
  environment:
    development: {}
    qa: {inherits: development}
    staging: {inherits: qa}
    production: {inherits: staging, protected: true}
layers:
  - base
  - environments/{environment}
bundles:
  - name: "{environment}"
schemas:
  - {match: "**/models/*", schema: gitconfig-tool:model-config}
policies: [gitconfig-tool:security-baseline]
"""

_MODELS = (
    ("openai", "gpt-4.1-mini"),
    ("anthropic", "claude-sonnet-4-5"),
    ("mistral", "mistral-large-latest"),
)
_WORDS = (
    "answer",
    "billing",
    "search",
    "index",
    "queue",
    "ingest",
    "rank",
    "tenant",
    "audit",
    "mail",
)


class Tagged:
    """A value under one of our YAML tags; `text` is what stands after the tag, as YAML."""

    def __init__(self, tag: str, text: str) -> None:
        self.tag = tag
        self.text = text


def write_generated(directory: Path, documents: int, seed: int = SEED) -> str:
    """Write the generated project as a Git repository; return the id of its commit.

    There are `documents` documents in `base`, and in each environment a layer that overrides
    about `OVERRIDE_SHARE` of them.
    """
    chance = random.Random(seed)
    directory.mkdir(parents=True)
    (directory / "gitconfig.yaml").write_text(_PROJECT, encoding="utf-8")
    for number in range(documents):
        service, place = divmod(number, _DOCUMENTS_PER_SERVICE)
        is_model = place % 2 == 0
        folder = f"service-{service:03}/{'models' if is_model else 'settings'}"
        name = f"{folder}/{chance.choice(_WORDS)}-{place:02}.yaml"
        write_yaml(directory / "base" / name, _model(chance) if is_model else _settings(chance))
        for environment in ENVIRONMENTS:
            if chance.random() < OVERRIDE_SHARE:
                override = (
                    _model_override(chance, environment) if is_model else _settings_override(chance)
                )
                write_yaml(directory / "environments" / environment / name, override)
    return commit_all(directory)


def write_example(directory: Path, example: Path) -> str:
    """Copy example-repo into a Git repository of its own; return the id of its commit."""
    shutil.copytree(example, directory, symlinks=True)
    return commit_all(directory)


def yaml_files(directory: Path) -> list[Path]:
    """Return every YAML file of a workload, sorted."""
    return sorted(
        p for p in directory.rglob("*.yaml") if ".git" not in p.relative_to(directory).parts
    )


def _model(chance: random.Random) -> Mapping[str, Any]:
    (provider, model), *others = chance.sample(_MODELS, k=len(_MODELS))
    return {
        "description": " ".join(chance.choices(_WORDS, k=12)),
        "owner": f"team-{chance.choice(_WORDS)}",
        "provider": provider,
        "model": model,
        "parameters": {
            "temperature": round(chance.uniform(0, 1), 2),
            "max_tokens": chance.choice((256, 512, 1024, 2048)),
            "stop": ["###"],
        },
        "timeout_seconds": chance.randint(5, 60),
        "retries": {"max_attempts": chance.randint(1, 5), "backoff_seconds": 0.5},
        "context_window_tokens": 128_000,
        "fallbacks": [
            {"provider": name, "model": title, "timeout_seconds": chance.randint(5, 60)}
            for name, title in others
        ],
    }


def _model_override(chance: random.Random, environment: str) -> Mapping[str, Any]:
    parameters: dict[str, Any] = {"temperature": round(chance.uniform(0, 1), 2)}
    # The list grows along the environments, and OpenAI's models take four stop sequences.
    if environment != ENVIRONMENTS[0]:
        parameters["stop"] = Tagged("!append", f'["{chance.choice(_WORDS).upper()}"]')
    return {
        "parameters": parameters,
        "timeout_seconds": chance.randint(5, 60),
        "retries": {"max_attempts": chance.randint(1, 5)},
    }


def _settings(chance: random.Random) -> Mapping[str, Any]:
    replicas = chance.randint(1, 4)
    return {
        "description": " ".join(chance.choices(_WORDS, k=12)),
        "replicas": replicas,
        "minimum_replicas": Tagged("!ref", '"#/replicas"'),
        "audit": Tagged("!final", "true"),
        "endpoint": f"https://{chance.choice(_WORDS)}.internal.example/v{chance.randint(1, 3)}",
        "limits": {
            name: {"requests_per_minute": chance.randint(10, 600), "burst": chance.randint(1, 50)}
            for name in sorted(chance.sample(_WORDS, k=5))
        },
        "flags": {f"{name}_enabled": chance.random() < 0.5 for name in sorted(_WORDS)},
        "regions": ["eu-west-1", "us-east-1"],
    }


def _settings_override(chance: random.Random) -> Mapping[str, Any]:
    return {
        "replicas": chance.randint(2, 12),
        "limits": {chance.choice(_WORDS): {"requests_per_minute": chance.randint(10, 600)}},
        "rollout_percent": {chance.choice(_WORDS): round(chance.uniform(0, 100), 2)},
    }


def write_yaml(path: Path, value: Mapping[str, Any]) -> None:
    """Write a mapping as block YAML; keys are plain words, or text that YAML takes as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_lines(value, "")) + "\n", encoding="utf-8")


def _lines(value: Any, indent: str) -> list[str]:
    """Write block YAML; scalars as JSON, which is YAML too."""
    lines: list[str] = []
    entries = (
        [(f"{key}:", child) for key, child in value.items()]
        if isinstance(value, Mapping)
        else [("-", child) for child in value]
    )
    for head, child in entries:
        if isinstance(child, Tagged):
            lines.append(f"{indent}{head} {child.tag} {child.text}")
        elif isinstance(child, Mapping | list) and child:
            lines += [f"{indent}{head}", *_lines(child, indent + "  ")]
        else:
            lines.append(f"{indent}{head} {json.dumps(child)}")
    return lines


def commit_all(directory: Path) -> str:
    """Commit all that lies in the folder, with a fixed author and time."""
    who = {"NAME": "bench", "EMAIL": "bench@example.invalid", "DATE": "2024-05-01T00:00:00Z"}
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),  # no configuration of the person who runs this
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{role}_{key}": text
            for role in ("AUTHOR", "COMMITTER")
            for key, text in who.items()
        },
    }

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=directory, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=workload")
    return git("rev-parse", "HEAD")
