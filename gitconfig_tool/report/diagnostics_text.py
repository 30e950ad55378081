"""Diagnostics as text with frames, as design.md section 7 shows them.

Takes diagnostics and a way to get a file's text; returns one string. A line that may hold a secret
is never shown.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, Span, rule
from gitconfig_tool.report.columns import Cell, cells, text_width, visible, wrap
from gitconfig_tool.report.findings import SourceLines, Text, keep_hidden

# A line that takes more columns is cut around the marked place, so that a frame stays readable.
_MAX_LINE = 160
# So many code points before and after the start of a place are looked at: more than a frame holds.
_MAX_NEAR = 4_000
# Less than this shows nothing that helps, however narrow the terminal.
_MIN_LINE = 20
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Style:
    """How to mark parts of the text; each field wraps a string, or returns it as it is.

    `columns` is the width of the terminal; None where there is none, and nothing is broken.
    """

    error: Callable[[str], str] = str
    warning: Callable[[str], str] = str
    frame: Callable[[str], str] = str
    strong: Callable[[str], str] = str
    faint: Callable[[str], str] = str
    removed: Callable[[str], str] = str
    added: Callable[[str], str] = str
    columns: int | None = None


PLAIN = Style()


def render_diagnostics(
    diagnostics: Sequence[Diagnostic], text: Text, style: Style = PLAIN, *, max_per_code: int = 0
) -> str:
    """Return the diagnostics with their frames, an empty line between them.

    Of each code the first `max_per_code` are shown and the others counted; 0 shows all.
    """
    counts: Counter[str] = Counter()
    chosen = []
    for found in keep_hidden(diagnostics):
        counts[found.code] += 1
        if not max_per_code or counts[found.code] <= max_per_code:
            chosen.append(found)
    blocks = render_blocks(chosen, text, style)
    more = [
        f"and {count - max_per_code} more of {code} ({rule(code).name})\n"
        for code, count in counts.items()
        if max_per_code and count > max_per_code
    ]
    if more:
        mark = style.frame("=")
        help_line = f"  {mark} help: gitconfig-tool validate --max-per-code 0 shows all\n"
        blocks.append("".join((*more, help_line)))
    return "\n".join(blocks)


def render_blocks(diagnostics: Sequence[Diagnostic], text: Text, style: Style = PLAIN) -> list[str]:
    """Return the text of each diagnostic; a line that one of them hides is shown by none."""
    lines = SourceLines(text)
    return [_Block(each, lines, style).render() for each in keep_hidden(diagnostics)]


def summarize(diagnostics: Sequence[Diagnostic], silenced: Sequence[Silenced] = ()) -> str:
    """Return how many there are: `3 errors, 1 warning, 2 suppressed`, or `no problems`."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[rule(diagnostic.code).severity] += 1
    parts = [
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    ] or ["no problems"]
    if silenced:
        parts.append(f"{len(silenced)} suppressed")
    return ", ".join(parts)


class _Block:
    """One diagnostic as text."""

    def __init__(self, diagnostic: Diagnostic, lines: SourceLines, style: Style) -> None:
        self._found = diagnostic
        self._lines = lines
        self._style = style
        severity = rule(diagnostic.code).severity
        self._severity = severity.value
        self._paint = style.error if severity is Severity.ERROR else style.warning
        self._gutter = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 1)

    def render(self) -> str:
        found, style, gutter = self._found, self._style, self._gutter
        head = f"{self._severity}[{found.code}]"
        first, *others = wrap(
            visible(found.message), style.columns, first=len(head) + 2, indent=gutter + "   "
        )
        result = [f"{self._paint(head)}: {style.strong(first)}"]
        result += [_keep_indent(line, style.strong) for line in others]
        span = found.span
        if span is not None:
            result.append(f"{gutter}{style.frame('-->')} {visible(str(span))}")
            source = None if found.sensitive else self._lines.line(span)
            if found.sensitive:
                bar = style.frame("|")
                result.append(f"{gutter} {bar} (the line is not shown: it may hold a secret)")
            elif source is not None:
                result += self._frame(span, source)
        for note in found.notes:
            where = f" at {note.span}" if note.span is not None else ""
            result += self._after_mark(visible(note.text + where))
        if found.bundles:
            result += self._after_mark(f"affects {_names(found.bundles)}")
        if found.hint:
            result += self._after_mark(f"hint: {visible(found.hint)}")
        result += self._after_mark(f"help: gitconfig-tool rules {found.code}")
        return "\n".join(result) + "\n"

    def _after_mark(self, text: str) -> list[str]:
        before = f"{self._gutter} {self._style.frame('=')} "
        indent = self._gutter + "   "
        first, *others = wrap(text, self._style.columns, first=len(indent), indent=indent)
        return [before + first, *others]

    def _frame(self, span: Span, source: str) -> list[str]:
        """Return the marked line between two edges; several lines are marked on their first."""
        start = min(span.column - 1, len(source))
        end = span.end_column - 1 if span.end_line == span.line else len(source.rstrip())
        end = max(min(end, len(source)), start + 1)
        columns = self._style.columns
        room = _MAX_LINE
        if columns is not None:
            room = max(min(room, columns - len(self._gutter) - 3), _MIN_LINE)
        # JSON may stand on one line of megabytes, of which no more than this can be near the place.
        skipped = max(start - _MAX_NEAR, 0)
        source = source[skipped : start + _MAX_NEAR]
        start, end = start - skipped, min(end - skipped, len(source) + 1)
        shown, before, marked = _window(cells(source), start, end, room)
        bar = self._style.frame("|")
        edge = f"{self._gutter} {bar}"
        carets = "^" * marked
        label = visible(self._found.label)
        result = [edge, f"{span.line} {bar} {shown}".rstrip()]
        if columns is None or not label or before + marked + 1 + text_width(label) <= room:
            beside = f"{carets} {label}".rstrip()
            return [*result, f"{edge} {' ' * before}{self._paint(beside)}"]
        # Below the carets, as far to the right as it fits.
        at = max(min(before, room - text_width(label)), 0)
        result.append(f"{edge} {' ' * before}{self._paint(carets)}")
        return result + [
            f"{edge} {' ' * at}{self._paint(line)}"
            for line in wrap(label, max(room - at, _MIN_LINE))
        ]


def _window(line: list[Cell], start: int, end: int, room: int) -> tuple[str, int, int]:
    """Cut a line to the columns that there is room for.

    `start` and `end` count code points. Returns what is shown, the columns before the marked place,
    and the columns of that place, of which at least one is seen.
    """
    begin, finish = _columns(line, start, end)
    total = sum(cell.width for cell in line)
    if total <= room:
        return "".join(cell.shown for cell in line), begin, finish - begin
    first = _first_column(begin, finish, total, room)
    left = _CUT if first else ""
    space = room - len(left)
    if total - first > space:
        space -= len(_CUT)
    shown, column, skipped, taken = "", 0, 0, 0
    for cell in line:
        if column < first:
            skipped = column + cell.width
        elif taken + cell.width > space:
            break
        else:
            shown += cell.shown
            taken += cell.width
        column += cell.width
    right = _CUT if skipped + taken < total else ""
    before = max(begin - skipped, 0)
    marked = max(min(finish - skipped, taken) - before, 1)
    return left + shown + right, len(left) + before, marked


def _columns(line: list[Cell], start: int, end: int) -> tuple[int, int]:
    """Return the columns of a place that is given in code points; it takes at least one."""
    at = column = 0
    begin = finish = None
    for cell in line:
        if begin is None and at + cell.length > start:
            begin = column
        if finish is None and at >= end:
            finish = column
        at += cell.length
        column += cell.width
    begin = column if begin is None else begin
    return begin, max(column if finish is None else finish, begin + 1)


def _first_column(begin: int, finish: int, total: int, room: int) -> int:
    """Choose where a line is cut at its left: nowhere, if the place is seen then."""
    cut = len(_CUT)
    if finish <= room - cut:
        return 0
    # Otherwise the place stands in the middle, if it fits, and no room is left over at the end.
    beside = room - 2 * cut - (finish - begin)
    return max(min(begin - max(beside // 2, 0), total - (room - cut)), 0)


def _keep_indent(line: str, paint: Callable[[str], str]) -> str:
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + paint(text)


def _names(bundles: Sequence[str]) -> str:
    if len(bundles) <= 6:
        return ", ".join(bundles)
    return f"{', '.join(bundles[:5])} and {len(bundles) - 5} more"
