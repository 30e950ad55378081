"""How signing and verifying fail."""

from collections.abc import Mapping
from types import MappingProxyType

from gitconfig_tool.errors import GitConfigError

# The hint where a store holds what nobody with the key has made.
COMPILE_AGAIN = "compile and sign it again, and find out who can write to the store"


class KeyFileError(GitConfigError):
    """A key cannot be read, written or used."""


class SigningError(GitConfigError):
    """The artifact must not be signed, or the signer failed."""


class VerificationError(GitConfigError):
    """A bundle is refused.

    `reason` is a stable word for programs: one of `REASONS`. `bundle` is the name that was asked
    for.
    """

    def __init__(self, reason: str, message: str, *, bundle: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.bundle = bundle


# Documented in docs/commands.md; programs match on these.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "changed-blob": "a layer holds other bytes than were signed",
        "changed-manifest": "the manifest is not the one that was signed",
        "changed-signature": "the signature names the trusted key and does not match its content",
        "duplicate-title": "two layers of the bundle go by one name",
        "extra-blob": "the manifest refers to layers that were not there when it was signed",
        "malformed-manifest": "the manifest is none of ours",
        "malformed-signature": "the signature cannot be read",
        "missing-blob": "the store lacks a part of the bundle",
        "no-signature": "nobody has signed the bundle",
        "oversize": "a part exceeds a bound",
        "untrusted-key": "the bundle is signed, by a key that is not trusted",
        "worktree": "the bundle was compiled from a work tree, not from a commit",
        "wrong-bundle": "the manifest or the signature belongs to another bundle",
        "wrong-statement": "the trusted key signed something other than a statement of ours",
    }
)
