"""Which parts of the schemas speak of the value at a path of a document.

Takes schemas by URI whose references were resolved by `references`, and paths. Looks at no value:
a part that holds only for some values, such as a branch of `oneOf`, is returned as not certain.
`$dynamicRef`, `not` and `contains` are not followed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from gitconfig_tool.pointer import Path, is_index, parse_pointer
from gitconfig_tool.schema.patterns import matches

# A part of a schema: the schema's URI, and the path in it.
Place = tuple[str, Path]


class Part(NamedTuple):
    """A part of a schema that speaks of a value; `certain` tells that it does so in any case."""

    place: Place
    certain: bool


class Parts:
    """All parts that speak of one value; equal ones are the same object of a `Walker`."""

    __slots__ = ("all", "inner", "prefix")

    def __init__(self, parts: tuple[Part, ...], prefix: int) -> None:
        self.all = parts
        self.prefix = prefix
        self.inner: dict[str | int, Parts] = {}


class Walker:
    """Walks through schemas as one walks through a document.

    What was walked once is kept, so a walk costs one look-up for each token. A schema that refers
    to itself leads back to the same `Parts`: the work is bounded by the schemas and the document.
    """

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts = texts
        self._known: dict[tuple[Part, ...], Parts] = {}
        self._starts: dict[tuple[str, ...], Parts] = {}

    def start(self, uris: tuple[str, ...]) -> Parts:
        """Return the parts that speak of a whole document, which several schemas may describe."""
        if uris not in self._starts:
            self._starts[uris] = self._parts(Part((uri, ()), True) for uri in uris)
        return self._starts[uris]

    def beside(self, place: Place) -> Parts:
        """Return the parts that speak of the same value as a part, itself among them."""
        return self._parts([Part(place, True)])

    def step(self, parts: Parts, token: str | int) -> Parts:
        """Return the parts that speak of the value under a key or an index.

        An index may be given as text, as a JSON Pointer has it.
        """
        if isinstance(token, int):
            # All items after the last one of a `prefixItems` are alike.
            token = min(token, parts.prefix)
        if token not in parts.inner:
            parts.inner[token] = self._parts(
                Part(inner.place, inner.certain and part.certain)
                for part in parts.all
                for inner in self._inner(part.place, token)
            )
        return parts.inner[token]

    def at(self, uris: tuple[str, ...], path: Path) -> Parts:
        """Return the parts that speak of the value at a path."""
        parts = self.start(uris)
        for token in path:
            parts = self.step(parts, token)
        return parts

    def schema(self, place: Place) -> Mapping[str, Any]:
        """Return a part of a schema; one that is `true` or `false` says nothing."""
        found = self._texts[place[0]]
        for token in place[1]:
            found = found[token]
        return found if isinstance(found, dict) else {}

    def refers_to(self, place: Place) -> Place | None:
        """Return the part that the `$ref` of a part leads to, or None without one."""
        reference = self.schema(place).get("$ref")
        if not isinstance(reference, str):
            return None
        uri, _, fragment = reference.partition("#")
        uri = uri or place[0]
        found = self._texts[uri]
        path: Path = ()
        for token in parse_pointer(unquote(fragment)):
            key: Any = int(token) if isinstance(found, list) else token
            path = (*path, key)
            found = found[key]
        return uri, path

    def _parts(self, starts: Iterable[Part]) -> Parts:
        """Add the parts that stand beside others, for the same value (Core, section 10.2)."""
        found: dict[Place, bool] = {}
        waiting = list(starts)[::-1]
        while waiting:
            place, certain = waiting.pop()
            # A part that is certain in one way is certain: then what it leads to is, too.
            if place in found and (found[place] or not certain):
                continue
            found[place] = certain
            aside = [Part(each.place, each.certain and certain) for each in self._aside(place)]
            waiting += reversed(aside)
        parts = tuple(Part(place, certain) for place, certain in found.items())
        if parts not in self._known:
            prefix = max(
                (len(self.schema(each).get("prefixItems", ())) for each in found), default=0
            )
            self._known[parts] = Parts(parts, prefix)
        return self._known[parts]

    def _aside(self, place: Place) -> Iterator[Part]:
        uri, path = place
        schema = self.schema(place)
        target = self.refers_to(place)
        if target is not None:
            yield Part(target, True)
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = schema.get(keyword, ())
            for index in range(len(branches)):
                certain = keyword == "allOf" or len(branches) == 1
                yield Part((uri, (*path, keyword, index)), certain)
        for keyword in ("if", "then", "else"):
            if keyword in schema:
                yield Part((uri, (*path, keyword)), False)
        for name in schema.get("dependentSchemas", ()):
            yield Part((uri, (*path, "dependentSchemas", name)), False)

    def _inner(self, place: Place, token: str | int) -> Iterator[Part]:
        """Yield the parts for the values within a value (Core, sections 10.3 and 11)."""
        uri, path = place
        schema = self.schema(place)
        if isinstance(token, str):
            for keyword in _of_key(schema, token):
                # Whether something was evaluated before can depend on the value.
                certain = keyword[0] != "unevaluatedProperties"
                yield Part((uri, (*path, *keyword)), certain)
            if not is_index(token):
                return
        index = int(token)
        if index < len(schema.get("prefixItems", ())):
            yield Part((uri, (*path, "prefixItems", index)), True)
        elif "items" in schema:
            yield Part((uri, (*path, "items")), True)
        elif "unevaluatedItems" in schema:
            yield Part((uri, (*path, "unevaluatedItems")), False)


def _of_key(schema: Mapping[str, Any], key: str) -> Iterator[Path]:
    known = False
    if key in schema.get("properties", ()):
        known = True
        yield "properties", key
    for pattern in schema.get("patternProperties", ()):
        if matches(pattern, key):
            known = True
            yield "patternProperties", pattern
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if not known and keyword in schema:
            known = True
            yield (keyword,)
