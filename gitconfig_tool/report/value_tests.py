"""The results of `test`: as text, `kind: TestReport`, and JUnit XML.

A file of tests is a suite and each test a case, so that who reads the report sees the names that
stand in the file. What may be a secret in the clear is not shown in any of them.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gitconfig_tool.changes.hiding import HIDDEN, hide
from gitconfig_tool.compiler.expecting import Deviation, Nothing
from gitconfig_tool.diagnostics import Span, is_error
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.report.diagnostics_json import diagnostic_json
from gitconfig_tool.report.diagnostics_text import Style
from gitconfig_tool.report.explanation import place_json, span_json
from gitconfig_tool.report.github import workflow_command
from gitconfig_tool.report.junit import (
    Suites,
    attribute,
    element_text,
    joined,
    junit_document,
    suite,
)
from gitconfig_tool.report.tables import count, printable, shorten

if TYPE_CHECKING:
    from gitconfig_tool.compiler.test_run import TestRun
    from gitconfig_tool.compiler.value_testing import Failure, TestResult
    from gitconfig_tool.policy.conditions import UnitTest

_NAME = "gitconfig-tool test"
# Of a value on one line, in a file and in a narrow terminal.
_MAX_VALUE = 400
_MIN_VALUE = 40
# Columns before a value.
_BEFORE = 22
# The same failure in many bundles is told once; more failures of one test seldom tell more.
_MAX_FAILURES = 8
_MAX_BUNDLES = 4


def value_tests_text(
    run: "TestRun", style: Style, width: int, *, verbose: bool = False, only_failed: bool = False
) -> list[str]:
    """Return a line for each test by file, the failures below it, and the sum.

    `verbose` names the bundles; `only_failed` leaves out what has passed.
    """
    lines: list[str] = []
    path = ""
    for result in run.results:
        if only_failed and not result.failures:
            continue
        if result.file.path != path:
            path = result.file.path
            lines += ["", style.strong(path)]
        lines += _result_lines(result, style, width, verbose=verbose)
    for unit in run.unit_tests:
        if only_failed and unit.outcome != "failed":
            continue
        if unit.span.path != path:
            path = unit.span.path
            lines += ["", style.strong(path)]
        lines += _unit_lines(unit, style)
    return [*lines[1:], *([""] if lines else []), value_tests_summary(run)]


def value_tests_summary(run: "TestRun") -> str:
    """Return how many tests have passed, and how many have not."""
    numbers = Counter(run.outcomes)
    parts = [f"{numbers['passed']:,} passed"] if run.outcomes else []
    names = {"failed": "failed", "error": "in error", "skipped": "skipped"}
    parts += [f"{numbers[kind]:,} {text}" for kind, text in names.items() if numbers[kind]]
    wrong = sum(is_error(each) for each in run.diagnostics)
    if wrong:
        parts.append(f"{count(wrong, 'error')} in the files")
    told = ", ".join(parts)
    if not run.outcomes:
        return f"no tests, {told}" if told else "no tests"
    return f"{count(len(run.outcomes), 'test')}: {told}"


def value_tests_json(run: "TestRun") -> dict[str, Any]:
    """Return the report; docs/json.md describes it."""
    numbers = Counter(run.outcomes)
    return {
        "snapshot": run.snapshot.kind,
        "revision": run.snapshot.commit.id if run.snapshot.commit else None,
        "ok": not run.has_failed,
        **{kind: numbers[kind] for kind in ("passed", "failed", "error", "skipped")},
        "tests": [
            *(_result_json(result) for result in run.results),
            *(_unit_json(unit) for unit in run.unit_tests),
        ],
        "diagnostics": [diagnostic_json(each) for each in run.diagnostics],
    }


def value_tests_junit(run: "TestRun") -> str:
    """Return the document."""
    return junit_document(_NAME, [value_tests_suites(run)])


def value_tests_commands(run: "TestRun") -> str:
    """Return a workflow command of GitHub for each test that has not passed."""
    prefix = run.snapshot.prefix
    lines = []
    for result in run.results:
        if result.failures:
            blocks = _blocks(result, _MAX_VALUE)
            text = "\n".join(f"{who}: {'; '.join(block[:2])}" for who, block in blocks)
            lines.append(_command(prefix, result.test.span, result.test.name, text))
    for unit in run.unit_tests:
        if unit.outcome == "failed":
            lines.append(_command(prefix, unit.span, unit.name, _why(unit)))
    return "".join(lines)


def _command(prefix: str, span: Span, name: str, text: str) -> str:
    properties = {"file": prefix + span.path, "line": span.line, "title": f"test: {name}"}
    return f"{workflow_command('error', properties, text)}\n"


def value_tests_suites(run: "TestRun") -> Suites:
    """Return a suite for each file of tests."""
    prefix = run.snapshot.prefix
    cases: dict[str, list[tuple[str, str]]] = {}
    for result in run.results:
        path = prefix + result.file.path
        inner = ""
        if result.failures:
            blocks = _blocks(result, _MAX_VALUE)
            text = element_text("\n\n".join("\n".join((who, *lines)) for who, lines in blocks))
            message = attribute(_message(result.failures[0]))
            inner = f'<failure type="{result.outcome}" message={message}>{text}</failure>'
        cases.setdefault(path, []).append((_case(result.test.name, path, inner), result.outcome))
    for unit in run.unit_tests:
        path = prefix + unit.span.path
        inner = "" if unit.outcome == "passed" else f"<failure message={attribute(_why(unit))}/>"
        inner = "<skipped/>" if unit.outcome == "skipped" else inner
        cases.setdefault(path, []).append((_case(unit.name, path, inner), unit.outcome))
    return joined([_suite(path, found) for path, found in cases.items()])


def _suite(path: str, found: list[tuple[str, str]]) -> Suites:
    numbers = Counter(outcome for _, outcome in found)
    counts = Counter(failures=numbers["failed"] + numbers["error"], skipped=numbers["skipped"])
    return suite(path, [text for text, _ in found], counts)


def _case(name: str, path: str, inner: str) -> str:
    head = f"    <testcase name={attribute(name)} classname={attribute(path)} "
    return f"{head}file={attribute(path)}>{inner}</testcase>\n"


def _result_lines(
    result: "TestResult", style: Style, width: int, *, verbose: bool
) -> Iterator[str]:
    name = printable(result.test.name)
    if not result.failures:
        where = f"  {style.faint(_bundles(result.bundles))}" if verbose else ""
        yield f"  {style.added('ok   ')} {name}{where}"
        return
    yield f"  {style.error('FAIL ' if result.outcome == 'failed' else 'ERROR')} {name}"
    if result.test.description:
        yield f"        {printable(result.test.description)}"
    blocks = _blocks(result, width - _BEFORE)
    for bundles, block in blocks[:_MAX_FAILURES]:
        yield f"        {style.strong(bundles)}"
        yield from (f"          {line}" for line in block)
    if len(blocks) > _MAX_FAILURES:
        yield f"        and {len(blocks) - _MAX_FAILURES} more: --format json has all"


def _unit_lines(unit: "UnitTest", style: Style) -> Iterator[str]:
    marks = {"passed": style.added("ok   "), "skipped": "skip ", "failed": style.error("FAIL ")}
    yield f"  {marks[unit.outcome]} {printable(unit.name)}"
    if unit.outcome == "failed":
        yield f"          {_why(unit)}, at {unit.span}"


def _why(unit: "UnitTest") -> str:
    if unit.fault is not None:
        return f"expected a rule that can be evaluated, found: {printable(unit.fault.text)}"
    return "expected the rule to be true, found that it is not"


def _blocks(result: "TestResult", room: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return the failures of a test, each once for all bundles that share it."""
    together: dict[tuple[str, ...], list[str]] = {}
    for failure in result.failures:
        together.setdefault(tuple(_failure_lines(failure, room)), []).append(failure.bundle)
    return [(_bundles(bundles), lines) for lines, bundles in together.items()]


def _failure_lines(failure: "Failure", room: int) -> Iterator[str]:
    found = failure.deviation
    yield printable(failure.place)
    yield _message(failure)
    for word, value in (("expected", found.expected), ("found   ", found.found)):
        shown = _value(failure, value, room)
        if shown is not None:
            yield f"  {word}  {shown}"
    if failure.origins and not failure.is_error:
        origin = failure.origins[0]
        at = f" at {origin.commit[:12]}" if origin.commit else ""
        layer = "" if origin.path.startswith(origin.layer) else f" (layer {origin.layer})"
        yield printable(f"  set at    {origin.span}{at}{layer}")
    if found.hint:
        yield f"  hint: {printable(found.hint)}"


def _message(failure: "Failure") -> str:
    found = failure.deviation
    if not found.detail:
        return printable(found.message)
    if _is_hidden(failure):
        return f"{printable(found.message)}: {HIDDEN}"
    return printable(f"{found.message}: {found.detail}")


def _is_hidden(failure: "Failure") -> bool:
    value = failure.deviation.found
    return not isinstance(value, Nothing) and bool(hide(value, failure.path) != value)


def _value(failure: "Failure", value: Any, room: int) -> str | None:
    """Write a value on one line; None for one that is not told."""
    if isinstance(value, Nothing):
        return "nothing" if value is Nothing.ABSENT else None
    text = json.dumps(hide(value, failure.path), ensure_ascii=False)
    return shorten(printable(text), max(room, _MIN_VALUE))


def _bundles(names: "list[str] | tuple[str, ...]") -> str:
    names = list(dict.fromkeys(names))
    more = len(names) - _MAX_BUNDLES
    return ", ".join(names[:_MAX_BUNDLES]) + (f" and {more} more" if more > 0 else "")


def _result_json(result: "TestResult") -> dict[str, Any]:
    test = result.test
    return {
        "name": test.name,
        "description": test.description,
        "subject": "value",
        **span_json(test.span),
        "bundles": list(result.bundles),
        "checked": result.checked,
        "outcome": result.outcome,
        "failures": [_failure_json(each) for each in result.failures],
    }


def _failure_json(failure: "Failure") -> dict[str, Any]:
    return {
        "bundle": failure.bundle,
        "document": failure.document,
        "pointer": format_pointer(failure.path),
        "message": _message(failure),
        "hint": failure.deviation.hint,
        **_values_json(failure, failure.deviation),
        "setAt": [place_json(origin) for origin in failure.origins],
    }


def _values_json(failure: "Failure", found: Deviation) -> dict[str, Any]:
    values = {"expected": found.expected, "found": found.found}
    return {
        name: hide(value, failure.path)
        for name, value in values.items()
        if not isinstance(value, Nothing)
    }


def _unit_json(unit: "UnitTest") -> dict[str, Any]:
    failures = [] if unit.outcome != "failed" else [{"message": _why(unit)}]
    return {
        "name": unit.name,
        "description": "",
        "subject": "policy",
        **span_json(unit.span),
        "bundles": [],
        "checked": 0,
        "outcome": unit.outcome,
        "failures": failures,
    }
