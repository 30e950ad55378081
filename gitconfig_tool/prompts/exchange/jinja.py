"""Pieces of a template to Jinja2, so that what is text stays text.

A reader of another format takes a template apart into text and code; this puts them together. Text
that Jinja2 would read as code is written as a constant: `{{ '{{' }}`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Braces that begin code, or would together with what follows. Two or more are one constant.
_OPENING = re.compile(r"\{+(?=[%#])|\{{2,}")
_AT_END = re.compile(r"\{+\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is to come out as it is."""

    value: str


@dataclass(frozen=True, slots=True)
class Code:
    """A tag of Jinja2 with its delimiters: `{{ name }}`, `{% if name %}`."""

    value: str


Piece = Text | Code


def write(pieces: Sequence[Piece]) -> str:
    """Return the Jinja2 template of some pieces."""
    return "".join(_written(_joined(pieces)))


def escape(text: str) -> str:
    """Return the Jinja2 template that renders to a text."""
    return write([Text(text)])


def is_name(text: str) -> bool:
    """Tell whether Jinja2 can read a name as a variable; some of those are words of its own."""
    return _NAME.fullmatch(text) is not None and text not in _WORDS


# Jinja2 3.1, `jinja2.parser` and `jinja2.lexer`: not names inside an expression.
_WORDS = frozenset(
    {"and", "else", "false", "False", "if", "in", "is", "none", "None", "not", "or"}
    | {"true", "True", "recursive", "self", "super"}
)


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Put neighbouring texts together: only so are braces seen that stand side by side."""
    text = ""
    for piece in pieces:
        if isinstance(piece, Text):
            text += piece.value
            continue
        if text:
            yield Text(text)
            text = ""
        yield piece
    if text:
        yield Text(text)


def _written(pieces: Iterator[Piece]) -> Iterator[str]:
    found = list(pieces)
    for index, piece in enumerate(found):
        if isinstance(piece, Code):
            yield piece.value
            continue
        text = _OPENING.sub(_constant, piece.value)
        # Code follows, and begins with a brace.
        yield text if index == len(found) - 1 else _AT_END.sub(_constant, text)


def _constant(match: re.Match[str]) -> str:
    return "{{ '" + match[0] + "' }}"
