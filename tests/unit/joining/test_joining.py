"""Merging layered YAML: what each kind of change on two branches becomes, line by line."""

from dataclasses import dataclass

import pytest

from gitconfig_tool.joining import Joined, join_files
from gitconfig_tool.source import Labels, merge_lines

BASE = """\
# What holds everywhere.

# about a
a: 1
limits:
  rpm: 1   # per minute
  tpm: 2
stop: [END, QUIT]
flow: {p: 1, q: 2}
models:
  - name: one
    cost: 1
  - name: two
    cost: 2
"""


def join(base: str, ours: str, theirs: str) -> Joined:
    def merge_text(*versions: bytes) -> tuple[bytes, int]:
        return merge_lines(*versions, Labels())

    return join_files("x.yaml", base.encode(), ours.encode(), theirs.encode(), merge_text)


@dataclass(frozen=True)
class Edit:
    """What one side writes in the place of what."""

    old: str
    new: str

    def __call__(self, text: str) -> str:
        assert text.count(self.old) == 1, self.old
        return text.replace(self.old, self.new)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (
            Edit("rpm: 1 ", "rpm: 9 "),
            Edit("tpm: 2\n", "tpm: 8   # more\n"),
            [Edit("rpm: 1 ", "rpm: 9 "), Edit("tpm: 2\n", "tpm: 8   # more\n")],
        ),
        (
            Edit("rpm: 1 ", "rpm: 9 "),
            Edit("# per minute", "# requests"),
            [Edit("rpm: 1   # per minute", "rpm: 9   # requests")],
        ),
        (
            Edit("rpm: 1   # per minute", "rpm: 9   # mine"),
            Edit("# per minute", "# requests"),
            [Edit("  rpm: 1   # per minute", "  # requests\n  rpm: 9   # mine")],
        ),
        (
            Edit("a: 1\n", "a: 1\nours: 1\n"),
            Edit("a: 1\n", "a: 1\n# theirs\ntheirs: 2\n"),
            [Edit("a: 1\n", "a: 1\nours: 1\n# theirs\ntheirs: 2\n")],
        ),
        (
            Edit("a: 1\n", "a: 1\nnew: 1\n"),
            Edit("a: 1\n", "a: 1\n# the same\nnew: 1\n"),
            [Edit("a: 1\n", "a: 1\n# the same\nnew: 1\n")],
        ),
        (
            Edit("# about a\na: 1\n", ""),
            Edit("  rpm: 1 ", "  rpm: 3 "),
            [Edit("# about a\na: 1\n", ""), Edit("  rpm: 1 ", "  rpm: 3 ")],
        ),
        (
            Edit("p: 1", "p: 5"),
            Edit("q: 2", "q: 6, r: [7]"),
            [Edit("p: 1, q: 2", "p: 5, q: 6, r: [7]")],
        ),
        (
            Edit("END, QUIT", "END"),
            Edit("[END", "[STOP, END"),
            [Edit("END, QUIT", "STOP, END")],
        ),
        (
            Edit("    cost: 2\n", "    cost: 2\n  - name: three\n    cost: 3\n"),
            Edit("    cost: 2\n", "    cost: 2\n  # cheap\n  - name: four\n    cost: 4\n"),
            [
                Edit(
                    "    cost: 2\n",
                    "    cost: 2\n  - name: three\n    cost: 3\n"
                    "  # cheap\n  - name: four\n    cost: 4\n",
                )
            ],
        ),
        (
            Edit("  - name: one\n    cost: 1\n", ""),
            Edit("    cost: 2\n", "    cost: 7\n"),
            [Edit("  - name: one\n    cost: 1\n", ""), Edit("cost: 2", "cost: 7")],
        ),
        (
            # The order of keys is no value; the order of entries is.
            Edit("# about a\na: 1\nlimits", "limits"),
            Edit("tpm: 2\n", "tpm: 3\n"),
            [Edit("# about a\na: 1\nlimits", "limits"), Edit("tpm: 2\n", "tpm: 3\n")],
        ),
        (
            Edit("  rpm: 1   # per minute\n  tpm: 2\n", "    rpm: 1   # per minute\n    tpm: 4\n"),
            Edit("  tpm: 2\n", "  tpm: 2\n  # at once\n  parallel: 3\n"),
            [
                Edit(
                    "  rpm: 1   # per minute\n  tpm: 2\n",
                    "    rpm: 1   # per minute\n    tpm: 4\n    # at once\n    parallel: 3\n",
                )
            ],
        ),
    ],
    ids=[
        "neighbours",
        "a value and its comment",
        "a comment on both sides",
        "two new keys",
        "one new key, with a comment",
        "one removed beside a change",
        "in braces",
        "in brackets",
        "new entries with names",
        "an entry removed, another changed",
        "a removed key at the top",
        "another indentation",
    ],
)
def test_both_changes_are_taken(ours: Edit, theirs: Edit, expected: list[Edit]) -> None:
    wanted = BASE
    for edit in expected:
        wanted = edit(wanted)

    assert join(BASE, ours(BASE), theirs(BASE)) == Joined(wanted.encode())


@pytest.mark.parametrize(
    ("ours", "theirs", "place", "expected"),
    [
        (
            Edit("a: 1\n", "a: 2\n"),
            Edit("a: 1\n", "a: 3\n"),
            "/a",
            Edit("a: 1\n", "<<<<<<< ours\na: 2\n=======\na: 3\n>>>>>>> theirs\n"),
        ),
        (
            Edit("  tpm: 2\n", ""),
            Edit("  tpm: 2\n", "  tpm: 9\n"),
            "/limits/tpm",
            Edit("  tpm: 2\n", "<<<<<<< ours\n=======\n  tpm: 9\n>>>>>>> theirs\n"),
        ),
        (
            # Their comment would be lost with the key.
            Edit("  tpm: 2\n", ""),
            Edit("  tpm: 2\n", "  # keep this\n  tpm: 2\n"),
            "/limits/tpm",
            Edit(
                "  tpm: 2\n",
                "<<<<<<< ours\n=======\n  # keep this\n  tpm: 2\n>>>>>>> theirs\n",
            ),
        ),
        (
            Edit("name: one\n    cost: 1\n", "name: one\n    cost: 5\n"),
            Edit("name: one\n    cost: 1\n", "name: one\n    cost: 6\n"),
            "/models/0/cost",
            Edit(
                "    cost: 1\n",
                "<<<<<<< ours\n    cost: 5\n=======\n    cost: 6\n>>>>>>> theirs\n",
            ),
        ),
        (
            Edit("[END, QUIT]", "[END, QUIT, X]"),
            Edit("[END, QUIT]", "[END, QUIT, Y]"),
            "/stop",
            Edit(
                "stop: [END, QUIT]\n",
                "<<<<<<< ours\nstop: [END, QUIT, X]\n=======\nstop: [END, QUIT, Y]\n"
                ">>>>>>> theirs\n",
            ),
        ),
        (
            Edit("a: 1\n", "a: !final 1\n"),
            Edit("a: 1\n", "a: !ref b#/a\n"),
            "/a",
            Edit("a: 1\n", "<<<<<<< ours\na: !final 1\n=======\na: !ref b#/a\n>>>>>>> theirs\n"),
        ),
    ],
    ids=["a value", "removed and changed", "removed and commented", "in an entry", "items", "tags"],
)
def test_one_value_changed_on_both_sides(
    ours: Edit, theirs: Edit, place: str, expected: Edit
) -> None:
    # A change beside it, which lines would draw into the conflict: it is merged.
    ours_text = Edit("# What holds", "# All that holds")(ours(BASE))
    wanted = Edit("# What holds", "# All that holds")(expected(BASE))

    assert join(BASE, ours_text, theirs(BASE)) == Joined(wanted.encode(), (place,))


def test_a_key_that_both_add_in_two_places_is_there_once() -> None:
    base = "a: 1\n\nb: 1\n\nc: 1\n"

    same = join(base, f"k: 1\n{base}", f"{base}k: 1\n")
    other = join(base, f"k: 1\n{base}", f"{base}k: 2\n")

    # Git merges these lines without a conflict, into a file with one key twice.
    assert same == Joined(f"k: 1\n{base}".encode())
    assert other == Joined(
        f"<<<<<<< ours\nk: 1\n=======\nk: 2\n>>>>>>> theirs\n{base}".encode(), ("/k",)
    )


def test_lists_that_extend_take_the_items_of_both() -> None:
    merged = join(
        "tools: !append\n  - a\n",
        "tools: !append\n  - a\n  - b\n  - d\n",
        "tools: !append\n  - a\n  # why c\n  - c\n  - d\n",
    )

    assert merged == Joined(b"tools: !append\n  - a\n  - b\n  - d\n  # why c\n  - c\n")


def test_order_that_both_changed_is_a_conflict() -> None:
    base = "m:\n- {id: 1}\n- {id: 2}\n- {id: 3}\n"

    merged = join(
        base, "m:\n- {id: 2}\n- {id: 1}\n- {id: 3}\n", "m:\n- {id: 3}\n- {id: 1}\n- {id: 2}\n"
    )

    assert merged.conflicts == ("/m/0",)
    assert merged.reason == ""


def test_text_of_several_lines_is_merged_by_line() -> None:
    base = "messages:\n- role: system\n  content: |\n    one\n    two\n    three\n- role: user\n"
    ours = Edit("one\n", "ONE\n")(base)
    theirs = Edit("three\n", "THREE\n")(Edit("- role: user\n", "- role: user\n  x: 1\n")(base))

    merged = join(base, Edit("role: user\n", "role: user\n  y: 1\n")(ours), theirs)

    assert merged == Joined(
        b"messages:\n- role: system\n  content: |\n    ONE\n    two\n    THREE\n"
        b"- role: user\n  y: 1\n  x: 1\n"
    )


def test_the_first_key_of_an_item_in_conflict_keeps_its_dash() -> None:
    merged = join("l:\n- a: 1\n  b: 2\n", "l:\n- a: 5\n  b: 2\n", "l:\n- a: 6\n  b: 3\n")

    assert merged == Joined(
        b"l:\n<<<<<<< ours\n- a: 5\n=======\n- a: 6\n>>>>>>> theirs\n  b: 3\n", ("/l/0/a",)
    )


def test_a_mapping_that_is_left_empty_says_so() -> None:
    merged = join("m:\n  a: 1\n  b: 1\n", "m:\n  a: 1\n", "m:\n  b: 1\n")

    assert merged == Joined(b"m: {}\n")


def test_both_added_the_file() -> None:
    assert join("", "a: 1\nb: 2\n", "b: 2\nc: 3\n") == Joined(b"a: 1\nb: 2\nc: 3\n")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "reason"),
    [
        ("a: 1\n", "a: 2\na: 3\n", "a: 4\n", "in our side, line 2: GCT012"),
        ("a: 1\n", "a: 2\n", "a:\t4\n\tb: 1\n", "in their side, line"),
        ("a: 1\n", "a: 2\n", "a: 4\n---\nb: 1\n", "in their side, line 2: GCT017"),
        ("a: 1\n", "a: 2\r\n", "a: 3\r\n", "found others in our side"),
        ("a: 1\n", "\ufeffa: 2\n", "a: 3\n", "found others in our side"),
        (
            "a: &x 1\nb: *x\n",
            "a: &x 2\nb: *x\n",
            "a: &x 3\nb: *x\n",
            "found an alias in the common",
        ),
        ("just text\n", "other text\n", "more text\n", "expected a mapping or a list"),
        ("a: 1\n", "# gone\n", "a: 2\n", "found none in our side"),
    ],
    ids=["twice", "tab", "documents", "crlf", "bom", "alias", "scalar", "empty"],
)
def test_odd_yaml_is_left_to_git(base: str, ours: str, theirs: str, reason: str) -> None:
    merged = join(base, ours, theirs)

    text, count = merge_lines(base.encode(), ours.encode(), theirs.encode(), Labels())
    assert count == 1
    assert merged.data == text
    assert merged.conflicts == ("",)
    assert reason in merged.reason


def test_odd_yaml_that_git_merges_is_merged() -> None:
    base = "a: &x 1\n\n\n\nb: *x\n"

    merged = join(base, base.replace("1", "2"), base.replace("b", "c"))

    assert (merged.data, merged.conflicts) == (b"a: &x 2\n\n\n\nc: *x\n", ())
