"""Globs of the project file: what stays within a folder and what crosses folders."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.glob import Glob, compile_key_glob


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("", [""], ["a"]),
        ("a/b.c", ["a/b.c"], ["a/bxc", "x/a/b.c", "a/b.cd"]),
        ("a[b]", ["a[b]"], ["ab"]),
        ("*", ["a", ".a", ""], ["a/b"]),
        ("a/*/c", ["a/b/c"], ["a/b/b/c"]),
        ("a/?", ["a/b"], ["a/", "a/bc", "a//"]),
        ("**", ["a", "a/b/c"], []),
        ("a/**", ["a/b", "a/b/c"], ["a", "a/", "ab/c"]),
        ("**/a", ["a", "b/a", "b/c/a"], ["ba", "a/b"]),
        ("a/**/c", ["a/c", "a/b/c", "a/b/b/c"], ["ac", "a/bc"]),
        ("a**c", ["ac", "abc", "a/b/c"], ["a/b"]),
        ("*a*b*c", ["abc", "xaxbxc"], ["ab/c", "acb"]),
        ("**/a/**/b/*", ["a/b/c", "x/a/y/z/b/c"], ["xa/b/c", "a/b", "a/yb/c", "a/b/c/d"]),
        ("**a**b/**", ["ab/c", "x/a/y/b/z/z"], ["ab", "ab/", "b/a/c"]),
        ("a**/b**/c**/d", ["abcd", "ax/by/z/cd"], ["a/b/c/d", "ax/byz/cd/"]),
    ],
)
def test_globs(glob: str, matching: list[str], others: list[str]) -> None:
    pattern = Glob(glob)

    assert [text for text in matching if not pattern.fullmatch(text)] == []
    assert [text for text in others if pattern.fullmatch(text)] == []


# What each wildcard means, for an engine that tries everything.
MEANING = {"**/": "(?:[^/]+/)*", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@given(
    st.lists(st.sampled_from(["a", "b", "/", "?", "*", "**", "**/"]), max_size=7),
    st.text("ab/", max_size=8),
)
def test_globs_mean_what_their_parts_mean(parts: list[str], text: str) -> None:
    glob = "".join(parts)
    pieces = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", glob)
    meaning = "".join(MEANING.get(piece, piece) for piece in pieces)

    assert Glob(glob).fullmatch(text) == (re.fullmatch(meaning, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("glob", "text"),
    [
        ("**a" * 20 + "b", "a" * 1_000),
        ("*a" * 20 + "b", "a" * 1_000),
        ("**/" * 20 + "b", "a/" * 500 + "a"),
        ("**/*" * 20 + "b", "a/" * 500 + "a"),
        ("*" * 10_000 + "b", "a" * 1_000),
        ("*a" * 100_000, "a" * 1_000),
    ],
)
def test_a_glob_made_to_keep_us_busy(glob: str, text: str) -> None:
    begin = time.process_time()

    assert not Glob(glob).fullmatch(text)
    assert time.process_time() - begin < 5  # Python's own engine takes years for some of these.


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("a*c", ["ac", "a/b\nc"], ["abcd", "b"]),
        ("*a*a", ["aa", "baa", "aba/a"], ["a", "aab"]),
        ("?", ["/", "\n"], ["", "ab"]),
        ("[a]*", ["[a]", "[a]b"], ["a"]),
        ("a", ["a"], ["ab"]),
    ],
)
def test_globs_of_keys(glob: str, matching: list[str], others: list[str]) -> None:
    pattern = compile_key_glob(glob)

    assert [text for text in matching if not pattern.fullmatch(text)] == []
    assert [text for text in others if pattern.fullmatch(text)] == []


@pytest.mark.parametrize("repeated", ["*a", "**", "**a", "?*a"])
def test_no_glob_of_keys_takes_long(repeated: str) -> None:
    begun = time.perf_counter()

    assert not compile_key_glob(repeated * 30 + "z").fullmatch("a" * 1_000)

    assert time.perf_counter() - begun < 5
