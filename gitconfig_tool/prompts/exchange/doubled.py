"""Templates that know nothing but `{{name}}`, as GitHub, Langfuse and OpenAI have them.

Whatever else stands in braces is text there, and stays text here.
"""

import re
from collections.abc import Iterator

from gitconfig_tool.prompts.exchange.jinja import Code, Piece, Text, is_name
from gitconfig_tool.prompts.exchange.model import ExchangeError

# A name in all but the characters that Jinja2 does not take.
_ALMOST = re.compile(r"[\w$]+(?:[.\- ][\w$]+)*")


def pieces_of(where: str, text: str) -> Iterator[Piece]:
    """Take a template apart; `where` names it in errors."""
    at = 0
    for begin, end in _places(text):
        yield Text(text[at:begin])
        at = end
        name = text[begin + 2 : end - 2].strip()
        if is_name(name):
            yield Code(f"{{{{ {name} }}}}")
        elif _ALMOST.fullmatch(name):
            raise ExchangeError(
                f"{where}: expected a variable's name of letters, digits and underscores, found "
                f"'{name[:80]}'",
                hint="rename the variable in the source: templates here cannot name it",
            )
        else:
            yield Text(text[begin:end])
    yield Text(text[at:])


def names_of(text: str) -> Iterator[str]:
    """Yield the variables of a template in their order."""
    for begin, end in _places(text):
        name = text[begin + 2 : end - 2].strip()
        if is_name(name):
            yield name


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where `{{...}}` stands. Not a pattern: those take long where nothing is closed."""
    at = 0
    while True:
        begin = text.find("{{", at)
        end = -1 if begin < 0 else text.find("}}", begin + 2)
        if end < 0:
            return
        at = end + 2
        yield begin, at
