"""A fleet of hosts by site and role, as a Hiera-like hierarchy: a project in a Git repository.

`generate_fleet` returns the values of every layer file, and where each host stands, so that a test
can work out by itself what each host gets. Every value is plain, without tags, and no override
repeats what it overrides. `write_fleet` writes it.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.workload import SEED, commit_all, write_yaml

HOSTS = 700
SITES = 12
ROLES = 9
# Documents in the folder that all hosts share, and those that each role and each site overrides.
# With one file for each host, site, role, and role at a site, and one for all, 1,500 files.
SHARED = 100
ROLE_OVERRIDES = 30
SITE_OVERRIDES = 25

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: fleet
dimensions:
  host: {from: hosts.yaml}
layers:
  - {file: common.yaml, document: node}
  - {file: "site/{host.site}.yaml", document: node}
  - {file: "role/{host.role}.yaml", document: node}
  - {file: "role/{host.site}/{host.role}.yaml", document: node}
  - {file: "hosts/{host}.yaml", document: node, required: true}
  - services
  - services-by-role/{host.role}
  - services-by-site/{host.site}
bundles:
  - name: "{host}"
policies: [gitconfig-tool:security-baseline]
"""

_PACKAGES = ("chrony", "curl", "jq", "nftables", "rsyslog", "sudo", "tmux", "vim")
_WORDS = ("answer", "batch", "billing", "cache", "index", "ingest", "mail", "queue", "rank")


@dataclass(frozen=True, slots=True)
class Fleet:
    """`hosts` gives the site and the role of each host; `files` the value of each layer file."""

    hosts: Mapping[str, tuple[str, str]]
    files: Mapping[str, Mapping[str, Any]]


def generate_fleet(hosts: int = HOSTS, seed: int = SEED) -> Fleet:
    """Return a fleet with that many hosts; the same for the same numbers."""
    chance = random.Random(seed)
    sites = [f"site-{number:02}" for number in range(1, SITES + 1)]
    roles = [f"role-{number}" for number in range(1, ROLES + 1)]
    files: dict[str, Mapping[str, Any]] = {"common.yaml": _common(chance)}
    for site in sites:
        files[f"site/{site}.yaml"] = _site(chance, site)
    for role in roles:
        files[f"role/{role}.yaml"] = _role(chance, role)
    placed = {
        f"host-{number:03}": (chance.choice(sites), chance.choice(roles)) for number in range(hosts)
    }
    # A place without hosts has no file: nothing would read it.
    for site, role in sorted(set(placed.values())):
        files[f"role/{site}/{role}.yaml"] = _capacity(chance)
    for number, name in enumerate(placed):
        files[f"hosts/{name}.yaml"] = _host(chance, number)
    services = [f"{chance.choice(_WORDS)}-{number:03}" for number in range(SHARED)]
    for service in services:
        files[f"services/{service}.yaml"] = _service(chance, service)
    for role in roles:
        for service in sorted(chance.sample(services, ROLE_OVERRIDES)):
            files[f"services-by-role/{role}/{service}.yaml"] = _tuning(chance)
    for site in sites:
        for service in sorted(chance.sample(services, SITE_OVERRIDES)):
            files[f"services-by-site/{site}/{service}.yaml"] = _endpoint(chance, site)
    return Fleet(placed, files)


def write_fleet(directory: Path, fleet: Fleet) -> str:
    """Write a fleet as a Git repository; return the id of its commit."""
    directory.mkdir(parents=True)
    (directory / "gitconfig.yaml").write_text(PROJECT, encoding="utf-8")
    inventory = {name: {"site": site, "role": role} for name, (site, role) in fleet.hosts.items()}
    write_yaml(directory / "hosts.yaml", inventory)
    for path, value in fleet.files.items():
        write_yaml(directory / path, value)
    return commit_all(directory)


def _common(chance: random.Random) -> Mapping[str, Any]:
    return {
        "profile::base::packages": sorted(chance.sample(_PACKAGES, 5)),
        "profile::base::ntp": {"servers": ["0.pool.example", "1.pool.example"], "drift": True},
        "profile::base::ssh": {"port": 22, "password_login": False, "groups": ["operators"]},
        "profile::base::limits": {"nofile": 65_536, "nproc": 4_096},
        "sysctl": {
            "net.core.somaxconn": chance.choice((128, 1024, 4096)),
            "net.ipv4.tcp_fin_timeout": chance.randint(10, 60),
            "vm.swappiness": chance.randint(1, 60),
        },
        "mounts": {"/": {"size_gb": 40}, "/var/log": {"size_gb": 20}, "/srv/data~old": {}},
        "motd": "managed by the platform team",
    }


def _site(chance: random.Random, site: str) -> Mapping[str, Any]:
    return {
        "profile::base::ntp": {"servers": [f"ntp.{site}.example", "0.pool.example"]},
        "resolvers": [f"10.{chance.randint(0, 255)}.0.{number}" for number in (2, 3)],
        "rack": {"power": chance.choice(("a", "b")), "switch": f"{site}-sw{chance.randint(1, 9)}"},
        "sysctl": {"net.core.somaxconn": chance.choice((2048, 8192))},
    }


def _role(chance: random.Random, role: str) -> Mapping[str, Any]:
    return {
        "profile::role": role,
        "profile::base::packages": sorted(chance.sample(_PACKAGES, 3)),
        "profile::base::limits": {"nofile": chance.choice((131_072, 262_144))},
        "mounts": {"/srv/data~old": {"size_gb": chance.randint(50, 500)}},
        "services": {
            name: {"port": chance.randint(1024, 9999), "replicas": chance.randint(1, 4)}
            for name in sorted(chance.sample(_WORDS, 4))
        },
    }


def _capacity(chance: random.Random) -> Mapping[str, Any]:
    return {
        "services": {chance.choice(_WORDS): {"replicas": chance.randint(5, 12)}},
        "rack": {"power": chance.choice(("ups-1", "ups-2"))},
        "maintenance": {"weekday": chance.randint(1, 7), "hour": chance.randint(0, 5)},
    }


def _host(chance: random.Random, number: int) -> Mapping[str, Any]:
    value: dict[str, Any] = {
        "address": f"10.{number // 250}.{number % 250}.{chance.randint(1, 254)}",
        "serial": f"SN{chance.randint(100_000, 999_999)}",
        "memory_gb": chance.choice((64, 128, 256, 512)),
        "interfaces": [
            {
                "name": f"eth{port}",
                "mac": ":".join(f"{chance.randint(0, 255):02x}" for _ in range(6)),
                "mtu": chance.choice((1500, 9000)),
                "vlans": sorted(chance.sample(range(100, 200), 3)),
            }
            for port in range(2)
        ],
        "disks": {
            f"/dev/nvme{disk}n1": {"size_gb": chance.choice((480, 960, 1920)), "raid": "data"}
            for disk in range(chance.randint(1, 4))
        },
        "labels": {"rack_unit": chance.randint(1, 42), "asset": f"A-{number:05}", "spare": False},
    }
    if chance.random() < 0.2:
        value["sysctl"] = {"vm.swappiness": 0}
    if chance.random() < 0.1:
        value["profile::base::ssh"] = {"groups": ["operators", "auditors"]}
    return value


def _service(chance: random.Random, service: str) -> Mapping[str, Any]:
    return {
        "name": service,
        "owner": f"team-{chance.choice(_WORDS)}",
        "command": ["/usr/bin/run", "--config", f"/etc/{service}/config.json"],
        "resources": {"cpu": chance.randint(1, 8), "memory_mb": chance.choice((512, 1024, 4096))},
        "health": {"path": "/healthz", "interval_seconds": chance.randint(5, 30)},
        "environment": {word.upper(): chance.randint(1, 999) for word in sorted(_WORDS)},
    }


def _tuning(chance: random.Random) -> Mapping[str, Any]:
    return {
        "resources": {"cpu": chance.randint(9, 32)},
        "environment": {chance.choice(_WORDS).upper(): chance.randint(1000, 1999)},
    }


def _endpoint(chance: random.Random, site: str) -> Mapping[str, Any]:
    return {
        "endpoint": f"https://{chance.choice(_WORDS)}.{site}.example",
        "health": {"interval_seconds": chance.randint(31, 90)},
    }
