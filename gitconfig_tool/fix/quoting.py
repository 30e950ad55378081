"""The repair `Quote`: a plain scalar in quotes. Takes syntax and places; returns text."""

from collections.abc import Iterable

from gitconfig_tool.fix.syntax import CannotError, Place, Syntax


def quote(syntax: Syntax, places: Iterable[Place]) -> str:
    """Put scalars in quotes; a tag or an anchor before them stays outside."""
    text = syntax.text
    for place in sorted(set(places), key=lambda each: each.start, reverse=True):
        if not place.plain:
            raise CannotError("the value is not plain text, so there is nothing to quote")
        written = text[place.content : place.end]
        text = f"{text[: place.content]}{_quoted(written)}{text[place.end :]}"
    return text


def _quoted(written: str) -> str:
    # Double quotes are what most people write; only a backslash or a quote is read anew in them.
    if '"' in written or "\\" in written:
        return "'" + written.replace("'", "''") + "'"
    return f'"{written}"'
