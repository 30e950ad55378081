"""One run of `ci`: what was checked and what came of it, as text and as JSON.

Holds the results of every check, and says whether the run has failed and why. Renders no diagnostic
and no change itself: that is done elsewhere. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitconfig_tool.changes.model import Changes, Level, RuleKind
from gitconfig_tool.diagnostics import Diagnostic, is_error, rule
from gitconfig_tool.report.changes_json import changes_json
from gitconfig_tool.report.changes_summary import counted
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_json import validation_report
from gitconfig_tool.report.diagnostics_text import summarize
from gitconfig_tool.report.findings import Findings, place_of
from gitconfig_tool.report.fingerprints import Fingerprint, fingerprints
from gitconfig_tool.report.tables import count, printable
from gitconfig_tool.report.value_tests import value_tests_json, value_tests_summary

if TYPE_CHECKING:
    from gitconfig_tool.compiler.prompt_check import PromptCheck
    from gitconfig_tool.compiler.test_run import TestRun

# What tells who can read a secret, and whether the files are as `.sops.yaml` and the project say.
_ACCESS_GROUPS = frozenset({"secrets", "tampering"})
_LEAKS = "leaks"
_NOT_LOOKED = "not looked for: pip install 'gitconfig-tool[scan]'"
_SHORT = 12
# The longest name of a check, and what stands below the result of one.
_NAME_WIDTH = len("validate")
_HANGING = " " * (_NAME_WIDTH + 4)
# In one line of the summary.
_MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class Access:
    """Who can read more, or less, after the change: `who` is a recipient, `what` a SOPS file."""

    who: str
    what: str
    gains: bool


@dataclass(frozen=True, slots=True)
class CiRunReport:
    """All results of one run.

    `base` is what the change is compared with, and `why` says why nothing is where `changes` is
    None. `old` are the fingerprints of what was wrong before; None where that does not matter.
    `old_tests` are the tests, by file and name, that failed before. `documents` counts those of all
    bundles, and `scanned` the texts that credentials were looked for in: None without a scanner.
    """

    system: str
    event: str
    head: str
    base: str | None
    base_name: str
    bundles: tuple[str, ...]
    documents: int
    findings: Findings
    prompts: "PromptCheck"
    tests: "TestRun"
    changes: Changes | None
    why: str = ""
    old: frozenset[Fingerprint] | None = None
    old_tests: frozenset[tuple[str, str]] = frozenset()
    scanned: int | None = None

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What counts: all that was found, or only what is new."""
        if self.old is None:
            return self.findings.diagnostics
        marks = zip(self.findings.everything(), fingerprints(self.findings), strict=True)
        return tuple(
            found for (found, silenced), mark in marks if silenced is None and mark not in self.old
        )

    @property
    def access_problems(self) -> tuple[Diagnostic, ...]:
        """Those of `problems` that are about who can read what."""
        return tuple(each for each in self.problems if rule(each.code).group in _ACCESS_GROUPS)

    @property
    def access(self) -> tuple[Access, ...]:
        """Who can read more or less after the change, as the recipients of SOPS files say."""
        changes = () if self.changes is None else self.changes.secrets
        found = [Access(who, each.path, True) for each in changes for who in each.recipients_added]
        found += [
            Access(who, each.path, False) for each in changes for who in each.recipients_removed
        ]
        return tuple(dict.fromkeys(found))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the run has failed; empty where it has not."""
        errors = sum(is_error(each) for each in self.problems)
        new = "" if self.old is None else "new "
        found = [f"{count(errors, f'{new}error')}"] if errors else []
        failing = len(failed_tests(self.tests) - self.old_tests)
        return (*found, *([f"{count(failing, f'{new}failing test')}"] if failing else []))

    @property
    def has_failed(self) -> bool:
        """Whether the exit code is 1."""
        return bool(self.reasons)


def failed_tests(run: "TestRun") -> frozenset[tuple[str, str]]:
    """Return the tests that have not passed, each by its file and its name."""
    values = {
        (result.file.path, result.test.name) for result in run.results if result.outcome != "passed"
    }
    units = {(test.span.path, test.name) for test in run.unit_tests if test.outcome == "failed"}
    # What does not compile has no name; validate does not know these files.
    unread = {
        (place_of(found).path, found.message) for found in run.diagnostics if found.code == "GCT904"
    }
    return frozenset(values | units | unread)


def ci_summary(report: CiRunReport, width: int) -> list[str]:
    """Return a line for each check, and the outcome."""
    checked = f"{count(len(report.bundles), 'bundle')} with {count(report.documents, 'document')}"
    rows = [("validate", f"{_validated(report)}: {checked}")]
    rows.append(("leaks", _leaks(report)))
    rows.append(("access", ", ".join(_access(report))))
    rows.append(("prompts", _prompts(report)))
    rows.append(("tests", value_tests_summary(report.tests)))
    rows.append(("diff", _compared(report)))
    outcome = f"failed: {', '.join(report.reasons)}" if report.has_failed else "passed"
    lines: list[str] = []
    for name, told in rows:
        # As long as it is: what a log cuts nobody finds again.
        lines += wrap(f"  {name:<{_NAME_WIDTH}}  {printable(told)}", width, indent=_HANGING)
    return [*lines, outcome]


def checks(report: CiRunReport) -> list[tuple[str, bool | None, str]]:
    """Return each check with whether it has passed, and what came of it in our own words.

    None says that the check was not made.
    """
    found, leaks = _parted(report.problems)
    errors = any(is_error(each) for each in found)
    leaked = any(is_error(each) for each in leaks)
    access = any(is_error(each) for each in report.access_problems)
    return [
        ("validate", not errors, _validated(report)),
        ("leaks", None if report.scanned is None else not leaked, _leaks(report)),
        ("access", not access, summarize(report.access_problems)),
        ("prompts", not any(each.failed for each in report.prompts.results), _prompts(report)),
        ("tests", not failed_tests(report.tests), value_tests_summary(report.tests)),
    ]


def ci_json(report: CiRunReport) -> dict[str, Any]:
    """Return the report `CiReport`; docs/json.md describes it."""
    findings = report.findings
    names = tuple(report.bundles)
    return {
        "system": report.system,
        "event": report.event,
        "ok": not report.has_failed,
        "reasons": list(report.reasons),
        "base": {"name": report.base_name, "commit": report.base} if report.base_name else None,
        "head": report.head,
        "checks": [
            {"name": name, "ok": passed, "summary": text} for name, passed, text in checks(report)
        ],
        "access": [
            {"recipient": each.who, "path": each.what, "gains": each.gains}
            for each in report.access
        ],
        "prompts": {
            "passed": sum(each.passed for each in report.prompts.results),
            "failed": sum(each.failed for each in report.prompts.results),
            "untested": list(report.prompts.untested),
        },
        "tests": value_tests_json(report.tests),
        "validation": validation_report(
            findings.diagnostics, names, report.head, "commit", findings.silenced
        ),
        "new": None if report.old is None else [_place(each) for each in report.problems],
        "diff": None if report.changes is None else changes_json(report.changes),
        "notCompared": report.why,
    }


def _place(found: Diagnostic) -> dict[str, Any]:
    return {"code": found.code, "message": found.message, "place": str(place_of(found))}


def _validated(report: CiRunReport) -> str:
    found, _ = _parted(report.problems)
    silenced = tuple(
        each for each in report.findings.silenced if rule(each.diagnostic.code).group != _LEAKS
    )
    told = summarize(found, silenced)
    if report.old is None:
        return told
    every, _ = _parted(report.findings.diagnostics)
    return f"{told} (new; {summarize(every)} in all)"


def _leaks(report: CiRunReport) -> str:
    if report.scanned is None:
        return _NOT_LOOKED
    _, leaks = _parted(report.problems)
    silenced = tuple(
        each for each in report.findings.silenced if rule(each.diagnostic.code).group == _LEAKS
    )
    return f"{summarize(leaks, silenced)}: {count(report.scanned, 'changed text')}"


def _parted(
    found: Sequence[Diagnostic],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Part what validate finds from credentials in the clear."""
    leaks = tuple(each for each in found if rule(each.code).group == _LEAKS)
    return tuple(each for each in found if each not in leaks), leaks


def _access(report: CiRunReport) -> list[str]:
    parts = [summarize(report.access_problems)]
    for gains, verb in ((True, "gain"), (False, "lose")):
        who = list(dict.fromkeys(each.who for each in report.access if each.gains is gains))
        if who:
            parts.append(f"{_some(who)} {verb}{'s' if len(who) == 1 else ''} access")
    changed = () if report.changes is None else report.changes.rules
    rules = [each for each in changed if each.kind is RuleKind.PERMISSION]
    if rules:
        parts.append(f"{count(len(rules), 'rule')} changed")
    return parts


def _prompts(report: CiRunReport) -> str:
    passed = sum(each.passed for each in report.prompts.results)
    failed = sum(each.failed for each in report.prompts.results)
    return f"{passed:,} passed, {failed:,} failed" if passed + failed else "no test data"


def _compared(report: CiRunReport) -> str:
    if report.changes is None:
        return f"not compared: {report.why}"
    name = f"with {report.base_name}"
    if report.base is not None and not report.base.startswith(report.base_name):
        name += f" ({report.base[:_SHORT]})"
    if report.changes.is_empty:
        return f"{name}: no differences"
    risk, unknown = report.changes.risk.level, len(report.changes.unknown)
    parts = [
        "" if risk is Level.NONE else f"risk {risk.value}",
        counted(report.changes),
        f"{unknown:,} not compared" if unknown else "",
    ]
    return f"{name}: {'; '.join(filter(None, parts))}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
