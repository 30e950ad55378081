"""Count lines of code by module, and tests by folder: `make stats`.

A line of code is one that is neither blank, nor a comment, nor part of a docstring: what the
tokenizer and the syntax tree say, not a guess about text.
"""

import ast
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def count_code_lines(path: Path) -> int:
    """Return the number of lines that hold code."""
    with path.open("rb") as file:
        lines = {
            line
            for token in tokenize.tokenize(file.readline)
            if token.type not in _NOT_CODE
            for line in range(token.start[0], token.end[0] + 1)
        }
    return len(lines - _docstring_lines(ast.parse(path.read_bytes())))


def _docstring_lines(tree: ast.Module) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                found.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return found


def _by_module(folder: str) -> Counter[str]:
    """Count by the first name below a folder: a module or a package."""
    counts: Counter[str] = Counter()
    for path in sorted((_ROOT / folder).rglob("*.py")):
        counts[path.relative_to(_ROOT / folder).parts[0].removesuffix(".py")] += count_code_lines(
            path
        )
    return counts


def _tests_by_folder() -> Counter[str]:
    """Ask pytest, which knows parameters and generated tests."""
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    counts: Counter[str] = Counter()
    for line in listing.splitlines():
        name, separator, number = line.rpartition(": ")
        if separator and name.endswith(".py") and number.isdecimal():
            counts["/".join(name.split("/")[:2])] += int(number)
    return counts


def _print(title: str, counts: Iterable[tuple[str, int]]) -> None:
    rows = list(counts)
    print(f"{title}: {sum(number for _, number in rows)}")
    for name, number in sorted(rows, key=lambda row: (-row[1], row[0])):
        print(f"  {number:6}  {name}")


if __name__ == "__main__":
    _print("lines of code in gitconfig_tool", _by_module("gitconfig_tool").items())
    _print("lines of code in tests", _by_module("tests").items())
    _print("lines of code in bench", _by_module("bench").items())
    _print("tests", _tests_by_folder().items())
