"""The repair `Quote`: a plain scalar in quotes. Takes syntax and places; returns text."""

from collections.abc import Iterable

from gitconfig_tool.fix.syntax import CannotError, Place, Syntax, edited


def quote(syntax: Syntax, places: Iterable[Place]) -> str:
    """Put scalars in quotes; a tag or an anchor before them stays outside."""
    edits = []
    for place in {each.start: each for each in places}.values():
        if not place.plain:
            raise CannotError("the value is not plain text, so there is nothing to quote")
        written = syntax.text[place.content : place.end]
        edits.append((place.content, place.end, _quoted(written)))
    return edited(syntax.text, edits)


def _quoted(written: str) -> str:
    # Double quotes are what most people write; only a backslash or a quote is read anew in them.
    if '"' in written or "\\" in written:
        return "'" + written.replace("'", "''") + "'"
    return f'"{written}"'
