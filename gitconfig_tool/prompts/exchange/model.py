"""What goes over from one prompt format to another, and what does not. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.errors import GitConfigError


class ExchangeError(GitConfigError):
    """A prompt cannot be read from another format, or cannot be said in it."""


@dataclass(frozen=True, slots=True)
class NotCarried:
    """A field that stays behind, such as `model.configuration.api_key`, and the reason.

    Never holds the field's value: it may be a secret.
    """

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt that was read from another format.

    `content` is the content of a prompt file, its fields in the order in which they are written.
    `id` and `version` are what the source says, or None. `carried` names the fields of the source
    that went over.
    """

    content: Mapping[str, Any]
    id: str | None
    version: str | None
    carried: tuple[str, ...]
    not_carried: tuple[NotCarried, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A prompt version in another format: files (path below the output folder, text)."""

    files: tuple[tuple[str, str], ...]
    not_carried: tuple[NotCarried, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of a prompt's `testData`, as JSON values; `expected` is empty if there is none."""

    name: str
    variables: Mapping[str, Any]
    expected: Mapping[str, Any]
