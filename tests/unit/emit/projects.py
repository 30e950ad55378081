"""Small projects that emit, compiled from real repositories."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.diagnostics import Diagnostic, rule
from tests.unit.conftest import GitProject

DATA = Path(__file__).parents[2] / "data" / "emit"
SEALED = DATA / "project" / "base" / "secrets" / "providers.sops.yaml"
MakeProject = Callable[..., GitProject]


def expected_files() -> dict[str, bytes]:
    """Return what the project in tests/data must emit."""
    root = DATA / "expected"
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def project_files() -> dict[str, str]:
    """Return the files of the project in tests/data."""
    root = DATA / "project"
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def compile_emitting(
    make: MakeProject, documents: Mapping[str, Any], *entries: Mapping[str, Any]
) -> Compilation:
    """Compile documents with entries of `emit`; `models/*` are models, secrets are there."""
    project = {
        "apiVersion": "gitconfig-tool/v1",
        "name": "small",
        "layers": ["base"],
        "bundles": [{"name": "default"}],
        "schemas": [{"match": "models/*", "schema": "gitconfig-tool:model-config"}],
        "emit": list(entries),
    }
    files: dict[str, str] = {
        "gitconfig.yaml": yaml.safe_dump(project, sort_keys=False),
        "base/secrets/providers.sops.yaml": SEALED.read_text(encoding="utf-8"),
    }
    for name, value in documents.items():
        text = value if isinstance(value, str) else yaml.safe_dump(value, sort_keys=False)
        files[f"base/{name}.yaml"] = text
    return compile_snapshot(make(files).open().at_commit("HEAD"))


def emitted(compilation: Compilation) -> Mapping[str, bytes]:
    """Return the emitted files of the one bundle."""
    return compilation.bundles["default"].emitted


def found_by_emit(compilation: Compilation) -> list[Diagnostic]:
    """Return what was found of emitted files; what is said of models is no matter here."""
    return [each for each in compilation.diagnostics if rule(each.code).group == "emit"]


def codes(compilation: Compilation) -> list[str]:
    """Return the codes of what was found of emitted files."""
    return [each.code for each in found_by_emit(compilation)]


def litellm_config(compilation: Compilation) -> Any:
    """Return the configuration of LiteLLM's proxy that was emitted to `to`."""
    return yaml.safe_load(emitted(compilation)["to/config.yaml"])
