"""Frames: whatever a line holds and however narrow the terminal is, the marks stand right."""

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.report.columns import cells, text_width
from gitconfig_tool.report.diagnostics_text import Style, render_diagnostics

# Letters of every width, accents, joiners, pictures, tabs and what is shown as a dot.
_WIDE = ["日", "ｶ", "각", "👩\u200d👧", "👍🏽", "🇩🇪"]
_PIECES = [*_WIDE, "a", "b", " ", "e\u0301", "\u0301", "\t", "\x1b"]
_LINES = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=120).map("".join)


@given(_LINES, st.data(), st.integers(min_value=1, max_value=100))
def test_the_marks_stand_below_the_place(line: str, data: st.DataObject, columns: int) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    found = Diagnostic("GCT010", "m", Span("a", 1, start + 1, 1, end + 1))

    text = render_diagnostics([found], lambda path: line, Style(columns=columns))
    shown, marks = (each[4:] for each in text.splitlines()[3:5])

    assert text_width(shown) <= max(columns - 4, 20)
    first, last = len(marks) - len(marks.lstrip()), len(marks)
    assert set(marks[first:]) == {"^"}
    above = _between(shown, first, last, by_columns=True)
    place = _between(line, start, end, by_columns=False)
    # A place without any column is marked at the cell after it.
    assert above in place or not place
    # The spaces at the end of a line are not printed.
    assert above or not place.strip()


def _between(text: str, first: int, last: int, *, by_columns: bool) -> str:
    """Return what a terminal shows of a part of a text, counted in columns or in code points."""
    at, found = 0, ""
    for cell in cells(text):
        end = at + (cell.width if by_columns else cell.length)
        # A column is shown by a whole cell; a code point may be a part of one. A cell without any
        # column, an accent that has no letter, stands at no place that could be told.
        within = (first <= at and end <= last) if by_columns else (at < last and end > first)
        if within and cell.width:
            found += cell.shown
        at = end
    return found
