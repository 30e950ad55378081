"""Version numbers: how large the step between two of them is, and which one comes next.

Semantic Versioning 2.0.0. Before 1.0.0, a step is what npm's ranges make of it: `^0.2.3` does not
take 0.3.0, and `^0.0.3` takes 0.0.3 alone. Takes and returns texts.
"""

from collections.abc import Iterable
from enum import IntEnum

from semantic_version import Version


class Level(IntEnum):
    """How large a step is; `NONE` changes nothing."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The name of the level as people write it."""
        return self.name.lower()


def is_draft(version: str) -> bool:
    """Tell whether a version is a pre-release: it promises nothing yet."""
    return bool(Version(version).prerelease)


def released_form(version: str) -> str:
    """Return the version that a pre-release leads to."""
    return str(Version(version).truncate("patch"))


def level_between(old: str, new: str) -> Level:
    """Return the largest change that a step between two numbers may hold."""
    one, other = Version(old), Version(new)
    if one.major != other.major or (other.major == 0 and one.minor != other.minor):
        return Level.MAJOR
    if other.major == 0 and other.minor == 0:
        return Level.MAJOR  # No range but the version itself takes both.
    if one.minor != other.minor or other.major == 0:
        return Level.MINOR  # Before 1.0.0, a patch may hold what is new.
    return Level.PATCH


def next_version(version: str, level: Level) -> str:
    """Return the lowest version above one that a step of this level may lead to."""
    at = Version(version)
    if level is Level.MAJOR and at.major > 0:
        return f"{at.major + 1}.0.0"
    if (level is Level.MAJOR and at.minor > 0) or (level is Level.MINOR and at.major > 0):
        return f"{at.major}.{at.minor + 1}.0"
    return f"{at.major}.{at.minor}.{at.patch + 1}"


def highest_below(versions: Iterable[str], version: str) -> str | None:
    """Return the version that another one follows: the highest lower one that is no pre-release."""
    below = [
        each
        for each in versions
        if not Version(each).prerelease and Version(each) < Version(version)
    ]
    return max(below, key=Version, default=None)
