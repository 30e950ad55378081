"""The files that come with the tool, found in a checkout and in an installed package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitconfig_tool.builtin import KINDS, builtin_folder, builtin_names, builtin_text


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkout_has_its_own_folders(kind: str, checkout: Path) -> None:
    assert builtin_folder(kind) == checkout / kind
    assert builtin_names(kind) == tuple(sorted(builtin_names(kind)))


def test_text_and_names() -> None:
    assert "model-config.schema.json" in builtin_names("schemas")
    assert "security-baseline/secrets.rego" in builtin_names("policies")
    assert (builtin_text("policies", "security-baseline/secrets.rego") or "").startswith("# META")


@pytest.mark.parametrize("name", ["nothing.json", "../pyproject.toml", "/etc/hostname", ""])
def test_names_that_are_none(name: str) -> None:
    assert builtin_text("schemas", name) is None


def test_a_kind_that_is_none() -> None:
    with pytest.raises(
        ValueError, match="expected one of schemas, policies, catalogue, editors, example-repo"
    ):
        builtin_names("tests")


def test_an_installed_package_has_them_inside(checkout: Path, tmp_path: Path) -> None:
    package = tmp_path / "gitconfig_tool"
    package.mkdir()
    for name in ("__init__.py", "builtin.py"):
        shutil.copy(checkout / "gitconfig_tool" / name, package / name)
    (package / "_data" / "schemas").mkdir(parents=True)
    (package / "_data" / "schemas" / "a.schema.json").write_text("{}", encoding="utf-8")
    script = (
        "from gitconfig_tool.builtin import builtin_names;"
        "print(builtin_names('schemas')); builtin_names('policies')"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stdout == "('a.schema.json',)\n"
    assert "the built-in policies are missing" in done.stderr
