"""Runs the tests that lie beside Rego policies, through the engine that evaluates policies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gitconfig_tool.policy.regorus import Regorus


def run_rego_tests(folder: Path) -> Mapping[str, Any]:
    """Evaluate every rule `test_...` of a folder; a test that holds gives true."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rego"))}
    program, faults = Regorus().compile(files)
    assert faults == ()
    tests = [
        (*module.package, name)
        for module in program.modules
        for name in module.rules
        if name.startswith("test_")
    ]
    assert tests
    values = program.evaluate(tests, None, {})
    return {".".join(test): values.get(test) for test in tests}
