"""Findings as JUnit XML, for what shows test results: Jenkins, GitLab, Azure Pipelines.

One suite for each file, so that a report names files as people look for them. In it a case for each
problem: an error has failed, a warning has passed with a text, a silenced one was skipped. A file
without any problem is one case that has passed. No case has a time or a line in its name: the
same problem has the same name in the next run.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.report.diagnostics_text import render_blocks
from gitconfig_tool.report.findings import Findings, place_of

_NAME = "gitconfig-tool validate"
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Suites:
    """The elements of some suites, and how many `tests`, `failures` and `skipped` are in them."""

    text: str
    counts: Counter[str]


def junit_xml(findings: Findings) -> str:
    """Return the document."""
    return junit_document(_NAME, [finding_suites(findings)])


def junit_document(name: str, parts: Sequence[Suites]) -> str:
    """Return a document of all suites together."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.counts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites name={attribute(name)} {_numbers(total['tests'], total)}>\n"
        f"{''.join(part.text for part in parts)}</testsuites>\n"
    )


def suite(name: str, cases: Sequence[str], counts: Counter[str]) -> Suites:
    """Return one suite of the elements of cases; `counts` has `failures` and `skipped`."""
    numbers = Counter({"tests": len(cases), **counts})
    head = f"  <testsuite name={attribute(name)} {_numbers(len(cases), numbers)}>"
    return Suites(f"{head}\n{''.join(cases)}  </testsuite>\n", numbers)


def joined(parts: Sequence[Suites]) -> Suites:
    """Return several suites as one part of a document."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.counts)
    return Suites("".join(part.text for part in parts), total)


def finding_suites(findings: Findings) -> Suites:
    """Return one suite for each file."""
    cases: dict[str, list[str]] = {findings.prefix + path: [] for path in findings.checked}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path, kind, text in _cases(findings):
        cases.setdefault(path, []).append(text)
        counts[path][kind] += 1
    found = []
    for path, texts in sorted(cases.items()):
        passed = [f"    <testcase name={attribute('no problems')} {_where(path)}/>\n"]
        found.append(suite(path, texts or passed, counts[path]))
    return joined(found)


def _cases(findings: Findings) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the outcome and the element of each problem."""
    everything = findings.everything()
    # Rendered at once, so that a line with a secret is hidden from every problem of that line.
    texts = render_blocks([found for found, _ in everything], findings.text)
    names: Counter[tuple[str, str]] = Counter()
    for (found, silenced), text in zip(everything, texts, strict=True):
        path = findings.path(place_of(found))
        known = rule(found.code)
        name = f"{known.code} {known.name}: {found.message}"
        names[path, name] += 1
        if names[path, name] > 1:
            name += f" ({names[path, name]})"
        head = f"    <testcase name={attribute(name)} {_where(path)}>"
        if silenced is not None:
            kind, inner = "skipped", f"<skipped message={attribute(silenced.reason)}/>"
        elif known.severity is Severity.ERROR:
            message = attribute(found.message)
            kind = "failures"
            inner = f'<failure type="{known.code}" message={message}>{element_text(text)}</failure>'
        else:
            kind, inner = "warnings", f"<system-out>{element_text(text)}</system-out>"
        yield path, kind, f"{head}{inner}</testcase>\n"


def _where(path: str) -> str:
    return f"classname={attribute(path)} file={attribute(path)}"


def _numbers(tests: int, counts: Counter[str]) -> str:
    return (
        f'tests="{tests}" failures="{counts["failures"]}" errors="0" skipped="{counts["skipped"]}"'
    )


def attribute(text: str) -> str:
    """Write the value of an attribute, with its quotes."""
    return quoteattr(_legal(text), {"\n": "&#10;", "\t": "&#9;"})


def element_text(text: str) -> str:
    """Write the text of an element."""
    return escape(_legal(text))


def _legal(text: str) -> str:
    """Replace what XML 1.0 (section 2.2, Char) cannot hold at all, escaped or not."""
    return _ILLEGAL.sub("\ufffd", text)
