"""The floor: libyaml's events over the same files, and nothing else.

`python -m bench.floor_libyaml FOLDER` reads every YAML file below a folder and walks its events.
No tool that parses the same files with libyaml can be faster in one process.
"""

import sys
from pathlib import Path

import yaml

from bench.workload import yaml_files


def count_events(folder: Path) -> int:
    """Return the number of events in all files."""
    return sum(
        sum(1 for _ in yaml.parse(path.read_bytes(), Loader=yaml.CSafeLoader))
        for path in yaml_files(folder)
    )


if __name__ == "__main__":
    print(count_events(Path(sys.argv[1])))
