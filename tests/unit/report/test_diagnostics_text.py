"""Diagnostics as text: each whole output is written out by hand."""

from dataclasses import replace

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.report.diagnostics_text import Style, render_diagnostics, summarize

MODEL = "environments/production/ml-service/inference/model.yaml"
TEXT = "# model\nparameters:\n  temperature: 3.1\n"
FINDING = Diagnostic(
    "GCT103",
    "expected a mapping, found a scalar",
    Span(MODEL, 3, 16, 3, 19),
    label="a scalar here",
    notes=(Note("a mapping set", Span("base/model.yaml", 9, 16, 9, 20)), Note("no place")),
    hint="write a mapping",
    bundles=("production", "production/acme"),
)


def render(diagnostic: Diagnostic, text: str | None) -> str:
    return render_diagnostics([diagnostic], lambda path: text)


def frame(text: str, span: Span, label: str = "") -> list[str]:
    """Return the line of a frame and the line that marks it."""
    shown = render(Diagnostic("GCT010", "m", span, label), text).splitlines()
    return shown[3:5]


def test_a_diagnostic_with_everything() -> None:
    assert render(FINDING, TEXT) == (
        "error[GCT103]: expected a mapping, found a scalar\n"
        f" --> {MODEL}:3:16\n"
        "  |\n"
        "3 |   temperature: 3.1\n"
        "  |                ^^^ a scalar here\n"
        "  = a mapping set at base/model.yaml:9:16\n"
        "  = no place\n"
        "  = affects production, production/acme\n"
        "  = hint: write a mapping\n"
        "  = help: gitconfig-tool rules GCT103\n"
    )


def test_the_gutter_is_as_wide_as_the_number_of_the_line() -> None:
    text = "\n" * 122 + "key: value\n"

    assert render(Diagnostic("GCT010", "m", Span("a.yaml", 123, 6, 123, 11)), text) == (
        "error[GCT010]: m\n"
        "   --> a.yaml:123:6\n"
        "    |\n"
        "123 | key: value\n"
        "    |      ^^^^^\n"
        "    = help: gitconfig-tool rules GCT010\n"
    )


def test_a_diagnostic_without_a_place() -> None:
    assert render(Diagnostic("GCT010", "m"), TEXT) == (
        "error[GCT010]: m\n  = help: gitconfig-tool rules GCT010\n"
    )


def test_a_warning() -> None:
    assert render(Diagnostic("GCT106", "m"), None).startswith("warning[GCT106]: m\n")


@pytest.mark.parametrize("text", [None, "", "one line"])
def test_a_place_whose_line_is_not_known(text: str | None) -> None:
    assert render(Diagnostic("GCT010", "m", Span("a.yaml", 2, 1, 2, 2)), text) == (
        "error[GCT010]: m\n --> a.yaml:2:1\n  = help: gitconfig-tool rules GCT010\n"
    )


def test_a_line_that_may_hold_a_secret_is_never_shown() -> None:
    shown = render(replace(FINDING, sensitive=True), TEXT)

    assert "3.1" not in shown
    assert shown.splitlines()[1:3] == [
        f" --> {MODEL}:3:16",
        "  | (the line is not shown: it may hold a secret)",
    ]


def test_a_line_is_hidden_from_every_diagnostic_when_one_may_show_a_secret() -> None:
    found = [FINDING, replace(FINDING, code="GCT402", sensitive=True)]

    assert "3.1" not in render_diagnostics([replace(each, message="m") for each in found], TEXT)


def test_an_empty_line_stands_between_two() -> None:
    one = Diagnostic("GCT010", "one")
    two = Diagnostic("GCT011", "two")

    assert render_diagnostics([one, two], lambda path: None) == (
        "error[GCT010]: one\n  = help: gitconfig-tool rules GCT010\n"
        "\n"
        "error[GCT011]: two\n  = help: gitconfig-tool rules GCT011\n"
    )
    assert render_diagnostics([], lambda path: None) == ""


def test_many_bundles_are_cut_short() -> None:
    names = tuple(f"b{number}" for number in range(1, 9))

    assert "  = affects b1, b2, b3, b4, b5 and 3 more\n" in render(
        replace(FINDING, bundles=names), TEXT
    )
    assert "  = affects b1, b2, b3, b4, b5, b6\n" in render(
        replace(FINDING, bundles=names[:6]), TEXT
    )


@pytest.mark.parametrize(
    ("text", "span", "line", "marks"),
    [
        # A place of several lines is marked to the end of its first.
        ("a: [1,\n  2]\n", Span("a", 1, 4, 2, 5), "1 | a: [1,", "  |    ^^^"),
        ("a: |\n  x\n", Span("a", 1, 4, 3, 1), "1 | a: |", "  |    ^"),
        # An empty place, and one past the end of the line, still get a mark.
        ("a:\n", Span("a", 1, 3, 1, 3), "1 | a:", "  |   ^"),
        ("a:\n", Span("a", 1, 9, 1, 12), "1 | a:", "  |   ^"),
        # Columns are code points; the marks are as wide as a terminal shows them.
        ("日本: x\n", Span("a", 1, 5, 1, 6), "1 | 日本: x", "  |       ^"),
        ("日本: x\n", Span("a", 1, 1, 1, 3), "1 | 日本: x", "  | ^^^^"),
        ("e\u0301: x\n", Span("a", 1, 5, 1, 6), "1 | e\u0301: x", "  |    ^"),
        ("😀: x\n", Span("a", 1, 4, 1, 5), "1 | 😀: x", "  |     ^"),
        # A tab is four spaces.
        ("a:\tx\n", Span("a", 1, 4, 1, 5), "1 | a:    x", "  |       ^"),
        # Lines end where YAML ends them, and a byte order mark is no column.
        ("x: 1\r\na: y\r\n", Span("a", 2, 4, 2, 5), "2 | a: y", "  |    ^"),
        ("x: 1\ra: y\r", Span("a", 2, 4, 2, 5), "2 | a: y", "  |    ^"),
        ("\ufeffa: y\n", Span("a", 1, 4, 1, 5), "1 | a: y", "  |    ^"),
        ("a: 'x\u2028y'\nb: z\n", Span("a", 2, 4, 2, 5), "2 | b: z", "  |    ^"),
    ],
)
def test_the_marks_stand_below_the_place(text: str, span: Span, line: str, marks: str) -> None:
    assert frame(text, span) == [line, marks]


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "k: " + "a" * 300 + "B" + "c" * 300

    line, marks = frame(text, Span("a", 1, 304, 1, 305), "here")

    # 160 characters, 80 of them before the place: from the 224th on.
    assert line == "1 | ..." + "a" * 80 + "B" + "c" * 79
    assert marks == "  | " + " " * 83 + "^ here"
    line, marks = frame(text, Span("a", 1, 4, 1, 604))
    assert line == "1 | k: " + "a" * 157
    assert marks == "  |    " + "^" * 157


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\x07", "\r", "\x85", "\u202e", "\u2066"])
def test_nothing_reaches_the_terminal_that_could_command_it(hidden: str) -> None:
    nasty = f"x{hidden}y"
    diagnostic = Diagnostic(
        "GCT012",
        nasty,
        Span(nasty, 1, 1, 1, 2),
        nasty,
        (Note(nasty, Span(nasty)),),
        nasty,
    )

    shown = render(diagnostic, f"k: '{nasty}'")

    assert hidden[0] not in shown
    assert shown.count("x.") >= 6 - (hidden == "\r")


def test_styles_wrap_what_they_name() -> None:
    style = Style(
        error=lambda text: f"<e>{text}</e>",
        warning=lambda text: f"<w>{text}</w>",
        frame=lambda text: f"<f>{text}</f>",
        strong=lambda text: f"<s>{text}</s>",
    )
    diagnostic = Diagnostic("GCT010", "m", Span("a.yaml", 1, 1, 1, 2), "here")

    assert render_diagnostics([diagnostic], lambda path: "k", style) == (
        "<e>error[GCT010]</e>: <s>m</s>\n"
        " <f>--></f> a.yaml:1:1\n"
        "  <f>|</f>\n"
        "1 <f>|</f> k\n"
        "  <f>|</f> <e>^ here</e>\n"
        "  <f>=</f> help: gitconfig-tool rules GCT010\n"
    )
    assert "<w>warning[GCT106]</w>" in render_diagnostics(
        [Diagnostic("GCT106", "m")], lambda path: None, style
    )


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "no problems"),
        (["GCT010"], "1 error"),
        (["GCT106"], "1 warning"),
        (["GCT010", "GCT106", "GCT011"], "2 errors, 1 warning"),
        (["GCT106", "GCT106"], "2 warnings"),
    ],
)
def test_the_summary(codes: list[str], expected: str) -> None:
    assert summarize([Diagnostic(code, "m") for code in codes]) == expected
