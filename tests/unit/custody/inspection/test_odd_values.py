"""Values that no sane person encrypts: every look is taken at them, and none of them raises."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gitconfig_tool.custody.inspection.inspect import looks
from gitconfig_tool.custody.inspection.subject import Subject, Terms
from gitconfig_tool.project import SECRET_TYPES
from gitconfig_tool.secrets.types import secret_type

TERMS = Terms(datetime(2026, 6, 1, tzinfo=UTC), timedelta(days=30))
ODD: list[Any] = [
    "",
    None,
    5.5,
    True,
    [],
    {"a": ["b"]},
    "\ud800canary",
    "\x00",
    "x" * 50_000,
    "a" + "1" * 50_000 + "a",
    "x://" + ":" * 50_000,
    " " * 50_000,
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\n" * 2_000,
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\né\n-----END OPENSSH PRIVATE KEY-----",
    '{"a":' * 3_000,
    "9" * 5_000,
    "2026-99-99",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    10**30,
    -1,
    253_402_300_799,
]


@pytest.mark.parametrize("name", SECRET_TYPES)
def test_no_value_stops_the_inspection(name: str) -> None:
    of = secret_type(name)
    said = {"algorithm": "HS256", "provider": "openai"}
    for value in ODD:
        for field in (*of.fields, of.value_field):
            subject = Subject(of, {field: value}, said, is_protected=True)
            for found in looks(subject, TERMS):
                words = f"{found.expected} {found.found} {found.hint}"
                assert "canary" not in words


def test_what_holds_plaintext_does_not_show_it() -> None:
    subject = Subject(secret_type("api-key"), {"api_key": "canary"}, {}, False)

    assert "canary" not in repr(subject)
