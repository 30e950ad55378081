"""YAML files as lines of values, for `git diff`."""

import pytest

from gitconfig_tool.report.layer_text import layer_text

TEXT = """\
# a comment
model:
  name: 'small'
  temperature: 0.70
stop: !append [END, "a b"]
limits: {}
fallbacks:
  - {name: one, cost: 1}
  - {name: two words, cost: ~}
messages:
  - role: system
    content: |
      Be brief.

      Be kind.
region: !ref "platform/region#/name"
"a.b": !final true
"""


def test_each_value_has_a_line() -> None:
    assert layer_text("x.yaml", TEXT.encode()).decode() == (
        '["a.b"]: !final true\n'
        "fallbacks[name=one].cost: 1\n"
        'fallbacks[name=one].name: "one"\n'
        'fallbacks[name="two words"].cost: null\n'
        'fallbacks[name="two words"].name: "two words"\n'
        "limits: {}\n"
        "messages[0].content: |\n"
        "  Be brief.\n"
        "\n"
        "  Be kind.\n"
        'messages[0].role: "system"\n'
        'model.name: "small"\n'
        "model.temperature: 0.7\n"
        "region: !ref platform/region#/name\n"
        "stop: !append\n"
        'stop[]: "END"\n'
        'stop[]: "a b"\n'
    )


def test_another_order_layout_and_comment_show_nothing() -> None:
    other = 'stop: [a]   # why\nmodel: {temperature: 0.7, name: "small"}\n'
    first = "model:\n    name: small\n    temperature: 0.70\n\nstop:\n- a\n"

    assert layer_text("x.yaml", other.encode()) == layer_text("x.yaml", first.encode())


def test_what_may_be_a_secret_is_not_shown_and_its_change_is() -> None:
    canary = "fake-canary-textconv"
    texts = [
        layer_text("x.yaml", text.encode()).decode()
        for text in (
            f"api_key: {canary}\nurl: https://me:{canary}@db.invalid/\n",
            f"api_key: {canary}-2\nurl: https://me:{canary}@db.invalid/\n",
        )
    ]

    assert canary not in "".join(texts)
    first, second = (text.splitlines() for text in texts)
    assert first[0].startswith("api_key: (not shown: it may be a secret) <")
    assert first[0] != second[0]
    assert first[1] == second[1]
    # A reference names a secret and is none.
    assert layer_text("x.yaml", b"api_key: !secret a#/b\n") == b"api_key: !secret a#/b\n"


@pytest.mark.parametrize(
    "data",
    [b"a: 1\na: 2\n", b"a:\n\tb: 1\n", b"\xff\xfe", b"", b"# nothing\n", b"a: 1\n---\nb: 2\n"],
    ids=["twice", "tab", "bytes", "empty", "comment", "documents"],
)
def test_what_cannot_be_read_is_shown_as_it_is(data: bytes) -> None:
    assert layer_text("x.yaml", data) == data


def test_nothing_is_printed_that_a_terminal_obeys() -> None:
    assert b"\x1b" not in layer_text("x.yaml", b'a: "\\e[31m"\n"b\\e": 1\nc: !ref "x\\e#/a"\n')
