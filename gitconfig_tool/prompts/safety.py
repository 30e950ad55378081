"""What in a template lets others talk to the model, or breaks what the text is put into.

Takes one parsed template with the schema of its variables; returns problems at offsets of its text,
see docs/prompt-safety.md. Renders nothing, and does not look for credentials: `compiler` has the
scanners do that.

A variable is not trusted where its schema says `x-untrusted: true`, or where it is free text under
the name of what others write: a question, a document, a comment. `x-untrusted: false` trusts it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gitconfig_tool.prompts.delimiters import HOLE, enclosed, inside, tagged, tags
from gitconfig_tool.prompts.placements import Piece, Placement, Text, Value, pieces_of
from gitconfig_tool.prompts.templates import ParsedTemplate, Problem

UNTRUSTED = "x-untrusted"
# Words, one of which a name of others' text ends in: `user_question`, `helpArticles`.
_NAMES = frozenset(
    [
        "article",
        "attachment",
        "body",
        "chunk",
        "comment",
        "content",
        "context",
        "conversation",
        "doc",
        "document",
        "email",
        "excerpt",
        "feedback",
        "history",
        "input",
        "mail",
        "message",
        "page",
        "passage",
        "post",
        "queries",
        "query",
        "question",
        "replies",
        "reply",
        "request",
        "result",
        "review",
        "snippet",
        "text",
        "ticket",
        "transcript",
        "utterance",
    ]
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
# Keywords that leave no room for sentences.
_CLOSED = frozenset({"const", "enum", "format", "pattern"})
# Too short for an instruction that does anything.
_SHORT = 40
# A name with what is read of it, for the mark below a place.
_EXPRESSION = re.compile(r"\w+(?:\.\w+|\[[^\]\n]*\])*")
_JSON = frozenset({"tojson"})
_ESCAPED = frozenset({"e", "escape", "striptags", "tojson", "urlencode"})
# Elements that are for browsers. Names that prompts also use as delimiters are left out: body,
# code, form, html, input, main, script, section, style, summary, table, title and the like.
_HTML = frozenset(
    [
        *("a", "b", "br", "button", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
        *("iframe", "img", "li", "ol", "p", "span", "strong", "td", "th", "tr", "ul"),
    ]
)
# What another template engine would take for its own, around a value.
_SECOND = re.compile(
    r"\{\{[^{}\n]*\0[^{}\n]*\}\}|\{%[^{}\n]*\0[^{}\n]*%\}|\$\{[^{}\n]*\0[^{}\n]*\}"
)
# The value of a JSON member: within its quotes, or the whole of it.
_MEMBER = re.compile(r'"[\w$. -]{1,80}"[ \t]*:[ \t]*(?:"(?P<inside>[^"\n]*)"|(?P<bare>\0))')
# Expressions and statements of Jinja2, Mustache, Handlebars, Liquid and others.
SYNTAX = re.compile(r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}|\{#[^{}\n]{0,200}#\}")


def check_placements(
    parsed: ParsedTemplate, schema: Mapping[str, Any] | None, role: str | None
) -> Iterator[Problem]:
    """Find values that stand where they can do harm; `role` is that of the message."""
    pieces = pieces_of(parsed.tree, schema)
    text = "".join(_with_hole(piece) for piece in pieces)
    placements = [piece for piece in pieces if isinstance(piece, Placement)]
    holes = [match.start() for match in re.finditer(HOLE, text)]
    if not placements or len(holes) != len(placements):
        return
    if role == "system":
        yield from _once(
            parsed,
            [
                (each, _injection(each.value))
                for each, is_enclosed in zip(placements, enclosed(text), strict=True)
                if not is_enclosed and _is_untrusted(each.value) and not _is_json(each.value)
            ],
        )
    found = dict(zip(holes, placements, strict=True))
    yield from _once(parsed, [(found[at], _html(found[at].value)) for at in _in_html(text, found)])
    yield from _once(
        parsed,
        [
            (found[at], _second(found[at].value))
            for match in _SECOND.finditer(text)
            for at in _holes(text, match.span())
            if _is_free(found[at].value)
        ],
    )
    yield from _once(parsed, [(found[at], _json(found[at].value)) for at in _in_json(text, found)])


def template_syntax(value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what in a value looks like the syntax of templates, with the path to its text."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, str):
            match = SYNTAX.search(each)
            if match is not None:
                yield path, match[0]
        elif isinstance(each, Mapping):
            waiting += [((*path, key), inner) for key, inner in each.items()]
        elif isinstance(each, list):
            waiting += [((*path, index), inner) for index, inner in enumerate(each)]


def _with_hole(piece: Piece) -> str:
    return piece.text.replace(HOLE, " ") if isinstance(piece, Text) else HOLE


def _once(parsed: ParsedTemplate, found: Sequence[tuple[Placement, Problem]]) -> Iterator[Problem]:
    """Yield the problem of each value once, at the first place where it is written."""
    told: set[str] = set()
    for placement, problem in found:
        if problem.message not in told:
            told.add(problem.message)
            offset, length = _place(parsed.text, placement)
            yield replace(problem, offset=offset, length=length)


def _place(text: str, placement: Placement) -> tuple[int, int]:
    """Return where the expression of a value stands."""
    match = _EXPRESSION.match(text, placement.offset)
    return placement.offset, len(match[0]) if match else 1


def _is_untrusted(value: Value) -> bool:
    for schema in reversed(value.schemas):
        said = schema.get(UNTRUSTED)
        if isinstance(said, bool):
            return said
    return _is_free(value) and any(map(_is_of_others, (value.name, *value.path)))


def _is_of_others(name: str) -> bool:
    words = _WORD.findall(name)
    last = words[-1].lower() if words else ""
    return last in _NAMES or last.removesuffix("s") in _NAMES


def _is_free(value: Value) -> bool:
    """Tell whether a value is text that may hold whole sentences, as far as the schema says."""
    schema = value.schemas[-1]
    longest = schema.get("maxLength")
    if not _CLOSED.isdisjoint(schema) or (isinstance(longest, int) and longest <= _SHORT):
        return False
    kind = schema.get("type")
    if kind in ("array", "object") and not _is_closed_inside(schema):
        return True  # Written with |join or |tojson: the text is within.
    return kind == "string" or (isinstance(kind, list) and "string" in kind)


def _is_closed_inside(schema: Mapping[str, Any]) -> bool:
    inner = schema.get("items")
    if not isinstance(inner, Mapping):
        return False
    return not _CLOSED.isdisjoint(inner) or inner.get("type") in ("integer", "number", "boolean")


def _is_json(value: Value) -> bool:
    return not _JSON.isdisjoint(value.filters)


def _injection(value: Value) -> Problem:
    return Problem(
        "GCT565",
        f"expected delimiters around '{value.dotted}' in a system message, found none",
        0,
        label="others may write instructions here",
        hint=f"write it between tags, <{_tag(value)}>...</{_tag(value)}>, or with |tojson, or in "
        f"a user message; '{UNTRUSTED}: false' in its schema trusts it",
    )


def _tag(value: Value) -> str:
    names = [name for name in (value.name, *value.path) if name != "[]"]
    return names[-1]


def _html(value: Value) -> Problem:
    return Problem(
        "GCT569",
        f"expected '{value.dotted}' to be escaped in HTML, found it as it is",
        0,
        label="may hold markup",
        hint="write it with |e; text that no browser shows needs no HTML around it",
    )


def _second(value: Value) -> Problem:
    return Problem(
        "GCT568",
        f"expected no variable within the syntax of another template, found '{value.dotted}'",
        0,
        label="the next template engine evaluates it",
        hint="give the value to the other template by itself, and name it here",
    )


def _json(value: Value) -> Problem:
    return Problem(
        "GCT570",
        f"expected '{value.dotted}' to be written with |tojson in JSON, found it as it is",
        0,
        label="a quote in it ends the text, or adds a member",
        hint=f"write {{{{ {value.dotted.replace('[]', '')} | tojson }}}} without quotes around it",
    )


def _in_html(text: str, found: Mapping[int, Placement]) -> Iterator[int]:
    regions = [region for name, region in tagged(text) if name.lower() in _HTML]
    regions += [region for name, region in tags(text) if name.lower() in _HTML]
    for (at, placement), is_inside in zip(found.items(), inside(found, regions), strict=True):
        value = placement.value
        if is_inside and _is_free(value) and _ESCAPED.isdisjoint(value.filters):
            yield at


def _in_json(text: str, found: Mapping[int, Placement]) -> Iterator[int]:
    for match in _MEMBER.finditer(text):
        for at in _holes(text, match.span("inside" if match["inside"] is not None else "bare")):
            if _is_free(found[at].value) and not _is_json(found[at].value):
                yield at


def _holes(text: str, span: tuple[int, int]) -> Iterator[int]:
    at = text.find(HOLE, *span)
    while at >= 0:
        yield at
        at = text.find(HOLE, at + 1, span[1])
