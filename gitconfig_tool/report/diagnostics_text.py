"""Diagnostics as text with frames, as design.md section 7 shows them.

Takes diagnostics and a way to get a file's text; returns one string. A line that may hold a secret
is never shown.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Diagnostic, Severity, Span, rule

Text = Callable[[str], str | None]

# Lines longer than this are cut around the marked place, so that a frame stays readable.
_MAX_LINE = 160
_TAB = 4
# Unicode Standard Annex 9, section 2: what "Trojan Source" (CVE-2021-42574) hides code with.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Style:
    """How to mark parts of the text; each field wraps a string, or returns it as it is."""

    error: Callable[[str], str] = str
    warning: Callable[[str], str] = str
    frame: Callable[[str], str] = str
    strong: Callable[[str], str] = str


PLAIN = Style()


def render_diagnostics(diagnostics: Sequence[Diagnostic], text: Text, style: Style = PLAIN) -> str:
    """Return all diagnostics with their frames, an empty line between them."""
    # Another diagnostic may speak of the same line: JSON is often written on one.
    hidden = {_line_of(each) for each in diagnostics if each.sensitive}
    return "\n".join(
        _render(each, text, style, hide=each.sensitive or _line_of(each) in hidden)
        for each in diagnostics
    )


def summarize(diagnostics: Sequence[Diagnostic]) -> str:
    """Return how many there are: `3 errors, 1 warning`; `no problems` when there are none."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[rule(diagnostic.code).severity] += 1
    parts = [
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    ]
    return ", ".join(parts) or "no problems"


def _line_of(diagnostic: Diagnostic) -> tuple[str, int] | None:
    span = diagnostic.span
    return None if span is None else (span.path, span.line)


def _render(diagnostic: Diagnostic, text: Text, style: Style, *, hide: bool) -> str:
    severity = rule(diagnostic.code).severity
    paint = style.error if severity is Severity.ERROR else style.warning
    head = paint(f"{severity.value}[{diagnostic.code}]")
    lines = [f"{head}: {style.strong(_visible(diagnostic.message))}"]
    span = diagnostic.span
    gutter = " " * (len(str(span.line)) if span else 1)
    if span is not None:
        lines.append(f"{gutter}{style.frame('-->')} {_visible(str(span))}")
        source = None if hide else _line(text(span.path), span.line)
        if source is not None:
            lines += _frame(span, source, diagnostic.label, gutter, style, paint)
        elif hide:
            lines.append(
                f"{gutter} {style.frame('|')} (the line is not shown: it may hold a secret)"
            )
    mark = style.frame("=")
    for note in diagnostic.notes:
        where = f" at {note.span}" if note.span is not None else ""
        lines.append(f"{gutter} {mark} {_visible(note.text + where)}")
    if diagnostic.bundles:
        lines.append(f"{gutter} {mark} affects {_names(diagnostic.bundles)}")
    if diagnostic.hint:
        lines.append(f"{gutter} {mark} hint: {_visible(diagnostic.hint)}")
    lines.append(f"{gutter} {mark} help: gitconfig-tool rules {diagnostic.code}")
    return "\n".join(lines) + "\n"


def _frame(
    span: Span,
    source: str,
    label: str,
    gutter: str,
    style: Style,
    paint: Callable[[str], str],
) -> list[str]:
    """Return the marked line between two edges; a span of several lines is marked on its first."""
    start = min(span.column - 1, len(source))
    end = span.end_column - 1 if span.end_line == span.line else len(source.rstrip())
    end = max(min(end, len(source)), start + 1)
    cut = 0
    if len(source) > _MAX_LINE:
        cut = max(0, min(start - _MAX_LINE // 2, len(source) - _MAX_LINE))
        end = min(end, cut + _MAX_LINE)
    shown = ("..." if cut else "") + source[cut : cut + _MAX_LINE]
    before = ("..." if cut else "") + source[cut:start]
    bar = style.frame("|")
    carets = "^" * max(1, _width(source[start:end]))
    return [
        f"{gutter} {bar}",
        f"{span.line} {bar} {_visible(shown)}",
        f"{gutter} {bar} {' ' * _width(before)}{paint(f'{carets} {_visible(label)}'.rstrip())}",
    ]


def _line(text: str | None, number: int) -> str | None:
    """Return a line of a file, split where YAML splits: not at the further breaks of Unicode."""
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else None


def _visible(text: str) -> str:
    """Return text that is safe on a terminal: tabs as spaces, control characters as dots.

    Controls of the writing direction go too: they would show text in another order than it has.
    """
    return "".join(
        " " * _TAB
        if char == "\t"
        else ("." if unicodedata.category(char) == "Cc" or char in _DIRECTION else char)
        for char in text
    )


def _width(text: str) -> int:
    """Return how many columns a terminal needs for a text."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if char == "\t":
        return _TAB
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _names(bundles: Sequence[str]) -> str:
    if len(bundles) <= 6:
        return ", ".join(bundles)
    return f"{', '.join(bundles[:5])} and {len(bundles) - 5} more"
