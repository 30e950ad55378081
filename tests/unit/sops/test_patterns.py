"""Patterns of .sops.yaml and of SOPS's metadata, as Go reads them."""

import time

import pytest

from gitconfig_tool.sops.patterns import PatternError, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^(data|stringData)$", "data", True),
        (r"^(data|stringData)$", "metadata", False),
        (r"pass", "my_password", True),
        (r"(?i)TOKEN", "token", True),
        (r"\.yaml\z", "a.yaml", True),
        (r"^[[:alpha:]]+$", "abc", True),
        (r"^[[:alpha:]]+$", "ab1", False),
        (r"^\pL+$", "größe", True),
        (r"^\w+$", "größe", False),  # \w is ASCII in RE2, other than in Python.
        (r"^\Qa.b\E$", "a.b", True),
        (r"a.c", "a\nc", False),
    ],
)
def test_a_pattern_means_what_it_means_to_go(pattern: str, text: str, expected: bool) -> None:
    assert compile_pattern(pattern).matches(text) is expected


@pytest.mark.parametrize("pattern", ["(", "a**", "(?<=a)b", r"(a)\1", "[z-a]", "x{2000}", "\ud800"])
def test_what_go_refuses_is_an_error_with_a_reason(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert str(caught.value)


def test_no_pattern_takes_for_ever(capfd: pytest.CaptureFixture[str]) -> None:
    before = time.process_time()

    assert not compile_pattern(r"(a*)*(a*)*$b").matches("a" * 50_000 + "!")

    assert time.process_time() - before < 30
    with pytest.raises(PatternError):
        compile_pattern("(" * 3)
    assert capfd.readouterr().err == ""
