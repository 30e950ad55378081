"""The wheel, as a user gets it: built, installed into an empty environment, run from elsewhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path, PurePosixPath

import pytest

from gitconfig_tool import __version__

# The folders that the wheel carries besides the package, and where in it they are.
DATA = {
    "schemas": "gitconfig_tool/_data/schemas",
    "policies": "gitconfig_tool/_data/policies",
    "catalogue": "gitconfig_tool/_data/catalogue",
    "editors": "gitconfig_tool/_data/editors",
    "example-repo": "gitconfig_tool/_data/example-repo",
}
_SKIPPED = {"__pycache__", ".DS_Store"}


def _files(folder: Path) -> Iterator[PurePosixPath]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _SKIPPED.intersection(relative.parts):
            yield PurePosixPath(relative.as_posix())


def _build(source: Path, output: Path, kind: str) -> Path:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            kind,
            "--outdir",
            str(output),
            str(source),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = output.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(checkout_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(checkout_copy, tmp_path_factory.mktemp("wheel"), "--wheel")


def _pins(lock: Path) -> list[str]:
    """Return the `name==version` of each package in a lock file, without hashes and markers."""
    lines = lock.read_text().splitlines()
    return [line.split()[0] for line in lines if line[:1].isalnum()]


@pytest.fixture(scope="module")
def installed(wheel: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and what it asks for, nothing else; return the environment's bin folder.

    The versions are held to those of the lock file.
    """
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    constraints = environment / "constraints.txt"
    constraints.write_text("\n".join(_pins(checkout / "requirements.lock")))
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    done = subprocess.run(
        [*pip, "--only-binary", ":all:", "--constraint", str(constraints), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and "connection" in done.stderr.lower():
        if "CI" in os.environ:
            pytest.fail("expected pip to reach a package index, found no connection")
        pytest.skip("needs pip to reach a package index")
    assert done.returncode == 0, done.stderr
    return environment / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which nothing leads back to this checkout."""
    return {"PATH": os.defpath, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}


def test_the_wheel_carries_package_and_data_and_nothing_else(
    wheel: Path, checkout_copy: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"gitconfig_tool/{name}"
        for name in _files(checkout_copy / "gitconfig_tool")
        if name.suffix != ".pyc"
    }
    for folder, place in DATA.items():
        names = [f"{place}/{name}" for name in _files(checkout_copy / folder)]
        assert names, f"{folder} is empty"
        expected.update(names)

    assert "gitconfig_tool/_data/example-repo/.sops.yaml" in expected
    assert "gitconfig_tool/py.typed" in expected
    assert found == expected


def test_data_is_carried_byte_for_byte(wheel: Path, checkout_copy: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for folder, place in DATA.items():
            for name in _files(checkout_copy / folder):
                data = (checkout_copy / folder / name).read_bytes()
                assert archive.read(f"{place}/{name}") == data, name


def test_the_metadata_says_what_the_project_file_says(wheel: Path, checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    info = f"gitconfig_tool-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"{info}/METADATA"))
        licence = archive.read(f"{info}/licenses/LICENSE")
        scripts = archive.read(f"{info}/entry_points.txt").decode()

    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == project["requires-python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert licence == (checkout / "LICENSE").read_bytes()
    for name in ("gitconfig-tool", "gct", "gitconfig-fetch"):
        assert f"{name} = " in scripts


def test_the_source_archive_builds_the_same_wheel(
    wheel: Path, checkout_copy: Path, tmp_path: Path
) -> None:
    archive = _build(checkout_copy, tmp_path / "sdist", "--sdist")
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(unpacked)], check=True)
    (source,) = unpacked.iterdir()
    again = _build(source, tmp_path / "again", "--wheel")

    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert set(first.namelist()) == set(second.namelist())
        for name in first.namelist():
            assert first.read(name) == second.read(name), name
    # What a packager needs to check what was built.
    for name in ("Makefile", "requirements-dev.lock", "tests/conftest.py", "CHANGELOG.md"):
        assert (source / name).is_file(), name


def test_the_lock_file_pins_all_that_is_installed(installed: Path, checkout: Path) -> None:
    listing = subprocess.run(
        [str(installed / "python"), "-m", "pip", "list", "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = {
        f"{re.sub('[-_.]+', '-', package['name']).lower()}=={package['version']}"
        for package in json.loads(listing)
        if package["name"] not in ("gitconfig-tool", "gitconfig_tool", "pip", "setuptools")
    }

    assert found <= set(_pins(checkout / "requirements.lock"))


@pytest.mark.parametrize("script", ["gitconfig-tool", "gct"])
def test_it_says_its_version(
    installed: Path, script: str, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    done = subprocess.run(
        [str(installed / script), "--version"],
        cwd=tmp_path,
        env=elsewhere,
        check=True,
        capture_output=True,
        text=True,
    )

    assert __version__ in done.stdout


def test_the_fetcher_is_a_program_of_its_own(
    installed: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    done = subprocess.run(
        [str(installed / "gitconfig-fetch"), "--help"],
        cwd=tmp_path,
        env=elsewhere,
        check=True,
        capture_output=True,
        text=True,
    )

    for command in ("fetch", "publish", "verify"):
        assert command in done.stdout
    assert "compile" not in done.stdout


def test_an_example_made_elsewhere_is_valid(
    installed: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    """`init --example` and `validate` need the example, schemas and policies of the wheel."""
    tool = str(installed / "gitconfig-tool")
    project = tmp_path / "platform"

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [tool, *arguments],
            cwd=tmp_path,
            env=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    assert "GCT204" in run("rules")
    run("init", "--example", str(project))
    assert (project / "gitconfig.yaml").is_file()
    report = json.loads(run("-C", str(project), "validate", "--format", "json"))
    assert report["apiVersion"] == "gitconfig-tool/v1"
    assert report["diagnostics"] == []


def test_a_broken_example_is_refused_by_the_schemas_of_the_wheel(
    installed: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    tool = str(installed / "gitconfig-tool")
    project = tmp_path / "platform"
    subprocess.run(
        [tool, "init", "--example", str(project)],
        cwd=tmp_path,
        env=elsewhere,
        check=True,
        capture_output=True,
    )
    (project / "base" / "ml-service" / "inference" / "model.yaml").write_text("model: 3\n")
    done = subprocess.run(
        [tool, "-C", str(project), "validate"],
        cwd=tmp_path,
        env=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert "GCT201" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
