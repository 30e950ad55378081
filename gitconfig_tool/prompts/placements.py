"""Where the values of variables come to stand in the text of a template, and between what.

Walks a parsed template in the order of its text and returns its pieces: fixed text, and the values
that are written between. Follows attributes, loops, `set`, `with`, blocks and macros, and the
schema of the variables along with them. Both branches of an `if` are walked, one behind the other,
and the body of a loop once: nothing is rendered. Judges nothing; `safety` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import nodes

from gitconfig_tool.pointer import resolve_pointer

_Schema = Mapping[str, Any]
# Deeper calls of macros are left out: they call themselves.
_MAX_CALLS = 5
# Pieces of one template; more are left out, for macros that call others can make many of few.
_MAX_PIECES = 20_000
_MAX_REFS = 20
# A filter, or a test, whose result is no longer text that somebody wrote.
_NO_TEXT = frozenset(
    {"abs", "count", "filesizeformat", "float", "int", "length", "round", "sum", "wordcount"}
)


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value: which variable it comes from, and by which path.

    `schemas` are those of the variable and of each part on the way, the last one the value's own;
    an empty one where nothing is known. `filters` were applied to it, the first one first.
    """

    name: str
    path: tuple[str, ...]
    schemas: tuple[_Schema, ...] = field(compare=False)
    filters: tuple[str, ...] = ()

    @property
    def dotted(self) -> str:
        """Return the path as a template writes it."""
        return ".".join((self.name, *self.path)).replace(".[]", "[]")


@dataclass(frozen=True, slots=True)
class Text:
    """Fixed text of a template; `offset` is its place."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Placement:
    """A place where a value is written; `offset` is that of its expression."""

    value: Value
    offset: int


Piece = Text | Placement
_Names = dict[str, tuple[Value, ...]]


def pieces_of(tree: nodes.Template, schema: _Schema | None) -> tuple[Piece, ...]:
    """Return the pieces of a template, whose `lineno` are offsets, see `templates`."""
    walker = _Walker(schema or {})
    properties = walker.schema.get("properties")
    names: _Names = {
        name: (Value(name, (), (walker.resolved(own),)),)
        for name, own in (properties if isinstance(properties, Mapping) else {}).items()
    }
    walker.statements(tree.body, names)
    return tuple(walker.pieces)


@dataclass(slots=True)
class _Walker:
    schema: _Schema
    pieces: list[Piece] = field(default_factory=list)
    macros: dict[str, nodes.Macro] = field(default_factory=dict)
    blocks: dict[str, tuple[Piece, ...]] = field(default_factory=dict)
    calls: int = 0

    def add(self, piece: Piece) -> None:
        if len(self.pieces) < _MAX_PIECES:
            self.pieces.append(piece)

    # -- statements

    def statements(self, body: Sequence[nodes.Node], names: _Names) -> None:
        """Walk statements in order; `set` changes `names`."""
        for node in body:
            self.statement(node, names)

    def statement(self, node: nodes.Node, names: _Names) -> None:
        if isinstance(node, nodes.Output):
            for each in node.nodes:
                self.output(each, names)
        elif isinstance(node, nodes.For):
            scope = dict(names)
            self.bind(node.target, tuple(map(self.item, self.values(node.iter, names))), scope)
            self.statements(node.body, scope)
            self.statements(node.else_, dict(names))
        elif isinstance(node, nodes.If):
            for branch in (node.body, *(each.body for each in node.elif_), node.else_):
                scope = dict(names)
                self.statements(branch, scope)
                for name, values in scope.items():
                    names[name] = tuple(dict.fromkeys((*names.get(name, ()), *values)))
        elif isinstance(node, nodes.Assign):
            self.bind(node.target, tuple(self.values(node.node, names)), names)
        elif isinstance(node, nodes.AssignBlock):
            self.capture(node, names)
        elif isinstance(node, nodes.With):
            scope = dict(names)
            for target, value in zip(node.targets, node.values, strict=True):
                self.bind(target, tuple(self.values(value, names)), scope)
            self.statements(node.body, scope)
        elif isinstance(node, nodes.Macro):
            self.macros[node.name] = node
        elif isinstance(node, nodes.FilterBlock):
            for piece in self.captured(node.body, node.filter, names):
                self.add(piece)
        elif isinstance(node, nodes.CallBlock):
            self.output(node.call, names)
            self.statements(node.body, dict(names))
        else:
            for child in node.iter_child_nodes():
                if isinstance(child, nodes.Stmt):
                    self.statement(child, dict(names))

    def capture(self, node: nodes.AssignBlock, names: _Names) -> None:
        """Keep the text of a `set` block for where it is written."""
        pieces = self.captured(node.body, node.filter, names)
        values = (piece.value for piece in pieces if isinstance(piece, Placement))
        self.bind(node.target, tuple(dict.fromkeys(values)), names)
        if isinstance(node.target, nodes.Name):
            self.blocks[node.target.name] = pieces

    def captured(
        self, body: Sequence[nodes.Node], filter: nodes.Node | None, names: _Names
    ) -> tuple[Piece, ...]:
        """Return the pieces of a block that is not written as it stands there."""
        inner = _Walker(self.schema, macros=self.macros, blocks=self.blocks, calls=self.calls)
        inner.statements(body, dict(names))
        applied = tuple(_applied(filter))
        return tuple(
            replace(piece, value=replace(piece.value, filters=(*piece.value.filters, *applied)))
            if isinstance(piece, Placement)
            else piece
            for piece in inner.pieces
        )

    def output(self, node: nodes.Node, names: _Names) -> None:
        if isinstance(node, nodes.TemplateData):
            self.add(Text(node.data, node.lineno))
        elif isinstance(node, nodes.Const):
            self.add(Text(str(node.value), node.lineno))
        elif isinstance(node, nodes.Name) and node.name in self.blocks:
            for piece in self.blocks[node.name]:
                self.add(piece)
        elif isinstance(node, nodes.Concat):
            for each in node.nodes:
                self.output(each, names)
        elif isinstance(node, nodes.Add):
            self.output(node.left, names)
            self.output(node.right, names)
        elif isinstance(node, nodes.Call) and self.is_macro(node):
            self.macro(node, names)
        else:
            # Of `a.b`, the node stands at the dot.
            offset = min([node.lineno, *(each.lineno for each in node.find_all(nodes.Expr))])
            for value in self.values(node, names):
                self.add(Placement(value, offset))

    def is_macro(self, node: nodes.Call) -> bool:
        return isinstance(node.node, nodes.Name) and node.node.name in self.macros

    def macro(self, node: nodes.Call, names: _Names) -> None:
        """Walk the body of a macro where it is called, with what it is called with."""
        if self.calls >= _MAX_CALLS or not isinstance(node.node, nodes.Name):
            return
        macro = self.macros[node.node.name]
        scope = dict(names)
        for argument in macro.args:
            scope[argument.name] = ()
        given: list[tuple[str, nodes.Expr]] = [
            (argument.name, value) for argument, value in zip(macro.args, node.args, strict=False)
        ]
        given += [(each.key, each.value) for each in node.kwargs]
        for name, value in given:
            scope[name] = tuple(self.values(value, names))
        self.calls += 1
        self.statements(macro.body, scope)
        self.calls -= 1

    def bind(self, target: nodes.Node, values: tuple[Value, ...], names: _Names) -> None:
        targets = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
        for name in targets:
            self.blocks.pop(name.name, None)
            names[name.name] = values

    # -- expressions

    def values(self, node: nodes.Node, names: _Names) -> Iterator[Value]:
        """Yield the values that the text of an expression may be made of."""
        if isinstance(node, nodes.Name):
            yield from names.get(node.name, ())
        elif isinstance(node, nodes.Getattr):
            yield from (self.part(each, node.attr) for each in self.values(node.node, names))
        elif isinstance(node, nodes.Getitem):
            key = node.arg.value if isinstance(node.arg, nodes.Const) else None
            for each in self.values(node.node, names):
                yield self.part(each, key) if isinstance(key, str) else self.item(each)
        elif isinstance(node, nodes.Filter):
            if node.name not in _NO_TEXT and node.node is not None:
                inner = (node.node, *node.args, *(each.value for each in node.kwargs))
                for value in (value for each in inner for value in self.values(each, names)):
                    yield self.filtered(value, node)
        elif isinstance(node, nodes.CondExpr):
            yield from self.values(node.expr1, names)
            if node.expr2 is not None:
                yield from self.values(node.expr2, names)
        elif isinstance(node, nodes.Call):
            yield from self.called(node, names)
        elif isinstance(node, (nodes.Compare, nodes.Test, nodes.Not)):
            return
        else:
            for child in node.iter_child_nodes():
                yield from self.values(child, names)

    def called(self, node: nodes.Call, names: _Names) -> Iterator[Value]:
        """Yield what a method or a macro makes of the value that it belongs to, and of its own."""
        if isinstance(node.node, nodes.Getattr):
            name = node.node.attr
            for value in self.values(node.node.node, names):
                if name in ("items", "values"):
                    yield self.item(value)
                elif name == "get" and node.args and isinstance(node.args[0], nodes.Const):
                    yield self.part(value, str(node.args[0].value))
                elif name not in ("keys", "count", "find", "index", "startswith", "endswith"):
                    yield value
        for each in (*node.args, *(each.value for each in node.kwargs)):
            yield from self.values(each, names)

    def filtered(self, value: Value, node: nodes.Filter) -> Value:
        if node.name in ("first", "last", "random", "sort", "unique", "reverse", "list", "join"):
            value = self.item(value) if "items" in value.schemas[-1] else value
        if node.name in ("map", "join", "groupby"):
            for each in node.kwargs:
                if each.key == "attribute" and isinstance(each.value, nodes.Const):
                    value = self.part(self.item(value), str(each.value.value))
        return replace(value, filters=(*value.filters, node.name))

    def part(self, value: Value, name: str) -> Value:
        """Return what stands under a key of a mapping."""
        schema = value.schemas[-1]
        properties = schema.get("properties")
        own = properties.get(name) if isinstance(properties, Mapping) else None
        if own is None:
            own = schema.get("additionalProperties")
        schemas = (*value.schemas, self.resolved(own))
        return replace(value, path=(*value.path, name), schemas=schemas)

    def item(self, value: Value) -> Value:
        """Return what a list holds, or a mapping of unknown keys."""
        schema = value.schemas[-1]
        own = self.resolved(schema.get("items", schema.get("additionalProperties")))
        return replace(value, path=(*value.path, "[]"), schemas=(*value.schemas, own))

    def resolved(self, schema: Any) -> _Schema:
        """Follow `$ref` within the schema; what stands beside it is kept. Empty where unknown."""
        found: _Schema = schema if isinstance(schema, Mapping) else {}
        for _ in range(_MAX_REFS):
            target = found.get("$ref")
            if not isinstance(target, str) or not target.startswith("#"):
                return found
            beside = {key: value for key, value in found.items() if key != "$ref"}
            try:
                inner = resolve_pointer(self.schema, target[1:])
            except (KeyError, ValueError):  # An anchor is no pointer: it is not followed.
                return beside
            found = {**inner, **beside} if isinstance(inner, Mapping) else beside
        return {}


def _applied(filter: nodes.Node | None) -> list[str]:
    """Return the filters of a block, the first one first."""
    names: list[str] = []
    while isinstance(filter, nodes.Filter):
        names.insert(0, filter.name)
        filter = filter.node
    return names
