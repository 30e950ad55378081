"""Lines are found in any order, and the text of a file is asked for once."""

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.report.findings import SourceLines


def test_lines_in_any_order() -> None:
    asked = []

    def text(path: str) -> str | None:
        asked.append(path)
        return None if path == "gone" else "\ufeffone\r\ntwo\rthree\u2028\nfour"

    lines = SourceLines(text)

    found = [lines.line(Span("a", number)) for number in (3, 1, 4, 2, 5, 4, 0)]
    assert found == ["three\u2028", "one", "four", "two", None, "four", None]
    assert lines.line(Span("gone", 1)) is None
    assert asked == ["a", "gone"]


def test_a_text_without_lines() -> None:
    lines = SourceLines(lambda _: "")

    assert [lines.line(Span("a", number)) for number in (1, 2)] == ["", None]


def test_the_last_line_may_be_empty() -> None:
    lines = SourceLines(lambda _: "one\n")

    assert [lines.line(Span("a", number)) for number in (1, 2, 3)] == ["one", "", None]
