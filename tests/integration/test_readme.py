"""Two tours are executed: every command as it stands, every output as it is shown.

They are those of README.md and docs/first-secret.md. A block marked `console` holds commands after
`$ ` and the output that follows each. `...` stands for any text within a line, and alone on a line
for any lines: digests, dates and times differ.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_KEYGEN = """\
import sys
from pathlib import Path
from pyrage import x25519

option, path = sys.argv[1], Path(sys.argv[2])
if option == "-o":
    path.write_text(f"{x25519.Identity.generate()}\\n")
public = x25519.Identity.from_str(path.read_text().strip()).to_public()
print(f"Public key: {public}" if option == "-o" else public)
"""
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _steps(page: str) -> list[tuple[str, str]]:
    """Return the commands of a page with the output shown for each, in order."""
    steps: list[tuple[str, str]] = []
    for block in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                steps.append((line[2:].rstrip("\n"), ""))
            else:
                command, output = steps[-1]
                steps[-1] = (command, output + line)
    return steps


def _matches(shown: str, printed: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in shown.strip("\n").split("\n")
    )
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


# Models end and their catalogue grows old, so their day is named; ages of secrets count from today.
_DAY = "2026-11-23"
_COMMITTED = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{_DAY}T12:00:00Z")


@pytest.mark.parametrize(("page", "day"), [("README.md", _COMMITTED), ("docs/first-secret.md", {})])
def test_tour(page: str, day: dict[str, str], tmp_path: Path) -> None:
    """Run all commands in one shell, so that `cd` and variables hold as they do for a reader."""
    scripts = tmp_path / "bin"
    scripts.mkdir()
    for name, module in (("gitconfig-tool", "gitconfig_tool"), ("gct", "gitconfig_tool")):
        script = scripts / name
        script.write_text(
            f'#!/bin/sh\n[ "$1" = validate ] && set -- "$@" --as-of {_DAY}\n'
            f'exec "{sys.executable}" -m {module} "$@"\n',
            encoding="utf-8",
        )
        script.chmod(0o755)
    # The package `age` is not among the requirements of the tests; its file format is what counts.
    keygen = scripts / "age-keygen"
    keygen.write_text(f"#!{sys.executable}\n{_KEYGEN}", encoding="utf-8")
    keygen.chmod(0o755)
    steps = _steps(page)
    assert len(steps) >= 8
    marker = "==end-of-step=="
    lines = []
    for command, _ in steps:
        lines += [f"{command} 2>&1", f"echo; echo {marker}"]
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        ["bash", "--norc", "-s"],
        input="\n".join(lines),
        env={
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(work),
            "TERM": "dumb",
            **day,
        },
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    outputs = done.stdout.split(f"\n{marker}\n")[:-1]

    assert len(outputs) == len(steps), done.stderr
    for (command, shown), printed in zip(steps, outputs, strict=True):
        assert _matches(shown, printed), f"$ {command}\n{printed}"


def test_matching_is_strict() -> None:
    assert _matches("a\nb", "a\nb\n")
    assert _matches("sha256:... x", "sha256:abc x")
    assert _matches("a\n...\nz", "a\nb\nc\nz")
    assert not _matches("a", "a b")
    assert not _matches("sha256:...", "sha256:a\nb")
    assert not _matches("a\nb", "a\nc\nb")
