"""Globs of the project file: what stays within a folder and what crosses folders."""

import pytest

from gitconfig_tool.glob import compile_glob


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
    ],
)
def test_globs(glob: str, matching: list[str], others: list[str]) -> None:
    pattern = compile_glob(glob)

    assert [text for text in matching if not pattern.fullmatch(text)] == []
    assert [text for text in others if pattern.fullmatch(text)] == []
