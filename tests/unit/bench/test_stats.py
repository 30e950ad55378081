"""Counting lines of code."""

from pathlib import Path

from bench.stats import count_code_lines

# Nine lines hold code: the two of `import`, `x = (`, `1`, `)`, `def`, and the three of `text`.
_SOURCE = '''\
"""A docstring.

Of three lines.
"""

# A comment.
import os
import sys

x = (
    # A comment within.
    1
)


def f():
    """One line."""
    text = """not

    a docstring"""
'''


def test_blank_lines_comments_and_docstrings_are_not_code(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(_SOURCE)

    assert count_code_lines(path) == 9


def test_an_empty_file_has_no_code(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text("")

    assert count_code_lines(path) == 0
