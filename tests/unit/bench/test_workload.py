"""The generated project: the same on every machine, and of the size that it claims."""

from pathlib import Path

import pytest
import yaml

from bench.workload import ENVIRONMENTS, write_generated, yaml_files
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode


def test_the_same_seed_gives_the_same_commit(tmp_path: Path) -> None:
    first = write_generated(tmp_path / "first", 40, seed=7)
    again = write_generated(tmp_path / "again", 40, seed=7)
    other = write_generated(tmp_path / "other", 40, seed=8)

    assert first == again
    assert first != other


def test_it_has_the_documents_and_the_overrides_that_it_claims(tmp_path: Path) -> None:
    write_generated(tmp_path / "project", 500)
    files = [path.relative_to(tmp_path / "project") for path in yaml_files(tmp_path / "project")]
    base = {path.relative_to("base") for path in files if path.parts[0] == "base"}

    assert len(base) == 500
    for environment in ENVIRONMENTS:
        folder = Path("environments", environment)
        overrides = {path.relative_to(folder) for path in files if path.is_relative_to(folder)}
        assert overrides <= base
        # 500 draws of 0.3: a count beyond 120..180 is 3 standard deviations away.
        assert 120 <= len(overrides) <= 180


def test_its_files_are_yaml(tmp_path: Path) -> None:
    write_generated(tmp_path / "project", 20)
    for path in yaml_files(tmp_path / "project"):
        events = list(yaml.parse(path.read_bytes(), Loader=yaml.CSafeLoader))
        assert isinstance(events[2], yaml.MappingStartEvent), path


def test_nothing_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_generated(tmp_path / "project", 500)

    code = run(group, ["-C", str(tmp_path / "project"), "validate"])

    assert code == ExitCode.OK
    shown = capsys.readouterr().out
    assert "error[" not in shown
    assert "checked 4 bundles with 2,000 documents" in shown
