"""The order of keys that schemas give: that of `x-key-order`, then that of `properties`.

Takes schemas and the path of a mapping; returns the keys that the schemas name. Says nothing of
keys that they do not name.
"""

from collections.abc import Callable

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.extensions import KEY_ORDER
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.own_files import own_schema
from gitconfig_tool.schema.walk import Walker


def document_order(schemas: Schemas, document_id: str) -> Callable[[Path], tuple[str, ...]] | None:
    """Return what tells the order of keys in a document; None where no schema is for it."""
    uris = schemas.for_document(document_id)
    return None if not uris else lambda path: order_at(schemas.walker, uris, path)


def own_order(name: str) -> Callable[[Path], tuple[str, ...]]:
    """Return what tells the order of keys in one of the tool's own kinds of file."""
    walker = Walker({name: own_schema(name)})
    return lambda path: order_at(walker, (name,), path)


def order_at(walker: Walker, uris: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Return the keys of the mapping at a path in their order.

    What holds in any case counts before what may hold, as for `x-key-order`.
    """
    parts = sorted(walker.at(uris, path).all, key=lambda part: not part.certain)
    texts = [walker.schema(part.place) for part in parts]
    # `validate` lets the first part that says `x-key-order` decide.
    first = next((each[KEY_ORDER] for each in texts if each.get(KEY_ORDER)), ())
    named = (key for each in texts for key in each.get("properties", ()))
    return tuple(dict.fromkeys((*first, *named)))
