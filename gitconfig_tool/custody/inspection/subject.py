"""What is looked at, and what is found: one secret in the clear, and one thing wrong with it.

Pure data, which holds plaintext: no field of it is ever printed, and `repr` shows none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gitconfig_tool.document import JsonScalar
from gitconfig_tool.secrets.types import SecretType
from gitconfig_tool.secrets.types.attributes import PLACEHOLDER

# What a PEM text begins with (RFC 7468, section 2).
PEM_BEGIN = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class Terms:
    """When the inspection is made, and how long before its end something is soon to expire."""

    as_of: datetime
    soon: timedelta

    @property
    def day(self) -> str:
        """The day of the inspection, for messages."""
        return self.as_of.astimezone(UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Subject:
    """The current version of one secret, with its values by the names of its fields.

    `said` is what the rule of the project file says of it. `is_protected` tells that a protected
    bundle reads it.
    """

    type: SecretType
    values: Mapping[str, Any] = field(repr=False)
    said: Mapping[str, JsonScalar]
    is_protected: bool

    def text(self, name: str) -> str | None:
        """Return the text of a field; None where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def known(self, name: str) -> Any:
        """Return a field that is no secret, out of the file or else out of the rule."""
        return self.values.get(name, self.said.get(name))

    @property
    def is_placeholder(self) -> bool:
        """Whether the rule says that the value is known to be no real one."""
        return self.said.get(PLACEHOLDER) is True

    def secret_texts(self) -> Mapping[str, str]:
        """Return the fields that carry the secret and are text."""
        return {
            name: value
            for name, value in self.values.items()
            if self.type.is_secret(name) and isinstance(value, str) and value
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a secret: the code, the field that it stands in, and the words.

    `name` is empty for the secret as a whole. `expected` and `found` never hold a value.
    """

    code: str
    name: str
    expected: str
    found: str
    hint: str
