"""SOPS as a format and as a program: what an encrypted value is, and how a file is decrypted.

Takes the bytes of a SOPS file and identities; returns plaintext, or says why not. Knows neither
bundles nor projects, and writes no file. `secrets` judges files without a key; `fetch` delivers.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.sops.batch import decrypt_files
    from gitconfig_tool.sops.errors import DecryptionError
    from gitconfig_tool.sops.identities import AGE_VARIABLES, AgePlace, find_age_places
    from gitconfig_tool.sops.keychain import VAULT_ENTRY, KeychainError, read_entry
    from gitconfig_tool.sops.program import check_recipients, decrypt_file, find_sops
    from gitconfig_tool.sops.values import PREFIX, MalformedValueError, encrypted_type

__all__ = [
    "AGE_VARIABLES",
    "PREFIX",
    "VAULT_ENTRY",
    "AgePlace",
    "DecryptionError",
    "KeychainError",
    "MalformedValueError",
    "check_recipients",
    "decrypt_file",
    "decrypt_files",
    "encrypted_type",
    "find_age_places",
    "find_sops",
    "read_entry",
]

__getattr__ = deferred(
    __name__,
    {
        "decrypt_files": ".batch",
        "DecryptionError": ".errors",
        "AGE_VARIABLES": ".identities",
        "AgePlace": ".identities",
        "find_age_places": ".identities",
        "VAULT_ENTRY": ".keychain",
        "KeychainError": ".keychain",
        "read_entry": ".keychain",
        "check_recipients": ".program",
        "decrypt_file": ".program",
        "find_sops": ".program",
        "PREFIX": ".values",
        "MalformedValueError": ".values",
        "encrypted_type": ".values",
    },
)
