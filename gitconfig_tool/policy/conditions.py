"""Rego outside of policies: conditions on one value, and the unit tests of policies.

A condition is what may stand in the body of a rule, one expression on each line: it holds where all
of them do. A unit test is a rule `test_...` in a file `*_test.rego`, as `opa test` knows it; it has
passed where it is true. Takes text and JSON; reads no file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.policy.engine import FACTS, DataPath, Fault

_PACKAGE = "gitconfig_tool_condition"
_RULE = "holds"
_HEAD = f"package {_PACKAGE}\n\n{_RULE} if {{\n"
# The lines above the condition, which its places are counted without.
_LINES_BEFORE = 3
# How the engine begins when it cannot read a file.
_NO_POLICY = "expected a Rego policy, found: "
_TEST = "test_"
_LATER = "todo_test_"


@dataclass(frozen=True, slots=True)
class UnitTest:
    """What came of one unit test.

    `outcome` is `passed`, `failed`, or `skipped` for one that is `todo_test_...`. `fault` says why
    it could not be evaluated, where that is so.
    """

    name: str
    span: Span
    outcome: str
    fault: Fault | None = None


def condition_fault(text: str) -> Fault | None:
    """Return why a condition is none, or None where it is one."""
    from gitconfig_tool.policy.regorus import Regorus

    _, faults = Regorus().compile({"condition": f"{_HEAD}{text}\n}}\n"})
    return _in_condition(faults[0], text) if faults else None


def holds(text: str, value: Any, bundle: Mapping[str, Any]) -> bool | Fault:
    """Tell whether a condition holds of `input`; `bundle` is `data.gitconfig_tool.bundle`."""
    from gitconfig_tool.policy.regorus import Regorus

    program, faults = Regorus().compile({"condition": f"{_HEAD}{text}\n}}\n"})
    if faults:
        return _in_condition(faults[0], text)
    rule = (_PACKAGE, _RULE)
    found = program.evaluate([rule], value, {"bundle": bundle}).get(rule)
    return _in_condition(found, text) if isinstance(found, Fault) else found is True


def run_unit_tests(files: Mapping[str, str]) -> tuple[tuple[UnitTest, ...], tuple[Fault, ...]]:
    """Run every `test_...` of some Rego files, which are policies and their tests together."""
    from gitconfig_tool.policy.regorus import Regorus

    program, faults = Regorus().compile(files)
    places: dict[DataPath, Span] = {
        (*module.package, name): definitions[0].span
        for module in program.modules
        if module.package[:1] != (FACTS,)
        for name, definitions in module.rules.items()
        if name.startswith((_TEST, _LATER))
    }
    values = program.evaluate((path for path in places if _is_run(path)), {}, {})
    return tuple(_unit_tests(places, values)), faults


def _unit_tests(
    places: Mapping[DataPath, Span], values: Mapping[DataPath, Any]
) -> Iterator[UnitTest]:
    for path, span in sorted(places.items(), key=lambda pair: pair[1]):
        name = ".".join(path)
        value = values.get(path)
        if not _is_run(path):
            yield UnitTest(name, span, "skipped")
        elif isinstance(value, Fault):
            yield UnitTest(name, span, "failed", value)
        else:
            yield UnitTest(name, span, "passed" if value is True else "failed")


def _is_run(path: DataPath) -> bool:
    return path[-1].startswith(_TEST)


def _in_condition(fault: Fault, text: str) -> Fault:
    """Return a fault with its line in the text, which is not the line in a file."""
    said = fault.text.removeprefix(_NO_POLICY)
    if fault.span is None:
        return Fault(said)
    # What is missing at the end is missed at the line behind it.
    line = min(fault.span.line - _LINES_BEFORE, len(text.splitlines()))
    return Fault(f"{said} (line {line} of it)" if line > 1 else said)
