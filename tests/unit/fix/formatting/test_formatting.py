"""The canonical form of a file: each pair of texts is worked out by hand."""

import pytest

from gitconfig_tool.fix.formatting import format_file
from gitconfig_tool.fix.formatting.proof import prove_same
from gitconfig_tool.fix.formatting.reading import read_written
from gitconfig_tool.fix.formatting.tree import CannotFormatError


def formatted(text: str, *order: str) -> str:
    found = format_file("base/a.yaml", text.encode(), lambda path: order if not path else ())
    assert found.after is not None, (found.reason, found.problems)
    return found.after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a:\n    b: 1\n", "a:\n  b: 1\n", id="indentation of a mapping"),
        pytest.param("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n", id="indentation of a list"),
        pytest.param("a:\n-\n  b: 1\n  c: 2\n", "a:\n  - b: 1\n    c: 2\n", id="a compact item"),
        pytest.param("a:\n- - 1\n  - 2\n", "a:\n  - - 1\n    - 2\n", id="a list in a list"),
        pytest.param("a:   1\nb :  2\n", "a: 1\nb: 2\n", id="blanks"),
        pytest.param("a: {b: 1,c: [ 1,2, ]}\n", "a: {b: 1, c: [1, 2]}\n", id="brackets"),
        pytest.param("a: {\n  b: 1,\n  c: 2}\n", "a: {b: 1, c: 2}\n", id="brackets on lines"),
        pytest.param("a: [x: 1]\n", "a: [{x: 1}]\n", id="a pair in a list"),
        pytest.param("a: {b, c: }\n", "a: {b: null, c: null}\n", id="no values in brackets"),
        pytest.param("a: { }\nb: [ ]\n", "a: {}\nb: []\n", id="empty brackets"),
        pytest.param("a: !append\n- 1\n", "a: !append\n  - 1\n", id="a tag before a list"),
        pytest.param("- !final   {a: 1}\n", "- !final {a: 1}\n", id="a tag before brackets"),
        pytest.param("a: !final\n  b: 1\n", "a: !final\n  b: 1\n", id="a tag before a mapping"),
        pytest.param("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n", id="blank lines"),
        pytest.param("a:\n\n  b: 1\n", "a:\n  b: 1\n", id="no blank line below a key"),
        pytest.param("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n", id="line breaks of Windows"),
        pytest.param("\ufeffa: 1\n", "a: 1\n", id="a byte order mark"),
        pytest.param("a: 1", "a: 1\n", id="no line break at the end"),
        pytest.param("a: 1   \n", "a: 1\n", id="blanks at the end of a line"),
        pytest.param("---\na: 1\n...\n", "---\na: 1\n", id="marks of a document"),
        pytest.param("", "", id="an empty file"),
        pytest.param("# only this\n\n\n# and this", "# only this\n\n# and this\n", id="comments"),
    ],
)
def test_layout(before: str, after: str) -> None:
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"abc"', "abc"),
        ("'abc'", "abc"),
        ("'it''s'", "it's"),
        ('"1.2"', '"1.2"'),
        ("'1.2'", '"1.2"'),
        ("'no'", '"no"'),
        ("no", '"no"'),  # YAML 1.1 reads false.
        ("12:30:00", '"12:30:00"'),  # YAML 1.1 reads 45000.
        ("2027-06-30", '"2027-06-30"'),  # YAML 1.1 reads a date.
        ("'2027-06-30'", '"2027-06-30"'),
        ("'true'", '"true"'),
        ("'~'", '"~"'),
        ("''", '""'),
        ("'- a'", '"- a"'),
        ("'-a'", "-a"),
        ("'a: b'", '"a: b"'),
        ("'a:b'", "a:b"),
        ("'a #b'", '"a #b"'),
        ("'a#b'", "a#b"),
        ("'{x}'", '"{x}"'),
        ("'x{y}'", "x{y}"),
        ("'[a]'", '"[a]"'),
        ("'*'", '"*"'),
        ("'a*'", "a*"),
        ("'@a'", '"@a"'),
        ("' a'", '" a"'),
        ("'a:'", '"a:"'),
        ("'---'", '"---"'),
        ('"say \\"hi\\""', 'say "hi"'),
        ('"\\"hi\\" she said"', "'\"hi\" she said'"),
        ('"c:\\\\dir #1"', "'c:\\dir #1'"),
        ('"a\\u00e9"', '"a\\u00e9"'),  # Somebody wrote an escape on purpose.
        ('"a\\tb"', '"a\\tb"'),
        ('"y"', '"y"'),
        ("y", "y"),
        ("True", "true"),
        ("~", "null"),
        ("NULL", "null"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        ("010", "010"),
        ("!ref 'a/b#/c'", "!ref a/b#/c"),
        ("!final 'no'", '!final "no"'),
        ("!format '{a}-b'", '!format "{a}-b"'),
        ("!!str 5", "!!str 5"),
        ("! 5", "! 5"),
        ("!unset", "!unset"),
    ],
)
def test_quotes(before: str, after: str) -> None:
    assert formatted(f"a: {before}\n") == f"a: {after}\n"


def test_quotes_within_brackets() -> None:
    before = "a: ['x,y', 'x]y', '-x', 'x:y', 'x']\n"

    assert formatted(before) == 'a: ["x,y", "x]y", "-x", x:y, x]\n'


def test_keys_have_quotes_as_texts_have() -> None:
    assert formatted("'a': 1\n'no': 2\n\"b c\": 3\n") == 'a: 1\n"no": 2\nb c: 3\n'


def test_brackets_that_are_too_long_become_a_block() -> None:
    long = ", ".join(["a-word-of-twenty-chr"] * 5)
    before = f"a: [{long}]\nb: {{x: [1, 2], y: {long.replace(',', '')}}}\n"

    # 3 + 1 + 5 * 20 + 4 * 2 + 1 columns, and a mapping that ends as far right.
    assert formatted(before) == (
        "a:\n"
        + "  - a-word-of-twenty-chr\n" * 5
        + f"b:\n  x: [1, 2]\n  y: {long.replace(',', '')}\n"
    )


def test_brackets_of_a_hundred_columns_stay() -> None:
    inside = "x" * (100 - len("a: []"))

    assert formatted(f"a: [{inside}]\n") == f"a: [{inside}]\n"
    assert formatted(f"a: [{inside}x]\n") == f"a:\n  - {inside}x\n"


def test_long_texts_and_blocks_are_not_wrapped() -> None:
    long = " ".join(["word"] * 60)
    text = f"a: {long}\nb: |\n  {long}\n\n    deeper\nc: >-\n  {long}\n  second\n"

    assert formatted(text) == text


def test_blocks_are_moved_as_they_are() -> None:
    before = (
        "a:\n      b: |2-\n             # no comment\n         x \n\n\n      c: |+\n         y\n\n"
    )

    # Of the first, nine columns are indentation: six and two, and one is said to be text.
    assert formatted(before) == (
        "a:\n  b: |2-\n         # no comment\n     x \n\n  c: |+\n    y\n\n"
    )


def test_texts_on_several_lines_keep_their_lines() -> None:
    before = "a: one\n        two\n\n        three\nb: 'x\n\n   y'   # end\n"

    assert formatted(before) == "a: one\n  two\n\n  three\nb: 'x\n\n  y'  # end\n"


def test_comments_stay_where_they_belong() -> None:
    before = (
        "# of the file\n\n"
        "# above a\na:   # behind a\n    # above b\n    b: 1 # behind b\n    # last in a\n"
        "# above c\nc:\n- x # behind x\n# above y\n- y\n- # behind a dash\n  k: 1\n"
        "d: {e: 1} # behind d\nf: [1, # one\n  2,\n  # last in f\n  ]\n# end\n"
    )

    assert formatted(before) == (
        "# of the file\n\n"
        "# above a\na:  # behind a\n  # above b\n  b: 1  # behind b\n  # last in a\n"
        "# above c\nc:\n  - x  # behind x\n  # above y\n  - y\n  -  # behind a dash\n    k: 1\n"
        "d: {e: 1}  # behind d\nf:\n  - 1  # one\n  - 2\n  # last in f\n# end\n"
    )


def test_comments_of_one_column_stay_in_one_column() -> None:
    before = "a: 1         # one\nbcd: 2       # two\nxx: 3 # alone\n\ne: 4         # apart\n"

    assert formatted(before) == "a: 1    # one\nbcd: 2  # two\nxx: 3  # alone\n\ne: 4  # apart\n"


def test_keys_get_the_order_of_the_schema() -> None:
    before = "z: 1\n# of b\nb: 2  # beside b\ny: 3\na: 4\n"

    assert formatted(before, "a", "b") == "a: 4\n# of b\nb: 2  # beside b\nz: 1\ny: 3\n"


def test_paragraphs_are_kept_together() -> None:
    before = "c: 1\nb: 2\n\n# of d\nd: 3\na: 4\n\nx: 5\n"

    assert formatted(before, *"abcd") == "a: 4\n# of d\nd: 3\n\nb: 2\nc: 1\n\nx: 5\n"


def test_nothing_passes_a_heading() -> None:
    before = "c: 1\nb: 2\n\n# --- limits ---\n\nd: 3\na: 4\n"

    assert formatted(before, *"abcd") == "b: 2\nc: 1\n\n# --- limits ---\n\na: 4\nd: 3\n"


def test_the_first_entry_stays_below_the_first_comment() -> None:
    before = "# What this file is for, or what c is for.\nc: 1\nb: 2\na: 3\n"

    assert formatted(before, *"abc") == (
        "# What this file is for, or what c is for.\nc: 1\na: 3\nb: 2\n"
    )


def test_keys_stay_in_a_file_with_anchors() -> None:
    before = "b: &x 1\na: *x\n"

    assert formatted(before, "a", "b") == before


def test_keys_stay_beside_a_text_that_keeps_blank_lines() -> None:
    # Moved to the end of its paragraph, the text would take the blank line below it.
    before = "b: |+\n  x\na: 1\n\nc: 2\n"

    assert formatted(before, "a", "b", "c") == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%YAML 1.2\n---\na: 1\n", "directives"),
        ("? a\n: 1\n", "written with '?'"),
        ("a: !final  # why\n  5\n", "between a tag and its value"),
        ("a: {\n  # why\n  }\n", "hold nothing else"),
    ],
)
def test_what_is_left_alone(text: str, reason: str) -> None:
    found = format_file("base/a.yaml", text.encode())

    assert found.after is None
    assert reason in found.reason
    assert not found.changes


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: 1\na: 2\n", "GCT012"), ("a: [\n", "GCT010"), ("a: 1\n---\nb: 2\n", "GCT017")],
)
def test_what_cannot_be_read_is_told(text: str, code: str) -> None:
    found = format_file("base/a.yaml", text.encode())

    assert found.after is None
    assert [each.code for each in found.problems] == [code]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("a: 1\n", "a: 1.0\n", "value"),
        ("a: 1\n", 'a: "1"\n', "value"),
        ("a: !final 1\n", "a: 1\n", "value"),
        ("a: [1, 2]\n", "a: [2, 1]\n", "value"),
        ("a: 1  # x\n", "a: 1\n", "comment"),
        ("a: 1  # x\nb: 2\n", "a: 1\nb: 2  # x\n", "comment"),
        ("# x\na: 1\nb: 2\n", "a: 1\n# x\nb: 2\n", "comment"),
        ("a: 0o7\n", "a: 0o7\n", ""),
    ],
)
def test_the_proof_finds_what_differs(before: str, after: str, reason: str) -> None:
    def prove() -> None:
        prove_same("a.yaml", before, after, read_written(before), read_written(after))

    if not reason:
        prove()
        return
    with pytest.raises(CannotFormatError, match=f"a {reason} would"):
        prove()
