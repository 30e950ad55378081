"""Which values of a document a schema calls deprecated (Validation, section 9.3).

Only what a schema says in any case counts: a form of `oneOf` that is deprecated says nothing of a
value that has another form.
"""

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.extensions import DEPRECATED, MESSAGE
from gitconfig_tool.schema.walk import Parts, Walker


def deprecation_of(walker: Walker, uris: tuple[str, ...], path: Path) -> str | None:
    """Return why the value at a path, or one around it, is not to be used any longer, or None."""
    parts = walker.start(uris)
    found = deprecation_at(walker, parts)
    for token in path:
        if found is not None:
            break
        parts = walker.step(parts, token)
        found = deprecation_at(walker, parts)
    return found


def deprecation_at(walker: Walker, parts: Parts) -> str | None:
    """Return the text that the parts for one value have for its users, "" without one, or None."""
    texts = []
    for part in parts.all:
        schema = walker.schema(part.place)
        if part.certain and schema.get(DEPRECATED) is True:
            text = schema.get(MESSAGE, schema.get("description", ""))
            texts.append(" ".join(text.split()))
    return next(filter(None, texts), "") if texts else None
