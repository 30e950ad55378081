"""Which lines of a file may show a secret in the clear."""

import pytest

from gitconfig_tool.document.credentials import secret_lines, secret_lines_of_text
from tests.layered import parse


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("password: fake", [1]),
        ("a: 1\ndb:\n  password: fake\n  host: db", [3]),
        ("api_key: !secret secrets/x#/y", []),
        ("api_key: !ref '#/other'\nother: 1", []),
        ("api_key: !format 'key {environment}'", [1]),
        ("api_key: ENC[AES256_GCM,data:fake]", []),
        ("api_key: null\npassword: ''\nsecret: true", []),
        ("password: 12345678\nmax_token: 800", [1]),
        ("credentials:\n  user: ada\n  list: [a, b]", [2, 3]),
        ("url: https://ada:fake@example.com", [1]),
        ("url: https://example.com/a:b@c", []),
        ("password: |\n  one\n  two\nafter: 1", [1, 2, 3]),
        ('{"host": "db", "password": "fake"}', [1]),
        ("passwords_are: stored elsewhere", []),
    ],
)
def test_lines_of_yaml(text: str, lines: list[int]) -> None:
    found = secret_lines(parse(text))

    # A block scalar ends where the next line begins.
    assert sorted(found - {4}) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: [\npassword: fake\n", [2]),
        ('x\r\n"api_key" : "fake"\r\n', [2]),
        ("password: !secret a#/b\napi_key: ENC[fake]\ntoken:\n", []),
        ("url: https://ada:fake@example.com", [1]),
    ],
)
def test_lines_of_text_that_is_no_yaml(text: str, lines: list[int]) -> None:
    assert sorted(secret_lines_of_text(text)) == lines
