"""Attributes that a template reads, held against the schema of the variables.

Follows `a.b`, `a["b"]`, the items of a `for` loop, plain `set`, the arguments of macros and filters
such as `first` and `map(attribute="b")` through the schema. It speaks only of what the schema lists
in full: an object with `properties` and without `additionalProperties`, `patternProperties` or
combined schemas. In doubt it is silent.
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
# Different arguments that macros are called with; more are left out.
_MAX_CALLS = 500
# Filters of a list: whose result is one of its items, or a list of them.
_ONE_OF = frozenset({"first", "last", "max", "min"})
_SOME_OF = frozenset(
    {"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"}
)
# Filters whose first argument names an attribute of the items; others name it `attribute=`.
_NAMED_FIRST = frozenset({"groupby", "rejectattr", "selectattr", "sum"})


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
    macros: dict[str, tuple[nodes.Macro, dict[str, _Shape]]] = field(default_factory=dict)
    # Which macros were walked with which schemas: the same ones give the same again.
    walked: set[tuple[int, ...]] = field(default_factory=set)

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
                self.macros[node.name] = (node, dict(scope))
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
        for each in target.find_all(nodes.Name):
            self.macros.pop(each.name, None)
        if isinstance(target, nodes.Name):
            self.macros.pop(target.name, None)
            names[target.name] = shape
        else:
            for name in target.find_all(nodes.Name):
                names[name.name] = None

    def expression(self, node: nodes.Node, names: dict[str, _Shape]) -> _Shape:
        """Check an expression and return the schema of its value."""
        if isinstance(node, nodes.Name):
            shape = names.get(node.name)
            return shape if isinstance(shape, Mapping) else None  # `true` is a schema, too.
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
        if isinstance(node, nodes.Filter):
            return self.filter(node, names)
        for child in node.iter_child_nodes():
            self.expression(child, names)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            self.call(node, node.node.name, names)
        return None

    def call(self, node: nodes.Call, name: str, names: dict[str, _Shape]) -> None:
        """Walk a macro once more, with what it is called with."""
        if name not in self.macros:
            return
        macro, scope = self.macros[name]
        given = {
            argument.name: self.expression(value, names)
            for argument, value in zip(macro.args, node.args, strict=False)
        }
        given |= {each.key: self.expression(each.value, names) for each in node.kwargs}
        key = (id(macro), *(id(given.get(argument.name)) for argument in macro.args))
        if key in self.walked or len(self.walked) >= _MAX_CALLS or not any(given.values()):
            return
        self.walked.add(key)
        inner = {argument.name: given.get(argument.name) for argument in macro.args}
        self.statements(macro.body, {**scope, **inner})

    def filter(self, node: nodes.Filter, names: dict[str, _Shape]) -> _Shape:
        """Check the attribute that a filter of a list names; return the schema of its value."""
        shape = None if node.node is None else self.expression(node.node, names)
        for each in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self.expression(each, names)
        items = None if shape is None else self.resolved(shape).get("items")
        if node.node is None or not isinstance(items, Mapping):
            return None
        named = [each.value for each in node.kwargs if each.key == "attribute"]
        if node.name in _NAMED_FIRST:
            named += node.args[:1]
        for each in named:
            if isinstance(each, nodes.Const) and isinstance(each.value, str):
                for dotted in each.value.split(",") if node.name == "sort" else [each.value]:
                    self.path(node.node, items, dotted)
        if node.name in _ONE_OF and not named:
            return items
        return shape if node.name in _SOME_OF else None

    def path(self, owner: nodes.Expr, shape: _Shape, dotted: str) -> None:
        """Check the attributes of a path such as `author.name`, for items of `owner`."""
        before = f"{_source(owner)}[]"
        for name in dotted.split("."):
            if shape is None or name.isdigit():
                return  # Numbers are items of lists.
            shape = self.property(shape, name, before, owner.lineno)
            before += f".{name}"

    def attribute(
        self, node: nodes.Getattr | nodes.Getitem, name: str, names: dict[str, _Shape]
    ) -> _Shape:
        owner = self.expression(node.node, names)
        if owner is None:
            return None
        return self.property(owner, name, _source(node.node), node.node.lineno)

    def property(self, owner: Mapping[str, Any], name: str, written: str, offset: int) -> _Shape:
        """Return the schema of a property; `written` is how the template names its owner."""
        schema = self.resolved(owner)
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not _OPEN.isdisjoint(schema):
            return None
        if name in properties:
            found = properties[name]
            return found if isinstance(found, Mapping) else None
        closed = schema.get("additionalProperties", False) is False
        if closed and properties and name not in _MAPPING_METHODS:
            self.found.append(UnknownAttribute(written, name, offset, tuple(properties)))
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
        elif isinstance(node, nodes.Filter) and node.node is not None:
            yield from parts(node.node)
            yield f"|{node.name}"

    return "".join(parts(node))
