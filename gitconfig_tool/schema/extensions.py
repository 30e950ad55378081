"""The keywords that this tool reads and validators pass over, and the form that each must have.

`x-kubernetes-list-type` and `x-kubernetes-list-map-keys` are those of Kubernetes: how the lists of
several layers become one. `x-key-order` names the keys that come first in a mapping. `deprecated`
is of JSON Schema (Validation, section 9.3); `deprecationMessage` beside it is what editors show.
`secret: true` says that only a link to a secret may stand there.
`x-classification` says how sensitive a value is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.project import LEVELS, nearest_level
from gitconfig_tool.schema.walk import Place, Walker

LIST_TYPE = "x-kubernetes-list-type"
LIST_KEYS = "x-kubernetes-list-map-keys"
KEY_ORDER = "x-key-order"
DEPRECATED = "deprecated"
MESSAGE = "deprecationMessage"
SECRET = "secret"  # noqa: S105 -- the name of a keyword
CLASSIFICATION = "x-classification"
READ = (LIST_TYPE, KEY_ORDER, DEPRECATED, SECRET, CLASSIFICATION)

_LIST_TYPES = ("atomic", "map", "set")
_SCALARS = frozenset({"boolean", "integer", "number", "string"})


def malformed(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with these keywords in one part: the keyword, a message and a hint."""
    kind = schema.get(LIST_TYPE)
    keys = schema.get(LIST_KEYS)
    if LIST_TYPE in schema and kind not in _LIST_TYPES:
        yield (
            LIST_TYPE,
            f"expected one of {', '.join(_LIST_TYPES)} for {LIST_TYPE}, found {_shown(kind)}",
            "'map' merges the list by keys; the others replace it, as without the keyword",
        )
    elif kind == "map" and LIST_KEYS not in schema:
        yield (
            LIST_TYPE,
            f"expected {LIST_KEYS} beside {LIST_TYPE}: map, found none",
            f"name the keys that tell the items apart, such as {LIST_KEYS}: [name]",
        )
    elif kind != "map" and LIST_KEYS in schema:
        yield (
            LIST_KEYS,
            f"expected {LIST_TYPE}: map beside {LIST_KEYS}, found "
            + (_shown(kind) if LIST_TYPE in schema else "none"),
            f"add {LIST_TYPE}: map, or remove the keys",
        )
    if LIST_KEYS in schema:
        yield from _names(LIST_KEYS, keys, "the keys that tell the items apart, such as [name]")
    if KEY_ORDER in schema:
        wanted = "the keys that come first, such as [name, version]"
        yield from _names(KEY_ORDER, schema[KEY_ORDER], wanted)
    if not isinstance(schema.get(SECRET, False), bool):
        yield (
            SECRET,
            f"expected true or false for {SECRET}, found {_shown(schema[SECRET])}",
            "true lets only a !secret link stand there",
        )
    if MESSAGE in schema and not isinstance(schema[MESSAGE], str):
        yield (
            MESSAGE,
            f"expected a text for {MESSAGE}, found {_shown(schema[MESSAGE])}",
            "say what to use instead",
        )
    level = schema.get(CLASSIFICATION)
    if CLASSIFICATION in schema and (not isinstance(level, str) or level not in LEVELS):
        near = nearest_level(level) if isinstance(level, str) else None
        yield (
            CLASSIFICATION,
            f"expected one of {', '.join(LEVELS)} for {CLASSIFICATION}, found {_shown(level)}",
            f"did you mean '{near}'?" if near is not None else "write the level as text",
        )


def unfit_list_keys(walker: Walker, place: Place) -> Iterator[tuple[str, str]]:
    """Yield why the keys that a part of a schema names do not tell items apart: message and hint.

    A merged item is found by its keys, so each must be there, and be a scalar. Kubernetes demands
    the same, save that it also takes a key with a default, which this tool does not fill in.
    """
    items = [part.place for part in walker.step(walker.beside(place), 0).all if part.certain]
    if not items:
        yield (
            f"expected 'items' beside {LIST_KEYS}, found none",
            "describe the items, with the keys that tell them apart in 'required'",
        )
        return
    asks = _Asks(walker)
    for key in walker.schema(place)[LIST_KEYS]:
        if not any(asks.required(each, key) for each in items):
            yield (
                f"expected the key '{key}' to be required in 'items', found that it may be missing",
                f"add '{key}' to the 'required' of 'items'",
            )
        elif not any(asks.scalar(each, key) for each in items):
            yield (
                f"expected the key '{key}' of 'items' to be a scalar, "
                "found that it may be something else",
                f"describe '{key}' in the 'properties' of 'items', with a type such as string",
            )


class _Asks:
    """What a part asks for in any case: itself, or all forms that it leaves the choice of."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        # Each part is looked at once: forms of forms would else multiply. One that leads to itself
        # asks for nothing by that.
        self._known: dict[tuple[Place, str, str], bool] = {}

    def required(self, place: Place, key: str) -> bool:
        return self._holds(place, "required", key)

    def scalar(self, place: Place, key: str) -> bool:
        return self._holds(place, "scalar", key)

    def _holds(self, place: Place, what: str, key: str) -> bool:
        at = (place, what, key)
        if at not in self._known:
            self._known[at] = False
            beside = [part.place for part in self._walker.beside(place).all if part.certain]
            self._known[at] = any(
                self._says(each, what, key) or self._forms(each, what, key) for each in beside
            )
        return self._known[at]

    def _says(self, place: Place, what: str, key: str) -> bool:
        schema = self._walker.schema(place)
        if what == "required":
            return key in schema.get("required", ())
        if what == "type":
            return _is_scalar(schema)
        uri, path = place
        inner = (uri, (*path, "properties", key))
        return key in schema.get("properties", ()) and self._holds(inner, "type", key)

    def _forms(self, place: Place, what: str, key: str) -> bool:
        """Tell whether a part leaves the choice between forms that all ask for something."""
        uri, path = place
        schema = self._walker.schema(place)
        for keyword in ("anyOf", "oneOf"):
            branches = [(uri, (*path, keyword, at)) for at in range(len(schema.get(keyword, ())))]
            if branches and all(self._holds(each, what, key) for each in branches):
                return True
        return False


def _is_scalar(schema: Mapping[str, Any]) -> bool:
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return all(isinstance(value, str | int | float) for value in values)
    types = schema.get("type", ())
    return bool(types) and _SCALARS.issuperset([types] if isinstance(types, str) else types)


def _names(keyword: str, names: Any, wanted: str) -> Iterator[tuple[str, str, str]]:
    hint = f"write {wanted}"
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        yield keyword, f"expected a list of key names for {keyword}, found {_shown(names)}", hint
    elif not names:
        yield keyword, f"expected at least one key name for {keyword}, found none", hint
    elif len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        yield keyword, f"expected each key name once for {keyword}, found '{repeated}' twice", hint


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "a list with something else in it"
    if isinstance(value, dict):
        return "a mapping"
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
