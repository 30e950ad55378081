"""Comments are found where YAML and Rego have comments, and nowhere else."""

import time

import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.suppress.comments import has_content, rego_comments, yaml_comments


def of_yaml(text: str) -> list[tuple[int, int, str, int | None]]:
    document, diagnostics = parse_document("a.yaml", text.encode())
    assert [each for each in diagnostics if each.code != "GCT023"] == []
    found = yaml_comments(text, document.root)
    return [(each.line, each.column, each.text, each.target) for each in found]


def of_rego(text: str) -> list[tuple[int, int, str, int | None]]:
    return [(each.line, each.column, each.text, each.target) for each in rego_comments(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1  # gct: x\n", [(1, 14, "x", 1)]),
        ("a: 1 #gct:x\n", [(1, 11, "x", 1)]),
        ("a: 1\t#\tgct: x  \n", [(1, 13, "x", 1)]),
        ("a: 1 # why # gct: x\n", [(1, 19, "x", 1)]),
        ("a: 1 # gct: x # gct: y\n", [(1, 13, "x", 1), (1, 22, "y", 1)]),
        ("日本: 1 # gct: 語\n", [(1, 14, "語", 1)]),
        ("\ufeffa: 1 # gct: x\n", [(1, 13, "x", 1)]),
        ("a: 1 # gct: x\r\nb: 2 # gct: y\r\n", [(1, 13, "x", 1), (2, 13, "y", 2)]),
        # A comment that stands alone speaks for what follows.
        ("# gct: x\na: 1\n", [(1, 8, "x", 2)]),
        ("# gct: x\n\n# other\n\na: 1\n", [(1, 8, "x", 5)]),
        ("# gct: x\n# gct: y\na: 1\n", [(1, 8, "x", 3), (2, 8, "y", 3)]),
        ("# gct: x\n---\na: 1\n", [(1, 8, "x", 3)]),
        ("a:\n  # gct: x\n  b: 1\n", [(2, 10, "x", 3)]),
        ("a: [1,\n  # gct: x\n  2]  # gct: y\n", [(2, 10, "x", 3), (3, 14, "y", 3)]),
        ("a: 1\n# gct: x\n", [(2, 8, "x", None)]),
        ("# gct: x", [(1, 8, "x", None)]),
        # After a block of lines, and in its first line.
        ("a: |\n  text\n# gct: x\nb: 1\n", [(3, 8, "x", 4)]),
        ("a:\n  b: >-\n    text\n  # gct: x\n  c: 1\n", [(4, 10, "x", 5)]),
        ("a: |  # gct: x\n  text\n", [(1, 14, "x", 1)]),
        ("a: !final &anchor |  # gct: x\n  text\n", [(1, 29, "x", 1)]),
        ("a: !final 'q'  # gct: x\n", [(1, 23, "x", 1)]),
        ('"k": "v"  # gct: x\n', [(1, 18, "x", 1)]),
        ("a: &x 'v'\nb: *x # gct: x\n", [(2, 14, "x", 2)]),
        ("a: 'it''s' # gct: x\n", [(1, 19, "x", 1)]),
    ],
)
def test_comments_of_yaml(text: str, expected: list[tuple[int, int, str, int | None]]) -> None:
    assert of_yaml(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'a: "# gct: x"\n',
        "a: ' # gct: x'\n",
        '"k # gct: x": 1\n',
        "'k # gct: x': {a: 1}\n",
        'a: "one\n  # gct: x\n  two"\n',
        'a: "one # gct: x\n  two"\n',
        "a: |\n  # gct: x\n",
        "a: |\n  text\n\n  # gct: x\n\nb: 1\n",
        "a: >+\n  # gct: x\n\n",
        "a: !final |-\n  # gct: x\n",
        "- |2\n    # gct: x\n- b\n",
        "a: [one, '# gct: x']\n",
        "a: b#gct:x\n",
        "a: http://example.com/#gct:x\n",
        "a: 1 # see gct: x\n",
        "gct: x\n",
        "a: &x ' # gct: x'\nb: *x\n",
    ],
)
def test_text_that_is_no_comment(text: str) -> None:
    assert of_yaml(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("package a # gct: x\n", [(1, 18, "x", 1)]),
        ("# gct: x\n\npackage a\r\n", [(1, 8, "x", 3)]),
        ('a := "\\" # gct: x" # gct: y\n', [(1, 27, "y", 1)]),
        ("a := `one\n# gct: x\n` # gct: y\n", [(3, 10, "y", 3)]),
        ('a := "# gct: x"\n', []),
        ("# it's `quoted` # gct: x\na := 1\n", [(1, 24, "x", 2)]),
    ],
)
def test_comments_of_rego(text: str, expected: list[tuple[int, int, str, int | None]]) -> None:
    assert of_rego(text) == expected


def test_a_file_of_comments_has_no_content() -> None:
    assert not has_content("\ufeff# one\n\n---\r\n  # two")
    assert has_content("# one\na: [\n")


def test_a_file_full_of_comments_takes_time_that_grows_with_its_length() -> None:
    count = 50_000
    comments = "# gct: ignore[GCT023] x\n" * count
    begin = time.process_time()

    yaml = of_yaml(comments + "a: 1\n")
    rego = of_rego(comments + "package a\n")

    assert time.process_time() - begin < 20  # It was an hour when each looked through the others.
    for found in (yaml, rego):
        assert len(found) == count
        assert {target for _, _, _, target in found} == {count + 1}
        assert [line for line, _, _, _ in found] == list(range(1, count + 1))
