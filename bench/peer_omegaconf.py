"""OmegaConf on a fleet of hosts: every file is loaded once, every different document merged once.

`PYTHON bench/peer_omegaconf.py FOLDER`, with the Python that OmegaConf is installed for. Imports
nothing of ours. This is how Hydra composes, with the sharing that our own tool has.
"""

import sys
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf


def merge_fleet(folder: Path) -> int:
    """Return how many different documents the hosts have."""
    loaded: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.yaml")):
        loaded[path.relative_to(folder).as_posix()] = OmegaConf.load(path)
    services = [path for path in loaded if path.startswith("services/")]
    merged: dict[tuple[str, ...], Any] = {}
    for host, place in loaded["hosts.yaml"].items():
        site, role = place.site, place.role
        node: tuple[str, ...] = (
            "common.yaml",
            f"site/{site}.yaml",
            f"role/{role}.yaml",
            f"role/{site}/{role}.yaml",
            f"hosts/{host}.yaml",
        )
        chains = [node]
        for service in services:
            name = service.removeprefix("services/")
            chain = (service, f"services-by-role/{role}/{name}", f"services-by-site/{site}/{name}")
            chains.append(tuple(file for file in chain if file in loaded))
        for files in chains:
            if files not in merged:
                whole = OmegaConf.merge(*(loaded[file] for file in files))
                merged[files] = OmegaConf.to_container(whole, resolve=True)
    return len(merged)


if __name__ == "__main__":
    print(merge_fleet(Path(sys.argv[1])))
