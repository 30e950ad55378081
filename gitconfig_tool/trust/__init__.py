"""Signers, verifiers and statements: who says that a bundle is the right one.

Knows manifests and digests, and neither where they are stored nor what the layers mean.
"""

from gitconfig_tool.trust.errors import KeyFileError, SigningError, VerificationError
from gitconfig_tool.trust.keys import (
    FileSigner,
    Verifier,
    generate_key_pair,
    load_signer,
    load_verifier,
)
from gitconfig_tool.trust.signing import sign_bundle
from gitconfig_tool.trust.statement import Statement
from gitconfig_tool.trust.verification import VerifiedBundle, verify_bundle

__all__ = [
    "FileSigner",
    "KeyFileError",
    "SigningError",
    "Statement",
    "VerificationError",
    "VerifiedBundle",
    "Verifier",
    "generate_key_pair",
    "load_signer",
    "load_verifier",
    "sign_bundle",
    "verify_bundle",
]
