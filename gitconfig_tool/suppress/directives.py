"""What a comment asks for: `ignore[CODE,...] reason`, or why it cannot be read.

Takes one comment; returns what it ignores and the diagnostics of what is wrong with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import RULES, Diagnostic, Span, nearest_rule
from gitconfig_tool.suppress.comments import Comment

_IGNORE = re.compile(r"ignore\s*\[([^\]]*)\](.*)")
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"[^,]+")
_FORM = "write: # gct: ignore[CODE] reason"
_SHOWN = 40  # characters of a comment that a message quotes


@dataclass(frozen=True, slots=True)
class Directive:
    """One code of one comment: do not report it at line `target`, because of `reason`."""

    code: str
    target: int | None
    reason: str
    span: Span


def read_comment(comment: Comment, path: str, *, sealed: bool) -> Iterator[Directive | Diagnostic]:
    """Yield what a comment asks for. `sealed`: the file is SOPS's, and comments do not count."""
    whole = _span(comment, path, 0, len(comment.text))
    if sealed:
        yield _malformed(
            "expected what a SOPS file ignores in gitconfig.yaml, found a comment in the file",
            whole,
            "SOPS encrypts comments: write it under diagnostics.ignore in gitconfig.yaml",
            sensitive=True,
        )
        return
    found = _IGNORE.fullmatch(comment.text)
    if found is None:
        word = _WORD.match(comment.text)
        near = word is not None and word[0] != "ignore" and get_close_matches(word[0], ["ignore"])
        shown = comment.text[:_SHOWN] + ("..." if len(comment.text) > _SHOWN else "")
        yield _malformed(
            "expected ignore[CODE] and a reason after 'gct:', found "
            + (f"'{shown}'" if shown else "nothing"),
            whole,
            f"did you mean 'ignore'? {_FORM}" if near else _FORM,
        )
        return
    reason = found[2].strip(" \t:-\u2013\u2014")
    codes = [
        (match[0].strip(), found.start(1) + match.start() + _indent(match[0]))
        for match in _CODE.finditer(found[1])
        if match[0].strip()
    ]
    if not codes:
        yield _malformed("expected a code in 'ignore[]', found none", whole, _FORM)
    elif not _WORD.search(reason):
        yield _malformed(
            f"expected a reason after ignore[{found[1].strip()}], found none",
            whole,
            "say why it is right here, or until when it stays",
        )
        return
    for code, at in codes:
        span = _span(comment, path, at, at + len(code))
        if code in RULES:
            yield Directive(code, comment.target, reason, span)
            continue
        near_rule = nearest_rule(code)
        yield _malformed(
            f"expected the code of a diagnostic, found '{code}'",
            span,
            f"did you mean {near_rule.code} ({near_rule.name})?"
            if near_rule
            else "gitconfig-tool rules lists all codes",
        )


def _malformed(message: str, span: Span, hint: str, *, sensitive: bool = False) -> Diagnostic:
    return Diagnostic(
        "GCT045", message, span, label="silences nothing", hint=hint, sensitive=sensitive
    )


def _span(comment: Comment, path: str, start: int, end: int) -> Span:
    column = comment.column + start
    return Span(path, comment.line, column, comment.line, max(comment.column + end, column + 1))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
