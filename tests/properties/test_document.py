"""Reading YAML: what is printed is read back, and no bytes whatever make the parser fail."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from gitconfig_tool.diagnostics import RULES
from gitconfig_tool.document import Node, ScalarNode, SequenceNode, parse_document, plain_value
from gitconfig_tool.report.values import value_yaml
from tests.properties.strategies import EXAMPLES, KEYS, VALUES, exact


@EXAMPLES
@given(st.dictionaries(KEYS, VALUES, max_size=4))
@example({"a": "0o17", "b": "1e3", "c": "08", "no": "no"})
@example({"a": "\x85", "\u2028": "\ufeff"})
def test_what_is_printed_is_read_back(value: dict[str, Any]) -> None:
    document, diagnostics = parse_document("a.yaml", value_yaml(value).encode())

    assert diagnostics == ()
    assert document.root is not None
    assert exact(plain_value(document.root)) == exact(value)


@EXAMPLES
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_json_is_yaml(value: dict[str, Any]) -> None:
    # All but surrogate pairs, which libyaml refuses in escapes: these stay as they are.
    text = json.dumps(value, ensure_ascii=False)
    if any(char in text for char in "\x7f\x85\u2028\u2029\ufffe\uffff") or not all(
        char.isprintable() or char == " " for char in text
    ):
        return
    document, diagnostics = parse_document("a.json", text.encode())

    assert diagnostics == ()
    assert document.root is not None
    assert plain_value(document.root) == value


PIECES = st.lists(
    st.sampled_from(
        [
            *("a", "b", "é", "😀", "1", "0x1F", "null", "~", ".inf", "<<", "9" * 40),
            *(": ", ":", "- ", "-", "? ", ",", "[", "]", "{", "}", "\n", "\n  ", " ", "\t", "\r\n"),
            *("'", '"', "|", ">", "# ", "---\n", "...\n", "%YAML 1.2\n", "\\", "\\ud800", "\x07"),
            *(
                "&x ",
                "*x ",
                "*x",
                "!final ",
                "!append ",
                "!unset ",
                "!secret ",
                "!x ",
                "! ",
                "!!int ",
            ),
            *("\u2028", "\x85", "\ufeff", "\x00", "a" * 1100),
        ]
    ),
    max_size=14,
).map("".join)


def marks(node: Node) -> list[tuple[int, int, int, int]]:
    if isinstance(node, ScalarNode):
        return [node.mark]
    if isinstance(node, SequenceNode):
        return [node.mark, *(mark for item in node.items for mark in marks(item))]
    return [
        node.mark,
        *(entry.key_mark for entry in node.entries.values()),
        *(mark for entry in node.entries.values() for mark in marks(entry.value)),
    ]


def check(data: bytes) -> None:
    document, diagnostics = parse_document("a.yaml", data)

    for each in diagnostics:
        assert each.code in RULES
        assert each.hint
        assert "\n" not in each.message
        assert each.span is not None
        assert each.span.path == "a.yaml"
        assert 1 <= each.span.line <= each.span.end_line
        assert each.span.column >= 1
    if document.root is not None:
        plain_value(document.root)
        for line, column, end_line, end_column in marks(document.root):
            assert line >= 1
            assert column >= 1
            assert (line, column) <= (end_line, end_column)


@EXAMPLES
@given(PIECES)
def test_no_text_makes_the_parser_fail(text: str) -> None:
    check(text.encode())


@EXAMPLES
@given(st.binary(max_size=40))
def test_no_bytes_make_the_parser_fail(data: bytes) -> None:
    check(data)


@EXAMPLES
@given(PIECES)
def test_a_sensitive_file_gives_the_same_values(text: str) -> None:
    open_document, found = parse_document("a.yaml", text.encode())
    sensitive, hidden = parse_document("a.yaml", text.encode(), sensitive=True)

    assert open_document == sensitive
    # SOPS signs what stands in its files: nobody is asked to quote there.
    shown = [(each.code, each.span) for each in found if each.code != "GCT023"]
    assert shown == [(each.code, each.span) for each in hidden]
    assert all(each.sensitive for each in hidden)
