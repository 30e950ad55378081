"""Credentials in prose that their own form gives away, found without the scanner.

A prompt is checked with every compilation, where a library that need not be installed must not
decide what is found. So these are the forms that cannot be mistaken: each has a mark of its own,
and a length. `secrets scan` knows many more. Pure; a pattern takes a time that grows with the text.
"""

import re
from collections.abc import Iterator

from gitconfig_tool.leaks.own_rules import OWN_RULES

# Name, and pattern with the credential as its first group. From what providers document of the form
# of their keys, as of 2026-11.
_FORMS: tuple[tuple[str, str], ...] = (
    ("anthropic-api-key", r"\b(sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{40,200})"),
    ("openai-api-key", r"\b(sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200})"),
    ("openai-api-key", r"\b(sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})\b"),
    ("github-token", r"\b(gh[pousr]_[A-Za-z0-9]{36,251})\b"),
    ("github-fine-grained-token", r"\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"),
    ("gitlab-token", r"\b(glpat-[A-Za-z0-9_-]{20,60})"),
    ("google-api-key", r"\b(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])"),
    ("huggingface-access-token", r"\b(hf_[A-Za-z]{34})\b"),
    ("slack-token", r"\b(xox[abprs]-[0-9]{8,14}-[A-Za-z0-9-]{20,200})"),
    ("stripe-key", r"\b([sr]k_live_[A-Za-z0-9]{16,120})\b"),
    ("sendgrid-key", r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])"),
    ("npm-token", r"\b(npm_[A-Za-z0-9]{36})\b"),
    ("vault-token", r"\b(hvs\.[A-Za-z0-9_-]{24,200})"),
    (
        "jwt",
        r"\b(eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000})",
    ),
    ("private-key", r"(-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)"),
)
_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (*_FORMS, *((rule.kind, rule.pattern) for rule in OWN_RULES))
)


def find_forms(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind of each credential with where it begins and ends, by its place; never two."""
    found = [
        (*match.span(1), name) for name, pattern in _PATTERNS for match in pattern.finditer(text)
    ]
    last = 0
    for start, end, name in sorted(found):
        if start >= last:
            yield name, start, end
            last = end
