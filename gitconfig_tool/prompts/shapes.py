"""Attributes that a template reads, held against the schema of the variables.

Follows `a.b`, `a["b"]`, the items of a `for` loop and plain `set` through the schema. It speaks
only of what the schema lists in full: an object with `properties` and without
`additionalProperties`, `patternProperties` or combined schemas. In doubt it is silent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from gitconfig_tool.pointer import resolve_pointer

# A schema, or None where nothing is known.
_Shape = Mapping[str, Any] | None
# Keywords beside which `properties` is not the whole truth.
_OPEN = frozenset(
    {
        "$dynamicRef",
        "allOf",
        "anyOf",
        "dependentSchemas",
        "if",
        "oneOf",
        "patternProperties",
        "unevaluatedProperties",
    }
)
# What Jinja2 finds on any mapping before it looks for a key.
_MAPPING_METHODS = frozenset({"get", "items", "keys", "values"})
_MAX_REFS = 20  # a chain of references that is longer goes in circles


@dataclass(frozen=True, slots=True)
class UnknownAttribute:
    """A template reads an attribute that the schema does not list."""

    owner: str
    name: str
    offset: int
    known: tuple[str, ...]


def find_unknown_attributes(
    tree: nodes.Template, schema: Mapping[str, Any]
) -> tuple[UnknownAttribute, ...]:
    """Return each attribute that is read but not listed; offsets are those of the owner."""
    walker = _Walker(schema)
    properties = schema.get("properties")
    names = properties if isinstance(properties, Mapping) else {}
    walker.statements(tree.body, dict(names))
    found = {(each.offset, each.owner, each.name): each for each in walker.found}
    return tuple(found[key] for key in sorted(found))


@dataclass(slots=True)
class _Walker:
    schema: Mapping[str, Any]
    found: list[UnknownAttribute] = field(default_factory=list)

    def statements(self, body: list[nodes.Node], names: dict[str, _Shape]) -> None:
        """Walk statements in order; `set` changes `names`."""
        for node in body:
            self.statement(node, names)

    def statement(self, node: nodes.Node, names: dict[str, _Shape]) -> None:
        if isinstance(node, nodes.For):
            self.loop(node, names)
        elif isinstance(node, nodes.If):
            self.expression(node.test, names)
            branches = [node.body, *(each.body for each in node.elif_), node.else_]
            for each in node.elif_:
                self.expression(each.test, names)
            scopes = []
            for branch in branches:
                scope = dict(names)
                self.statements(branch, scope)
                scopes.append(scope)
            for name in {name for scope in scopes for name in scope}:
                shapes = [scope.get(name) for scope in scopes]
                names[name] = shapes[0] if all(each is shapes[0] for each in shapes) else None
        elif isinstance(node, nodes.Assign):
            shape = self.expression(node.node, names)
            self.bind(node.target, shape, names)
        elif isinstance(node, nodes.AssignBlock):
            self.statements(node.body, dict(names))
            self.bind(node.target, None, names)
        elif isinstance(node, nodes.With):
            scope = dict(names)
            for target, value in zip(node.targets, node.values, strict=True):
                self.bind(target, self.expression(value, names), scope)
            self.statements(node.body, scope)
        elif isinstance(node, (nodes.Macro, nodes.CallBlock)):
            scope = {**names, "caller": None, "varargs": None, "kwargs": None}
            for value in node.defaults:
                self.expression(value, names)
            for argument in node.args:
                scope[argument.name] = None
            if isinstance(node, nodes.CallBlock):
                self.expression(node.call, names)
            else:
                names[node.name] = None
            self.statements(node.body, scope)
        elif isinstance(node, nodes.Expr):
            self.expression(node, names)
        else:
            scope = names if isinstance(node, nodes.Output) else dict(names)
            for child in node.iter_child_nodes():
                self.statement(child, scope)

    def loop(self, node: nodes.For, names: dict[str, _Shape]) -> None:
        shape = self.expression(node.iter, names)
        scope: dict[str, _Shape] = {**names, "loop": None}
        items = self.resolved(shape).get("items") if shape is not None else None
        # A recursive loop also walks what it is called with.
        known = isinstance(items, Mapping) and not node.recursive
        self.bind(node.target, items if known else None, scope)
        if node.test is not None:
            self.expression(node.test, scope)
        self.statements(node.body, scope)
        self.statements(node.else_, dict(names))

    def bind(self, target: nodes.Node, shape: _Shape, names: dict[str, _Shape]) -> None:
        if isinstance(target, nodes.Name):
            names[target.name] = shape
        else:
            for name in target.find_all(nodes.Name):
                names[name.name] = None

    def expression(self, node: nodes.Node, names: dict[str, _Shape]) -> _Shape:
        """Check an expression and return the schema of its value."""
        if isinstance(node, nodes.Name):
            return names.get(node.name)
        if isinstance(node, nodes.Getattr):
            return self.attribute(node, node.attr, names)
        if isinstance(node, nodes.Getitem):
            key = node.arg.value if isinstance(node.arg, nodes.Const) else None
            if isinstance(key, str):
                return self.attribute(node, key, names)
            owner = self.expression(node.node, names)
            self.expression(node.arg, names)
            if isinstance(key, int) and owner is not None:
                items = self.resolved(owner).get("items")
                return items if isinstance(items, Mapping) else None
            return None
        for child in node.iter_child_nodes():
            self.expression(child, names)
        return None

    def attribute(
        self, node: nodes.Getattr | nodes.Getitem, name: str, names: dict[str, _Shape]
    ) -> _Shape:
        owner = self.expression(node.node, names)
        if owner is None:
            return None
        schema = self.resolved(owner)
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not _OPEN.isdisjoint(schema):
            return None
        if name in properties:
            found = properties[name]
            return found if isinstance(found, Mapping) else None
        closed = schema.get("additionalProperties", False) is False
        if closed and properties and name not in _MAPPING_METHODS:
            self.found.append(
                UnknownAttribute(_source(node.node), name, node.node.lineno, tuple(properties))
            )
        return None

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow `$ref` within the schema; an empty schema where it leads out."""
        for _ in range(_MAX_REFS):
            target = schema.get("$ref")
            if target is None:
                return schema
            if not isinstance(target, str) or not target.startswith("#"):
                return {}
            try:
                found = resolve_pointer(self.schema, target[1:])
            except (KeyError, ValueError):  # An anchor is no pointer: it is not followed.
                return {}
            if not isinstance(found, Mapping):
                return {}
            schema = found
        return {}


def _source(node: nodes.Node) -> str:
    """Write a chain of names as the template has it."""

    def parts(node: nodes.Node) -> Iterator[str]:
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Getattr):
            yield from parts(node.node)
            yield f".{node.attr}"
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            yield from parts(node.node)
            yield f"[{node.arg.value!r}]"

    return "".join(parts(node))
