"""A new MAC for a SOPS file that was put together out of parts, made by the program `sops`.

Takes ciphertext; returns the MAC and the time that belongs to it. `sops` works on a copy in a
folder that only this user can read: ciphertext, as it lies in Git. One value that the file has
already goes through standard input.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.secrets.tampering.reading import read_sealed
from gitconfig_tool.sops.program import command_failure, sops_environment

_TIMEOUT = 120  # seconds: a person may have to touch a smart card
# cmd/sops/main.go of sops, `parseTreePath`, cuts a path at brackets and takes off quotes.
_CANNOT_NAME = frozenset("[]\"'")
_STAND_IN = "gitconfig_tool_merge"


class ResealError(GitConfigError):
    """sops could not make a MAC for the merged file."""


def new_mac(
    file: SopsFile, value: Any, sops: Path, environment: Mapping[str, str]
) -> tuple[str, str]:
    """Return the MAC of a file whose own is not right, and its `lastmodified`.

    `value` is what the file decrypts to. Raises `ResealError`, or `DecryptionError` without a key.
    """
    suffix = "".join(Path(file.path).suffixes[-1:])
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-") as folder:
        copy = Path(folder, f"merged{suffix}")
        copy.write_bytes(file.data)
        known = next(_texts(value, ()), None)
        if known is not None:
            path, text = known
            _run("set", file, copy, path, text, sops, environment)
        else:
            # Nothing in the file can be named: a stand-in comes and goes.
            _run("set", file, copy, (_STAND_IN,), "-", sops, environment)
            _run("unset", file, copy, (_STAND_IN,), None, sops, environment)
        sealed = read_sealed(file.path, copy.read_bytes())
    if sealed is None or not sealed.mac:
        raise ResealError(f"expected sops to write {file.path} with a MAC, found none in it")
    return sealed.mac, sealed.rules.get("lastmodified", "")


def _texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the texts of a value that sops can name; a number would change its type."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not _CANNOT_NAME & set(key):
                yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
    elif isinstance(value, str) and value:
        yield path, value


def _run(
    command: str,
    file: SopsFile,
    copy: Path,
    path: tuple[str | int, ...],
    text: str | None,
    sops: Path,
    environment: Mapping[str, str],
) -> None:
    named = "".join(f"[{each}]" if isinstance(each, int) else f'["{each}"]' for each in path)
    # The MAC of the copy is the one of a side, and wrong: both sides' own were checked before.
    arguments = [str(sops), "--config", os.devnull, command, "--ignore-mac"]
    arguments += ["--input-type", file.format, "--output-type", file.format]
    arguments += ["--value-stdin"] if command == "set" else []
    try:
        done = subprocess.run(
            [*arguments, str(copy), named],
            input=b"" if text is None else json.dumps(text).encode(),
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
            env=sops_environment(file, environment),
        )
    except subprocess.TimeoutExpired:
        raise ResealError(
            f"expected sops to seal {file.path} within {_TIMEOUT} seconds, found it still busy",
            hint="an agent may be waiting for a passphrase; use a key that needs none",
        ) from None
    except OSError as error:
        raise ResealError(
            f"expected to start {sops}, found: {error.strerror}", hint="reinstall sops"
        ) from error
    if done.returncode != 0:
        raise command_failure(file, done.returncode, done.stderr, environment) or ResealError(
            f"expected sops to seal the merged {file.path}; it ended with exit code"
            f" {done.returncode}",
            hint="its own words are not shown, as they may hold plaintext (sops 3.11 or later is"
            " needed)",
        )
