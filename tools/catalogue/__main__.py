"""Makes `catalogue/` anew: `python -m tools.catalogue --litellm WHEEL --model-retire WHEEL ...`.

Takes wheels that were fetched before (`pip download --no-deps litellm`); uses no network and runs
nothing of them. Writes the snapshot, where it comes from, and the notices that its sources ask for;
says what changed. The same wheels give the same bytes.
"""

import argparse
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.catalogue.joining import join
from tools.catalogue.litellm_map import Entries, read_map
from tools.catalogue.retirements import read_llm_sunset, read_model_retire

FOLDER = Path(__file__).resolve().parent.parent.parent / "catalogue"
_MAP = "litellm/model_prices_and_context_window_backup.json"
_RETIRE = "model_retire/models.json"
_SUNSET = "llm_sunset/snapshot.json"
_LICENSE = re.compile(r"[^/]+\.dist-info/licenses/LICENSE")
_MAX_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Source:
    """One input: which file of which wheel, and the licence that came with it."""

    package: str
    version: str
    file: str
    text: str
    license: str

    def summary(self) -> dict[str, str]:
        """Return what the snapshot says of its source."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return {
            "package": self.package,
            "version": self.version,
            "file": self.file,
            "sha256": digest,
            "license": "MIT",
        }


def read_source(wheel: Path, file: str) -> Source:
    """Take one data file and the licence out of a wheel."""
    package, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        licenses = [name for name in names if _LICENSE.fullmatch(name)]
        if file not in names or not licenses:
            raise SystemExit(f"expected {file} and a licence in {wheel.name}, found neither or one")
        text = archive.read(file).decode()
        license_text = archive.read(licenses[0]).decode()
    if "Permission is hereby granted, free of charge" not in license_text:
        raise SystemExit(f"expected the MIT licence in {wheel.name}: read it before going on")
    return Source(package.replace("_", "-"), version, file, text, license_text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the wheels, write the files, print what changed."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogue", description=__doc__)
    parser.add_argument("--litellm", type=Path, required=True, metavar="WHEEL")
    parser.add_argument("--model-retire", type=Path, required=True, metavar="WHEEL")
    parser.add_argument("--llm-sunset", type=Path, required=True, metavar="WHEEL")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER, metavar="DIR")
    given = parser.parse_args(arguments)
    sources = (
        read_source(given.litellm, _MAP),
        read_source(given.model_retire, _RETIRE),
        read_source(given.llm_sunset, _SUNSET),
    )
    models, retire, sunset = (each.text for each in sources)
    # The day that counts is the one on which retirements were looked up: they are what ages.
    day = json.loads(retire)["updated"]
    endings = (*read_llm_sunset(sunset), *read_model_retire(retire))
    entries = join(read_map(models), endings, day)
    before = _read(given.output / "models.json")
    snapshot = write_entries(entries)
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / "models.json").write_text(snapshot, encoding="utf-8")
    about = {
        "day": day,
        "models": len(entries),
        "sha256": hashlib.sha256(snapshot.encode()).hexdigest(),
        "sources": [each.summary() for each in sources],
    }
    (given.output / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    (given.output / "NOTICES.txt").write_text(notices(sources), encoding="utf-8")
    for line in changes(before, entries):
        print(line)
    return 0


def write_entries(entries: Entries) -> str:
    """Write one model per line, sorted: a difference then shows what changed of which model."""
    lines = (
        f"{json.dumps(key)}: {json.dumps(entries[key], sort_keys=True, separators=(',', ':'))}"
        for key in sorted(entries)
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def notices(sources: Sequence[Source]) -> str:
    """Return the licences of the sources; the facts in the snapshot are taken from them."""
    head = (
        "models.json holds facts taken from the packages below. Each is under the MIT licence, "
        "whose\nnotice follows.\n"
    )
    texts = (f"\n--- {each.package} {each.version} ---\n\n{each.license}" for each in sources)
    return head + "".join(text.rstrip() + "\n" for text in texts)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Say which models came, went and changed in what."""
    came, went = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    changed = [key for key in sorted(before.keys() & after.keys()) if before[key] != after[key]]
    lines = [f"{len(after)} models: {len(came)} new, {len(went)} gone, {len(changed)} changed"]
    lines += [f"  + {key}" for key in came[:_MAX_SHOWN]]
    lines += [f"  - {key}" for key in went[:_MAX_SHOWN]]
    for key in changed[:_MAX_SHOWN]:
        old, new = before[key], after[key]
        fields = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        what = "; ".join(f"{name}: {old.get(name)} -> {new.get(name)}" for name in fields)
        lines.append(f"  ~ {key}: {what}")
    left = sum(max(0, len(each) - _MAX_SHOWN) for each in (came, went, changed))
    return [*lines, f"  and {left} more"] if left else lines


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main())
