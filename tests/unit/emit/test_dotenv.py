"""Quoting in environment files: a real shell gives back every value that is quoted."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.emit.dotenv import quote


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("600", "600"),
        ("https://a.invalid/x", "https://a.invalid/x"),
        ("", "''"),
        ("two words", "'two words'"),
        ('$5 `x` "y" # z', "'$5 `x` \"y\" # z'"),
        ("C:\\temp", "'C:\\temp'"),
        ("two\nlines", "'two\nlines'"),
        ("it's", '"it\'s"'),
        ('it\'s "so" \\ now', '"it\'s \\"so\\" \\\\ now"'),
        ("ends in \\", '"ends in \\\\"'),
        ("a\\\\b", '"a\\\\\\\\b"'),
    ],
)
def test_a_value_is_quoted(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize(
    "text", ["it's $5", "it's `x`", "${HOME}", "a\\\\b $x", "one\r\ntwo", "a\0b"]
)
def test_what_readers_disagree_about_has_no_form(text: str) -> None:
    assert quote(text) is None


@given(st.lists(st.text("ab $'\"\\`\n!#=~*é{}"), max_size=20))
def test_a_shell_gives_back_what_was_quoted(texts: list[str]) -> None:
    shell = shutil.which("sh")
    assert shell is not None
    quoted = [(text, form) for text in texts if (form := quote(text)) is not None]
    script = "".join(f"V={form}\nprintf '%s\\0' \"$V\"\n" for _, form in quoted)

    done = subprocess.run([shell, "-c", script], capture_output=True, check=True, cwd=Path("/"))

    assert done.stdout.decode().split("\0")[:-1] == [text for text, _ in quoted]
