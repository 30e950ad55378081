"""Repairs of one file: each expected text is written by hand."""

from collections.abc import Sequence
from textwrap import dedent

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Fix, Quote, Remove, Reorder, Span
from gitconfig_tool.document import MappingNode, Mark, Node, SequenceNode, parse_document
from gitconfig_tool.fix import Repair, repair_file
from gitconfig_tool.fix.repair import MAX_BYTES, MAX_QUESTIONS, largest

_CODES = {Remove: "GCT101", Quote: "GCT102", Reorder: "GCT103"}


def _mark(root: Node, path: tuple[str | int, ...], *, key: bool) -> Mark:
    node = root
    for number, name in enumerate(path):
        if isinstance(node, MappingNode):
            entry = node.entries[str(name)]
            if key and number == len(path) - 1:
                return entry.key_mark
            node = entry.value
        else:
            assert isinstance(node, SequenceNode)
            node = node.items[int(name)]
    return node.mark


def wish(data: bytes, pointer: str, fix: Fix, *, key: bool = False) -> Diagnostic:
    """Return a diagnostic at the value of a pointer, or at its key."""
    document, _ = parse_document("a.yaml", data)
    assert document.root is not None
    path = tuple(int(part) if part.isdigit() else part for part in pointer.split("/")[1:])
    mark = _mark(document.root, path, key=key)
    return Diagnostic(_CODES[type(fix)], "a problem", mark.in_file("a.yaml"), fix=fix)


def repair(text: str | bytes, *wishes: tuple[str, Fix]) -> Repair:
    """Make repairs; a pointer that ends in `=key` names the key."""
    data = text if isinstance(text, bytes) else dedent(text).encode()
    return repair_file(
        "a.yaml",
        data,
        [
            wish(data, pointer.removesuffix("=key"), fix, key=pointer.endswith("=key"))
            for pointer, fix in wishes
        ],
    )


def after(text: str | bytes, *wishes: tuple[str, Fix]) -> str:
    """Return the repaired text; every repair must have been made."""
    done = repair(text, *wishes)
    assert done.refused == ()
    assert len(done.repaired) == len(wishes)
    return done.data.decode()


def removed(text: str | bytes, *pointers: str) -> str:
    return after(text, *((pointer, Remove()) for pointer in pointers))


def quoted(text: str | bytes, *pointers: str) -> str:
    return after(text, *((pointer, Quote()) for pointer in pointers))


def refusal(text: str | bytes, *wishes: tuple[str, Fix]) -> str:
    """Return why the one repair was refused; the bytes must be as before."""
    done = repair(text, *wishes)
    data = text if isinstance(text, bytes) else dedent(text).encode()
    assert done.data == data
    assert done.repaired == ()
    assert len(done.refused) == 1
    return done.refused[0].reason


class TestRemove:
    def test_an_entry_goes_with_the_comment_beside_it(self) -> None:
        text = """\
            # The head.
            a: 1   # of a

            # Above b.
            b: 2   # of b
            # Below b.
            c:   3 # of c
            """
        assert removed(text, "/b") == dedent("""\
            # The head.
            a: 1   # of a

            # Above b.
            # Below b.
            c:   3 # of c
            """)

    def test_the_first_and_the_last_entry(self) -> None:
        assert removed("a: 1\nb: 2\nc: 3\n", "/a", "/c") == "b: 2\n"

    def test_a_value_of_several_lines_goes_but_its_own_comments_stay(self) -> None:
        text = """\
            limits:  # beside
              # above cpu
              cpu: 1

              memory:
                # about swap
                swap: 2
              # the end
            other: 1
            """
        # The comment below the last value stands outside of it: nothing moves it.
        assert removed(text, "/limits") == dedent("""\
            # above cpu
            # about swap
              # the end
            other: 1
            """)

    def test_a_mapping_that_becomes_empty_goes(self) -> None:
        text = "a:\n  b:\n    c: 1\n    d: 2\n  e: 3\nf: 4\n"
        assert removed(text, "/a/b/c", "/a/b/d") == "a:\n  e: 3\nf: 4\n"
        assert removed(text, "/a/b/c", "/a/b/d", "/a/e") == "f: 4\n"

    def test_a_file_that_becomes_empty_keeps_its_comments(self) -> None:
        text = "# License.\n---\n# About a.\na: 1 # one\n# The end.\n"
        assert removed(text, "/a") == "# License.\n---\n# About a.\n# The end.\n"
        assert removed("a: 1\nb: {c: 1}\n", "/a", "/b/c") == ""
        assert removed("{a: 1}\n", "/a") == ""

    def test_the_first_key_of_a_list_entry(self) -> None:
        assert removed("l:\n- a: 1 # x\n  b: 2\n", "/l/0/a") == "l:\n- b: 2\n"
        assert removed("- - a: 1\n    b: 2\n    c: 3\n", "/0/0/a", "/0/0/b") == "- - c: 3\n"

    def test_a_comment_behind_the_first_key_of_a_list_entry_stays(self) -> None:
        text = "- a: 1\n  # About b.\n  b: 2\n"
        assert removed(text, "/0/a") == "-\n  # About b.\n  b: 2\n"

    def test_a_list_entry(self) -> None:
        text = "l:\n  - name: a\n    v: 1\n  # About b.\n  - name: b # the b\n    v: 2\nm: 3\n"
        assert removed(text, "/l/1") == "l:\n  - name: a\n    v: 1\n  # About b.\nm: 3\n"
        assert removed(text, "/l/0", "/l/1") == "# About b.\nm: 3\n"
        assert removed("l:\n-\n- 2\n", "/l/0") == "l:\n- 2\n"

    @pytest.mark.parametrize(
        ("pointers", "expected"),
        [
            (["/m/a"], "m: {b: 2, c: 3}\n"),
            (["/m/b"], "m: {a: 1, c: 3}\n"),
            (["/m/c"], "m: {a: 1, b: 2}\n"),
            (["/m/a", "/m/b"], "m: {c: 3}\n"),
            (["/m/b", "/m/c"], "m: {a: 1}\n"),
            (["/m/a", "/m/c"], "m: {b: 2}\n"),
        ],
    )
    def test_a_flow_mapping_on_one_line(self, pointers: list[str], expected: str) -> None:
        assert removed("m: {a: 1, b: 2, c: 3}\n", *pointers) == expected

    def test_blanks_and_commas_of_a_flow_mapping(self) -> None:
        assert removed("m: { a: 1, b: 2 } # m\n", "/m/a") == "m: { b: 2 } # m\n"
        assert removed("m: { a: 1, b: 2 } # m\n", "/m/b") == "m: { a: 1 } # m\n"
        assert removed("m: {a: 1, b: 2,}\n", "/m/b") == "m: {a: 1,}\n"
        assert removed('{"a":1,"b":[1,2]}', "/a") == '{"b":[1,2]}'
        assert removed('{"a":1,"b":[1,2]}', "/b/0") == '{"a":1,"b":[2]}'
        assert removed("{a, b: {}, c: }\n", "/a", "/c") == "{b: {} }\n"

    def test_a_flow_mapping_on_many_lines(self) -> None:
        text = "m: {\n  a: 1, # of a\n  # about b\n  b: 2, # of b\n  c: 3 # of c\n}\n"
        assert removed(text, "/m/a") == "m: {\n  # about b\n  b: 2, # of b\n  c: 3 # of c\n}\n"
        # `b` is now the last one: its comma goes, its comment stays.
        assert removed(text, "/m/c") == "m: {\n  a: 1, # of a\n  # about b\n  b: 2 # of b\n}\n"
        assert removed("m: {a: 1, # of a\n  b: 2}\n", "/m/a") == "m: { # of a\n  b: 2}\n"

    def test_a_comment_within_an_entry_between_brackets_stays(self) -> None:
        text = "m: {a: {x: 1,\n  # note\n  y: 2}, b: 3}\n"
        assert removed(text, "/m/a") == "m: {\n    # note\n    b: 3}\n"

    def test_block_scalars(self) -> None:
        text = "a: |\n  # no comment\n\n  text\n\nb: >-\n  folded\n  text\nc: 1\n"
        assert removed(text, "/a") == "\nb: >-\n  folded\n  text\nc: 1\n"
        assert removed(text, "/b") == "a: |\n  # no comment\n\n  text\n\nc: 1\n"

    def test_quoted_and_plain_text_of_several_lines(self) -> None:
        text = 'a: "one\n  # two"\nb: plain\n  text\nc: 1\n'
        assert removed(text, "/a") == "b: plain\n  text\nc: 1\n"
        assert removed(text, "/b") == 'a: "one\n  # two"\nc: 1\n'

    def test_line_breaks_byte_order_mark_and_a_missing_last_break(self) -> None:
        data = b"\xef\xbb\xbfa: 1\r\n# c\tx\r\nb: 2\r\nc: 3"
        assert removed(data, "/a").encode() == b"\xef\xbb\xbf# c\tx\r\nb: 2\r\nc: 3"
        assert removed(data, "/b").encode() == b"\xef\xbb\xbfa: 1\r\n# c\tx\r\nc: 3"
        assert removed(data, "/c").encode() == b"\xef\xbb\xbfa: 1\r\n# c\tx\r\nb: 2\r\n"

    def test_tags_on_and_beside_what_goes(self) -> None:
        text = "a: !final 1\nb: !ref doc#/x\nc: !append\n  - 1\nd: !unset\ne: 5\n"
        assert removed(text, "/a", "/d") == "b: !ref doc#/x\nc: !append\n  - 1\ne: 5\n"
        assert removed(text, "/e") == text.removesuffix("e: 5\n")

    def test_the_last_entry_below_a_tag_stays(self) -> None:
        reason = "it is the last in a mapping or list that carries a tag"
        assert refusal("a: !final\n  b: 1\nc: 2\n", ("/a/b", Remove())) == reason

    def test_explicit_keys_odd_keys_and_wide_letters(self) -> None:
        assert removed("? a\n: 1\nb: 2\n", "/a") == "b: 2\n"
        assert removed("'a::b': 1\nключ: 'é'\n\U0001f600: 3\nz: 1\n", "/\U0001f600") == (
            "'a::b': 1\nключ: 'é'\nz: 1\n"
        )

    def test_an_anchor_that_is_used_elsewhere_stays(self) -> None:
        text = "a: &x 1\nb: *x\nc: 2\n"
        assert refusal(text, ("/a", Remove())) == (
            "the value is written once, and repeated by an alias"
        )
        assert removed("a: &x 1\nc: 2\n", "/a") == "c: 2\n"

    def test_an_anchor_within_what_goes_and_its_alias_elsewhere(self) -> None:
        text = "a:\n  k: &x 1\nb: *x\n"
        assert refusal(text, ("/a", Remove())) == (
            "the alias *x repeats the value elsewhere in the file"
        )

    def test_a_value_that_an_alias_repeats_is_never_changed(self) -> None:
        text = "a: &x {p: 1, q: 2}\nb: *x\n"
        assert refusal(text, ("/a/p", Remove())) == (
            "the value is written once, and repeated by an alias"
        )

    def test_a_blank_line_that_would_become_text_is_a_reason_to_refuse(self) -> None:
        text = "a: |+\n  text\nb: 1\n\nc: 2\n"
        assert refusal(text, ("/b", Remove())) == "other values of the file would change"

    def test_one_that_cannot_be_made_does_not_keep_the_others_from_it(self) -> None:
        done = repair(
            "a: &x 1\nb: *x\nc: 2\nd: 3\ne: 4\n",
            ("/c", Remove()),
            ("/a", Remove()),
            ("/e", Remove()),
        )
        assert done.data == b"a: &x 1\nb: *x\nd: 3\n"
        assert [each.span.line for each in done.repaired if each.span] == [3, 5]
        assert [each.diagnostic.span.line for each in done.refused if each.diagnostic.span] == [1]


class TestQuote:
    def test_values_and_keys(self) -> None:
        text = "on:   push # on\ncountry: no\nlist: [yes,  off]\n12:30:00:   1\n"
        assert quoted(text, "/on=key", "/country", "/list/0", "/list/1", "/12:30:00=key") == (
            '"on":   push # on\ncountry: "no"\nlist: ["yes",  "off"]\n"12:30:00":   1\n'
        )

    def test_tags_and_anchors_stay_outside(self) -> None:
        text = "a: &x !final yes # y\nb: *x\nc: !final   &z no\n"
        assert quoted(text, "/a", "/c") == ('a: &x !final "yes" # y\nb: *x\nc: !final   &z "no"\n')

    def test_a_mark_may_leave_out_the_tag(self) -> None:
        data = b"? &k on\n: !final yes\n"
        marks = [Span("a.yaml", 1, 6, 1, 8), Span("a.yaml", 2, 10, 2, 13)]
        wishes = [Diagnostic("GCT101", "a problem", each, fix=Quote()) for each in marks]
        assert repair_file("a.yaml", data, wishes).data == b'? &k "on"\n: !final "yes"\n'

    def test_text_that_holds_quotes(self) -> None:
        assert quoted("a: y\"\\\nb: n'\n", "/a", "/b") == "a: 'y\"\\'\nb: \"n'\"\n"

    def test_a_number_is_not_quoted(self) -> None:
        assert refusal("a: 010\n", ("/a", Quote())) == (
            "it is not text: in quotes it would become another value"
        )

    def test_what_is_quoted_already(self) -> None:
        assert refusal("a: 'no'\n", ("/a", Quote())) == (
            "the value is not plain text, so there is nothing to quote"
        )


class TestReorder:
    def test_entries_move_with_their_comments(self) -> None:
        text = """\
            # License, for the whole file.

            # Which model.
            # Ask before you change it.
            model: x   # beside model
              # deeper: of model
            limits:
              # inner
              cpu: 1

            # Who serves it.
            provider: y
            """
        assert after(text, ("", Reorder(("provider", "model")))) == dedent("""\
            # License, for the whole file.

            # Who serves it.
            provider: y
            # Which model.
            # Ask before you change it.
            model: x   # beside model
              # deeper: of model

            limits:
              # inner
              cpu: 1
            """)

    def test_in_a_list_entry_and_without_a_last_break(self) -> None:
        text = "l:\n  - b: |-\n      text\n    # of a\n    a: 1"
        assert after(text, ("/l/0", Reorder(("a", "b")))) == (
            "l:\n  - # of a\n    a: 1\n    b: |-\n      text"
        )

    def test_between_brackets(self) -> None:
        assert after("m: {c: 3,  b: [1, 2], a: 1 }\n", ("/m", Reorder(("a", "b")))) == (
            "m: {a: 1,  b: [1, 2], c: 3 }\n"
        )
        text = "{b: 1, # b\n a: 2}\n"
        assert refusal(text, ("", Reorder(("a",)))) == (
            "nothing says which entry a comment between the brackets belongs to"
        )

    def test_mappings_in_mappings(self) -> None:
        text = "z:\n  y: 1\n  x: 2\na:\n  d: 1\n  c: 2\n"
        wishes = [
            ("", Reorder(("a", "z"))),
            ("/z", Reorder(("x", "y"))),
            ("/a", Reorder(("c",))),
        ]
        assert after(text, *wishes) == "a:\n  c: 2\n  d: 1\nz:\n  x: 2\n  y: 1\n"

    def test_carriage_returns(self) -> None:
        assert after(b"b: 1\r\na: 2\r\n", ("", Reorder(("a",)))) == "a: 2\r\nb: 1\r\n"

    def test_an_alias_never_comes_before_its_anchor(self) -> None:
        text = "b: &x 1\na: *x\n"
        assert refusal(text, ("", Reorder(("a", "b")))) == "the file would no longer be well-formed"


def test_all_three_at_once() -> None:
    text = "c: no # c\nb: 2 # b\na: 1 # a\n"
    wishes: list[tuple[str, Fix]] = [
        ("", Reorder(("a", "b", "c"))),
        ("/b", Remove()),
        ("/c", Quote()),
    ]
    assert after(text, *wishes) == 'a: 1 # a\nc: "no" # c\n'


def test_a_file_with_errors_is_left_alone() -> None:
    data = b"a: 1\na: 2\nb: 3\n"
    span = Span("a.yaml", 3, 4, 3, 5)
    done = repair_file("a.yaml", data, [Diagnostic("GCT101", "a problem", span, fix=Remove())])
    assert done.data == data
    assert [each.reason for each in done.refused] == [
        "the file has errors of YAML: correct these first"
    ]


def test_a_place_that_holds_nothing() -> None:
    span = Span("a.yaml", 7, 1, 7, 2)
    for fix in (Remove(), Quote(), Reorder(("a",))):
        done = repair_file("a.yaml", b"a: 1\n", [Diagnostic("GCT101", "p", span, fix=fix)])
        assert [each.reason for each in done.refused] == [
            "the file has no such value at this place"
        ]


def test_a_file_that_is_too_large() -> None:
    data = b"a: no\n#" + b"x" * MAX_BYTES
    done = repair_file("a.yaml", data, [wish(data, "/a", Quote())])

    assert done.data is data
    assert [each.reason for each in done.refused] == [
        "files of more than 1,048,576 bytes are left alone"
    ]


def test_what_only_one_of_the_parsers_reads() -> None:
    """libyaml takes a tab behind a bare tag for a blank; ruamel.yaml does not."""
    assert refusal("a: !\tx\nb: no\n", ("/b", Quote())) == (
        "a second YAML parser, ruamel.yaml, does not read the file"
    )


class TestLargest:
    def test_one_question_where_all_is_well(self) -> None:
        asked: list[list[int]] = []

        def problem(items: Sequence[int]) -> str | None:
            asked.append(list(items))
            return None

        assert largest([1, 2, 3], problem) == ([1, 2, 3], [])
        assert asked == [[1, 2, 3]]

    def test_what_is_bad_alone_and_what_is_bad_together(self) -> None:
        def problem(items: Sequence[int]) -> str | None:
            return "bad" if 3 in items or {5, 6} <= set(items) else None

        assert largest(range(8), problem) == ([0, 1, 2, 4, 5, 7], [(3, "bad"), (6, "bad")])

    def test_the_number_of_questions_is_bounded(self) -> None:
        asked = 0

        def problem(items: Sequence[int]) -> str:
            nonlocal asked
            asked += 1
            return "bad"

        accepted, rejected = largest(range(1_000), problem)
        assert accepted == []
        assert [item for item, _ in rejected] == list(range(1_000))
        assert {reason for _, reason in rejected} == {
            "bad",
            "too many other repairs could not be made",
        }
        assert asked == MAX_QUESTIONS
