"""The line that counts: only on a terminal, only when it takes long, and gone at the end."""

from pathlib import Path

import pytest

from gitconfig_tool.cli import progress
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings


@pytest.mark.parametrize(
    ("is_terminal", "seconds", "said"),
    [(True, 2.0, "\r2 files opened \r3 files opened \r\x1b[K"), (True, 0.2, ""), (False, 2.0, "")],
)
def test_counting(
    is_terminal: bool,
    seconds: float,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = iter([0.0, 0.1, seconds, seconds + 0.2])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    with counting(Settings(Path(), None, 0), "files opened") as on_file:
        for thing in range(3):
            on_file(thing)
    found = capsys.readouterr()
    # click takes escapes away where no terminal reads.
    assert found.err.replace("\x1b[K", "") == said.replace("\x1b[K", "")
    assert found.out == ""
