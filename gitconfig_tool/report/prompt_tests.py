"""The results of `prompts check`: a table, `kind: PromptCheckReport`, and JUnit XML.

In the XML, a prompt version is a suite and each of its cases, with each variant, a test case: who
reads it sees the names that stand in the prompt file. No output holds rendered text beyond what
messages quote.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.report.diagnostics_json import diagnostic_json, validation_report
from gitconfig_tool.report.diagnostics_text import summarize
from gitconfig_tool.report.junit import (
    Suites,
    attribute,
    element_text,
    joined,
    junit_document,
    suite,
)
from gitconfig_tool.report.tables import count, table

if TYPE_CHECKING:
    from gitconfig_tool.compiler.prompt_check import CaseResult, PromptCheck, VersionResult
    from gitconfig_tool.source import Snapshot

_SUITE = "gitconfig-tool prompts check"
# More names in one line do not help.
_MAX_NAMES = 8


def check_text(result: "PromptCheck", width: int) -> list[str]:
    """Return the table of versions, and what it comes to."""
    lines = []
    if result.results:
        rows = [("PROMPT", "CASES", "VARIANTS", "PASSED", "FAILED")]
        rows += [_row(each) for each in result.results]
        lines += [*table(rows, width=width, cut=0), ""]
    passed, failed = (
        sum(each.passed for each in result.results),
        sum(each.failed for each in result.results),
    )
    lines.append(
        f"{count(len(result.results), 'prompt version')}: {passed:,} passed, {failed:,} failed; "
        f"{summarize(result.diagnostics, result.silenced)}"
    )
    if result.untested:
        names = ", ".join(result.untested[:_MAX_NAMES])
        more = len(result.untested) - _MAX_NAMES
        lines.append(f"without test data: {names}{f' and {more} more' if more > 0 else ''}")
    if result.other_errors:
        lines.append(
            f"{count(result.other_errors, 'error')} in other files: gitconfig-tool validate"
        )
    return lines


def prompt_check_report(result: "PromptCheck", snapshot: "Snapshot") -> dict[str, Any]:
    """Return the report of one run."""
    report = validation_report(
        result.diagnostics,
        (),
        snapshot.commit.id if snapshot.commit else None,
        snapshot.kind,
        result.silenced,
    )
    del report["bundles"]
    return {
        "passed": sum(each.passed for each in result.results),
        "failed": sum(each.failed for each in result.results),
        "untested": list(result.untested),
        "prompts": [_version_json(each) for each in result.results],
        "otherErrors": result.other_errors,
        **report,
    }


def prompt_check_junit(result: "PromptCheck", prefix: str) -> str:
    """Return the document; `prefix` is the project's folder in the repository."""
    return junit_document(_SUITE, [prompt_check_suites(result, prefix)])


def prompt_check_suites(result: "PromptCheck", prefix: str) -> Suites:
    """Return a suite for each prompt version."""
    return joined([_suite(each, prefix) for each in result.results])


def _row(result: "VersionResult") -> tuple[str, str, str, str, str]:
    if not result.cases:
        return result.name, "none", "", "", ""
    variants = {case.variant for case in result.cases} - {None}
    cases = len(result.cases) // (1 + len(variants))
    return (
        result.name,
        str(cases),
        str(len(variants)) if variants else "",
        str(result.passed),
        str(result.failed) if result.failed else "",
    )


def _version_json(result: "VersionResult") -> dict[str, Any]:
    return {
        "id": result.version.id,
        "version": result.version.version,
        "path": result.version.path,
        "bundles": list(result.bundles),
        "passed": result.passed,
        "failed": result.failed,
        "cases": [
            {
                "name": case.name,
                "variant": case.variant,
                "outcome": case.outcome,
                "problems": [diagnostic_json(each) for each in case.problems],
            }
            for case in result.cases
        ],
    }


def _suite(result: "VersionResult", prefix: str) -> Suites:
    cases = tuple(_cases(result, prefix + result.version.path))
    return suite(result.name, cases, Counter(failures=result.failed))


def _cases(result: "VersionResult", file: str) -> Iterator[str]:
    names: Counter[str] = Counter()
    for case in result.cases:
        name = case.name if case.variant is None else f"{case.name} [{case.variant}]"
        names[name] += 1
        if names[name] > 1:
            name += f" ({names[name]})"
        head = (
            f"    <testcase name={attribute(name)} classname={attribute(result.name)} "
            f"file={attribute(file)}"
        )
        if case.outcome == "passed":
            yield f"{head}/>\n"
        else:
            yield f"{head}>{_failure(case)}</testcase>\n"


def _failure(case: "CaseResult") -> str:
    messages = [_message(each) for each in case.problems]
    if not messages:
        # The template is at fault, for which no case can do anything.
        messages = ["expected the case to render, found that it does not: gitconfig-tool validate"]
    kind = case.problems[0].code if case.problems else case.outcome
    text = element_text("\n".join(messages))
    return f'<failure type="{kind}" message={attribute(messages[0])}>{text}</failure>'


def _message(found: Diagnostic) -> str:
    hint = f" ({found.hint})" if found.hint else ""
    return f"{found.code} {found.span}: {found.message}{hint}"
