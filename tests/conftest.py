"""What holds for every test: nothing of the person who runs the tests leaks in.

Fixtures that belong to one stage live beside its tests.
"""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.database import DirectoryBasedExampleDatabase

ROOT = Path(__file__).resolve().parent.parent

# Two busy processors make any deadline a matter of luck; CI tries the same examples each time.
hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    database=None
    if os.environ.get("CI")
    else DirectoryBasedExampleDatabase(ROOT / "build" / "cache" / "hypothesis"),
)
hypothesis.settings.load_profile("tests")

# Where tokens, keys and servers could come from, and what a Git hook hands to what it runs.
_LEAKS = ("BAO_", "GIT_", "GITCONFIG_TOOL_", "SOPS_", "VAULT_")
_GIT_IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.invalid",
}


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> Iterator[None]:
    """Remove what would make a test depend on its machine; set a Git identity of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(_LEAKS)]:
            patch.delenv(name)
        for name, value in _GIT_IDENTITY.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder of this checkout."""
    return ROOT


@pytest.fixture(scope="session")
def checkout_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of this checkout as it is now, without what Git ignores or keeps for itself."""
    copy = tmp_path_factory.mktemp("checkout") / "gitconfig-tool"
    ignored = shutil.ignore_patterns(
        ".git", "build", "dist", "node_modules", "__pycache__", ".venv*", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, copy, symlinks=True, ignore=ignored)
    return copy


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PYTHONPATH with the libraries of this environment but not the tool.

    An environment that is made by a test can then be filled without a network.
    """
    folder = tmp_path_factory.mktemp("dependencies")
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for entry in Path(place).iterdir():
            own = entry.name.startswith(("gitconfig_tool", "_gitconfig_tool"))
            if not own and entry.suffix != ".pth" and not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture(scope="session")
def tool() -> Path:
    """Return the console script of the environment that runs the tests."""
    path = Path(sys.executable).with_name("gitconfig-tool")
    if not path.exists():
        pytest.fail(
            f"expected the console script {path}, found nothing: run the tests by `make test`"
        )
    return path
