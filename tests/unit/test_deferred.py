"""Names of packages that are imported when they are asked for."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

PACKAGES = ("artifact", "models", "prompts", "secrets", "sops", "source")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_found(package: str) -> None:
    module = import_module(f"gitconfig_tool.{package}")
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_no_public_name_is_that_of_a_module(package: str) -> None:
    """Python would give the module, once somebody has imported it."""
    module = import_module(f"gitconfig_tool.{package}")
    assert {each.name for each in iter_modules(module.__path__)}.isdisjoint(module.__all__)


def test_another_name_is_an_error_as_ever() -> None:
    module = import_module("gitconfig_tool.secrets")
    with pytest.raises(AttributeError, match=r"module 'gitconfig_tool.secrets' has no attribute"):
        module.no_such_name  # noqa: B018
