"""Fingerprints: what makes a problem the same one in the next run.

Takes the findings of a run; returns one fingerprint for each. It does not depend on the number of
the line, so edits elsewhere in the file leave it as it is.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass

from gitconfig_tool.report.findings import Findings, SourceLines, lines_with_secrets, place_of


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`content` is the same for problems that look alike; `number` counts those, from 1."""

    content: str
    number: int

    def __str__(self) -> str:
        return f"{self.content}:{self.number}"


def fingerprints(findings: Findings) -> list[Fingerprint]:
    """Return the fingerprint of each of `findings.everything()`, no two of them the same.

    Made of the code, the path in the repository and the text of the marked line. Of a line that may
    hold a secret nothing is used, as a short secret could be guessed from a hash: the message
    stands for it.
    """
    lines = SourceLines(findings.text)
    diagnostics = [found for found, _ in findings.everything()]
    hidden = lines_with_secrets(diagnostics)
    seen: Counter[str] = Counter()
    found = []
    for each in diagnostics:
        place = place_of(each)
        line = None if (place.path, place.line) in hidden else lines.line(place)
        marked = f"message {each.message}" if line is None else f"line {line.strip()}"
        text = "\0".join((each.code, findings.path(place), marked))
        content = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[content] += 1
        found.append(Fingerprint(content, seen[content]))
    return found
