"""Text of others in Markdown: shown as it is, and nothing else."""

import pytest

from gitconfig_tool.report.markdown import bundles_prose, code, fence, html_code, prose, size


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rpm", "`rpm`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("``", "``` `` ```"),
        (" a ", "`  a  `"),
        ("", "(empty)"),
        ("a\nb\x1b", "`a\\nb\\x1b`"),
        ("@octocat #1", "`@octocat #1`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


def test_long_code_is_cut_and_so_are_accents_without_end() -> None:
    assert code("x" * 300, 20) == f"`{'x' * 17}...`"
    assert len(code("e" + "\u0301" * 5_000, 20)) < 80


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the price is lower, by half.", "the price is lower, by half."),
        ("production and 38 of 50 tenants", "production and 38 of 50 tenants"),
        ("1,047,576 tokens (70%)", "1,047,576 tokens (70%)"),
        ("see base/chat.yaml, please", "see `base/chat.yaml`, please"),
        ("ask @octocat about #12", "ask `@octocat` about `#12`"),
        ("GH-1 and deadbeef", "`GH-1` and `deadbeef`"),
        ("<b>bold</b> *it*", "`<b>bold</b>` `*it*`"),
        ("1. not a list", "`1`. not a list"),
        ("https://example.com www.example.com", "`https://example.com` `www.example.com`"),
        ("a -> b", "a → b"),
        ("$0.40 in", "`$0.40` in"),
        ("two\n\nlines", "`two\\n\\nlines`"),
        (" ", "(empty)"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_html() -> None:
    assert html_code("</code><script>&") == "<code>&lt;/code&gt;&lt;script&gt;&amp;</code>"


def test_a_fence_is_longer_than_those_inside() -> None:
    assert fence(["a", "````", "b  "], "diff") == ["`````diff", "a", "````", "b", "`````"]
    assert fence([]) == ["```", "```"]


def test_bundles_that_are_named_one_by_one_are_code() -> None:
    known = {name: {"environment": name} for name in "abcdefgh"}

    assert bundles_prose(["a", "b"], known) == "`a`, `b`"
    assert bundles_prose(list(known), known) == "all 8 bundles"


def test_size_counts_bytes_and_line_ends_twice() -> None:
    assert size("aé\n") == 1 + 2 + 2
