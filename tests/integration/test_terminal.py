"""The text of `validate` on a real pseudo-terminal, and beside it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
"""
LINE = "key: {first: " + "日本" * 20 + ", second: !ref nowhere#/at/all, third: " + "x" * 20 + "}\n"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "gitconfig.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "base/a.yaml").write_text(LINE, encoding="utf-8")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def _environment() -> dict[str, str]:
    """Return this environment without what says how a terminal is."""
    return {key: each for key, each in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}


def on_terminal(
    tool: Path, project: Path, columns: int, environment: Mapping[str, str], *, only_errors: bool
) -> str:
    """Run `validate` or `show` and return what stands on the terminal.

    `show` prints the problems on standard error: its standard output is a pipe here.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    words = ["show", "default"] if only_errors else ["validate"]
    running = subprocess.Popen(
        [tool, "-C", project, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if only_errors else theirs,
        stderr=theirs,
        env={**_environment(), "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so that the other side was closed.
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    running.communicate()
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("only_errors", [False, True], ids=["standard output", "standard error"])
def test_a_narrow_terminal(tool: Path, project: Path, only_errors: bool) -> None:
    text = on_terminal(tool, project, 40, {}, only_errors=only_errors)

    assert "\x1b[31m\x1b[1merror[GCT151]" in text
    plain = _COLOUR.sub("", text)
    assert plain.startswith(
        "error[GCT151]: expected a document\n"
        "    'nowhere' in this bundle, found none\n"
        " --> base/a.yaml:1:64\n"
        "  |\n"
        # 36 columns: 20 of the place, twice 3 dots, and 5 more at each side.
        "1 | ...ond: !ref nowhere#/at/all, thi...\n"
        "  |         ^^^^^^^^^^^^^^^^^^^^\n"
        "  = affects default\n"
    )


def test_columns_of_the_environment_go_before_the_terminal(tool: Path, project: Path) -> None:
    text = on_terminal(tool, project, 40, {"COLUMNS": "100"}, only_errors=False)

    assert "expected a document 'nowhere' in this bundle, found none\n" in _COLOUR.sub("", text)


def test_no_color(tool: Path, project: Path) -> None:
    assert "\x1b" not in on_terminal(tool, project, 80, {"NO_COLOR": "1"}, only_errors=False)
    assert "\x1b" in on_terminal(tool, project, 80, {"NO_COLOR": ""}, only_errors=False)


def test_nothing_is_broken_or_coloured_in_a_pipe(tool: Path, project: Path) -> None:
    done = subprocess.run(
        [tool, "-C", project, "validate"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "40"},
    )

    assert "expected a document 'nowhere' in this bundle, found none\n" in done.stdout
    assert LINE in done.stdout
    assert "\x1b" not in done.stdout
