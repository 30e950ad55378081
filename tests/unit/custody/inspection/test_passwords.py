"""Passwords that are easily guessed, and those that are not."""

from secrets import token_urlsafe

import pytest

from gitconfig_tool.custody.inspection.passwords import password_fault


@pytest.mark.parametrize(
    "text",
    [
        "kR7-vq2_Lw9xTz",
        "correct-staple-horse-frog",
        "9f86d081884c7d659a2feaa0c55ad015",
        "Tr0ub4dor&3-and-more",
    ],
)
def test_what_passes(text: str) -> None:
    assert password_fault(text) is None


def test_what_programs_make_passes() -> None:
    assert all(password_fault(token_urlsafe(12)) is None for _ in range(500))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kR7-vq2_Lw9", "a password of at least 12 characters"),
        ("password", "a password that is in no list of common ones"),
        ("Password123!", "a password that is in no list of common ones"),
        ("P@ssw0rd2024", "a password that is in no list of common ones"),
        ("!!!postgres!!!", "a password that is in no list of common ones"),
        ("aaaaaaaaaaaaaaaa", "a password that was drawn at random"),
        ("abc1abc1abc1abc1", "a password that was drawn at random"),
        ("abcdefghijklmnop", "a password that was drawn at random"),
        ("9876543210987654", "a password that was drawn at random"),
        ("qwertyuiopasdfgh", "a password that was drawn at random"),
        ("abababbabaabba", "a password that was drawn at random"),
    ],
)
def test_what_does_not(text: str, expected: str) -> None:
    fault = password_fault(text)

    assert fault is not None
    assert fault[0] == expected
    assert text == "password" or text not in " ".join(fault)
