"""`explain` names each layer that set a value, strongest first, and the commit of the winner."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitconfig_tool.cli.init import copy_example

ROOT = Path(__file__).resolve().parents[2]
PLACE = "ml-service/inference/model#/parameters/temperature"
ACME = "tenants/acme/base/ml-service/inference/model.yaml"
PRODUCTION = "environments/production/ml-service/inference/model.yaml"
BASE = "base/ml-service/inference/model.yaml"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _explain(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gitconfig_tool", "-C", str(repository), "explain", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    target = tmp_path / "acme-llm"
    copy_example(target)
    return target


def _place(repository: Path, path: str) -> tuple[int, int]:
    """Find the temperature's value by reading the file as a person would."""
    for number, line in enumerate((repository / path).read_text(encoding="utf-8").splitlines(), 1):
        if line.strip().startswith("temperature:"):
            return number, line.index("temperature:") + len("temperature: ") + 1
    raise AssertionError(f"no temperature in {path}")


def test_chain_is_strongest_first_with_places(repository: Path) -> None:
    done = _explain(repository, "production/acme", PLACE, "--format", "json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["value"] == 0.2
    found = [
        (step["layer"], step["path"], step["line"], step["column"], step["value"])
        for step in report["chain"]
    ]
    assert found == [
        ("tenants/acme/base", ACME, *_place(repository, ACME), 0.2),
        ("environments/production", PRODUCTION, *_place(repository, PRODUCTION), 0.3),
        ("base", BASE, *_place(repository, BASE), 0.7),
    ]


def test_commit_is_the_one_that_changed_the_winning_line(repository: Path) -> None:
    file = repository / ACME
    file.write_text(
        file.read_text(encoding="utf-8").replace("temperature: 0.2", "temperature: 0.15"),
        encoding="utf-8",
    )
    _git(repository, "commit", "-q", "-am", "Lower the temperature for acme")
    changed = _git(repository, "rev-parse", "HEAD")
    (repository / "NOTES.md").write_text("later\n", encoding="utf-8")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "Something else")

    done = _explain(repository, "production/acme", PLACE, "--format", "json")
    chain = json.loads(done.stdout)["chain"]
    text = _explain(repository, "production/acme", PLACE).stdout

    assert chain[0]["commit"]["id"] == changed
    assert chain[0]["commit"]["summary"] == "Lower the temperature for acme"
    assert chain[1]["commit"] is None  # asked for with --blame only
    assert changed[:12] in text
    line, column = _place(repository, ACME)
    assert f"{ACME}:{line}:{column}" in text
    assert text.index(ACME) < text.index(PRODUCTION) < text.index(f" {BASE}")


def test_blame_names_the_commit_of_every_line(repository: Path) -> None:
    first = _git(repository, "rev-parse", "HEAD")

    done = _explain(repository, "production/acme", PLACE, "--blame", "--format", "json")

    assert [step["commit"]["id"] for step in json.loads(done.stdout)["chain"]] == [first] * 3


def test_line_that_is_not_committed_has_no_commit(repository: Path) -> None:
    file = repository / ACME
    text = file.read_text(encoding="utf-8")
    # Another line of the file: the value's own is as it was.
    file.write_text("# a comment\n" + text, encoding="utf-8")
    elsewhere = _explain(repository, "production/acme", PLACE)
    changed = text.replace("temperature: 0.2", "temperature: 0.3")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    here = _explain(repository, "production/acme", PLACE)

    assert "not committed yet" not in elsewhere.stdout
    assert "the winning line is from the work tree: not committed yet" in here.stdout


def test_misspelt_names_are_suggested(repository: Path) -> None:
    bundle = _explain(repository, "production/acm", PLACE)
    document = _explain(repository, "production", "ml-service/inference/modle")
    key = _explain(repository, "production", PLACE.replace("temperature", "temprature"))

    assert [each.returncode for each in (bundle, document, key)] == [4, 4, 4]
    assert "did you mean 'production/acme'?" in bundle.stderr
    assert "did you mean 'ml-service/inference/model'?" in document.stderr
    assert "did you mean 'temperature'?" in key.stderr
