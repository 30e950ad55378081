"""Where the results of `ci` go: a folder of reports, GitHub's summary, and the log of the job.

What a log shows may hold text of the repository. Some systems obey lines of a log, so no such line
reaches them: whoever opens a pull request must not set variables of the job.
"""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import click

from gitconfig_tool.cli.ci_environment import CiError
from gitconfig_tool.cli.written import write_whole
from gitconfig_tool.report.findings import Findings

# What each file of `-o DIR` holds; docs/ci.md has the same table.
FILES: Mapping[str, str] = {
    "diagnostics.sarif": "every problem, for code scanning",
    "junit.xml": "problems, prompts and tests as test results",
    "comment.md": "the comment for the pull request",
    "diff.json": "what changes in every bundle, as `diff --format json` has it",
    "diff.html": "the same as a page",
    "report.json": "all of it, as `ci --format json` has it",
    "code-quality.json": "every problem, as GitLab reads it",
}
# GitHub takes 1 MiB from each step (GitHub Docs, "Workflow commands", job summaries).
_MAX_SUMMARY = 1024 * 1024
# Azure's agent obeys `##vso[` and `##[` anywhere in a line (Azure Pipelines, "Logging commands"),
# TeamCity `##teamcity[`, and GitHub's older form is `##[`. Some compare texts by the rules of a
# language, for which characters that nobody sees are not there.
_COMMAND = re.compile("#(?=[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]*#)")


def write_reports(directory: Path, contents: Mapping[str, str]) -> None:
    """Write the files; each takes its place in one step, and none is written through a link."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CiError(
            f"expected to make the folder {directory}, found: {error.strerror or error}",
            hint="name another folder with -o",
        ) from error
    for name, text in contents.items():
        write_whole(directory / name, text.encode())


def machine_reports(findings: Findings) -> dict[str, str]:
    """Return the contents of the files that tell of problems."""
    from gitconfig_tool.report.gitlab import code_quality
    from gitconfig_tool.report.sarif import sarif

    return {
        "diagnostics.sarif": _as_json(sarif(findings)),
        "code-quality.json": _as_json(code_quality(findings)),
    }


def _as_json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def append_summary(path: str, text: str) -> None:
    """Add a text to the summary of a GitHub job."""
    data = text.encode()
    if len(data) > _MAX_SUMMARY:
        click.echo("note: the summary is longer than GitHub takes: left out", err=True)
        return
    try:
        with open(path, "ab") as file:
            file.write(data)
    except OSError as error:
        # The result stands all the same: it is the log that counts.
        reason = error.strerror or error
        click.echo(f"note: expected to write GITHUB_STEP_SUMMARY, found: {reason}", err=True)


def safe_for_log(text: str, system: str) -> str:
    """Return text for the log of a job, so that the system obeys no line of it."""
    if system == "github":
        # GitHub Docs, "Workflow commands", stopping and starting workflow commands.
        token = secrets.token_hex(16)
        return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n"
    return _COMMAND.sub("# ", text)


def safe_json_for_log(text: str) -> str:
    """Return the same JSON, in which no line is one that a CI system obeys."""
    # A number sign stands in strings only, where an escape means the same: RFC 8259, section 7.
    return _COMMAND.sub(r"\\u0023", text)
