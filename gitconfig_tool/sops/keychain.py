"""The keychain of the operating system, through the library `keyring`.

Returns what a person put there for this tool with `keyring set gitconfig-tool NAME`. It is asked
only where GITCONFIG_TOOL_KEYRING says so: a keychain may ask for a password, and most machines that
fetch have none. Never writes to it.
"""

import threading
from collections.abc import Mapping

from gitconfig_tool.sops.errors import DecryptionError

VARIABLE = "GITCONFIG_TOOL_KEYRING"
SERVICE = "gitconfig-tool"
AGE_ENTRY = "age"
VAULT_ENTRY = "vault-token"

_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"", "0", "false", "no", "off"})
# Long enough to type a password into the window that the keychain opens.
_SECONDS = 60.0


class KeychainError(DecryptionError):
    """The keychain was asked for, and gives no answer."""


def is_keychain_wanted(environment: Mapping[str, str]) -> bool:
    """Tell whether GITCONFIG_TOOL_KEYRING asks for the keychain."""
    value = environment.get(VARIABLE, "").strip().lower()
    if value in _ON:
        return True
    if value in _OFF:
        return False
    raise KeychainError(
        f"expected {VARIABLE} to be 1 or 0, found another value",
        hint="with 1, keys and tokens are also looked for in the keychain",
    )


def read_entry(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the entry of this name; None where there is none, or the keychain is not wanted.

    Raises `KeychainError` when it is locked, missing, or silent for a minute.
    """
    if not is_keychain_wanted(environment):
        return None
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise KeychainError(
            f"expected the package 'keyring', because {VARIABLE} is set; it is not installed",
            hint="pip install 'gitconfig-tool[keyring]', or unset the variable",
        ) from error
    found: list[str | None] = []
    problems: list[Exception] = []

    def ask() -> None:
        try:
            found.append(keyring.get_password(SERVICE, name))
        except Exception as problem:
            problems.append(problem)

    # A backend may wait for a person for ever. Nothing can end it, but nobody has to wait for it.
    thread = threading.Thread(target=ask, name="keychain", daemon=True)
    thread.start()
    thread.join(_SECONDS)
    if found:
        return found[0] or None
    if not problems:
        raise KeychainError(
            f"expected the keychain to answer within {_SECONDS:.0f} seconds, found it silent",
            hint=f"unlock it first, or unset {VARIABLE}",
        )
    # What a backend says may name what it holds: only its kind is passed on.
    problem = problems[0]
    if isinstance(problem, keyring.errors.NoKeyringError):
        raise KeychainError(
            f"expected a keychain on this machine, because {VARIABLE} is set; found none",
            hint=f"install a backend of the package 'keyring', or unset {VARIABLE}",
        ) from None
    if isinstance(problem, keyring.errors.KeyringLocked):
        raise KeychainError(
            "expected the keychain to be open, found it locked",
            hint=f"unlock it and try again, or unset {VARIABLE}",
        ) from None
    raise KeychainError(
        f"expected the keychain to answer, found: {type(problem).__name__}",
        hint=f"check it with: keyring get {SERVICE} {name} > /dev/null; or unset {VARIABLE}",
    ) from None
