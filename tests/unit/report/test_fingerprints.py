"""Fingerprints survive edits that have nothing to do with the problem."""

from dataclasses import replace

from gitconfig_tool.diagnostics import Diagnostic, Silenced, Span
from gitconfig_tool.report.findings import Findings
from gitconfig_tool.report.fingerprints import fingerprints


def marks(text: str, *places: int, code: str = "GCT106", prefix: str = "") -> list[str]:
    found = tuple(Diagnostic(code, "m", Span("a.yaml", line, 4, line, 5)) for line in places)
    return [str(mark) for mark in fingerprints(Findings(found, (), lambda _: text, prefix))]


def test_lines_before_and_indentation_change_nothing() -> None:
    assert marks("a: 1\n", 1) == marks("# new\n\n  a: 1\r\n", 3)


def test_the_message_and_the_column_change_nothing() -> None:
    one = Diagnostic("GCT106", "one", Span("a.yaml", 1, 1, 1, 2))
    other = Diagnostic("GCT106", "another", Span("a.yaml", 1, 4, 1, 5))
    both = [fingerprints(Findings((each,), (), lambda _: "a: 1\n")) for each in (one, other)]

    assert both[0] == both[1]


def test_code_path_folder_and_line_change_it() -> None:
    first = marks("a: 1\n", 1)

    assert first != marks("a: 2\n", 1)
    assert first != marks("a: 1\n", 1, code="GCT105")
    assert first != marks("a: 1\n", 1, prefix="deploy/")


def test_equal_lines_are_counted() -> None:
    text = "a: 1\nb: 2\na: 1\n"
    first, other, second = marks(text, 1, 2, 3)

    assert first.removesuffix(":1") == second.removesuffix(":2")
    assert len({first, other, second}) == 3


def test_no_hash_is_made_of_a_line_that_may_hold_a_secret() -> None:
    secret = Diagnostic("GCT402", "m", Span("a.yaml", 1, 4, 1, 4), sensitive=True)
    beside = Diagnostic("GCT106", "m", Span("a.yaml", 1, 1, 1, 2))

    def of(text: str) -> list[str]:
        found = fingerprints(Findings((secret, beside), (), lambda _: text))
        return [str(mark) for mark in found]

    assert of("a: demo-fake-one\n") == of("a: demo-fake-two\n")
    assert len(set(of("a: demo-fake-one\n"))) == 2


def test_silencing_one_leaves_the_others() -> None:
    text = "a: 1\na: 1\n"
    one, two = (Diagnostic("GCT106", "m", Span("a.yaml", line, 4, line, 5)) for line in (1, 2))
    silenced = Silenced(one, "r", Span("a.yaml"), in_source=True)

    def read(_: str) -> str:
        return text

    both = fingerprints(Findings((one, two), (), read))
    assert fingerprints(Findings((two,), (silenced,), read)) == both


def test_a_problem_without_a_place_or_without_its_line() -> None:
    nowhere = Diagnostic("GCT108", "m")
    gone = replace(nowhere, span=Span("b.yaml", 7, 1, 7, 2))

    found = fingerprints(Findings((nowhere, gone), (), lambda _: None))
    assert len({str(mark) for mark in found}) == 2
