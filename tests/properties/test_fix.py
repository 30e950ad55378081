"""Repairs on random documents: the value is kept, and so is each line that is not concerned."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.diagnostics import Diagnostic, Fix, Quote, Remove, Reorder, Severity, rule
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    parse_document,
    plain_value,
)
from gitconfig_tool.fix import repair_file
from tests.properties.strategies import EXAMPLES

_COMMENTS = st.sampled_from(["", "", "  # beside", " #\t'\"{", " # : - é"])
_ABOVE = st.lists(st.sampled_from(["", "# above", "  # deeper", "# {a: 1,", "#"]), max_size=2)
_PLAIN = st.sampled_from(["no", "on", "1", "text", "two words", "a#b", "12:30:00", "x\U0001f600"])
_SCALARS = _PLAIN | st.sampled_from(["'it''s'", '"a \\" # b"', "~", "", "!final yes", "[]", "{}"])
_KEYS = st.lists(
    st.sampled_from(["a", "b", "on", "no", "'q'", "a::b", "é", "k k", "\U0001f600"]),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def _flow(draw: st.DrawFn, depth: int) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(_PLAIN)
    values = [draw(_flow(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    blank = draw(st.sampled_from(["", " "]))
    comma = draw(st.sampled_from(["", ","])) if values else ""
    if draw(st.booleans()):
        return f"[{blank}{', '.join(values)}{comma}{blank}]"
    pairs = [f"{key}: {value}" for key, value in zip("abc", values, strict=False)]
    return f"{{{blank}{', '.join(pairs)}{comma}{blank}}}"


@st.composite
def _block(draw: st.DrawFn, depth: int, indent: str) -> list[str]:
    """Return the lines of a block mapping or list, with comments and blank lines."""
    lines: list[str] = []
    keys = draw(_KEYS)
    is_list = indent != "" and draw(st.booleans())
    for key in keys:
        head = f"{indent}- " if is_list else f"{indent}{key}: "
        kind = draw(st.sampled_from(["scalar", "flow", "text", "block", "compact"]))
        beside = draw(_COMMENTS)
        lines += [f"{indent}{each}" if each else "" for each in draw(_ABOVE)]
        if kind == "text":
            style = draw(st.sampled_from(["|", ">-", "|+"]))
            lines += [f"{head}{style}{beside}", f"{indent}   # text", "", f"{indent}   more"]
        elif kind == "block" and depth:
            lines.append(f"{head.rstrip()}{beside}")
            lines += draw(_block(depth - 1, indent + "  "))
        elif kind == "compact" and depth and is_list:
            lines += [f"{head}m: 1{beside}", f"{indent}  n: no"]
        else:
            value = draw(_flow(2)) if kind == "flow" else draw(_SCALARS)
            lines.append(f"{head}{value}{beside}")
    return lines


@st.composite
def _documents(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(["\n", "\r\n"])).join(draw(_block(2, "")))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.encode() + draw(st.sampled_from([b"", b"\n"]))


def _nodes(node: Node) -> list[Node]:
    below: list[Node] = []
    if isinstance(node, MappingNode):
        below = [entry.value for entry in node.entries.values()]
    elif isinstance(node, SequenceNode):
        below = list(node.items)
    return [node, *(each for child in below for each in _nodes(child))]


def _root(data: bytes) -> Node | None:
    document, found = parse_document("a.yaml", data)
    assert all(rule(each.code).severity is Severity.WARNING for each in found)
    return document.root


def _wish(node: Node | Entry, fix: Fix) -> Diagnostic:
    mark = node.key_mark if isinstance(node, Entry) else node.mark
    return Diagnostic("GCT101", "a problem", mark.in_file("a.yaml"), fix=fix)


def _exact(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _comments_alone(data: bytes) -> list[bytes]:
    lines = [each.strip() for each in _without_mark(data).splitlines()]
    # `# text` stands within block scalars.
    return sorted(each for each in lines if each.startswith(b"#") and each != b"# text")


def _without_mark(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf")


@EXAMPLES
@given(_documents())
def test_quoting_keeps_the_value_and_the_lines(data: bytes) -> None:
    root = _root(data)
    assert root is not None
    texts = [
        each
        for each in _nodes(root)
        if isinstance(each, ScalarNode) and each.value in ("no", "on", "12:30:00")
    ]
    done = repair_file("a.yaml", data, [_wish(each, Quote()) for each in texts])

    assert done.refused == ()
    lines = {each.mark.line for each in texts}
    before, after = data.split(b"\n"), done.data.split(b"\n")
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        assert (old == new) == (number not in lines)
    assert _exact(plain_value(_root(done.data) or root)) == _exact(plain_value(root))


@EXAMPLES
@given(_documents(), st.randoms(use_true_random=False))
def test_reordering_keeps_the_value_and_every_line(data: bytes, random: Any) -> None:
    root = _root(data)
    assert root is not None
    wishes = []
    for node in _nodes(root):
        if isinstance(node, MappingNode) and len(node.entries) > 1:
            names = list(node.entries)
            random.shuffle(names)
            wishes.append(_wish(node, Reorder(tuple(names))))
    done = repair_file("a.yaml", data, wishes)

    after = _root(done.data)
    assert after is not None
    assert _exact(plain_value(after)) == _exact(plain_value(root))
    assert _comments_alone(done.data) == _comments_alone(data)
    assert len(done.data) == len(data)


@EXAMPLES
@given(_documents(), st.data())
def test_removing_keeps_all_else(data: bytes, choose: st.DataObject) -> None:
    root = _root(data)
    assert root is not None
    node = choose.draw(st.sampled_from(_nodes(root)))
    done = repair_file("a.yaml", data, [_wish(node, Remove())])

    if done.refused:
        assert done.data == data
        return
    # No line above the value is concerned but those that it leaves empty, and none below it.
    before, after = _without_mark(data).split(b"\n"), _without_mark(done.data).split(b"\n")
    below = before[max(node.mark.end_line, node.mark.line) :]
    assert not below or after[-len(below) :] == below
    text = b"".join(data.split()).replace(b",", b"")
    kept = iter(text)
    assert all(char in kept for char in b"".join(done.data.split()).replace(b",", b""))
    assert _comments_alone(done.data) == _comments_alone(data)
