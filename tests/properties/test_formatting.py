"""Formatting random files: the value is kept, comments stay, and a second run changes nothing."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.document import parse_document
from gitconfig_tool.fix.formatting import format_file
from gitconfig_tool.fix.formatting.proof import same_value
from tests.properties.strategies import EXAMPLES

_BESIDE = st.sampled_from(["", "", "", "  # beside", " #\t'\"{", "      # far : - é"])
_OWN_LINES = st.lists(
    st.sampled_from(["", "", "# above", "  # deeper", "# {a: 1,", "#", "        # deepest"]),
    max_size=3,
)
_WORDS = [
    "no",
    "on",
    "1",
    "0x1F",
    "text",
    "two words",
    "a#b",
    "12:30:00",
    "2027-06-30",
    "-x",
    "x\U0001f600",
]
_PLAIN = st.sampled_from(_WORDS)
_SCALARS = _PLAIN | st.sampled_from(
    [
        "'it''s'",
        '"a \\" # b"',
        '"\\u00e9"',
        "'c:\\dir'",
        '"- x"',
        '"{a}"',
        "~",
        "",
        "True",
        "!final yes",
        "!unset",
        "!ref  a/b#/c",
        "[]",
        "{ }",
        '"y"',
    ]
)
_KEYS = st.lists(
    st.sampled_from(["a", "b", "on", "no", "'q'", "a::b", "é", "k k", "\U0001f600", '"1"']),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def _flow(draw: st.DrawFn, depth: int) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(_PLAIN)
    values = [draw(_flow(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    blank = draw(st.sampled_from(["", " ", "\n      ", "  # inside\n      "]))
    comma = draw(st.sampled_from(["", ","])) if values else ""
    between = draw(st.sampled_from([", ", ",", ",\n      "]))
    if draw(st.booleans()):
        return f"[{blank}{between.join(values)}{comma}{blank}]"
    pairs = [f"{key}: {value}" for key, value in zip("abc", values, strict=False)]
    return f"{{{blank}{between.join(pairs)}{comma}{blank}}}"


@st.composite
def _block(draw: st.DrawFn, depth: int, indent: str) -> list[str]:
    """Return the lines of a block mapping or list, with comments and blank lines anywhere."""
    lines: list[str] = []
    keys = draw(_KEYS)
    is_list = indent != "" and draw(st.booleans())
    step = draw(st.sampled_from([" ", "  ", "    "]))
    for key in keys:
        head = f"{indent}- " if is_list else f"{indent}{key}: "
        kind = draw(st.sampled_from(["scalar", "flow", "text", "folded", "block", "compact"]))
        beside = draw(_BESIDE)
        lines += [f"{indent}{each}" if each else "" for each in draw(_OWN_LINES)]
        if kind == "text":
            style = draw(st.sampled_from(["|", ">-", "|+", "|2-"]))
            lines += [f"{head}{style}{beside}", f"{indent}   # text", "", f"{indent}     more "]
            lines += draw(st.sampled_from([[], [""], ["", ""], [f"{indent}         "]]))
        elif kind == "folded":
            quote = draw(st.sampled_from(["", "'", '"']))
            lines += [f"{head}{quote}one", "", f"{indent}    two{quote}{beside}"]
        elif kind == "block" and depth:
            tag = draw(st.sampled_from(["", "", "!final"]))
            lines.append(f"{head}{tag}".rstrip() + beside)
            lines += [f"{indent}{step}{each}" if each else "" for each in draw(_OWN_LINES)]
            lines += draw(_block(depth - 1, indent + step))
        elif kind == "compact" and depth and is_list:
            lines += [f"{head}m: 1{beside}", f"{indent}  n: no"]
        else:
            value = draw(_flow(2)) if kind == "flow" else draw(_SCALARS)
            lines.append(f"{head}{value}{beside}")
    return lines


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    head = draw(st.sampled_from([[], ["# head", ""], ["# head"], ["---"], ["# a", "---  # b"]]))
    lines = [*head, *draw(_block(2, "")), *draw(_OWN_LINES)]
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.encode() + draw(st.sampled_from([b"", b"\n", b"\n\n"]))


@EXAMPLES
@given(_files(), st.randoms(use_true_random=False))
def test_a_file_says_the_same_and_stays_as_it_is(data: bytes, chance: random.Random) -> None:
    names = ["a", "b", "on", "q", "é", "m", "n", "c"]
    chance.shuffle(names)

    found = format_file("base/a.yaml", data, lambda _: names)

    if found.after is None:
        # The proof must never be what finds a mistake.
        assert "please report" not in found.reason
        return
    again = format_file("base/a.yaml", found.after, lambda _: names)
    assert again.after == found.after
    before, after = (parse_document("a", each)[0].root for each in (data, found.after))
    assert same_value(before, after)
    assert b"\r" not in found.after
    assert found.after.endswith(b"\n")
    assert not found.after.endswith(b"\n\n") or b"|+" in found.after
    assert sorted(_comments(found.after)) == sorted(_comments(data))


def _comments(data: bytes) -> list[str]:
    """Return the comments that the strategy writes, by the text alone."""
    texts = ["# beside", "#\t'\"{", "# far : - é", "# above", "# deeper", "# {a: 1,", "# deepest"]
    text = data.decode("utf-8-sig")
    return [each for each in texts for _ in range(text.count(each))]
