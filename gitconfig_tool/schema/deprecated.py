"""Which values of a document a schema calls deprecated (Validation, section 9.3).

Only what a schema says in any case counts: a form of `oneOf` that is deprecated says nothing of a
value that has another form.
"""

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.extensions import DEPRECATED, MESSAGE
from gitconfig_tool.schema.walk import Parts, Place, Walker


def deprecation_of(walker: Walker, uris: tuple[str, ...], path: Path) -> str | None:
    """Return why the value at a path, or one around it, is not to be used any longer, or None."""
    parts = walker.start(uris)
    found = deprecated_part(walker, parts)
    for token in path:
        if found is not None:
            break
        parts = walker.step(parts, token)
        found = deprecated_part(walker, parts)
    return None if found is None else advice_of(walker, found)


def deprecated_part(walker: Walker, parts: Parts) -> Place | None:
    """Return the part that calls a value deprecated, one with a text for its users first."""
    found = [
        part.place
        for part in parts.all
        if part.certain and walker.schema(part.place).get(DEPRECATED) is True
    ]
    return next((each for each in found if advice_of(walker, each)), found[0]) if found else None


def advice_of(walker: Walker, place: Place) -> str:
    """Return what a part says to the users of a value, in one line; "" when nothing."""
    schema = walker.schema(place)
    return " ".join(schema.get(MESSAGE, schema.get("description", "")).split())
