"""The one error of this package."""

from gitconfig_tool.errors import GitConfigError


class DecryptionError(GitConfigError):
    """A file cannot be decrypted."""
