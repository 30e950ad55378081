"""Templates in the notation of Python's `str.format`: `{name}`, with `{{` and `}}` for braces.

LangChain takes names only: no attributes, no indices, no conversions.
"""

from collections.abc import Iterator
from string import Formatter

from gitconfig_tool.prompts.exchange.jinja import Code, Piece, Text, is_name
from gitconfig_tool.prompts.exchange.model import ExchangeError


def pieces_of(where: str, text: str) -> Iterator[Piece]:
    """Take a template apart; `where` names it in errors."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ExchangeError(
            f"{where}: expected an f-string template, found: {error}",
            hint="write '{{' and '}}' for braces that are text",
        ) from error
    for literal, name, form, conversion in parts:
        yield Text(literal)
        if name is None:
            continue
        if form or conversion:
            raise ExchangeError(
                f"{where}: expected a plain variable, found a format or a conversion after "
                f"'{name[:80]}'",
                hint="format the value before it is given to the prompt",
            )
        if not is_name(name):
            raise ExchangeError(
                f"{where}: expected a variable's name in braces, found '{name[:80]}'",
                hint="write '{{' and '}}' for braces that are text",
            )
        yield Code(f"{{{{ {name} }}}}")
