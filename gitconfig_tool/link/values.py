"""Values while they are linked: with their size, or known to lead nowhere. Pure data."""

from typing import NamedTuple

from gitconfig_tool.merge import MergedValue


class _Unknown:
    """In place of a value that could not be found; the diagnostic is already written."""


UNKNOWN = _Unknown()


class Sized(NamedTuple):
    """A resolved value: how many values it is, and how many levels of collections it has."""

    value: MergedValue
    size: int
    height: int


def unknown(value: MergedValue) -> Sized:
    return Sized(MergedValue(UNKNOWN, value.chain), 1, 0)
