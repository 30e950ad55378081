"""Killing a writer, and filling its disk: what was there before stays whole.

The writer is a process of its own; the disk is filled by the kernel's limit on the size of a file.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gitconfig_tool
from gitconfig_tool.artifact import Artifact, Manifest, PackedDocument, namespace_layer, pack_bundle
from gitconfig_tool.artifact.vocabulary import MAX_BLOB_BYTES, MAX_MANIFEST_BYTES
from gitconfig_tool.fetch import Delivery, open_folder
from gitconfig_tool.stores import LayoutStore, write_layout
from tests.bundles import annotations, sample_bundle

_ROOT = Path(gitconfig_tool.__file__).parent.parent
_LAYOUT_WRITER = """\
import itertools, sys
from pathlib import Path
from gitconfig_tool.stores import write_layout
from tests.bundles import sample_bundle
for number in itertools.count():
    bundles = {name: sample_bundle(name, temperature=number / 8) for name in ("a", "b")}
    write_layout(Path(sys.argv[1]), bundles)
"""
_FOLDER_WRITER = """\
import itertools, sys
from pathlib import Path
from gitconfig_tool.fetch import Delivery, open_folder
for number in itertools.count():
    entries = {f"{name}/doc": {"number": number} for name in "abcd"}
    open_folder(Path(sys.argv[1])).deliver(Delivery("b", "d", "r", "v", entries))
"""


def _start(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], env={**os.environ, "PYTHONPATH": str(_ROOT)}
    )


def _kill_after_changes(process: subprocess.Popen[bytes], watched: Path, changes: int) -> None:
    """Kill a writer once a file has been switched a number of times."""
    deadline = time.monotonic() + 60
    seen: set[int] = set()
    try:
        while len(seen) < changes:
            assert process.poll() is None, "the writer ended by itself"
            assert time.monotonic() < deadline, "the writer does not get on"
            try:
                seen.add(watched.lstat().st_mtime_ns)
            except FileNotFoundError:
                continue
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("changes", [1, 2, 5, 11])
def test_a_layout_is_whole_whenever_its_writer_is_killed(tmp_path: Path, changes: int) -> None:
    layout = tmp_path / "out"
    _kill_after_changes(_start(_LAYOUT_WRITER, str(layout)), layout / "index.json", changes)

    store = LayoutStore(layout)
    assert store.bundles() == ("a", "b")
    for name in store.bundles():
        manifest = Manifest.from_bytes(store.read(store.resolve(name), MAX_MANIFEST_BYTES))
        for reference in manifest.references:
            store.read(reference, MAX_BLOB_BYTES)
    # The next writer finishes the job, and sweeps up.
    write_layout(layout, {"a": sample_bundle("a")})
    write_layout(tmp_path / "fresh", {"a": sample_bundle("a")})
    assert {path.relative_to(layout) for path in layout.rglob("*")} == {
        path.relative_to(tmp_path / "fresh") for path in (tmp_path / "fresh").rglob("*")
    }


@pytest.mark.parametrize("changes", [1, 2, 5, 11])
def test_a_folder_is_of_one_delivery_whenever_its_writer_is_killed(
    tmp_path: Path, changes: int
) -> None:
    out = tmp_path / "out"
    _kill_after_changes(_start(_FOLDER_WRITER, str(out)), out / "..data", changes)

    numbers = {json.loads((out / name / "doc.json").read_text())["number"] for name in "abcd"}
    assert len(numbers) == 1
    open_folder(out).deliver(Delivery("b", "d", "r", "v", {"x": {}}))
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith("..gen-")) == [
        "..data",
        "x.json",
    ]
    assert len(list(out.glob("..gen-*"))) == 1


def test_a_layout_survives_a_full_disk(tmp_path: Path) -> None:
    layout = tmp_path / "out"
    old = sample_bundle("a")
    write_layout(layout, {"a": old})
    before = {path.relative_to(layout) for path in layout.rglob("*")}
    script = """\
import resource, sys
from pathlib import Path
from gitconfig_tool.stores import StoreError, write_layout
from tests.integration.test_crash import large_bundle
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_layout(Path(sys.argv[1]), {"a": large_bundle()})
except StoreError as error:
    print(error.message, error.hint)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(layout)],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "expected to write the layout" in done.stdout
    assert "File too large" in done.stdout
    assert LayoutStore(layout).resolve("a").digest == old.digest
    assert before <= {path.relative_to(layout) for path in layout.rglob("*")}
    assert not list(layout.rglob("*.tmp"))
    write_layout(layout, {"a": large_bundle()})
    assert LayoutStore(layout).resolve("a").digest == large_bundle().digest


def large_bundle() -> Artifact:
    """Return a bundle with a layer of 200,000 bytes."""
    document = PackedDocument({"text": "x" * 200_000})
    return pack_bundle([namespace_layer("", {"doc": document})], annotations("a"))
