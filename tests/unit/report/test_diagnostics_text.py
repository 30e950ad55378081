"""Diagnostics as text: each whole output is written out by hand."""

import time
from dataclasses import replace

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Silenced, Span
from gitconfig_tool.report.diagnostics_text import Style, render_diagnostics, summarize
from gitconfig_tool.report.findings import keep_hidden

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
        ("👩‍👩‍👧‍👧: x\n", Span("a", 1, 10, 1, 11), "1 | 👩‍👩‍👧‍👧: x", "  |     ^"),
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

    # 160 columns: 3 dots at each side, and of the 153 others beside the place half before it.
    assert line == "1 | ..." + "a" * 76 + "B" + "c" * 77 + "..."
    assert marks == "  | " + " " * 79 + "^ here"
    # A place that is longer than the room is shown from its beginning, or from that of the line.
    line, marks = frame(text, Span("a", 1, 4, 1, 604))
    assert line == "1 | ..." + "a" * 154 + "..."
    assert marks == "  |    " + "^" * 154
    # Near the end, the end is shown.
    line, marks = frame(text, Span("a", 1, 601, 1, 605))
    assert line == "1 | ..." + "c" * 157
    assert marks == "  | " + " " * 156 + "^^^^"


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


def test_a_line_of_megabytes_costs_no_more_than_what_is_shown_of_it() -> None:
    """JSON often stands on one line, and several problems with it."""
    begun = time.perf_counter()

    for _ in range(20):
        far = frame(
            "a" * 5_000_000 + "xyz" + "b" * 5_000_000, Span("a", 1, 5_000_001, 1, 5_000_004)
        )
        short = frame("a" * 500 + "xyz" + "b" * 500, Span("a", 1, 501, 1, 504))
        assert far == short
        whole = frame("a" * 10_000_000, Span("a", 1, 1, 1, 10_000_001))
        assert whole == frame("a" * 500, Span("a", 1, 1, 1, 501))

    assert time.perf_counter() - begun < 10


def narrow(diagnostic: Diagnostic, text: str, columns: int) -> list[str]:
    shown = render_diagnostics([diagnostic], lambda path: text, Style(columns=columns))
    return shown.splitlines()


def test_a_narrow_terminal_breaks_sentences_and_no_path() -> None:
    assert narrow(FINDING, TEXT, 30) == [
        "error[GCT103]: expected a",
        "    mapping, found a scalar",
        f" --> {MODEL}:3:16",
        "  |",
        "3 |   temperature: 3.1",
        "  |                ^^^",
        "  | " + " " * 13 + "a scalar here",  # to the right end: 30 columns in all
        "  = a mapping set at",
        "    base/model.yaml:9:16",
        "  = no place",
        "  = affects production,",
        "    production/acme",
        "  = hint: write a mapping",
        "  = help: gitconfig-tool rules",
        "    GCT103",
    ]


def test_a_narrow_terminal_cuts_the_line_around_the_place() -> None:
    text = "k: " + "日" * 20 + "B" + "c" * 40

    # 36 columns of source: 3 dots at each side, 29 beside the place, 14 of them before it.
    assert narrow(Diagnostic("GCT010", "m", Span("a", 1, 24, 1, 25)), text, 40)[3:5] == [
        "1 | ..." + "日" * 7 + "B" + "c" * 15 + "...",
        "  | " + " " * 17 + "^",
    ]
    # The place is in the first columns: the line is cut at its end alone.
    assert narrow(Diagnostic("GCT010", "m", Span("a", 1, 1, 1, 2), "here"), text, 40)[3:5] == [
        "1 | k: " + "日" * 15 + "...",
        "  | ^ here",
    ]


def test_a_label_without_room_is_broken_below_the_place() -> None:
    found = Diagnostic("GCT010", "m", Span("a", 1, 1, 1, 3), "one two three four five six seven")

    assert narrow(found, "ab: c", 28)[4:7] == [
        "  | ^^",
        "  | one two three four five",
        "  | six seven",
    ]


def test_at_most_so_many_of_each_code_are_shown() -> None:
    found = [Diagnostic(code, "m") for code in ["GCT010", "GCT106", "GCT010", "GCT010"]]

    assert render_diagnostics(found, lambda path: None, max_per_code=1) == (
        "error[GCT010]: m\n  = help: gitconfig-tool rules GCT010\n"
        "\n"
        "warning[GCT106]: m\n  = help: gitconfig-tool rules GCT106\n"
        "\n"
        "and 2 more of GCT010 (yaml-syntax)\n"
        "  = help: gitconfig-tool validate --max-per-code 0 shows all\n"
    )
    for enough in (0, 3):
        assert " more " not in render_diagnostics(found, lambda path: None, max_per_code=enough)


def test_a_line_stays_hidden_when_the_one_that_hides_it_is_not_shown() -> None:
    place = Span(MODEL, 3, 16, 3, 19)
    found = [
        Diagnostic("GCT402", "m"),
        Diagnostic("GCT402", "m", place, sensitive=True),
        Diagnostic("GCT103", "m", place),
    ]

    shown = render_diagnostics(found, lambda path: TEXT, max_per_code=1)

    assert "temperature" not in shown
    assert "temperature" not in render_diagnostics(keep_hidden(found)[2:], lambda path: TEXT)


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


def test_the_summary_counts_what_is_silenced() -> None:
    silenced = Silenced(Diagnostic("GCT106", "m"), "r", Span("a"), in_source=True)

    assert summarize([], [silenced]) == "no problems, 1 suppressed"
    assert summarize([Diagnostic("GCT010", "m")], [silenced] * 2) == "1 error, 2 suppressed"
