"""The access section of `ci`: who can open more after a change, and who less."""

from dataclasses import replace

import pytest

from gitconfig_tool.changes.model import Changes, Revision, SecretChange, SecretKind
from gitconfig_tool.compiler.prompt_check import PromptCheck
from gitconfig_tool.compiler.test_run import TestRun as Run
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.report.ci import Access, CiRunReport, checks, ci_json, ci_summary
from gitconfig_tool.report.ci_markdown import ci_comment
from gitconfig_tool.report.findings import Findings
from gitconfig_tool.source import Snapshot

BASE, HEAD = "a" * 40, "b" * 40


@pytest.fixture
def report() -> CiRunReport:
    """Return a run in which the key of staging can open a file of production."""
    secret = SecretChange(
        "environments/production/secrets/db.sops.yaml",
        "secrets/db",
        SecretKind.RECIPIENTS,
        (),
        ("production",),
        ("production",),
        recipients_added=("age:staging",),
        recipients_removed=("age:old",),
    )
    changes = Changes(
        Revision("main", "commit", BASE),
        Revision(HEAD[:12], "commit", HEAD),
        {"production": {"environment": "production"}},
        frozenset(),
        secrets=(secret,),
    )
    snapshot = Snapshot(
        "commit",
        None,
        "",
        {},
        frozenset(),
        0,
        (),
        lambda _: b"",
        None,
        lambda _: None,  # type: ignore[arg-type]
    )
    found = Diagnostic("GCT411", "expected another recipient", Span(secret.path))
    return CiRunReport(
        "gitlab",
        "pull request",
        HEAD,
        BASE,
        "main",
        ("production",),
        1,
        Findings((found,), (), lambda _: None),
        PromptCheck((), (), ()),
        Run(snapshot, (), (), (), lambda _: None),
        changes,
    )


def test_who_gains_access_is_told(report: CiRunReport) -> None:
    path = "environments/production/secrets/db.sops.yaml"

    assert report.access == (Access("age:staging", path, True), Access("age:old", path, False))
    lines = ci_summary(report, 80)
    assert "  access    1 error, age:staging gains access, age:old loses access" in lines
    assert lines[-1] == "failed: 1 error"
    comment = ci_comment(report, "acme", "")
    assert f"- `age:staging` gains `{path}`\n- `age:old` loses `{path}`\n" in comment
    assert ci_json(report)["access"] == [
        {"recipient": "age:staging", "path": path, "gains": True},
        {"recipient": "age:old", "path": path, "gains": False},
    ]


def test_a_check_of_its_own_fails_for_access(report: CiRunReport) -> None:
    assert [(name, passed) for name, passed, _ in checks(report)] == [
        ("validate", False),
        ("leaks", None),
        ("access", False),
        ("prompts", True),
        ("tests", True),
    ]
    sound = replace(report, findings=Findings((), (), lambda _: None))
    assert all(passed is not False for _, passed, _ in checks(sound))
    assert not sound.has_failed


def test_what_was_not_compared_is_said(report: CiRunReport) -> None:
    cut = replace(report, changes=None, base=None, base_name="", why="the clone is shallow")

    assert cut.access == ()
    assert "  diff      not compared: the clone is shallow" in ci_summary(cut, 80)
    assert ci_comment(cut, "acme", "").endswith("\nNot compared: the clone is shallow.\n")
    assert ci_json(cut)["diff"] is None
