"""Every folder of tests/cases is a tiny project with exactly the diagnostics that it expects.

`tests/cases/<code>/<name>/` holds a project as it would lie in Git, and `expected.txt`: the whole
output of `validate`. What must not stand in `expected.txt` is what the tool happened to print: each
was worked out by hand from the rule and the files. A folder named `all-at-once` shows many at once.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import RULES

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).resolve().parents[1]
# What cannot lie in this repository as it is: made by the test that is named beside it.
WITHOUT_CASE = {
    "GCT002": "tests/unit/test_source.py: a submodule is made with git",
    "GCT019": "tests/unit/test_document.py: a file of 16 MiB is generated",
    "GCT155": "tests/unit/test_link.py: a bundle of a million values is generated",
}
_CODE = re.compile(r"^(?:error|warning)\[(GCT\d+)\]", re.MULTILINE)


def _cases() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/*/expected.txt"))


def _validate(case: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    project = folder / "project"
    shutil.copytree(case, project, symlinks=True)
    (project / "expected.txt").unlink()
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Case"]):
        subprocess.run(["git", *arguments], cwd=project, check=True, capture_output=True)
    return subprocess.run(
        [sys.executable, "-m", "gitconfig_tool", "-C", str(project), "validate", "--rev", "HEAD"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.relative_to(CASES).as_posix())
def test_case(case: Path, tmp_path: Path) -> None:
    done = _validate(case, tmp_path)

    assert done.stderr == ""
    assert done.stdout == (case / "expected.txt").read_text(encoding="utf-8")
    assert done.returncode == (1 if "error[" in done.stdout else 0)


def test_every_code_has_a_case() -> None:
    shown = {
        (case.parent.name, code)
        for case in _cases()
        for code in _CODE.findall((case / "expected.txt").read_text(encoding="utf-8"))
    }
    missing = [code for code in RULES if (code, code) not in shown and code not in WITHOUT_CASE]

    assert missing == []
    assert [code for code in WITHOUT_CASE if code not in RULES] == []


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.relative_to(CASES).as_posix())
def test_every_diagnostic_has_a_place_and_help(case: Path) -> None:
    text = (case / "expected.txt").read_text(encoding="utf-8")
    blocks = [block for block in text.split("\n\n") if _CODE.match(block)]

    assert blocks or "no problems" in text
    for block in blocks:
        assert "-->" in block
        assert "= help: gitconfig-tool rules GCT" in block
