"""The command line as a whole: help, names, global options, and how runs end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from gitconfig_tool import __version__
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.fetch_main import group as fetch_group
from gitconfig_tool.cli.main import COMMANDS, group
from gitconfig_tool.cli.settings import color_of
from gitconfig_tool.errors import ExitCode, GitConfigError


def test_every_command_has_a_module_and_the_line_of_its_help() -> None:
    for name, (module, line) in COMMANDS.items():
        command = import_module(f"gitconfig_tool.cli.{module}").command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert line.endswith(".")
        assert command.help
        if name in fetch_group.commands:
            assert command.short_help == line


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_of_every_command_fits_a_terminal(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(group, [name, "--help"]) == ExitCode.OK

    output = capsys.readouterr().out
    assert output.startswith("Usage: ")
    assert max(len(line) for line in output.splitlines()) <= 100


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(group, ["-v", "--version"]) == ExitCode.OK
    assert capsys.readouterr().out == f"gitconfig-tool {__version__}\n"


def test_misspelt_command_is_a_usage_error_with_a_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(group, ["valdate"]) == ExitCode.USAGE
    assert "Did you mean 'validate'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["-q", "-v", "rules"],
        ["validate", "--rev", "HEAD", "--staged"],
        ["compile", "-o", "x", "--worktree", "--sign", "key"],
        ["compile", "-o", "x", "--worktree", "--rev", "HEAD"],
        ["compile"],
        ["explain", "production"],
        ["rules", "GCT999"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(group, ["-C", str(tmp_path), *arguments]) == ExitCode.USAGE
    assert "Error" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _command(action: Callable[[], None]) -> click.Command:
    return click.Command("test", callback=action)


def test_failure_of_the_world_is_a_message_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise GitConfigError("expected a disk, found none", hint="buy one")

    assert run(_command(fail), []) == ExitCode.WORLD
    assert capsys.readouterr().err == "error: expected a disk, found none\n  = hint: buy one\n"


def test_bug_shows_no_traceback_and_no_value(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail() -> None:
        password = "fake-" + "hunter2"
        raise RuntimeError(password)

    assert run(_command(fail), []) == ExitCode.BUG
    error = capsys.readouterr().err
    log = next(tmp_path.glob("gitconfig-tool-bug-*.log"))
    text = log.read_text(encoding="utf-8")
    assert "RuntimeError" in error
    assert str(log) in error
    assert "Traceback" not in error
    assert "hunter2" not in error + text
    assert "in fail" in text
    assert log.stat().st_mode & 0o077 == 0


def test_interrupt_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        signal.raise_signal(signal.SIGINT)

    assert run(_command(interrupt), []) == ExitCode.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_closed_pipe_is_silent() -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        f"'{sys.executable}' -m gitconfig_tool rules | head -n 1",
        shell=True,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.startswith("GCT001")
    assert done.stderr == ""


def test_closed_pipe_is_neither_success_nor_a_problem() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "gitconfig_tool", "rules"],
        cwd=Path(__file__).resolve().parents[3],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (ExitCode.CLOSED_PIPE, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_output_that_finds_no_room_is_no_bug() -> None:
    root = Path(__file__).resolve().parents[3]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gitconfig_tool", "rules"],
            cwd=root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == ExitCode.WORLD
    assert done.stderr == (
        "error: expected to write all of the output, found: No space left on device\n"
        "  = hint: make room there, then run the same command again\n"
    )


def test_interrupt_while_libraries_are_loaded_is_silent() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "class Interrupted:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name == 'click':\n"
            "            raise KeyboardInterrupt\n"
            "sys.meta_path.insert(0, Interrupted())\n"
            "sys.argv[1:] = ['validate']\n"
            "from gitconfig_tool.__main__ import main; main()",
        ],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.INTERRUPTED, "", "")


@pytest.mark.parametrize(
    ("choice", "variable", "color"),
    [
        ("auto", None, None),
        ("auto", "", None),
        ("auto", "1", False),
        ("always", "1", True),
        ("never", None, False),
    ],
)
def test_color_respects_no_color(
    choice: str, variable: str | None, color: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable is not None:
        monkeypatch.setenv("NO_COLOR", variable)

    assert color_of(choice) is color


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_printed(shell: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'gitconfig-tool'\n"
            "from gitconfig_tool.__main__ import main; main()",
        ],
        env={"_GITCONFIG_TOOL_COMPLETE": f"{shell}_source", "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "_gitconfig_tool_completion" in done.stdout.replace("-", "_")


def test_completion_answers_with_command_names() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'gitconfig-tool'\n"
            "from gitconfig_tool.__main__ import main; main()",
        ],
        env={
            "_GITCONFIG_TOOL_COMPLETE": "bash_complete",
            "COMP_WORDS": "gitconfig-tool va",
            "COMP_CWORD": "1",
            "PATH": "/usr/bin:/bin",
        },
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "plain,validate\n", done.stderr
