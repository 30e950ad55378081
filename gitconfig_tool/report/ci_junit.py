"""One run of `ci` as JUnit XML: problems by file, prompt versions and tests by case. Pure."""

from gitconfig_tool.report.ci import CiRunReport
from gitconfig_tool.report.junit import finding_suites, junit_document
from gitconfig_tool.report.prompt_tests import prompt_check_suites
from gitconfig_tool.report.value_tests import value_tests_suites

_NAME = "gitconfig-tool ci"


def ci_junit(report: CiRunReport) -> str:
    """Return the document."""
    findings = report.findings
    parts = [
        finding_suites(findings),
        prompt_check_suites(report.prompts, findings.prefix),
        value_tests_suites(report.tests),
    ]
    return junit_document(_NAME, parts)
