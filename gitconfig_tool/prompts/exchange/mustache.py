"""Mustache templates to pieces of Jinja2, as far as they hold nothing but variables and comments.

A section loops, tests or opens a scope: which, only the value says, so none can be translated.
"""

from collections.abc import Iterator

from gitconfig_tool.prompts.exchange.curly import tokens_of
from gitconfig_tool.prompts.exchange.jinja import Code, Piece, Text, is_name
from gitconfig_tool.prompts.exchange.model import ExchangeError

ESCAPES = (
    "Mustache writes &, <, > and quotes of a value in {{...}} as HTML does; here the value stands "
    "as it is"
)
_WHAT = {
    "#": "a section",
    "^": "an inverted section",
    "/": "the end of a section",
    ">": "a partial",
    "=": "other delimiters",
}


def pieces_of(where: str, text: str) -> Iterator[Piece]:
    """Take a template apart; `where` names it in errors."""
    for token in tokens_of(where, text):
        if isinstance(token, str):
            yield Text(token)
            continue
        if token.sigil == "!":
            continue
        if token.sigil in _WHAT:
            raise ExchangeError(
                f"{where}: expected variables only, found {_WHAT[token.sigil]} '{token.inner[:80]}'"
                f" in line {token.line} of the template",
                hint="whether it loops or tests depends on the value: write it as {% for %} or "
                "{% if %} in a prompt file",
            )
        names = token.inner.split(".")
        if not all(map(is_name, names)):
            raise ExchangeError(
                f"{where}: expected a variable's name of letters, digits and underscores, found "
                f"'{token.inner[:80]}' in line {token.line} of the template",
                hint="rename the variable in the source: templates here cannot name it",
            )
        first, *rest = names
        path = "".join(f"['{name}']" for name in rest)
        yield Code(f"{{{{ {first}{path} }}}}")


def is_escaping(where: str, text: str) -> bool:
    """Tell whether a template has values escaped as in HTML."""
    return any(not isinstance(each, str) and each.sigil == "" for each in tokens_of(where, text))
