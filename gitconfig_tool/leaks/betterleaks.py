"""The scanner Betterleaks, in memory, through pybetterleaks: the only module that uses it.

Many texts are scanned in one call, for a call alone takes 15 ms. A file is scanned again, by
itself, where a finding might be due to a neighbour. Validation, which would send a credential to
its provider, is never asked for. Nothing that the library says of an error is passed on, nor kept
as a cause: it may quote the text.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gitconfig_tool.leaks.harmless import cover_harmless
from gitconfig_tool.leaks.model import Leak, ScanError, ScannerMissingError, TextFile
from gitconfig_tool.leaks.own_rules import OWN_RULES

if TYPE_CHECKING:
    import pybetterleaks

# Characters in one call: large enough that the call itself costs little, and small in memory.
_BATCH = 256 * 1024
# The library works outside of Python's lock; more than this gains little on a machine of one user.
_MAX_WORKERS = 4
_BETWEEN = "\n\n"
# Finds what has no form of its own, by the name before it.
_BY_NAME = "generic-api-key"
# Rules that ask for a second value, such as an id, at any distance: `rules.required` of the
# configuration within Betterleaks 1.6. The second value may be that of a neighbour.
_PAIRED = frozenset(
    {
        "aikido-client-secret",
        "alibaba-secret-key",
        "alibaba-sts-access-key-secret",
        "artifactory-api-key",
        "artifactory-reference-token",
        "aws-access-token",
        "canva-client-secret",
        "clickhouse-cloud-api-secret-key",
        "cloudinary-api-secret",
        "exoscale-api-key",
        "mongodb-atlas-service-account-secret",
        "ovh-application-secret",
        "planetscale-api-token",
        "polymarket-api-key",
        "supabase-project-api-key",
    }
)


class BetterleaksScanner:
    """Finds what the rules of Betterleaks and our own describe.

    Raises `ScanError` where the library is not installed.
    """

    def __init__(self) -> None:
        try:
            import pybetterleaks
        except ImportError as error:
            raise ScannerMissingError(
                "expected the package pybetterleaks, which finds credentials; found none",
                hint="pip install 'gitconfig-tool[scan]'",
            ) from error
        self._library = pybetterleaks
        self._config = pybetterleaks.BetterleaksConfig.with_defaults(
            rules=[
                pybetterleaks.Rule(
                    id=rule.kind,
                    description=rule.kind,
                    regex=rule.pattern,
                    keywords=list(rule.keywords),
                    secret_group=1,
                )
                for rule in OWN_RULES
            ]
        )

    def scan(self, files: Sequence[TextFile]) -> list[tuple[Leak, ...]]:
        """Return what each file holds, see `Scanner`."""
        texts = [cover_harmless(file.text) for file in files]
        found: list[set[Leak]] = [set() for _ in files]
        with ThreadPoolExecutor(min(_MAX_WORKERS, os.cpu_count() or 1)) as pool:
            unclear: set[int] = set()
            for leaks, others in pool.map(lambda batch: self._batch(texts, batch), _batches(texts)):
                unclear |= others
                for number, leak in leaks:
                    found[number].add(leak)
            alone = sorted(unclear)
            for number, again in zip(
                alone, pool.map(lambda number: self._alone(texts[number]), alone), strict=True
            ):
                found[number] = again
        return [tuple(sorted(leaks, key=lambda leak: (leak.start, leak.kind))) for leaks in found]

    def _batch(
        self, texts: Sequence[str], batch: range
    ) -> tuple[list[tuple[int, Leak]], frozenset[int]]:
        """Return what texts hold, each leak with its text's number; and the unclear texts.

        A text is unclear where a finding does not stand in it as a whole, or may be due to what
        a neighbour holds.
        """
        leaks: list[tuple[int, Leak]] = []
        unclear: set[int] = set()
        for finding in self._findings(_BETWEEN.join(texts[number] for number in batch)):
            match, secret = finding.match or "", finding.secret or ""
            holders = [number for number in batch if match and match in texts[number]]
            if not holders or secret not in match or finding.rule_id in _PAIRED:
                unclear.update(self._around(texts, batch, finding))
                unclear.update(holders)
            else:
                leaks += [
                    (number, leak)
                    for number in holders
                    for leak in _occurrences(finding.rule_id, secret, texts[number])
                ]
        return leaks, frozenset(unclear)

    def _around(
        self, texts: Sequence[str], batch: range, finding: "pybetterleaks.Finding"
    ) -> Iterator[int]:
        """Yield the numbers of the texts that a finding may touch, by its lines."""
        first = _first_line(finding)
        last = first + (finding.match or "").count("\n") + 1
        start = 0
        for number in batch:
            end = start + texts[number].count("\n") + len(_BETWEEN)
            # One line more on both sides: to scan a file again costs little, to miss it much.
            if start - 1 <= last and first <= end + 1:
                yield number
            start = end

    def _alone(self, text: str) -> set[Leak]:
        """Return what one text holds."""
        found: set[Leak] = set()
        for finding in self._findings(text):
            secret = finding.secret or ""
            if secret and secret in text:
                found.update(_occurrences(finding.rule_id, secret, text))
            else:
                found.add(_on_line(finding, text))
        return found

    def _findings(self, text: str) -> Sequence["pybetterleaks.Finding"]:
        failed = None
        findings: Sequence[pybetterleaks.Finding] = ()
        try:
            result = self._library.scan_text(
                text, config=self._config, validation=False, redact=False
            )
            findings = result.findings
            if result.errors:
                failed = result.errors[0].code
        except self._library.PyBetterleaksError as error:
            failed = type(error).__name__
        if failed is not None:
            # Outside of the handler: the library's exception must not hang on ours.
            raise ScanError(
                f"expected pybetterleaks to scan a text, found the error {failed}",
                hint="reinstall it: pip install --force-reinstall 'gitconfig-tool[scan]'",
            )
        return findings


def _batches(texts: Sequence[str]) -> Iterator[range]:
    """Split texts into runs of about `_BATCH` characters."""
    first, size = 0, 0
    for number, text in enumerate(texts):
        if size and size + len(text) > _BATCH:
            yield range(first, number)
            first, size = number, 0
        size += len(text)
    if first < len(texts):
        yield range(first, len(texts))


def _first_line(finding: "pybetterleaks.Finding") -> int:
    """Return the line that a finding begins on, from 0: so it is for texts, with None for 0."""
    return max(finding.line or 0, 0)


def _occurrences(kind: str, secret: str, text: str) -> Iterator[Leak]:
    """Yield a leak for each place of a credential in a text.

    The columns of the library count bytes, from what its rule matched; so we look ourselves.
    """
    at = text.find(secret)
    line, counted = 1, 0
    while at >= 0:
        end = at + len(secret)
        line += text.count("\n", counted, at)
        counted = at
        yield Leak(
            kind,
            line,
            at - text.rfind("\n", 0, at),
            line + secret.count("\n"),
            end - text.rfind("\n", 0, end),
            secret,
            kind == _BY_NAME,
        )
        at = text.find(secret, end)


def _on_line(finding: "pybetterleaks.Finding", text: str) -> Leak:
    """Return a leak that marks a whole line: what had to be decoded stands nowhere as it is."""
    lines = text.split("\n")
    number = min(_first_line(finding), len(lines) - 1)
    line = lines[number]
    start, end = len(line) - len(line.lstrip()), max(len(line.rstrip()), 1)
    secret = finding.secret or line.strip()
    kind = finding.rule_id
    return Leak(
        kind, number + 1, min(start, end) + 1, number + 1, end + 1, secret, kind == _BY_NAME
    )
