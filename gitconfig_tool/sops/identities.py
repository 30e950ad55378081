"""The age identities at hand, found where sops finds them, and in the keychain.

Reads variables, files, the keychain and, when it comes to opening a file, the command that
SOPS_AGE_KEY_CMD names. A place that holds anything but plain X25519 identities (keys on a token,
keys under a passphrase, a mistake) is left to the program, which knows them: it is listed, and its
keys are not used here. No error and no `repr` holds a key.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitconfig_tool.sops.keychain import AGE_ENTRY, SERVICE, KeychainError, read_entry

# Where sops finds age keys: age/keysource.go.
AGE_VARIABLES = (
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_FILE",
    "SOPS_AGE_KEY_CMD",
    "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
)
KEYCHAIN = f"keychain ({SERVICE}, {AGE_ENTRY})"
_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")
# An identity has 74 characters: this holds thousands, with comments.
_MAX_BYTES = 1024 * 1024
_COMMAND_SECONDS = 120  # a person may have to confirm


@dataclass(frozen=True, slots=True)
class Identity:
    """An age identity: its public recipient, and the key itself as pyrage holds it."""

    recipient: str
    key: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgePlace:
    """One place with age identities. `problem` says why its keys are not used here, if so.

    `text` is what the place holds.
    """

    name: str
    identities: tuple[Identity, ...] = ()
    problem: str = ""
    text: str = field(default="", repr=False)


def find_age_places(environment: Mapping[str, str]) -> tuple[AgePlace, ...]:
    """Return the places that hold age identities, without running any command.

    Raises `KeychainError` when the keychain is wanted and gives no answer.
    """
    places = []
    if text := environment.get("SOPS_AGE_KEY"):
        places.append(_place("SOPS_AGE_KEY", text))
    if path := environment.get("SOPS_AGE_KEY_FILE"):
        places.append(_file(f"SOPS_AGE_KEY_FILE ({path})", Path(path)))
    default = default_key_file(environment)
    if default is not None and default.is_file():
        places.append(_file(str(default), default))
    text = read_entry(AGE_ENTRY, environment)
    if text is not None:
        place = _place(KEYCHAIN, text)
        if place.problem:
            # No other program looks there, so nobody else would report it.
            raise KeychainError(
                f"expected age identities in the {KEYCHAIN}, found {place.problem}",
                hint=f"put one in with: keyring set {SERVICE} {AGE_ENTRY}",
            )
        places.append(place)
    return tuple(places)


def default_key_file(environment: Mapping[str, str]) -> Path | None:
    """Return where sops looks for keys without any variable: `getUserConfigDir` of keysource.go."""
    folder = environment.get("XDG_CONFIG_HOME")
    if not folder:
        home = environment.get("HOME")
        if not home:
            return None
        below = "Library/Application Support" if sys.platform == "darwin" else ".config"
        folder = f"{home}/{below}"
    return Path(folder, "sops", "age", "keys.txt")


class AgeKeys:
    """The identities of one run; each place is read once, however many files there are."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._places = find_age_places(environment)
        self._keys = [item.key for place in self._places for item in place.identities]
        self._commanded: dict[str, list[Any]] = {}

    @property
    def keychain_text(self) -> str:
        """What the keychain holds, for the program; "" when nothing."""
        return next((place.text for place in self._places if place.name == KEYCHAIN), "")

    def open(self, entries: Sequence[tuple[str, bytes]]) -> bytes | None:
        """Open one of several encryptions of a data key; None when no identity opens any."""
        for _, sealed in entries:
            if (opened := _open(sealed, self._keys)) is not None:
                return opened
        # The command last: it may ask a person, where the other places did not suffice.
        for recipient, sealed in entries:
            if (opened := _open(sealed, self._from_command(recipient))) is not None:
                return opened
        return None

    def _from_command(self, recipient: str) -> list[Any]:
        """Run SOPS_AGE_KEY_CMD as sops does: no shell, and the recipient in its environment."""
        command = self._environment.get("SOPS_AGE_KEY_CMD")
        if not command:
            return []
        if recipient not in self._commanded:
            self._commanded[recipient] = []
            text = _run(command, {**self._environment, "SOPS_AGE_RECIPIENT": recipient})
            keys = [item.key for item in _place("SOPS_AGE_KEY_CMD", text).identities]
            self._commanded[recipient] = keys
        return self._commanded[recipient]


def _run(command: str, environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_COMMAND_SECONDS,
            env=dict(environment),
        )
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return ""  # sops runs it as well, and says what is wrong with it
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _open(sealed: bytes, keys: list[Any]) -> bytes | None:
    try:
        import pyrage
    except ImportError:
        return None  # Where there is no wheel of it, sops opens the file.

    try:
        return bytes(pyrage.decrypt(sealed, keys)) if keys else None
    except pyrage.DecryptError:
        return None


def _file(name: str, path: Path) -> AgePlace:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        return AgePlace(name, problem=f"a file that cannot be opened ({error.strerror})")
    if len(data) > _MAX_BYTES:
        return AgePlace(name, problem="a file of more than 1 MiB")
    return _place(name, data.decode("utf-8", "replace"))


def _place(name: str, text: str) -> AgePlace:
    import pyrage

    found = []
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        if not _SECRET.fullmatch(line):
            return AgePlace(name, problem=_other(line), text=text)
        try:
            key = pyrage.x25519.Identity.from_str(line)
        except pyrage.IdentityError:
            return AgePlace(name, problem="an age identity with a mistake in it", text=text)
        found.append(Identity(str(key.to_public()), key))
    if not found:
        return AgePlace(name, problem="no identity", text=text)
    return AgePlace(name, tuple(found), text=text)


def _other(line: str) -> str:
    if line.startswith("AGE-PLUGIN-"):
        return "identities of an age plugin, which only sops can use"
    if line.startswith(("age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE")):
        return "identities under a passphrase, which only sops can ask for"
    return "text that is no plain age identity"
