"""How a run ends: the one place that turns exceptions into messages and exit codes.

Design.md section 7: a failure of the world is a message and exit 4; a bug is a short message, a
log file and exit 3; click's usage errors stay exit 2; an interrupt is 130.
"""

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gitconfig_tool.errors import ExitCode, GitConfigError

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run(group: click.Command, arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; nothing but a code leaves this function."""
    try:
        result = group.main(list(arguments), prog_name=_program_name(), standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; the same command can be run again", err=True)
        return ExitCode.INTERRUPTED
    except GitConfigError as error:
        show_error(error)
        return ExitCode.WORLD
    except SystemExit as error:
        # click's own two ends: completion that a shell asks for, and a reader that has gone
        # (`| head`), after which it keeps Python from complaining at exit.
        completes = f"_{_program_name().replace('-', '_')}_COMPLETE".upper() in os.environ
        return int(error.code or 0) if completes else ExitCode.CLOSED_PIPE
    except OSError as error:
        if error.errno not in _DISK_FULL:
            _show_bug(error)
            return ExitCode.BUG
        # Every module turns its own failures into ours: what is left is standard output (`> FILE`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        found = f"expected to write all of the output, found: {error.strerror}"
        show_error(GitConfigError(found, hint="make room there, then run the same command again"))
        return ExitCode.WORLD
    except Exception as error:
        _show_bug(error)
        return ExitCode.BUG


def show_error(error: GitConfigError) -> None:
    """Print a failure of the world, and what to do about it."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {shown(error.message)}", err=True)
    if error.hint:
        click.echo(f"  = hint: {shown(error.hint)}", err=True)


def shown(text: str) -> str:
    """Write a message so that a terminal obeys none of it: it may name a file of anybody."""
    from gitconfig_tool.report.tables import printable

    return "\n".join(map(printable, text.split("\n")))


def _program_name() -> str:
    name = Path(sys.argv[0]).name
    return "gitconfig-tool" if name == "__main__.py" else name


def _show_bug(error: Exception) -> None:
    """Write where the bug is to a log file: frames only, for a message may hold a user's value."""
    import tempfile
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{type(error).__module__}.{type(error).__qualname__}\n"]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames]
    place = ""
    try:
        handle, path = tempfile.mkstemp(prefix="gitconfig-tool-bug-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.writelines(lines)
        place = f"\n  = the place in the code is in {path}; it holds no values of yours"
    except OSError:
        place = "\n" + "".join(lines).rstrip()
    click.echo(
        f"{click.style('bug', fg='red', bold=True)}: gitconfig-tool failed in a way that it should "
        f"not: {type(error).__name__}{place}\n  = hint: please report it with that file",
        err=True,
    )
