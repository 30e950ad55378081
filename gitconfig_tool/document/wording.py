"""What the reader says: libyaml's complaints in words of our own, and how values are quoted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.document.scalars import resolve


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """What is wrong with the text: places are line and column, from 1.

    `begin` is where the construct began, when that is another place; `context` says what began.
    """

    code: str
    message: str
    hint: str
    place: tuple[int, int]
    begin: tuple[int, int] | None
    context: str


# What libyaml complains of (src/parser.c, src/scanner.c), in words of our own, each with a hint.
_SYNTAX: Mapping[str, tuple[str, str]] = {
    "did not find expected ',' or ']'": (
        "expected ',' or ']' in a list, found something else",
        "close the list with ']'",
    ),
    "did not find expected ',' or '}'": (
        "expected ',' or '}' in a mapping, found something else",
        "close the mapping with '}'",
    ),
    "did not find expected key": (
        "expected the next key of a mapping, found something else",
        "check the indentation of this line, and the quotes and brackets before this place",
    ),
    "did not find expected '-' indicator": (
        "expected the next '- ' of a list, found something else",
        "check the indentation of this line, or begin it with '- '",
    ),
    "did not find expected node content": (
        "expected a value, found something else",
        "put text that begins with a special character in quotes",
    ),
    "could not find expected ':'": (
        "expected ':' after a key, found none",
        "write 'key: value'; to continue the text of the line above, indent this one",
    ),
    "mapping values are not allowed in this context": (
        "expected a value, found another ':' in it",
        "put text that holds ': ' in quotes; if the line is a key, check its indentation",
    ),
    "block sequence entries are not allowed in this context": (
        "expected a value, found '- ' in its place",
        "put each '- ' on a line of its own",
    ),
    "found character that cannot start any token": (
        "expected a value, found a character that cannot begin one",
        "put text that begins with '@', '`' or '%' in quotes",
    ),
    "did not find expected whitespace or line break": (
        "expected a space after a tag, found something else",
        "write a space after the tag: [!unset ] and {key: !unset }",
    ),
    "found a tab": (
        "expected spaces as indentation, found a tab",
        "replace the tab with spaces",
    ),
    "found unexpected end of stream": (
        "expected a quote that closes the text, found the end of the file",
        "close the text that begins here",
    ),
    "found unknown escape character": (
        "expected an escape that YAML knows, found another",
        "write '\\\\' for a backslash, or use single quotes",
    ),
    "did not find expected <document start>": (
        "expected the end of the file, found more text",
        "a file holds one document: remove '...' and what follows",
    ),
}
# Better shown where the construct begins than where libyaml gave up.
_SHOWN_AT_BEGIN = frozenset({"could not find expected ':'", "found unexpected end of stream"})
_CONTEXTS: Mapping[str, str] = {
    "while parsing a block collection": "the list begins",
    "while parsing a block mapping": "the mapping begins",
    "while parsing a flow mapping": "the mapping begins",
    "while parsing a flow sequence": "the list begins",
    "while parsing a quoted scalar": "the text begins",
    "while scanning a plain scalar": "the text begins",
    "while scanning a tag": "the tag begins",
    "while scanning a quoted scalar": "the text begins",
}
TARGET_HINT = {
    "!secret": "write !secret DOCUMENT#/pointer",
    "!ref": "write !ref DOCUMENT#/pointer",
    "!prompt": "write !prompt ID@RANGE, such as support-assistant@^1.2",
    "!format": 'write !format "https://{environment}.example.com"',
}


def explain_syntax(error: Any, text: str) -> SyntaxProblem:
    """Say what libyaml's error (a `MarkedYAMLError`) about a text means, and where to look."""
    problem = error.problem or "found text that is not YAML"
    place = error.problem_mark or error.context_mark
    begin = error.context_mark or place
    at_end = not text[place.index :].strip()
    if at_end or problem in _SHOWN_AT_BEGIN:
        place = begin
    if "invalid Unicode character escape" in problem:
        code = "GCT011"
        message = "expected the escape of a character, found a lone surrogate or a number too large"
        hint = "write the character itself instead of two \\u escapes"
    else:
        code = "GCT010"
        if text[place.index : place.index + 1] == "\t":
            problem = "found a tab"
        message, hint = _SYNTAX.get(
            problem,
            (
                f"expected well-formed YAML, found: {problem.removeprefix('found ')}",
                "check indentation, colons, quotes and brackets before this place",
            ),
        )
        if at_end:
            message = message.replace("found something else", "found the end of the file")
    began = (begin.line + 1, begin.column + 1)
    at = (place.line + 1, place.column + 1)
    context = _CONTEXTS.get(error.context, error.context or "began")
    return SyntaxProblem(code, message, hint, at, None if began == at else began, context)


def describe_plain(event: Any) -> str:
    value = resolve(event.value) if event.tag is None else event.value
    names = {bool: "the boolean", int: "the integer", float: "the number", type(None): "null"}
    name = names.get(type(value), "a tagged key")
    return f"{name} {event.value}".rstrip() if name != "null" else "null"


def short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:30]}... ({len(text)} characters)"


def character(code: str | int) -> str:
    number = ord(code) if isinstance(code, str) else code
    return f"U+{number:04X}"
