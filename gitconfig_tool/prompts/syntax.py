"""From the text of a template to Jinja2's tree, with the place of every node.

Jinja2 counts lines; here, every node and every complaint carries its offset in the text. Also finds
the `include` tags of a template as they are written. Does not judge what a template may do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from gitconfig_tool.prompts.sandbox import Sandbox

# Deeper templates are not written by people, and Jinja2 recurses.
_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class IncludeTag:
    """One `{% include "alias" %}`: `text[start:end]` is the tag.

    `left` and `right` are its marks for white space: `-`, `+` or nothing. `alias` is None where the
    tag says anything else than one alias in quotes; `offset` is the place of what it says.
    """

    start: int
    end: int
    left: str
    right: str
    alias: str | None
    offset: int
    length: int


def find_includes(sandbox: Sandbox, text: str) -> tuple[IncludeTag, ...]:
    """Return the `include` tags of a template; raises `TemplateSyntaxError`."""
    found = []
    tag: list[tuple[int, str, str]] = []
    for token in place_tokens(sandbox, text):
        if token[1] == "block_begin":
            tag = [token]
        elif tag and token[1] != "whitespace":
            tag.append(token)
        if token[1] == "block_end":
            if len(tag) > 2 and tag[1][2] == "include":
                found.append(_include(tag))
            tag = []
    return tuple(found)


def _include(tag: list[tuple[int, str, str]]) -> IncludeTag:
    (start, _, opening), *inner, (end, _, closing) = tag
    said = inner[1:]
    is_alias = len(said) == 1 and said[0][1] == "string"
    # A tag that ends in "-" takes the white space behind it along.
    closing = closing.rstrip()
    return IncludeTag(
        start,
        end + len(closing),
        opening[2:],
        closing[:-2],
        said[0][2][1:-1] if is_alias else None,
        said[0][0] if said else inner[0][0],
        len(said[0][2]) if said else len("include"),
    )


def parse(sandbox: Sandbox, text: str) -> nodes.Template:
    """Return the tree; `lineno` of every node is an offset into the text.

    Raises `TemplateSyntaxError`, with an offset as its `lineno`, or `RecursionError`.
    """
    parser = Parser(sandbox, "")
    placed = place_tokens(sandbox, text)
    parser.stream = TokenStream(sandbox.lexer.wrap(placed), None, None)
    try:
        tree = parser.parse()
    except ValueError as error:
        # Python reads no longer numbers, sys.int_info.default_max_str_digits.
        digits = re.search(r"[0-9_]{4300,}", text)
        at = 0 if digits is None else digits.start()
        raise TemplateSyntaxError("a number with too many digits", at) from error
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > _MAX_DEPTH:
            raise RecursionError
        level = [child for node in level for child in node.iter_child_nodes()]  # type: ignore[misc]
    return tree


def place_tokens(sandbox: Sandbox, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the tokens of a template with their offsets where Jinja2 has line numbers.

    So every node, and every complaint of the parser, carries the exact place.
    """
    # The lexer reads lines joined with "\n"; offsets must be into the text as it is.
    normal = re.sub("\r\n|\r", "\n", text)
    offsets = None if normal == text else _offsets(text)
    position = begin = 0
    tokens = sandbox.lexer.tokeniter(normal, None)
    while True:
        try:
            _, kind, value = next(tokens)
        except StopIteration:
            return
        except TemplateSyntaxError as error:
            # What is never closed is best shown where it begins.
            at = begin if str(error.message).startswith("Missing end") else position
            at = at if offsets is None else offsets[min(at, len(offsets) - 1)]
            raise TemplateSyntaxError(str(error.message), at) from error
        # The lexer drops the white space before "{%-".
        while not normal.startswith(value, position) and normal[position : position + 1].isspace():
            position += 1
        if kind.endswith("_begin"):
            begin = position
        yield (position if offsets is None else offsets[position]), kind, value
        position += len(value)


def _offsets(text: str) -> list[int]:
    """Map offsets in the text with "\n" only to offsets in the text as it is."""
    return [
        *(at for at, char in enumerate(text) if not (char == "\n" and text[at - 1 : at] == "\r")),
        len(text),
    ]
