"""The long history: as many commits as it claims, and the changes that `history` must find."""

import subprocess
from pathlib import Path

import pytest

from bench.history import BUNDLE, CHANGES_EVERY, PLACE, write_history
from tests.projects import Tool


def test_history_finds_every_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.history.CHANGES_EVERY", 100)
    changes = write_history(tmp_path / "long", 700)
    listed = ["git", "rev-list", "--count", "main"]
    done = subprocess.run(listed, cwd=tmp_path / "long", capture_output=True, check=True)

    shown = Tool(tmp_path / "long", capsys).printed("history", BUNDLE, PLACE)

    assert CHANGES_EVERY == 1_000
    assert (int(done.stdout), changes) == (700, 7)
    assert shown.count(" -> ") == 7
    assert shown.startswith(f"{PLACE} in {BUNDLE}\n\n")
    assert [line for line in shown.splitlines() if " -> " in line] == [
        *(f"  0.0{number - 1} -> 0.0{number}" for number in range(6, 1, -1)),
        "  0.0 -> 0.01",
        "  no value -> 0.0",
    ]
    # The commits of the side lines leave the file alone: one of the two parents is followed.
    assert shown.endswith("\n7 changes in 697 commits read\n")
