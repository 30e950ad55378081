"""What schemas say of each file as it is written: the order of keys, and keys of former days.

Takes one document of one layer. What the layers are together is the work of `check`. All that is
found is a warning.
"""

from collections.abc import Iterator, Sequence

from gitconfig_tool.diagnostics import Diagnostic, Reorder
from gitconfig_tool.document import MappingNode, Node, SequenceNode
from gitconfig_tool.document.credentials import shows_secret
from gitconfig_tool.schema.deprecated import advice_of, deprecated_part
from gitconfig_tool.schema.extensions import KEY_ORDER
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.walk import Parts, Walker


def check_written(path: str, root: Node, walker: Walker, start: Parts) -> Iterator[Diagnostic]:
    """Check one file; `start` are the parts of the schemas that speak of the whole document."""
    yield from _Reader(path, walker).read(root, start)


class _Reader:
    def __init__(self, path: str, walker: Walker) -> None:
        self._path = path
        self._walker = walker

    def read(self, node: Node, parts: Parts) -> Iterator[Diagnostic]:
        if isinstance(node, MappingNode):
            yield from self._mapping(node, parts)
        elif isinstance(node, SequenceNode):
            for index, item in enumerate(node.items):
                yield from self.read(item, self._walker.step(parts, index))

    def _mapping(self, node: MappingNode, parts: Parts) -> Iterator[Diagnostic]:
        yield from self._order(node, parts)
        for key, (mark, value) in node.entries.items():
            inner = self._walker.step(parts, key)
            place = deprecated_part(self._walker, inner)
            if place is None:
                yield from self.read(value, inner)
            # Whoever removes the key does what is asked. What is in it is not told of again.
            elif value.tag != "!unset":
                advice = advice_of(self._walker, place)
                yield Diagnostic(
                    "GCT215",
                    f"expected no deprecated key, found '{key}'",
                    mark.in_file(self._path),
                    f"deprecated (schema {schema_name(place[0])})",
                    hint=f'the schema says: "{advice}"'
                    if advice
                    else "look up in the schema what replaces it",
                    sensitive=shows_secret(node, mark.line),
                )

    def _order(self, node: MappingNode, parts: Parts) -> Iterator[Diagnostic]:
        order, schema = self._order_of(parts)
        wanted = [key for key in order if key in node.entries]
        found = list(node.entries)[: len(wanted)]
        if found == wanted:
            return
        first, place = next(pair for pair in zip(wanted, found, strict=True) if pair[0] != pair[1])
        yield Diagnostic(
            "GCT213",
            f"expected the key '{first}' before '{place}', found it after",
            node.mark.in_file(self._path),
            f"the order is {', '.join(wanted)} (schema {schema})",
            hint="gitconfig-tool validate --fix puts the keys in order",
            sensitive=shows_secret(node, node.mark.line),
            fix=Reorder(tuple(wanted)),
        )

    def _order_of(self, parts: Parts) -> tuple[Sequence[str], str]:
        """Return the keys that come first, and the name of the schema that says so.

        What holds in any case counts before what may hold, and the first part that speaks counts.
        """
        for part in sorted(parts.all, key=lambda part: not part.certain):
            order: Sequence[str] = self._walker.schema(part.place).get(KEY_ORDER, ())
            if order:
                return order, schema_name(part.place[0])
        return (), ""
