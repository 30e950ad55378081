"""Other tools on the same fleet of hosts, where they are installed: `--peers DIR`.

Each works out the values of every host, from the same layer files with the same values, laid out as
the tool wants them. None of them checks policies, knows origins or reads Git: the rows compare the
part that all do. What a peer writes goes nowhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hosts import Fleet
from bench.workload import write_yaml

_ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool. `program` is its file in a bin folder; `write` lays out the fleet for it."""

    name: str
    program: str
    modules: tuple[str, ...]
    arguments: tuple[str, ...]
    write: Callable[[Path, Fleet], None]

    def command(self, programs: Path) -> tuple[str, ...] | None:
        """Return the command that works out all hosts; None when it is not installed."""
        program = programs.absolute() / self.program
        folders = programs.absolute().parent.glob("lib/python*/site-packages")
        installed = {path.name for folder in folders for path in folder.iterdir()}
        if not program.exists() or not installed.issuperset(self.modules):
            return None
        return (str(program), *self.arguments)


def write_inventory(folder: Path, fleet: Fleet) -> None:
    """Write a fleet as Kapitan's inventory: a class for each layer, a target for each host."""
    classes: dict[str, dict[str, Any]] = {}
    for path, value in fleet.files.items():
        name, at = _class_of(path)
        parameters = classes.setdefault(name, {})
        parameters.setdefault(at, {}).update(value)
    for name, parameters in classes.items():
        place = f"{name.replace('.', '/')}.yml"
        write_yaml(folder / "inventory" / "classes" / place, {"parameters": parameters})
    for host, (site, role) in fleet.hosts.items():
        used = [
            "common",
            f"site.{site}",
            f"role.{role}",
            f"role.{site}.{role}",
            f"hosts.{host}",
            "services",
            f"services-by-role.{role}",
            f"services-by-site.{site}",
        ]
        target = {"classes": used, "parameters": {"target_name": host}}
        write_yaml(folder / "inventory" / "targets" / f"{host}.yml", target)


def write_layers(folder: Path, fleet: Fleet) -> None:
    """Write a fleet as it is in our own project."""
    for path, value in fleet.files.items():
        write_yaml(folder / path, value)
    inventory: Mapping[str, Any] = {
        name: {"site": site, "role": role} for name, (site, role) in fleet.hosts.items()
    }
    write_yaml(folder / "hosts.yaml", inventory)


def _class_of(path: str) -> tuple[str, str]:
    """Return the class that a layer file belongs to, and the parameter that its values go under."""
    *folders, name = path.removesuffix(".yaml").split("/")
    if folders and folders[0].startswith("services"):
        return ".".join(folders), name
    return ".".join((*folders, name)), "node"


PEERS = (
    Peer(
        "kapitan inventory",
        "kapitan",
        ("kapitan",),
        ("inventory", "--inventory-path", "inventory"),
        write_inventory,
    ),
    Peer(
        "omegaconf merge",
        "python",
        ("omegaconf",),
        (str(_ROOT / "peer_omegaconf.py"), "."),
        write_layers,
    ),
)
