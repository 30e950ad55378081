"""Projects for the tests of the commands that look into bundles."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import PROJECT, MakeTool, Tool, make_project


@pytest.fixture
def make_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> MakeTool:
    """Return a function that makes a project of some files, and the tool for it."""

    def make(files: Mapping[str, str], project: str = PROJECT) -> Tool:
        return Tool(make_project(tmp_path / "small", files, project), capsys)

    return make
