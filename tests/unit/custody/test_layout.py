"""What sops changed, put into the text as it was. The texts stand for ciphertext."""

import pytest

from gitconfig_tool.custody.layout import keep_layout

OLD = """\
# who: the team

one:   OLD1  # beside
two:
  - a: OLD2
    b: >-
      folded
      text
sops:
  age:
  - recipient: r1
    enc: |
      line
  mac: M1
"""
NEW = """\
one: OLD1
two:
    - a: OLD2
      b: folded text
sops:
    age:
        - recipient: r1
          enc: |
            line
    mac: M1
"""


def kept(old: str, new: str) -> str | None:
    result = keep_layout(old.encode(), new.encode(), "yaml")
    return None if result is None else result.decode()


def with_comments(text: str) -> str:
    """Return a text with the two comments of `OLD` as sops encrypts them."""
    return "#ENC[one]\n" + text.replace("two:", "#ENC[two]\ntwo:", 1)


def test_nothing_changes_where_only_the_layout_differs() -> None:
    assert kept(OLD, with_comments(NEW)) == OLD


def test_one_value_changes() -> None:
    new = with_comments(NEW).replace("OLD2", "NEW2").replace("M1", "M2")

    assert kept(OLD, new) == OLD.replace("OLD2", "NEW2").replace("M1", "M2")


def test_a_key_is_added_and_another_removed() -> None:
    new = with_comments(NEW).replace("sops:", 'three:\n    x: NEW3\n    "y": [1]\nsops:')
    new = new.replace("      b: folded text\n", "")
    expected = OLD.replace("    b: >-\n      folded\n      text\n", "")
    expected = expected.replace("sops:", 'three:\n    x: NEW3\n    "y": [1]\nsops:')

    assert kept(OLD, new) == expected


def test_a_list_of_recipients_is_replaced_as_a_whole() -> None:
    more = "        - recipient: r2\n          enc: |\n            other\n    mac:"
    new = with_comments(NEW).replace("    mac:", more)
    expected = OLD.replace(
        "  age:\n  - recipient: r1\n    enc: |\n      line\n",
        "  age:\n      - recipient: r1\n        enc: |\n          line\n"
        "      - recipient: r2\n        enc: |\n          other\n",
    )

    assert kept(OLD, new) == expected


def test_line_ends_of_windows_stay() -> None:
    old = "one: A\r\ntwo: B\r\n"

    assert kept(old, "one: A\ntwo: C\nthree: D\n") == "one: A\r\ntwo: C\r\nthree: D\r\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{"a": "x", "b": "y"}', '{\n\t"a": "x",\n\t"b": "z"\n}', '{"a": "x", "b": "z"}'),
        ('{"a": "x"}', '{\n\t"a": "x",\n\t"b": "z"\n}', '{"a": "x", "b": "z"}'),
        ('{"a": "x", "b": "y"}', '{\n\t"b": "y"\n}', '{"b": "y"}'),
        ('{\n  "a": "x"\n}\n', '{\n\t"a": "x",\n\t"b": "z"\n}', '{\n  "a": "x",\n  "b": "z"\n}\n'),
        ('{"a": {"b": 1}}', '{\n\t"a": {\n\t\t"b": 2\n\t}\n}', '{"a": {"b": 2}}'),
    ],
)
def test_json_keeps_its_layout(old: str, new: str, expected: str) -> None:
    assert kept(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: x\nb: y\n", "b: y\na: x\n"),  # another order
        ("a: x\n", "b: x\n"),  # nothing is the same
        ("- x\n", "- x\n"),  # no mapping
        ("a: x\n  b\nc: {\n", "a: x\n"),  # no YAML
        ("a: x\n#ENC[gone]\nb: y\n", "a: x\nb: z\n"),  # a comment went
        ("a: x\nb: y\n", "a: x\n#ENC[fresh]\nb: z\n"),  # a comment came
        ("\ufeffa: x\n", "a: y\n"),
    ],
)
def test_what_cannot_be_followed_surely_is_left_to_sops(old: str, new: str) -> None:
    assert kept(old, new) is None


def test_keys_are_added_at_several_depths_and_without_a_line_break_at_the_end() -> None:
    old = "a:\n  b:\n    c: x"
    new = "a:\n    b:\n        c: x\n        d: y\n    e: z\nf: 1\ng: 2\n"

    assert kept(old, new) == "a:\n  b:\n    c: x\n    d: y\n  e: z\nf: 1\ng: 2"
    assert kept(old + "\n", new) == "a:\n  b:\n    c: x\n    d: y\n  e: z\nf: 1\ng: 2\n"
