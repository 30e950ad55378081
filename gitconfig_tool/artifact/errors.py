"""What can be wrong with the bytes of an artifact."""

from gitconfig_tool.errors import GitConfigError


class ArtifactError(GitConfigError):
    """The bytes are no artifact of ours: not JSON, a field is missing, or one has a wrong value."""


class OversizeError(ArtifactError):
    """The bytes, or what they announce, exceed a bound."""
