"""One run of `ci` as a comment on a pull request, in Markdown. Pure.

The comment begins with a marker that nobody sees: whoever posts it finds the one of the last run
by it, and puts the new one in its place. What comes from the repository stands in code spans only:
there neither GitHub nor GitLab reads a mention, a link, an image or HTML.
"""

import re
from collections.abc import Iterator

from gitconfig_tool.diagnostics import is_error, rule
from gitconfig_tool.report.ci import CiRunReport, checks, failed_tests
from gitconfig_tool.report.findings import place_of
from gitconfig_tool.report.markdown import code, prose, size
from gitconfig_tool.report.tables import count

# GitHub refuses a comment of more than 65,536 characters (GitHub community, "Maximum length for the
# comment body in issues and PR", 2021); some are left for what a workflow adds.
MAX_COMMENT = 65_000
# The rest is in the reports; a reader of a pull request needs the first ones.
_MAX_SHOWN = 25
_MAX_LINE = 300
# What stands between the results and the changes.
_BETWEEN = 10


def marker(name: str) -> str:
    """Return the first line of every comment on a project; a repository may hold several."""
    return f"<!-- gitconfig-tool:ci {re.sub(r'[^A-Za-z0-9._-]+', '-', name)} -->"


def ci_comment(report: CiRunReport, name: str, diff: str) -> str:
    """Return the comment; `diff` is what changes, in Markdown, and left out where it is too long.

    `name` tells the project from others of the repository.
    """
    lines = [marker(name), *_head(report), *_problems(report), *_tests(report), *_access(report)]
    text = "\n".join(lines) + "\n"
    if report.changes is None:
        text += f"\nNot compared: {prose(report.why, _MAX_LINE)}.\n"
        return text
    whole = f"{text}\n{diff.rstrip()}\n"
    if size(whole) <= MAX_COMMENT:
        return whole
    return f"{text}\nThe changes are too many for a comment: see `diff.html` of the reports.\n"


def room_for_diff(report: CiRunReport, name: str) -> int:
    """Return how many characters of the comment are left for the changes."""
    return MAX_COMMENT - size(ci_comment(report, name, "")) - _BETWEEN


def _head(report: CiRunReport) -> Iterator[str]:
    outcome = "failed" if report.has_failed else "passed"
    yield f"### Configuration: {outcome}"
    yield ""
    yield "| check | | result |"
    yield "| --- | --- | --- |"
    for name, passed, text in checks(report):
        state = "**not run**" if passed is None else "passed" if passed else "**failed**"
        yield f"| {name} | {state} | {text} |"


def _problems(report: CiRunReport) -> Iterator[str]:
    if not report.problems:
        return
    errors = [each for each in report.problems if is_error(each)]
    shown = [*errors, *(each for each in report.problems if not is_error(each))]
    yield ""
    yield f"<details{' open' if errors else ''}>"
    yield f"<summary>{count(len(shown), 'problem')}</summary>"
    yield ""
    for each in shown[:_MAX_SHOWN]:
        severity = rule(each.code).severity.value
        yield f"- {severity} {code(f'{each.code} {report.findings.path(place_of(each))}')}"
        yield f"  line {place_of(each).line}: {prose(each.message, _MAX_LINE)}"
    if len(shown) > _MAX_SHOWN:
        yield f"- and {len(shown) - _MAX_SHOWN} more"
    yield ""
    yield "</details>"


def _tests(report: CiRunReport) -> Iterator[str]:
    failed = sorted(failed_tests(report.tests))
    if not failed:
        return
    yield ""
    yield "**Tests that have not passed**"
    yield ""
    for path, name in failed[:_MAX_SHOWN]:
        yield f"- {code(f'{path}: {name}')}"
    if len(failed) > _MAX_SHOWN:
        yield f"- and {len(failed) - _MAX_SHOWN} more"


def _access(report: CiRunReport) -> Iterator[str]:
    if not report.access:
        return
    yield ""
    yield "**Access to secrets**"
    yield ""
    for each in report.access[:_MAX_SHOWN]:
        verb = "gains" if each.gains else "loses"
        yield f"- {code(each.who)} {verb} {code(each.what)}"
    if len(report.access) > _MAX_SHOWN:
        yield f"- and {len(report.access) - _MAX_SHOWN} more"
