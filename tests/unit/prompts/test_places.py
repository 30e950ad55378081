"""Each character of a scalar has its place in the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitconfig_tool.document import MappingNode, ScalarNode, parse_document
from gitconfig_tool.prompts.places import span_in_scalar

# (file, what to look for in the value, line and column where it stands), counted by hand.
CASES = {
    "plain": ("a: Hello @x\n", "@x", 1, 10),
    "plain over two lines": ("a: Hello\n  there @x\n", "@x", 2, 9),
    "single-quoted": ("a: 'it''s @x'\n", "@x", 1, 11),
    "double-quoted with escapes": ('a: "\\t\\u00e9\\x41 @x"\n', "@x", 1, 18),
    "double-quoted over lines": ('a: "one\n\n   two \\\n  @x"\n', "@x", 4, 3),
    "literal": ("a: |\n  one\n\n  two @x\n", "@x", 4, 7),
    "literal with deeper lines": ("a: |\n  one\n     two @x\n", "@x", 3, 10),
    "literal with stripped end": ("a: |-\n  @x\n", "@x", 2, 3),
    "literal with kept end": ("a: |+ # comment\n  @x\n\n\nb: 1\n", "@x", 2, 3),
    "literal with explicit indentation": ("a: |2\n    @x\n", "@x", 2, 5),
    "literal after blank lines": ("a: |\n\n \n  @x\n", "@x", 4, 3),
    "nested literal": ("a: &anchor |\n      deep @x\n", "@x", 2, 12),
    "folded": ("a: >\n  one\n  two\n\n  three @x\n", "@x", 5, 9),
    "folded with deeper lines": ("a: >\n  one\n    two\n  @x\n", "@x", 4, 3),
    "windows line ends": ("a: |\r\n  one\r\n  two @x\r\n", "@x", 3, 7),
    "tagged": ("a: !!str |\n  @x\n", "@x", 2, 3),
    "wide characters": ("a: 'été \N{SNOWMAN} @x'\n", "@x", 1, 11),
}


def scalar_of(text: str) -> ScalarNode:
    document, diagnostics = parse_document("f.yaml", text.encode())
    assert diagnostics == ()
    assert isinstance(document.root, MappingNode)
    node = document.root.entries["a"].value
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(("text", "needle", "line", "column"), CASES.values(), ids=CASES.keys())
def test_finds_a_character_of_each_style(text: str, needle: str, line: int, column: int) -> None:
    node = scalar_of(text)
    span = span_in_scalar(text, "f.yaml", node, str(node.value).index(needle), len(needle))
    assert (span.line, span.column) == (line, column)
    assert (span.end_line, span.end_column) == (line, column + len(needle))


def test_falls_back_to_the_start_without_the_text() -> None:
    node = scalar_of("a: |\n  one @x\n")
    span = span_in_scalar("", "f.yaml", node, 4, 2)
    assert (span.line, span.column) == (1, 4)


def test_falls_back_to_the_start_when_the_text_is_another_file() -> None:
    node = scalar_of("a: |\n  one @x\n")
    span = span_in_scalar("a: |\n  two @x\n", "f.yaml", node, 4, 2)
    assert (span.line, span.column) == (1, 4)


def test_a_span_never_crosses_a_line() -> None:
    text = "a: |\n  one\n  two\n"
    span = span_in_scalar(text, "f.yaml", scalar_of(text), 2, 10)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 5, 2, 7)


def test_the_end_of_the_text_is_a_place() -> None:
    text = "a: 'one'\n"
    span = span_in_scalar(text, "f.yaml", scalar_of(text), 3, 1)
    assert span.line == 1


LINES = st.lists(st.text(st.sampled_from("ab \t'\"\\#:-é{}%"), max_size=6), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(
    lines=LINES,
    header=st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "|2", ">2"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_visible_character_of_a_block_stands_where_it_is_said_to(
    lines: list[str], header: str, end: str
) -> None:
    text = f"a: {header}{end}" + "".join(f"  {line}{end}" for line in lines) + f"b: 1{end}"
    check_every_character(text)


@settings(max_examples=300, deadline=None)
@given(lines=LINES, quote=st.sampled_from(["", "'", '"']))
def test_every_visible_character_of_a_flow_scalar_stands_where_it_is_said_to(
    lines: list[str], quote: str
) -> None:
    check_every_character(f"a: {quote}" + "\n  ".join(lines) + f"{quote}\nb: 1\n")


def check_every_character(text: str) -> None:
    document, _ = parse_document("f.yaml", text.encode())
    if not isinstance(document.root, MappingNode):
        return
    node = document.root.entries["a"].value if "a" in document.root.entries else None
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str) or not node.value:
        return
    rows = text.replace("\r\n", "\n").split("\n")
    for offset, character in enumerate(node.value):
        span = span_in_scalar(text, "f.yaml", node, offset, 1)
        if character.isspace():
            continue
        found = rows[span.line - 1][span.column - 1]
        # An escape stands for its character.
        assert found == character or found == "\\"
        assert (span.line, span.column) != (node.mark.line, node.mark.column) or found == character
