"""A comment in Markdown: below the limit, complete, and inert whatever a repository holds."""

import re
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings
from markdown_it import MarkdownIt

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Effect,
    Kind,
    Level,
    ModelChange,
    Place,
    PromptChange,
    Reason,
    Revision,
    Risk,
    RuleChange,
    RuleKind,
    SecretChange,
    SecretKind,
    Side,
    ValueChange,
)
from gitconfig_tool.prompts.cases import Case, Message
from gitconfig_tool.prompts.cases import Side as Rendered
from gitconfig_tool.report.changes_markdown import LIMIT, changes_markdown

_HOSTILE = st.sampled_from(
    [
        "</details>",
        "</summary><script>alert(1)</script>",
        "```",
        "~~~~",
        "``````` x",
        "\n\n# Title\n",
        "a|b",
        "a\\|b",
        "`",
        "`` ` ``",
        "@octocat",
        "#123",
        "GH-1",
        "org/repo#1",
        "!5",
        "https://example.com/x",
        "www.example.com",
        "a@example.com",
        "[x](https://example.com)",
        "![x](https://example.com/x.png)",
        "<img src=x>",
        "<!-- gitconfig-tool:diff x -->",
        "-->",
        "*b*",
        "__b__",
        "$x$",
        ":smile:",
        "\x1b[31m",
        "\u202e",
        "e" + "\u0301" * 300,
        "&lt;",
        "- item",
        "1. item",
        "> quote",
        "\\",
        "deadbeef",
        "漢字",
        "---",
        "\r",
        "\t",
        "",
    ]
)
_TEXT = st.lists(_HOSTILE | st.text(max_size=5), max_size=4).map(" ".join) | _HOSTILE
_LONG = st.builds(lambda text, times: text * times, _TEXT, st.sampled_from([1, 1, 1, 40]))
_NAMES = st.lists(_TEXT, max_size=6, unique=True).map(tuple)
_JSON: st.SearchStrategy[Any] = st.recursive(
    _LONG | st.none() | st.booleans() | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=4,
)
_PLACES = st.lists(
    st.builds(Place, _TEXT, _TEXT, st.integers(1, 9), st.just(1), _TEXT), max_size=2
).map(tuple)
_SIDES = st.none() | st.builds(Side, _JSON, _PLACES, st.just("") | _TEXT, st.booleans())
_RENDERED = st.builds(
    Rendered,
    st.lists(st.builds(Message, st.none() | _TEXT, _LONG), max_size=2).map(tuple),
    st.just("") | _TEXT,
)
_MODES = st.sampled_from([None, True, False])


def _some(made: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[Any]:
    return st.lists(made, max_size=most).map(tuple)


_CHANGES = st.builds(
    Changes,
    st.builds(Revision, _TEXT, st.just("commit"), st.none()),
    st.builds(Revision, _TEXT, st.just("worktree"), st.none()),
    st.dictionaries(_TEXT, st.dictionaries(_TEXT, _TEXT, max_size=2), max_size=8),
    st.frozensets(_TEXT, max_size=2),
    _some(
        st.builds(
            BundleChange,
            _TEXT,
            st.sampled_from(Kind),
            st.none() | st.dictionaries(_TEXT, _TEXT, max_size=2),
            st.none() | st.dictionaries(_TEXT, _TEXT, max_size=2),
        )
    ),
    _some(st.builds(ValueChange, _TEXT, _LONG, st.sampled_from(Kind), _SIDES, _SIDES, _NAMES), 12),
    _some(
        st.builds(
            SecretChange,
            _TEXT,
            _TEXT,
            st.sampled_from(SecretKind),
            _NAMES,
            _NAMES,
            _NAMES,
            _NAMES,
            _NAMES,
            _TEXT,
        )
    ),
    _some(
        st.builds(
            PromptChange,
            _TEXT,
            st.none() | _TEXT,
            st.none() | _TEXT,
            _NAMES,
            st.sampled_from([None, "major", "minor", "patch"]),
            _some(_LONG),
            _some(_LONG),
            _some(
                st.builds(Case, _TEXT, _RENDERED, _RENDERED, _NAMES, st.none() | _TEXT),
                2,
            ),
            _NAMES,
        )
    ),
    _some(st.builds(ModelChange, _TEXT, _NAMES, _some(st.builds(Effect, _LONG, _TEXT, _TEXT)))),
    _some(
        st.builds(
            RuleChange,
            st.sampled_from(RuleKind),
            st.sampled_from(Kind),
            _TEXT,
            _LONG,
            _TEXT,
            st.integers(1, 9),
            _NAMES,
            _MODES,
        )
    ),
    st.builds(
        Risk,
        st.sampled_from(Level),
        _some(st.builds(Reason, st.sampled_from(Level), _LONG, _NAMES), 12),
    ),
    unknown=_some(_LONG),
)

# What is ours, on a line of its own. Between two lines of HTML stands nothing else.
_OUR_HTML = re.compile(
    r"<!-- gitconfig-tool:diff[ 0-9A-Za-z._/-]* -->"
    r"|<details(?: open)?><summary>(?:[^<>]|</?code>)*</summary>"
    r"|<p>(?:[^<>]|</?code>)*</p>"
    r"|</details>"
)
_PARSER = MarkdownIt("commonmark").enable("table")
# Words that are no code: letters, numbers, and the signs of sentences.
_SAFE_TEXT = re.compile(r"[^`<>@#|$\[\]\\*_~&]*")
_INLINE = {"text", "softbreak", "code_inline", "strong_open", "strong_close"}


def _check(text: str) -> None:
    """Read the text as CommonMark does, and look at all that is not code."""
    opened = 0
    for token in _PARSER.parse(text):
        if token.type == "html_block":
            for line in token.content.rstrip("\n").split("\n"):
                assert _OUR_HTML.fullmatch(line), line
            opened += token.content.count("<details") - token.content.count("</details>")
        for inner in token.children or ():
            assert inner.type in _INLINE, inner
            if inner.type == "text":
                # A lone sign in a table is ours.
                assert inner.content == "~" or _SAFE_TEXT.fullmatch(inner.content), inner.content
                assert not re.search(r"://|www\.|[0-9a-f]{7}|:\w+:", inner.content)
        if token.type == "heading_open":
            assert token.tag in ("h3", "h4")
        assert token.type not in ("code_block", "blockquote_open", "hr", "ordered_list_open")
    assert opened == 0


@given(_CHANGES, _TEXT)
@settings(max_examples=25)
def test_a_comment_is_complete_and_inert(changes: Changes, name: str) -> None:
    text = changes_markdown(changes, name)

    assert len(text) <= LIMIT
    assert len(text.encode()) <= LIMIT
    assert text.startswith("<!-- gitconfig-tool:diff")
    _check(text)


@given(_CHANGES, st.integers(14_000, 16_000))
@settings(max_examples=10)
def test_a_comment_that_is_cut_is_complete_too(changes: Changes, limit: int) -> None:
    text = changes_markdown(replace(changes, values=changes.values * 3), "small", limit=limit)

    assert len(text.encode()) <= limit
    _check(text)
