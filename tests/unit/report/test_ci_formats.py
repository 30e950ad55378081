"""GitHub's commands, GitLab's report and JUnit: whole outputs, written out by hand."""

import json
import re
from xml.etree import ElementTree

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.report.github import github_commands
from gitconfig_tool.report.gitlab import code_quality
from gitconfig_tool.report.junit import junit_xml
from tests.unit.report.findings import ERROR, EVERYTHING, NOWHERE, SECRET, WARNING, findings


def test_github_commands() -> None:
    assert github_commands(EVERYTHING) == (
        "::error file=deploy/my config/gitconfig.yaml,line=1,endLine=1,col=1,endColumn=1,"
        "title=GCT108 no-documents::expected documents, found none\n"
        "::error file=deploy/my config/base/a.yaml,line=3,endLine=3,col=1,endColumn=4,"
        "title=GCT012 duplicate-key::expected each key once, found 'port' again"
        "%0A'port' first set at base/a.yaml:2:1%0Ano place%0Aaffects staging, production"
        "%0Ahint: remove one of the two\n"
        "::error file=deploy/my config/environments/eu%2C west/ü%25%3Ab.yaml,line=2,endLine=2,"
        "col=11,endColumn=11,title=GCT402 value-in-the-clear::a value in the clear"
        "%0Ahint: sops edit\n"
        "::warning file=deploy/my config/environments/eu%2C west/ü%25%3Ab.yaml,line=3,endLine=4,"
        'title=GCT106 unset-nothing::100%25 odd:%0A<a> & "b", \x1b[31m]]>\n'
    )
    assert github_commands(findings()) == ""


def test_no_message_can_be_a_command_of_its_own() -> None:
    found = Diagnostic("GCT010", "a\r\n::set-output name=x::y", Span("a\n::b", 1, 1, 1, 1))

    assert github_commands(findings(found)).count("\n") == 1


def test_gitlab_code_quality() -> None:
    report = code_quality(EVERYTHING)

    assert [each.pop("fingerprint").count(":") for each in report] == [1, 1, 1, 1]
    folder = "deploy/my config/"
    assert sorted(report, key=lambda each: each["check_name"]) == [
        {
            "description": f"{ERROR.message} (hint: remove one of the two)",
            "check_name": "GCT012 duplicate-key",
            "severity": "major",
            "location": {"path": f"{folder}base/a.yaml", "lines": {"begin": 3, "end": 3}},
        },
        {
            "description": WARNING.message,
            "check_name": "GCT106 unset-nothing",
            "severity": "minor",
            "location": {
                "path": f"{folder}environments/eu, west/ü%:b.yaml",
                "lines": {"begin": 3, "end": 4},
            },
        },
        {
            "description": NOWHERE.message,
            "check_name": "GCT108 no-documents",
            "severity": "major",
            "location": {"path": f"{folder}gitconfig.yaml", "lines": {"begin": 1, "end": 1}},
        },
        {
            "description": f"{SECRET.message} (hint: sops edit)",
            "check_name": "GCT402 value-in-the-clear",
            "severity": "critical",
            "location": {
                "path": f"{folder}environments/eu, west/ü%:b.yaml",
                "lines": {"begin": 2, "end": 2},
            },
        },
    ]
    assert "not-to-be-seen" not in json.dumps(code_quality(EVERYTHING))


def test_gitlab_fingerprints_are_unique() -> None:
    twice = code_quality(findings(ERROR, ERROR))

    assert len({each["fingerprint"] for each in twice}) == 2


def test_junit_suites_are_files() -> None:
    root = ElementTree.fromstring(junit_xml(EVERYTHING))
    folder = "deploy/my config/"

    assert (root.tag, root.get("tests"), root.get("failures"), root.get("skipped")) == (
        "testsuites",
        "7",
        "3",
        "2",
    )
    assert [
        (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped"))
        for suite in root
    ] == [
        (f"{folder}base/a.yaml", "3", "1", "2"),
        (f"{folder}base/fine.yaml", "1", "0", "0"),
        (f"{folder}environments/eu, west/ü%:b.yaml", "2", "1", "0"),
        (f"{folder}gitconfig.yaml", "1", "1", "0"),
    ]
    for suite in root:
        assert {case.get("classname") for case in suite} == {suite.get("name")}
        assert {case.get("file") for case in suite} == {suite.get("name")}


def test_junit_cases_are_problems() -> None:
    root = ElementTree.fromstring(junit_xml(EVERYTHING))
    cases = {str(case.get("name")): case for case in root.iter("testcase")}

    failed = cases[f"GCT012 duplicate-key: {ERROR.message}"].find("failure")
    assert failed is not None
    assert failed.get("message") == ERROR.message
    assert failed.get("type") == "GCT012"
    assert "3 | port: 2\n  | ^^^^ the second one\n" in str(failed.text)
    (skipped,) = cases["GCT106 unset-nothing: nothing to unset"]
    assert (skipped.tag, skipped.get("message")) == ("skipped", "moved <next> quarter")
    assert list(cases["no problems"]) == []
    # A warning has passed, and says so.
    odd = next(name for name in cases if "100%" in name)
    assert odd == 'GCT106 unset-nothing: 100% odd:\n<a> & "b", \ufffd[31m]]>'
    (output,) = cases[odd]
    assert output.tag == "system-out"
    assert "3 | last: [1," in str(output.text)


def test_junit_shows_no_line_that_may_hold_a_secret() -> None:
    beside = Diagnostic("GCT106", "m", Span(SECRET.span.path if SECRET.span else "", 2, 1, 2, 9))

    for text in (junit_xml(EVERYTHING), junit_xml(findings(beside, SECRET))):
        assert "not-to-be-seen" not in text
        assert "the line is not shown" in text


def test_junit_holds_nothing_that_xml_cannot() -> None:
    found = Diagnostic("GCT010", "a\x00\x0b\ufffe\ud800b", Span("a\x01.yaml", 1, 1, 1, 1))

    text = junit_xml(findings(found))
    text.encode("utf-8")
    assert ElementTree.fromstring(text)[0].get("name") == "a\ufffd.yaml"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800\ufffe]", text)


def test_junit_names_of_equal_problems_differ() -> None:
    names = re.findall(r'testcase name="([^"]*)"', junit_xml(findings(NOWHERE, NOWHERE)))

    assert names == [
        "GCT108 no-documents: expected documents, found none",
        "GCT108 no-documents: expected documents, found none (2)",
    ]


def test_junit_without_a_problem() -> None:
    assert junit_xml(findings(checked=("a.yaml",), prefix="p/")) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="gitconfig-tool validate"'
        ' tests="1" failures="0" errors="0" skipped="0">\n'
        '  <testsuite name="p/a.yaml" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase name="no problems" classname="p/a.yaml" file="p/a.yaml"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )
