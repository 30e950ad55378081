"""Values as YAML, as JSON and in a few words."""

from typing import Any

import pytest

from gitconfig_tool.document import node_at, parse_document, plain_value
from gitconfig_tool.link import PromptLink, SecretLink, Surroundings, link_documents
from gitconfig_tool.merge import MergedValue, Origin
from gitconfig_tool.prompts import load_prompts
from gitconfig_tool.report.values import json_value, leaf_text, node_text, tagged, value_yaml
from tests.layered import merged, parse


def value(content: Any) -> MergedValue:
    return MergedValue(content, (Origin("base", "base/a.yaml", parse("x")),))


SECRET = SecretLink("secrets/db", "base/secrets/db.sops.yaml", "/password", "str")
PROMPT = PromptLink("support-assistant", "^1.2", "1.10.0")


def test_yaml_keeps_the_order_of_the_keys() -> None:
    assert value_yaml({"b": 1, "a": {"z": [1, {"y": None}], "x": True}}) == (
        "b: 1\na:\n  z:\n  - 1\n  - y: null\n  x: true\n"
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("text", "text\n"),
        (5, "5\n"),
        (0.5, "0.5\n"),
        (None, "null\n"),
        (True, "true\n"),
        ("", "''\n"),
        ({}, "{}\n"),
        ([], "[]\n"),
        ("café 日本 😀", "café 日本 😀\n"),
        # What only begins as a number does needs no quotes.
        ("10.1.0.1", "10.1.0.1\n"),
        ("30s", "30s\n"),
        ("0.pool.ntp.org", "0.pool.ntp.org\n"),
    ],
)
def test_a_lone_value(content: Any, text: str) -> None:
    assert value_yaml(content) == text


@pytest.mark.parametrize(
    "text",
    [
        # Numbers, booleans and null of YAML 1.2, of YAML 1.1, and what is nearly one.
        *("1", "-1", "+1", "010", "08", "0o17", "0x1F", "0b1", "1_000", "12:30:00", "1e3", "1.e5"),
        *(".5", "+.5", "1.", "1.5", ".inf", "-.INF", ".nan", "true", "True", "no", "on", "y", "~"),
        *(
            "null",
            "NULL",
            "",
            "=",
            "<<",
            "2001-01-01",
            "1e",
            "0xg",
            ".",
            "+",
            "-",
            "99999999999999999",
        ),
        # What means something to YAML.
        *(
            "- a",
            "a: b",
            "a #b",
            "# a",
            "!x",
            "&a",
            "*a",
            "? a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "[a",
            "{a",
        ),
        *("'", '"', "a'b", 'a"b', "\\", "---", "...", "--- a", "a\n...\n", ",", "]", ":"),
        # Space, line breaks and characters that need an escape.
        *(
            " ",
            " a",
            "a ",
            "\t",
            "\n",
            "a\nb",
            "a\n\nb\n",
            "\r",
            "\r\n",
            "a\tb",
            "\x07",
            "\x1b",
            "\x7f",
        ),
        *(
            "\x85",
            "a\u2028b",
            "\u2029",
            "\xa0",
            "\ufeff",
            "\ufffe",
            "\U0010ffff",
            "é",
            "e\u0301",
            "😀",
        ),
        "long " * 100,
        "x" * 300,
    ],
)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    for content in (text, {"k": text}, [text], {text: 1}, {"k": {"l": [text]}}):
        if isinstance(content, dict) and "e\u0301" in content:
            continue  # Keys are NFC.
        document, diagnostics = parse_document("a.yaml", value_yaml(content).encode())
        assert diagnostics == ()
        if content is None:
            continue
        assert document.root is not None
        assert plain_value(document.root) == content


@pytest.mark.parametrize(
    "number", [0, -1, 2**53 - 1, 1 - 2**53, 0.1, -0.5, 1e300, 5e-324, 1.0, 1e16, 123456789.125]
)
def test_every_number_is_read_as_it_was_written(number: float) -> None:
    found = plain_value(parse(value_yaml({"k": number})))["k"]

    assert found == number
    assert type(found) is type(number)


def test_a_value_that_is_used_twice_is_written_twice() -> None:
    shared = {"x": [1]}

    assert value_yaml({"a": shared, "b": shared}) == "a:\n  x:\n  - 1\nb:\n  x:\n  - 1\n"


def test_links_are_written_with_their_tags() -> None:
    root = merged("a: 1\n").root.content
    content = {"a": root["a"], "key": value(SECRET), "prompt": value(PROMPT), "list": value(())}

    text = value_yaml(tagged(value(type(root)(content))))

    # The text after the tag has a `#`, which is no comment: no space stands before it.
    document, diagnostics = parse_document("a.yaml", text.encode())
    assert diagnostics == ()
    assert document.root is not None
    for key, tag, expected in (
        ("key", "!secret", "secrets/db#/password"),
        ("prompt", "!prompt", "support-assistant@1.10.0"),
    ):
        node = node_at(document.root, (key,))
        assert node is not None
        assert (node.tag, plain_value(node)) == (tag, expected)
    assert "secrets/db" in text


def test_links_as_json() -> None:
    root = merged("a: [1, null, {b: x}]\n").root.content
    content = {"a": root["a"], "key": value(SECRET), "prompt": value(PROMPT)}

    assert json_value(value(type(root)(content))) == {
        "a": [1, None, {"b": "x"}],
        "key": {"$secret": "secrets/db#/password"},
        "prompt": {"$prompt": "support-assistant@1.10.0"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "3"),
        ("text", "'text'"),
        ("'3'", "'3'"),
        ("true", "true"),
        ("~", "null"),
        ("!final 3", "!final 3"),
        ("!final text", "!final 'text'"),
        ("!required", "!required"),
        ("!required environment", "!required environment"),
        ("!unset", "!unset"),
        ("!secret a#/b", "!secret a#/b"),
        ("!ref '#/b'", "!ref #/b"),
        ("!prompt a@^1", "!prompt a@^1"),
        ("{}", "{0 keys}"),
        ("{a: 1}", "{1 key}"),
        ("!replace {a: 1, b: 2}", "!replace {2 keys}"),
        ("[1]", "[1 item]"),
        ("!append [1, 2]", "!append [2 items]"),
        ("x" * 100, "'" + "x" * 57 + "...'"),
    ],
)
def test_what_a_layer_gave(text: str, expected: str) -> None:
    node = node_at(parse(f"k: {text}\n"), ("k",))

    assert node is not None
    assert node_text(node) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (3, "3"),
        (0.5, "0.5"),
        (None, "null"),
        (False, "false"),
        ("text", "'text'"),
        ((), "[0 items]"),
        (SECRET, "!secret secrets/db#/password (in base/secrets/db.sops.yaml)"),
        (PROMPT, "support-assistant@1.10.0 (from !prompt support-assistant@^1.2)"),
    ],
)
def test_what_a_value_is(content: Any, expected: str) -> None:
    assert leaf_text(value(content)) == expected


def test_what_a_collection_is() -> None:
    assert leaf_text(merged("a: 1\nb: 2\n").root) == "{2 keys}"
    assert leaf_text(merged("a: [1]\n").root.content["a"]) == "[1 item]"


def test_a_link_that_leads_nowhere_in_words() -> None:
    documents, _ = link_documents(
        {"doc": merged("a: !ref other#/a\n")}, Surroundings({}, load_prompts({})[0])
    )

    unknown = documents["doc"].root.content["a"]
    assert leaf_text(unknown) == "not known: its link leads nowhere"
