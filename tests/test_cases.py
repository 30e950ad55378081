"""Every folder of tests/cases is a tiny project with exactly the diagnostics that it expects.

`tests/cases/<code>/<name>/` holds a project as it would lie in Git, and `expected.txt`: the whole
output of `validate`. What must not stand in `expected.txt` is what the tool happened to print: each
was worked out by hand from the rule and the files. A folder named `all-at-once` shows many at once.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.diagnostics import RULES

CASES = Path(__file__).parent / "cases"
# What cannot lie in this repository as it is: made by the test that is named beside it.
WITHOUT_CASE = {
    "GCT002": "tests/unit/test_source.py: a submodule is made with git",
    "GCT003": "tests/unit/test_source.py: a file name that is not UTF-8 is made",
    "GCT004": "tests/hostile/test_names.py: this repository must be cloned on macOS too",
    "GCT005": "tests/hostile/test_names.py: the same",
    "GCT007": "tests/hostile/test_names.py: git would not check such a tree out",
    "GCT008": "tests/hostile/test_names.py: the same",
    "GCT009": "tests/hostile/test_git.py: a blob of 200 MB is generated",
    "GCT019": "tests/hostile/test_yaml.py: a file of 16 MiB is generated",
    **{
        f"GCT{number}": "tests/integration/test_sops_tampering.py: a case has one commit, and this "
        "compares two"
        for number in range(426, 434)
    },
    "GCT465": "tests/unit/secrets/test_replacing.py: takes commits of different times",
    "GCT466": "tests/unit/secrets/test_replacing.py: the same",
    "GCT468": "tests/unit/secrets/test_replacing.py: the same",
    **{
        f"GCT{number}": "tests/unit/compiler/test_prompt_history.py: a case has one commit, and "
        "this compares two"
        for number in (535, 536, 538)
    },
    "GCT558": "tests/unit/compiler/test_experimenting.py: two commits are compared",
    "GCT435": "tests/unit/cli/test_scan.py: no file of this repository holds a credential",
    "GCT436": "tests/unit/cli/test_scan.py: the same",
    "GCT437": "tests/unit/cli/test_scan.py: a file of 9 MB is generated",
    "GCT608": "tests/unit/models/test_lifecycle.py: the day of the catalogue changes with each one",
    "GCT759": "tests/unit/emit/test_limits.py: a document of 1 MB is generated",
    "GCT668": "tests/unit/models/test_chains.py: chains of many documents are generated",
    "GCT904": "tests/unit/cli/test_value_tests.py: found by `test`, and not by `validate`",
    "GCT155": "tests/unit/test_link.py: a bundle of a million values is generated",
    **dict.fromkeys(
        [f"GCT4{number}" for number in range(46, 65)],
        "tests/integration/test_secrets_inspection.py: needs a key, and the command that takes one",
    ),
}
_FRAME = re.compile(r"^ *\d+ \| .*\n *\| +\^", re.MULTILINE)
# What depends on the day, such as the end of a model, is judged at the day of the commit.
_DAY = "2026-03-01T12:00:00Z"
_CODE = re.compile(r"^(?:error|warning)\[(GCT\d+)\]", re.MULTILINE)


def _cases() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/*/expected.txt"))


def _validate(case: Path, folder: Path) -> int:
    project = folder / "project"
    shutil.copytree(case, project, symlinks=True)
    (project / "expected.txt").unlink()
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Case"]):
        env = {**os.environ, "GIT_AUTHOR_DATE": _DAY, "GIT_COMMITTER_DATE": _DAY}
        subprocess.run(["git", *arguments], cwd=project, check=True, capture_output=True, env=env)
    return run(group, ["-C", str(project), "validate", "--rev", "HEAD"])


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.relative_to(CASES).as_posix())
def test_case(case: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = _validate(case, tmp_path)
    output, errors = capfd.readouterr()

    assert errors == ""
    assert output == (case / "expected.txt").read_text(encoding="utf-8")
    assert code == (1 if "error[" in output else 0)


def test_one_run_shows_the_twelve_kinds_of_mistakes() -> None:
    """Each with its code, a frame and a hint, and nothing that only follows from another."""
    text = (CASES / "all-at-once" / "one-run" / "expected.txt").read_text(encoding="utf-8")
    *blocks, summary = text.split("\n\n")

    assert [_CODE.findall(block) for block in blocks] == [
        ["GCT010"],  # a YAML syntax error
        ["GCT012"],  # a duplicate key
        ["GCT301"],  # a policy denial
        ["GCT104"],  # a missing !required
        ["GCT013"],  # an unknown tag
        ["GCT152"],  # a !ref cycle
        ["GCT154"],  # a !prompt version that does not exist
        ["GCT153"],  # a !secret to nowhere
        ["GCT105"],  # an overridden !final
        ["GCT204"],  # a schema violation, inherited by production from staging
        ["GCT030"],  # a typo in gitconfig.yaml
        ["GCT501"],  # an undefined variable in a prompt
    ]
    for block in blocks:
        assert _FRAME.search(block), block
        assert "= hint: " in block
    assert summary == "12 errors: checked 2 bundles with 12 documents\n"


def test_no_case_prints_a_secret_in_the_clear() -> None:
    shown = 0
    for case in _cases():
        text = (case / "expected.txt").read_text(encoding="utf-8")
        assert "demo-fake" not in text, case
        shown += "the line is not shown" in text
    assert shown >= 8


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
