"""Which SOPS files of the project each key at hand opens, for `gitconfig-tool doctor`.

Compares recipients, which are in the clear, with the public half of the keys that are found. Opens
no file, runs no command that hands out keys, and contacts nothing.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.secrets import SopsDocument

_GPG_SECONDS = 10
_SOME = 3  # names of files that are shown for a key; JSON has all of them


@dataclass(frozen=True, slots=True)
class KeyAtHand:
    """One key: its public name as SOPS writes recipients, and where it was found.

    `recipient` is empty where the place is known but not its keys: `problem` says why.
    """

    recipient: str
    source: str
    files: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys at hand, and the files that they do not open.

    `unopened` are files that no key here opens; `remote` are those of which a service may hold the
    key, which is not asked; `together` are those that take keys of several key groups.
    """

    keys: tuple[KeyAtHand, ...]
    files: int
    unopened: tuple[str, ...]
    remote: tuple[str, ...]
    together: tuple[str, ...]


def find_keys(settings: Settings, environment: Mapping[str, str] = os.environ) -> Keyring | None:
    """Look for keys and compare them with the project's files; None where there is no project."""
    files = _sops_files(settings)
    if files is None:
        return None
    from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
    from gitconfig_tool.secrets.readers import access_of

    access = {path: access_of(each) for path, each in sorted(files.items())}
    kinds = {kind for each in files.values() for kind in _kinds(each)}
    found = [*_age_keys(environment), *_ssh_keys(environment)]
    found += _gpg_keys(environment) if "pgp" in kinds else []
    keys = tuple(
        replace(key, files=tuple(path for path in access if access[path].how(key.recipient)))
        for key in found
    )
    names = frozenset(key.recipient for key in keys if key.recipient)
    closed = [path for path in files if not access[path].is_open_to(names)]
    remote = tuple(path for path in closed if not _kinds(files[path]) <= LOCAL_KINDS)
    return Keyring(
        keys,
        len(files),
        tuple(path for path in closed if path not in remote),
        remote,
        tuple(path for path, each in files.items() if each.needs_all_of_several),
    )


def keyring_json(keyring: Keyring | None) -> dict[str, Any]:
    """Return what the report says of keys."""
    if keyring is None:
        return {"identities": [], "unopened": [], "notAsked": []}
    return {
        "identities": [
            {
                "recipient": key.recipient,
                "source": key.source,
                "problem": key.problem,
                "files": list(key.files),
            }
            for key in keyring.keys
        ],
        "unopened": list(keyring.unopened),
        "notAsked": list(keyring.remote),
    }


def keyring_lines(keyring: Keyring | None) -> Iterator[str]:
    """Write the same for people."""
    if keyring is None or not keyring.files:
        return
    yield ""
    yield f"Keys at hand, and which of the project's {_count(keyring.files)} they open:"
    for key in keyring.keys:
        yield f"  {key.recipient or 'unknown keys'}"
        yield f"    from {key.source}"
        yield from [f"    {key.problem}"] if key.problem else _files("    opens", key.files)
    if not keyring.keys:
        yield "  none"
    if keyring.unopened:
        yield from _files("  no key at hand opens", keyring.unopened)
    if keyring.remote:
        yield from _files("  a service has the key, and was not asked, of", keyring.remote)
    if keyring.together:
        yield from _files("  keys of several groups must meet for", keyring.together)


def _files(verb: str, files: Sequence[str]) -> Iterator[str]:
    indent = " " * (len(verb) - len(verb.lstrip()) + 2)
    if not files:
        yield f"{verb} none of them"
        return
    yield f"{verb} {_count(len(files))}:"
    yield from (f"{indent}{path}" for path in files[:_SOME])
    if len(files) > _SOME:
        yield f"{indent}and {len(files) - _SOME} more; --format json has them all"


def _count(number: int) -> str:
    return f"{number} SOPS file{'' if number == 1 else 's'}"


# --- the files ---


def _sops_files(settings: Settings) -> "Mapping[str, SopsDocument] | None":
    from gitconfig_tool.cli.loading import open_snapshot
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.sops_files import everything, find_sops_files

    try:
        _, snapshot = open_snapshot(settings, None)
        return find_sops_files(ProjectFiles(snapshot), {}, everything)
    except GitConfigError:
        return None  # the finding "project" says why


def _kinds(file: "SopsDocument") -> frozenset[str]:
    return frozenset(recipient.partition(":")[0] for recipient in file.recipients)


# --- the keys ---


def _age_keys(environment: Mapping[str, str]) -> Iterator[KeyAtHand]:
    from gitconfig_tool.sops import KeychainError, find_age_places

    try:
        places = find_age_places(environment)
    except KeychainError as error:
        yield KeyAtHand("", "keychain", problem=f"{error.message}; {error.hint}")
        places = find_age_places({**environment, "GITCONFIG_TOOL_KEYRING": "0"})
    for place in places:
        for identity in place.identities:
            yield KeyAtHand(f"age:{identity.recipient}", place.name)
        if place.problem:
            yield KeyAtHand("", place.name, problem=f"holds {place.problem}")
    if environment.get("SOPS_AGE_KEY_CMD"):
        yield KeyAtHand("", "SOPS_AGE_KEY_CMD", problem="not run: it may ask you, or a service")


def _ssh_keys(environment: Mapping[str, str]) -> Iterator[KeyAtHand]:
    """Where sops looks for SSH keys: `loadAgeSSHIdentities` of age/keysource.go."""
    named = environment.get("SOPS_AGE_SSH_PRIVATE_KEY_FILE")
    home = environment.get("HOME")
    usual = [f"{home}/.ssh/{name}" for name in ("id_ed25519", "id_rsa")] if home else []
    for path in (*([named] if named else []), *usual):
        if not Path(path).is_file():
            if path == named:
                yield KeyAtHand("", path, problem="SOPS_AGE_SSH_PRIVATE_KEY_FILE names no file")
            continue
        try:
            # age(1): what a key opens is told by the public half beside it.
            words = Path(f"{path}.pub").read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError):
            yield KeyAtHand(
                "", path, problem="its public half, the file .pub beside it, is missing"
            )
        else:
            yield KeyAtHand(f"age:{' '.join(words[:2])}", path)


def _gpg_keys(environment: Mapping[str, str]) -> list[KeyAtHand]:
    home = environment.get("GNUPGHOME") or f"{environment.get('HOME', '')}/.gnupg"
    gpg = environment.get("SOPS_GPG_EXEC") or "gpg"
    found = shutil.which(gpg, path=environment.get("PATH"))
    # gpg would make the folder.
    if found is None or not Path(home).is_dir():
        return []
    source = f"gpg ({home})"
    try:
        done = subprocess.run(
            [found, "--batch", "--no-tty", "--list-secret-keys", "--with-colons"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_GPG_SECONDS,
            env=dict(environment),
        )
    except (OSError, subprocess.SubprocessError) as error:
        return [KeyAtHand("", source, problem=f"gpg does not answer: {type(error).__name__}")]
    # doc/DETAILS of GnuPG: a record `fpr` has the fingerprint in its tenth field.
    rows = (line.split(":") for line in done.stdout.decode("utf-8", "replace").splitlines())
    prints = [row[9] for row in rows if row[0] == "fpr" and len(row) > 9]
    return [KeyAtHand(f"pgp:{each}", source) for each in prints]
