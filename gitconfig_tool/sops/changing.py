"""Changing SOPS files with the program `sops`, on a private copy of the ciphertext.

Takes the bytes of a file and what is to be done; returns the new bytes. Values go to `sops` through
standard input; what lies on the disk for a moment, in a folder that only we can read, is what lies
in Git as well. The file itself is not touched. What `sops` says is not passed on where it may quote
plaintext. Call `check_recipients` first.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.sops.block import check_block
from gitconfig_tool.sops.program import command_failure, sops_environment
from gitconfig_tool.sops.selection import CONFIG_FILE

# cmd/sops/codes/codes.go of sops, `FileHasNotBeenModified`.
_NOT_MODIFIED = 200
_TIMEOUT = 120  # seconds: a person may have to touch a smart card
_CANNOT_NAME = "["  # cmd/sops/main.go, `parseTreePath`, cuts a path at each bracket.


class ChangeError(GitConfigError):
    """A file cannot be changed as it was asked for."""


@dataclass(frozen=True, slots=True)
class SetValue:
    """Set the value at a path, which may be new; its mapping must be there."""

    path: tuple[str | int, ...]
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnsetValue:
    """Remove the value at a path."""

    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class UpdateKeys:
    """Encrypt the data key to the recipients that the rules name."""


@dataclass(frozen=True, slots=True)
class RotateDataKey:
    """Make a new data key, and encrypt every value with it."""


Step = SetValue | UnsetValue | UpdateKeys | RotateDataKey


@dataclass(frozen=True, slots=True)
class SopsRules:
    """The file `.sops.yaml` that holds for a file: its bytes, and the file's path from its folder.

    sops compares that path with `path_regex`.
    """

    data: bytes = field(repr=False)
    path: str


def change_file(
    file: SopsFile,
    steps: Sequence[Step],
    sops: Path,
    *,
    rules: SopsRules | None = None,
    kinds: frozenset[str] = frozenset(),
    environment: Mapping[str, str] = os.environ,
) -> bytes:
    """Take steps one after the other; return the file's new bytes.

    `kinds` are the kinds of recipients that are added, which sops needs credentials for. Raises
    `ChangeError`, or `DecryptionError` where no key opens the file.
    """
    check_block(file)
    env = sops_environment(file, environment, kinds)
    with _copy(file, rules) as (copy, config):
        for step in steps:
            arguments, value = _arguments(step, file, str(copy))
            done = _run([str(sops), "--config", config, *arguments], value, env, file.path)
            if done.returncode != 0:
                raise _failure(file, step, done, environment)
        return copy.read_bytes()


def encrypt_new(
    plaintext: Any,
    path: str,
    format: str,
    rules: SopsRules,
    sops: Path,
    environment: Mapping[str, str] = os.environ,
) -> bytes:
    """Encrypt a JSON value as a new file by the rule that matches it; returns the bytes."""
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-") as folder:
        config = Path(folder, CONFIG_FILE)
        config.write_bytes(rules.data)
        command = [str(sops), "--config", str(config), "encrypt"]
        # JSON is YAML; as YAML, sops keeps the order of keys and large integers.
        command += ["--input-type", "yaml", "--output-type", format]
        command += ["--filename-override", str(Path(folder, rules.path))]
        text = json.dumps(plaintext, ensure_ascii=False).encode()
        done = _run(command, text, dict(environment), path)
    if done.returncode != 0:
        raise _rule_failure(path, done) or ChangeError(
            f"expected sops to encrypt {path}; it ended with exit code {done.returncode}",
            hint=f"check the rule for it in {CONFIG_FILE}; try: sops encrypt --filename-override"
            f" {rules.path} on a file without secrets",
        )
    return done.stdout


def edit_file(
    file: SopsFile,
    sops: Path,
    *,
    rules: SopsRules | None = None,
    environment: Mapping[str, str] = os.environ,
) -> bytes | None:
    """Let the user edit the file with `sops edit`; None where nothing was changed.

    sops writes the plaintext into a file for the editor. It is given a folder in memory for that
    where the system has one, so that no disk sees it; the folder is removed in any case.
    """
    check_block(file)
    env = sops_environment(file, environment)
    with _ends_in_order(), _copy(file, rules) as (copy, config), private_memory() as memory:
        if memory is not None:
            env["TMPDIR"] = str(memory)
        if sys.stdin is None or not sys.stdin.isatty():
            env["SOPS_EDITOR"] = _editor_once(env, Path(copy.parent, ".editor.sh"))
        try:
            # The editor needs the terminal: nothing is caught, and there is no limit of time.
            code = subprocess.run(
                [str(sops), "--config", config, "edit", str(copy)], check=False, env=env
            ).returncode
        except OSError as error:
            raise _cannot_start(sops, error) from error
        if code == _NOT_MODIFIED:
            return None
        if code != 0:
            raise ChangeError(
                f"expected sops to edit {file.path}; it ended with exit code {code}",
                hint="its own words stand above; the file is as it was",
            )
        return copy.read_bytes()


def _editor_once(environment: Mapping[str, str], script: Path) -> str:
    """Return an editor that fails when it is started again.

    After a text that cannot be read, sops asks for a key to be pressed and starts the editor again.
    Without a terminal nobody presses one, and it would do so for ever.
    """
    editor = environment.get("SOPS_EDITOR") or environment.get("EDITOR")
    if not editor:
        raise ChangeError(
            "expected a terminal for the editor, or one that needs none in SOPS_EDITOR or EDITOR;"
            " found neither",
            hint="run it in a terminal; for a single value: gitconfig-tool secrets set < FILE",
        )
    script.write_text('[ -e "$0.done" ] && exit 1\n: > "$0.done"\nexec "$@"\n')
    return f"sh {shlex.quote(str(script))} {editor}"


@contextmanager
def private_memory() -> Iterator[Path | None]:
    """Give a folder in memory that only this user can read; None where the system has none."""
    # tmpfs(5); XDG Base Directory Specification: the runtime folder must not reach a disk.
    for place in ("/dev/shm", os.environ.get("XDG_RUNTIME_DIR", "")):  # noqa: S108
        if place and os.path.isdir(place) and os.access(place, os.W_OK):
            with tempfile.TemporaryDirectory(prefix="gitconfig-tool-", dir=place) as folder:
                yield Path(folder)
            return
    yield None


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Let a terminal that closes, or a polite kill, end us as Ctrl-C does: the plaintext must go.

    Python would end at once, and leave the folder of the editor behind.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may say what a signal does.
        return

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = ("SIGTERM", "SIGHUP")  # Windows has no SIGHUP.
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = [(number, signal.signal(number, interrupt)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


@contextmanager
def _copy(file: SopsFile, rules: SopsRules | None) -> Iterator[tuple[Path, str]]:
    """Give a copy of a file beside a copy of its rules, and what `--config` is to name."""
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-") as folder:
        config = os.devnull
        copy = Path(folder, Path(file.path).name)
        if rules is not None:
            copy = Path(folder, rules.path)
            config = str(Path(folder, CONFIG_FILE))
            Path(config).write_bytes(rules.data)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.data)
        yield copy, config


def _arguments(step: Step, file: SopsFile, copy: str) -> tuple[list[str], bytes]:
    types = ["--input-type", file.format]
    if isinstance(step, UpdateKeys):
        return ["updatekeys", "--yes", *types, copy], b""
    types += ["--output-type", file.format]
    if isinstance(step, RotateDataKey):
        return ["rotate", "--in-place", *types, copy], b""
    path = _tree_path(step.path, file.path)
    if isinstance(step, UnsetValue):
        return ["unset", *types, copy, path], b""
    return ["set", "--value-stdin", *types, copy, path], json.dumps(step.value).encode()


def _tree_path(path: Sequence[str | int], file: str) -> str:
    parts = []
    for token in path:
        if isinstance(token, str) and _CANNOT_NAME in token:
            raise ChangeError(
                f"expected keys that sops can name in {file}, found {token!r}",
                hint="sops cuts a path at each '['; change the value with: secrets edit",
            )
        # sops takes off the quotes, and undoes no escape.
        parts.append(f"[{token}]" if isinstance(token, int) else f'["{token}"]')
    return "".join(parts)


def _run(
    command: list[str], text: bytes, environment: dict[str, str], path: str
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise ChangeError(
            f"expected sops to change {path} within {_TIMEOUT} seconds, found it still busy",
            hint="an agent may be waiting for a passphrase; the file is as it was",
        ) from None
    except OSError as error:
        raise _cannot_start(Path(command[0]), error) from error


def _cannot_start(sops: Path, error: OSError) -> ChangeError:
    return ChangeError(f"expected to start {sops}, found: {error.strerror}", hint="reinstall sops")


def _failure(
    file: SopsFile,
    step: Step,
    done: subprocess.CompletedProcess[bytes],
    environment: Mapping[str, str],
) -> GitConfigError:
    if isinstance(step, UpdateKeys):
        found = _rule_failure(file.path, done)
        if found is not None:
            return found
    known = command_failure(file, done.returncode, done.stderr, environment)
    if known is not None:
        return known
    return ChangeError(
        f"expected sops to change {file.path} ({type(step).__name__}); it ended with exit code"
        f" {done.returncode}",
        hint="its own words are not shown, as they may hold plaintext; the file is as it was"
        " (sops 3.11 or later is needed)",
    )


def _rule_failure(path: str, done: subprocess.CompletedProcess[bytes]) -> ChangeError | None:
    """Tell what is wrong with `.sops.yaml`: these sentences are said before any value is read."""
    said = re.sub(r"[\s|]+", " ", done.stderr.decode("utf-8", "replace"))
    if "no matching creation rules" in said or "no creation rules" in said:
        return ChangeError(
            f"expected a rule for {path} in {CONFIG_FILE}, found none that matches",
            hint="add one under creation_rules, with a path_regex and the recipients",
        )
    if "error loading config" in said or "Error unmarshalling config" in said:
        return ChangeError(
            f"expected {CONFIG_FILE} as sops reads it, found that sops cannot",
            hint="correct it; gitconfig-tool secrets check names the place",
        )
    return None
