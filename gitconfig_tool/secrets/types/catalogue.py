"""The types of secrets, each out of its built-in JSON Schema.

Returns what the keyless checks ask of a type: its fields, which of them carry the secret, and which
must be there. Does not check a value: `schema` and `custody` do, with the same schemas.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gitconfig_tool.builtin import builtin_text
from gitconfig_tool.document import JsonScalar

# The name of a schema is this and the name of the type.
FOLDER = "secrets/"
# The field that a secret is which is one text and no mapping.
_VALUES = {
    "api-key": "api_key",
    "database": "password",
    "certificate": "pem",
    "ssh-key": "private_key",
    "oauth-token": "access_token",
    "jwt-signing-key": "private_key",
    "aws-credentials": "secret_access_key",
    "azure-credentials": "client_secret",
    "gcp-credentials": "service_account_json",
    "generic": "value",
}
# What programs of the cloud write before the names of these fields: AWS_ACCESS_KEY_ID.
_PREFIXES = {"aws-credentials": "aws_", "azure-credentials": "azure_"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type: the JSON types that it may have, and what its text must look like.

    `is_secret` says that it must be encrypted. Others may stand in the clear, or in the rule.
    """

    name: str
    types: tuple[str, ...]
    is_secret: bool
    choices: tuple[JsonScalar, ...]
    pattern: str | None
    least: int | None
    most: int | None

    def fault(self, value: JsonScalar) -> str | None:
        """Return what was expected of a value in the clear; None where it is as it should be."""
        if json_type(value) not in self.types and not (
            isinstance(value, int) and not isinstance(value, bool) and "number" in self.types
        ):
            return " or ".join(TYPE_WORDS[each] for each in self.types)
        if self.choices and value not in self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        if isinstance(value, str) and self.pattern and not re.search(self.pattern, value):
            return _FORMS.get(self.name, f"text that matches {self.pattern}")
        if isinstance(value, int) and self.least is not None and value < self.least:
            return f"at least {self.least}"
        if isinstance(value, int) and self.most is not None and value > self.most:
            return f"at most {self.most}"
        return None


@dataclass(frozen=True, slots=True)
class SecretType:
    """A type: `fields` by name, and `needed`, of which one group of fields must be there.

    `value_field` is the field that a secret is which is no mapping. An `open` type may have any
    other fields too.
    """

    name: str
    title: str
    value_field: str
    fields: Mapping[str, Field]
    needed: tuple[tuple[str, ...], ...]
    is_open: bool

    @property
    def uri(self) -> str:
        """The name of its schema."""
        return f"gitconfig-tool:{FOLDER}{self.name}"

    def field_name(self, key: str) -> str:
        """Return the field that a key stands for: in small letters, without the cloud's prefix."""
        if self.is_open:
            return key
        return key.lower().removeprefix(_PREFIXES.get(self.name, ""))

    def is_secret(self, name: str) -> bool:
        """Tell whether a field carries the secret. Of an open type, each unknown one does."""
        known = self.fields.get(name)
        return self.is_open if known is None else known.is_secret


# A type in the words of a message.
TYPE_WORDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
# What a pattern means, for people.
_FORMS = {
    "account_id": "the 12 digits of an account",
    "client_id": "a UUID",
    "endpoint": "an address that begins with https:// or http://",
    "expires_at": "a time such as 2027-01-31T12:00:00Z",
    "expires_on": "a day such as 2027-01-31",
    "provider": "a name in small letters, such as openai",
    "engine": "a name in small letters, such as postgresql",
    "subscription_id": "a UUID",
    "tenant_id": "a UUID",
    "token_url": "an address that begins with https:// or http://",
}


@cache
def secret_type(name: str) -> SecretType:
    """Return a type by its name, one of `project.SECRET_TYPES`.

    Raises `FileNotFoundError` when its schema is not there: the installation is broken.
    """
    text = builtin_text("schemas", f"{FOLDER}{name}.schema.json")
    if text is None:
        raise FileNotFoundError(f"the schema of the type {name} is missing: reinstall the tool")
    schema = json.loads(text)
    needed = tuple(_needed(schema))
    return SecretType(
        name,
        schema["title"],
        _VALUES[name],
        {key: _field(key, each) for key, each in schema["properties"].items()},
        needed,
        schema["additionalProperties"] is not False,
    )


def json_type(value: object) -> str:
    """Return the JSON Schema name of a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list | tuple) else "object"


def _needed(schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for each in schema.get("anyOf", [schema]):
        if "required" in each:
            yield tuple(each["required"])


def _field(name: str, schema: Mapping[str, Any]) -> Field:
    types = schema["type"]
    return Field(
        name,
        (types,) if isinstance(types, str) else tuple(types),
        schema.get("writeOnly", False),
        tuple(schema.get("enum", ())),
        schema.get("pattern"),
        schema.get("minimum"),
        schema.get("maximum"),
    )
