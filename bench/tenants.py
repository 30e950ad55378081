"""A seeded workload of a large fleet: documents x environments x tenants, most of it shared.

What `diff` and `validate --staged` are held to: 2,000 documents in `base`, four environments that
override some of them, and fifty tenants that override a few. The same seed gives the same files and
the same commit id on every machine.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.workload import ENVIRONMENTS, SEED, Tagged, commit_all, write_yaml

DOCUMENTS = 2_000
TENANTS = 50
# What a platform team keeps: an environment overrides every tenth document, a tenant a handful.
ENVIRONMENT_SHARE = 0.1
TENANT_DOCUMENTS = 8
# One document in eight uses a value of another one.
_REFERRING = 8
_DOCUMENTS_PER_SERVICE = 20
_REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")

_PROJECT = """\
apiVersion: gitconfig-tool/v1
name: fleet
dimensions:
  environment:
    development: {}
    qa: {inherits: development}
    staging: {inherits: qa}
    production: {inherits: staging, protected: true}
  tenant:
"""
_LAYERS = """\
layers:
  - base
  - environments/{environment}
  - regions/{tenant.region}
  - tenants/{tenant}/base
  - tenants/{tenant}/{environment}
bundles:
  - name: "{environment}"
  - name: "{environment}/{tenant}"
schemas:
  - {match: "**/models/*", schema: gitconfig-tool:model-config}
policies: [gitconfig-tool:security-baseline]
"""
_TEAMS = ("answer", "billing", "search", "index", "queue", "ingest", "rank", "audit", "mail")


def document_name(number: int) -> str:
    """Return the id of a document."""
    service, place = divmod(number, _DOCUMENTS_PER_SERVICE)
    return f"service-{service:03}/settings/{_TEAMS[number % len(_TEAMS)]}-{place:02}"


def write_tenants(
    directory: Path, documents: int = DOCUMENTS, tenants: int = TENANTS, seed: int = SEED
) -> str:
    """Write the workload as a Git repository; return the id of its commit."""
    chance = random.Random(seed)
    directory.mkdir(parents=True)
    names = [f"tenant-{number:02}" for number in range(tenants)]
    values = "".join(f"    {name}: {{region: {chance.choice(_REGIONS)}}}\n" for name in names)
    (directory / "gitconfig.yaml").write_text(_PROJECT + values + _LAYERS, encoding="utf-8")
    for number in range(documents):
        name = f"{document_name(number)}.yaml"
        write_yaml(directory / "base" / name, _settings(chance, number))
        for environment in ENVIRONMENTS:
            if chance.random() < ENVIRONMENT_SHARE:
                write_yaml(directory / "environments" / environment / name, _override(chance))
    for region in _REGIONS:
        for number in chance.sample(range(documents), k=TENANT_DOCUMENTS):
            path = directory / "regions" / region / f"{document_name(number)}.yaml"
            write_yaml(path, _override(chance))
    for name in names:
        for folder in ("base", *ENVIRONMENTS):
            for number in chance.sample(range(documents), k=TENANT_DOCUMENTS):
                path = directory / "tenants" / name / folder / f"{document_name(number)}.yaml"
                write_yaml(path, _override(chance))
    return commit_all(directory)


def _settings(chance: random.Random, number: int) -> Mapping[str, Any]:
    value: dict[str, Any] = {
        "description": " ".join(chance.choices(_TEAMS, k=12)),
        "owner": f"team-{chance.choice(_TEAMS)}",
        "replicas": chance.randint(1, 4),
        "minimum_replicas": Tagged("!ref", '"#/replicas"'),
        "endpoint": f"https://{chance.choice(_TEAMS)}.internal.example/v{chance.randint(1, 3)}",
        "timeout_seconds": chance.randint(5, 60),
        "limits": {
            name: {"requests_per_minute": chance.randint(10, 600), "burst": chance.randint(1, 50)}
            for name in sorted(chance.sample(_TEAMS, k=5))
        },
        "flags": {f"{name}_enabled": chance.random() < 0.5 for name in sorted(_TEAMS)},
        "regions": ["eu-west-1", "us-east-1"],
    }
    if number % _REFERRING == _REFERRING - 1:
        other = document_name(chance.randrange(number))
        value["upstream"] = {"endpoint": Tagged("!ref", f'"{other}#/endpoint"')}
    return value


def _override(chance: random.Random) -> Mapping[str, Any]:
    return {
        "replicas": chance.randint(5, 12),
        "limits": {chance.choice(_TEAMS): {"requests_per_minute": chance.randint(601, 900)}},
        "rollout_percent": {chance.choice(_TEAMS): round(chance.uniform(0, 100), 2)},
    }
