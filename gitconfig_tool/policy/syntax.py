"""What the syntax tree of a Rego file says, without evaluating it.

Reads the tree that regorus gives as JSON. Finds what regorus itself reports only when a document
happens to reach it, or not at all: calls of functions that do not exist, rules of conflicting
kinds, recursion (which overflows the stack where it goes through functions alone), and calls whose
result depends on the clock, on chance or on a network.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.policy.engine import DataPath, Definition, Fault, Module

# The same commit must give the same verdict on every machine, at every time.
IMPURE_FUNCTIONS = frozenset(
    {
        "http.send",
        "net.lookup_ip_addr",
        "opa.runtime",
        "rand.intn",
        "time.now_ns",
        "uuid.rfc4122",
    }
)


# What a name means that no file has to define; `_` is any value.
_ROOTS = frozenset({"_", "data", "input"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function: `name` as written with imports resolved, `arguments` counted."""

    name: DataPath
    arguments: int
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """One definition of a rule.

    `uses` are the paths under `data` that its text refers to; a name of the same package is written
    out as a path. `arity` is the number of arguments of a function. `unbound` are the variables of
    the head to which no body gives a value, with the names that come near; unless they are rules.
    """

    name: str
    definition: Definition
    uses: frozenset[DataPath]
    calls: tuple[Call, ...]
    arity: int | None
    unbound: tuple[tuple[str, Span, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, read from its syntax tree."""

    path: str
    package: DataPath
    rules: tuple[Rule, ...]
    reads: frozenset[DataPath]

    def module(self) -> Module:
        """Return what later stages need to know of the file."""
        rules: dict[str, tuple[Definition, ...]] = {}
        for rule in self.rules:
            rules[rule.name] = (*rules.get(rule.name, ()), rule.definition)
        return Module(self.path, self.package, MappingProxyType(rules), self.reads)


def read_tree(path: str, text: str, tree: Mapping[str, Any]) -> SourceFile:
    """Read the syntax tree of one file; `text` is what the tree was made of."""
    source = text.encode()
    package = _literals(tree["package"]["refr"])
    imports, imported = _imports(tree["imports"], source)
    names = {_root(refr) for refr in map(_head_reference, tree["rules"])}
    scope = _Scope(path, source, package, imports, frozenset(names))
    rules = tuple(scope.rule(each) for each in tree["rules"])
    used = {use for rule in rules for use in rule.uses}
    return SourceFile(path, package, rules, frozenset(used | imported))


def refused_import(path: str, text: str, tree: Mapping[str, Any]) -> Fault | None:
    """Return the fault of an import that regorus takes without giving it a meaning.

    What is read through `import data as d` would be undefined, and the rule would let all pass.
    """
    source = text.encode()
    for each in tree["imports"]:
        if _literals(each["refr"]) == ("data",):
            start, end = each["span"]["start"], each["span"]["end"]
            return Fault(
                "expected the import of a package, found one of all data",
                _span(path, source, start, len(source[start:end].decode())),
                "leave it out and write data.NAME, or import data.NAME",
            )
    return None


def check_rules(files: Iterable[SourceFile]) -> Iterator[Fault]:
    """Yield the faults of all files taken together, apart from calls of built-in functions."""
    files = tuple(files)
    yield from _conflicts(files)
    yield from _unbound(files)
    yield from _recursion(files)
    yield from _impure(files)


def unresolved_calls(files: Iterable[SourceFile]) -> Iterator[tuple[Call, Fault | None]]:
    """Yield each call that no file defines.

    With a fault where it can only mean a rule of the project; with None where the engine may have a
    built-in function of that name.
    """
    files = tuple(files)
    arities: dict[DataPath, set[int]] = {}
    for file in files:
        for rule in file.rules:
            if rule.arity is not None:
                arities.setdefault((*file.package, rule.name), set()).add(rule.arity)
    for file in files:
        for rule in file.rules:
            for call in rule.calls:
                yield from _unresolved(call, file.package, arities)


def _unresolved(
    call: Call, package: DataPath, arities: Mapping[DataPath, set[int]]
) -> Iterator[tuple[Call, Fault | None]]:
    absolute = call.name[1:] if call.name[0] == "data" else (*package, *call.name)
    shown = ".".join(call.name)
    known = arities.get(absolute)
    if known is None:
        if call.name[0] != "data":
            yield call, None
            return
        text = f"expected a function, found the call of {shown}, which no file defines"
        yield call, Fault(text, call.span, "define the function, or correct its name")
    elif call.arguments not in known:
        wanted = " or ".join(str(number) for number in sorted(known))
        plural = "" if wanted == "1" else "s"
        text = f"expected {wanted} argument{plural} for {shown}, found {call.arguments}"
        yield call, Fault(text, call.span, "give the function the arguments that it takes")


def _conflicts(files: tuple[SourceFile, ...]) -> Iterator[Fault]:
    first: dict[DataPath, Definition] = {}
    for file in files:
        for rule in file.rules:
            known = first.setdefault((*file.package, rule.name), rule.definition)
            if _family(known.kind) != _family(rule.definition.kind):
                yield Fault(
                    f"expected every definition of {rule.name} to be of one kind, found a "
                    f"{known.kind} at {known.span} and a {rule.definition.kind}",
                    rule.definition.span,
                    "give one of them another name",
                )


def _family(kind: str) -> str:
    # `default allow := false` beside `allow if ...`, and `a.b := 1` beside `a.c := 2`, are fine.
    return "value" if kind == "object" else kind


def _unbound(files: tuple[SourceFile, ...]) -> Iterator[Fault]:
    """Yield what regorus finds only once a document reaches the rule, and OPA when it compiles."""
    known = {(*file.package, rule.name) for file in files for rule in file.rules}
    for file in files:
        for rule in file.rules:
            for name, span, near in rule.unbound:
                if (*file.package, name) not in known:
                    yield Fault(
                        f"expected the body of {rule.name} to give '{name}' a value, found none",
                        span,
                        f"did you mean '{near[0]}'?"
                        if near
                        else f"write {name} := ... in the body",
                    )


def _recursion(files: tuple[SourceFile, ...]) -> Iterator[Fault]:
    rules: dict[DataPath, list[Rule]] = {}
    for file in files:
        for rule in file.rules:
            rules.setdefault((*file.package, rule.name), []).append(rule)
    packages = {file.package for file in files}
    graph = {
        path: {
            target
            for rule in definitions
            for use in rule.uses
            for target in _targets(use, rules, packages)
        }
        for path, definitions in rules.items()
    }
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: list[DataPath] = error.args[1]
            shown = " -> ".join(".".join(path) for path in cycle)
            yield Fault(
                f"expected rules without recursion, found {shown}",
                rules[cycle[0]][0].definition.span,
                "Rego has no recursion; walk() and graph.reachable() replace most of it",
            )
            graph = {path: uses - {cycle[0]} for path, uses in graph.items() if path != cycle[0]}
            continue
        return


def _targets(
    use: DataPath, rules: Mapping[DataPath, Any], packages: set[DataPath]
) -> Iterator[DataPath]:
    for package in packages:
        if use[: len(package)] == package and len(use) > len(package):
            target = (*package, use[len(package)])
            if target in rules:
                yield target
        elif package[: len(use)] == use:
            # The whole package is read, and with it every rule. OPA calls that recursive too.
            yield from (path for path in rules if path[:-1] == package)


def _impure(files: tuple[SourceFile, ...]) -> Iterator[Fault]:
    for file in files:
        for rule in file.rules:
            for call in rule.calls:
                name = ".".join(call.name)
                if name in IMPURE_FUNCTIONS:
                    yield Fault(
                        f"expected a policy that depends on the document alone, found {name}",
                        call.span,
                        "the same commit must give the same verdict: no clock, chance or network",
                    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names mean within one file."""

    path: str
    source: bytes
    package: DataPath
    imports: Mapping[str, DataPath]
    names: frozenset[str]

    def rule(self, tree: Mapping[str, Any]) -> Rule:
        (form, body), *_ = tree.items()
        refr = _head_reference(tree)
        kind, arity, local = "value", None, set(_declared(body, self.source))
        if form == "Spec":
            (head, parts), *_ = body["head"].items()
            if head == "Set":
                kind = "set"
            elif head == "Func":
                kind, arity = "function", len(parts["args"])
                local |= set(_variables(parts["args"], self.source))
            elif "Var" not in refr:
                kind = "object"
        elif body["args"]:
            kind, arity = "function", len(body["args"])
        uses: set[DataPath] = set()
        calls: list[Call] = []
        for node in _nodes(body, skip=refr):
            call = node.get("Call")
            if call is not None:
                calls.append(self._call(call))
            use = self._use(node, local)
            if use is not None:
                uses.add(use)
        definition = Definition(kind, self._span(body["span"]["start"], len(_root(refr))))
        unbound = tuple(self._unbound(body)) if kind == "set" else ()
        return Rule(_root(refr), definition, frozenset(uses), tuple(calls), arity, unbound)

    def _unbound(self, body: Mapping[str, Any]) -> Iterator[tuple[str, Span, tuple[str, ...]]]:
        """Yield the variables in the member of a set rule that a body does not mention."""
        mentioned = [set(_variables(each, self.source)) for each in body["bodies"]]
        for member in _plain_variables(body["head"]["Set"].get("key")):
            name = member["value"]
            if name in self.imports or name in _ROOTS:
                continue
            if not mentioned or not all(name in each for each in mentioned):
                declared = [each for each in _declared(body["bodies"], self.source) if each != name]
                near = tuple(get_close_matches(name, declared, n=1))
                yield name, self._span(member["span"]["start"], len(name)), near

    def _call(self, call: Mapping[str, Any]) -> Call:
        segments = _literals(call["fcn"])
        target = self.imports.get(segments[0])
        name = segments if target is None else ("data", *target, *segments[1:])
        width = len(".".join(segments))
        return Call(name, len(call["params"]), self._span(call["span"]["start"], width))

    def _use(self, node: Mapping[str, Any], local: set[str]) -> DataPath | None:
        """Return the path under `data` that a reference means, or None if it means none."""
        if not node.keys() & {"Var", "RefDot", "RefBrack"}:
            return None
        segments = _reference(node)
        literal: list[str] = []
        for segment in segments[1:]:
            if segment is None:
                break
            literal.append(segment)
        root = segments[0] or ""
        if root == "data":
            return tuple(literal)
        if root in self.imports:
            return (*self.imports[root], *literal)
        if root in self.names and root not in local:
            return (*self.package, root)
        return None

    def _span(self, start: int, width: int) -> Span:
        return _span(self.path, self.source, start, width)


def _span(path: str, source: bytes, start: int, width: int) -> Span:
    """Return the span of `width` characters from a byte offset."""
    before = source[:start].decode()
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Span(path, line, column, line, column + width)


def _imports(
    trees: Iterable[Mapping[str, Any]], source: bytes
) -> tuple[dict[str, DataPath], set[DataPath]]:
    names: dict[str, DataPath] = {}
    paths: set[DataPath] = set()
    for tree in trees:
        segments = _literals(tree["refr"])
        if segments[0] != "data":  # `input`, `rego.v1` and `future.keywords` name no rule
            continue
        alias = tree.get("as")
        names[_token(alias, source) if alias else segments[-1]] = segments[1:]
        paths.add(segments[1:])
    return names, paths


def _token(span: Mapping[str, int], source: bytes) -> str:
    return source[span["start"] : span["end"]].decode()


def _head_reference(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    (form, body), *_ = tree.items()
    holder = next(iter(body["head"].values())) if form == "Spec" else body
    found: Mapping[str, Any] = holder["refr"]
    return found


def _reference(node: Mapping[str, Any]) -> tuple[str | None, ...]:
    """Return the segments of a reference; None stands for one that is not literal."""
    segments: list[str | None] = []
    while True:
        if "RefDot" in node:
            segments.append(node["RefDot"]["field"][1])
            node = node["RefDot"]["refr"]
        elif "RefBrack" in node:
            index = node["RefBrack"]["index"]
            segments.append(index["String"]["value"] if "String" in index else None)
            node = node["RefBrack"]["refr"]
        elif "Var" in node:
            segments.append(node["Var"]["value"])
            break
        else:  # a reference into the result of an expression, such as f(x).y
            segments.append(None)
            break
    return tuple(reversed(segments))


def _literals(node: Mapping[str, Any]) -> DataPath:
    """Return the segments of a reference that is literal throughout, as imports and calls are."""
    return tuple(segment or "" for segment in _reference(node))


def _root(node: Mapping[str, Any]) -> str:
    return _reference(node)[0] or ""


def _nodes(tree: Any, skip: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of a tree but `skip`; of a reference only the whole, and its indices."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if skip is not None and node is skip:
            # p[x] is a head; what stands in its brackets is an expression all the same.
            stack.extend(_indices(node))
        elif isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            yield node
            if "RefDot" in node or "RefBrack" in node:
                stack.extend(_indices(node))
            else:
                stack.extend(node.values())


def _indices(node: Mapping[str, Any]) -> Iterator[Any]:
    while True:
        if "RefDot" in node:
            node = node["RefDot"]["refr"]
        elif "RefBrack" in node:
            yield node["RefBrack"]["index"]
            node = node["RefBrack"]["refr"]
        elif "Var" in node:
            return
        else:
            yield node
            return


def _declared(tree: Any, source: bytes) -> Iterator[str]:
    """Yield the variables that `:=`, `some` and `every` declare: they hide rules of that name."""
    for node in _nodes(tree, skip=None):
        assign = node.get("AssignExpr")
        if assign is not None and assign["op"] == "ColEq":
            yield from _variables(assign["lhs"], source)
        for key in ("SomeVars", "SomeIn", "Every"):
            declared = node.get(key)
            if declared is not None:
                for part in ("vars", "key", "value"):
                    yield from _variables(declared.get(part), source)


def _plain_variables(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the variables that stand as they are in an object, an array or a set."""
    if not isinstance(tree, dict):
        return
    if "Var" in tree:
        yield tree["Var"]
    elif "Object" in tree:
        for field in tree["Object"]["fields"]:
            yield from _plain_variables(field[-1])
    else:
        for kind in ("Array", "Set"):
            for item in tree.get(kind, {}).get("items", ()):
                yield from _plain_variables(item)


def _variables(tree: Any, source: bytes) -> Iterator[str]:
    if isinstance(tree, list):
        for item in tree:
            yield from _variables(item, source)
    elif isinstance(tree, dict):
        if "Var" in tree:
            yield tree["Var"]["value"]
        elif "line" in tree:
            # Where only a name may stand, the tree holds its place instead of a node.
            yield _token(tree, source)
        else:
            for key, item in tree.items():
                if key != "span":
                    yield from _variables(item, source)
