"""The Jinja2 environment that prompts are checked and rendered in.

It is bounded: every loop, call and value is charged to a budget, so that a template ends in time
and memory that its limits set, with the same result on every machine. It knows no files (`include`,
`import`, `extends`), no clock and no chance. Not an answer to hostile templates: this runs inside
our process, and a subprocess with resource limits of the operating system is a later step.
"""

import functools
import inspect
import re
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Set,
    Sized,
    ValuesView,
)
from typing import Any

from jinja2 import Environment, StrictUndefined, nodes, pass_context
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from jinja2.visitor import NodeTransformer

from gitconfig_tool.prompts.limits import RenderLimits

# `random` gives another text each time; the others write HTML, or Python's own notation.
_REMOVED_FILTERS = ("random", "urlize", "xmlattr", "pprint", "forceescape", "safe")
_REMOVED_GLOBALS = ("lipsum",)

# What a template may ask of a value; all else is out of reach. Methods that can make a long text
# out of a short one are missing; `join` and `replace` are charged before they run.
_METHODS: tuple[tuple[type, frozenset[str]], ...] = (
    (
        str,
        frozenset(
            [
                "capitalize",
                "casefold",
                "count",
                "endswith",
                "find",
                "index",
                "isalnum",
                "isalpha",
                "isascii",
                "isdecimal",
                "isdigit",
                "islower",
                "isnumeric",
                "isspace",
                "istitle",
                "isupper",
                "join",
                "lower",
                "lstrip",
                "partition",
                "removeprefix",
                "removesuffix",
                "replace",
                "rfind",
                "rindex",
                "rpartition",
                "rsplit",
                "rstrip",
                "split",
                "splitlines",
                "startswith",
                "strip",
                "swapcase",
                "title",
                "upper",
            ]
        ),
    ),
    (dict, frozenset({"get", "items", "keys", "values"})),
    (list, frozenset({"count", "index"})),
    (tuple, frozenset({"count", "index"})),
)
# What a filter reads takes longer than what is compared.
_FILTER_FACTOR = 4
_COPIED_AT_ONCE = 64
# Filters that do not look at all of a value, and those that write it.
_CHEAP = frozenset({"count", "d", "default", "first", "last", "length"})
_OF_TEXT = frozenset(
    {"capitalize", "center", "e", "escape", "filesizeformat", "format", "indent", "lower"}
    | {"replace", "string", "striptags", "title", "trim", "truncate", "upper", "urlencode"}
    | {"wordcount", "wordwrap"}
)
_COLLECTIONS = (list, tuple, range, Set, KeysView, ValuesView, ItemsView)
# What Jinja2 hands to filters that ask for it.
_SURROUNDINGS = (Context, EvalContext, Environment)
_OPEN_TYPES = (LoopContext, Namespace, Cycler, Joiner)
# Bits of a product; far above any number of a prompt, far below what takes time.
_MAX_BITS = 4096
_MAX_DIGITS_IN_FORMAT = 3
# What a number or a container costs beside its content, in characters.
_ITEM_COST = 16


class LimitError(Exception):
    """A template passes one of its limits; the message says which."""


class NotTextError(Exception):
    """A template writes a value that has no text of its own."""


def make_sandbox(limits: RenderLimits) -> "Sandbox":
    """Return an environment with a budget of its own; `begin` each rendering but the first."""
    return Sandbox(limits)


class Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja2 environment that charges what a template does to a budget."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, limits: RenderLimits) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            # Nothing is computed while a template is compiled.
            optimized=False,
            finalize=_finalize,
            cache_size=0,
        )
        self.limits = limits
        self._steps = 0
        self._size = 0
        self._work = 0
        # Jinja2 joins captured blocks and the bodies of macros with this.
        self.concat = self._concat  # type: ignore[method-assign]
        for name in _REMOVED_GLOBALS:
            del self.globals[name]
        self.globals["range"] = self._range
        for name in _REMOVED_FILTERS:
            del self.filters[name]
        for name, function in list(self.filters.items()):
            self.filters[name] = self._bounded(name, function)

    # -- the budget

    def begin(self) -> None:
        """Give the next rendering the whole budget."""
        self._steps = 0
        self._size = 0
        self._work = 0

    def step(self, count: int = 1) -> None:
        """Charge loop iterations and calls."""
        self._steps += count
        if self._steps > self.limits.steps:
            raise LimitError(f"expected at most {self.limits.steps:,} loop steps and calls")

    def spend(self, size: int) -> None:
        """Charge characters and items, before they are made where that is possible."""
        self._size += size
        if self._size > self.limits.memory:
            raise LimitError(f"expected values of at most {self.limits.memory:,} characters in all")

    def work(self, size: int) -> None:
        """Charge what is read to tell something of it, which may be told again and again."""
        self._work += size
        if self._work > self.limits.work:
            raise LimitError(f"expected to read at most {self.limits.work:,} characters in all")

    def weigh(self, value: Any, factor: int = 1, *, is_written: bool = False) -> Any:
        """Charge what reading a value takes, with all that is in it; return it.

        Refuses what is no data, such as a function: its text would be its place in memory. So is
        that of what yields values, where it is to be written.
        """
        stack = [value]
        while stack:
            each = stack.pop()
            if isinstance(each, str):
                self.work((len(each) + 1) * factor)
                continue
            self.work(_ITEM_COST * factor)
            if isinstance(each, Mapping):
                stack.extend(each.keys())
                stack.extend(each.values())
            elif isinstance(each, _COLLECTIONS):
                stack.extend(each)
            elif each is None or isinstance(each, (int, float, Undefined)):
                continue
            elif is_written or each is not value or not isinstance(each, Iterator):
                raise NotTextError(
                    "expected text, numbers, lists and mappings, found something that cannot be "
                    "written"
                )
        return value

    def compare(self, value: Any) -> Any:
        """Charge one side of a comparison, or what is searched, and return it."""
        if isinstance(value, str):
            self.work(len(value))
        elif isinstance(value, _COLLECTIONS):
            self.weigh(value)
        return value

    def hold(self, value: Any) -> Any:
        """Charge a value that the template has made, with all that is in it; return it."""
        stack = [value]
        while stack:
            each = stack.pop()
            if isinstance(each, str):
                self.spend(len(each))
                continue
            self.spend(_ITEM_COST)
            if isinstance(each, Mapping):
                stack.extend(each.keys())
                stack.extend(each.values())
            elif isinstance(each, (list, tuple)):
                stack.extend(each)
        return value

    # -- what the rewritten template calls

    def loop_over(self, value: Any) -> Any:
        """Charge a loop and return what it loops over."""
        if isinstance(value, Sized):
            self.step(len(value))
            return value
        return self._counted(value)

    def join_texts(self, *values: Any) -> str:
        """Join values as the operator `~` does."""
        return self._concat(self.text_of(value) for value in values)

    def text_of(self, value: Any) -> str:
        """Return the text of a value that a template writes."""
        if isinstance(value, str):
            return value
        if isinstance(value, (Undefined, bool, int, float)):
            return str(value)
        if isinstance(value, (Mapping, list, tuple)):
            kind = "a mapping" if isinstance(value, Mapping) else "a list"
            raise NotTextError(f"expected text or a number, found {kind}")
        if value is None:
            raise NotTextError("expected text or a number, found null")
        raise NotTextError("expected text or a number, found something that cannot be written")

    # -- what Jinja2 asks

    def call(
        __self,  # noqa: N805
        __context: Context,
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        owner = getattr(__obj, "__self__", None)
        if owner is __self and __obj.__name__ == "compare":
            return __obj(*args)  # Not a call of the template, and nothing new is made.
        __self.step()
        if isinstance(owner, (str, list, tuple)):
            __self.compare(owner)
        if isinstance(owner, str):
            name = __obj.__name__
            if name == "join":
                args = (__self._charged_join(args[0], owner),) if args else ()
            elif name == "replace" and len(args) >= 2:
                __self.spend(_replaced_size(owner, *args[:2]))
        result = super().call(__context, __obj, *args, **kwargs)
        return __self._held(result)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise LimitError("expected no operator '**'")
        if operator == "%" and isinstance(left, str):
            self.weigh(right, is_written=True)
            self.spend(_formatted_size(left))
        elif operator == "*":
            self._check_product(left, right)
        elif operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
            self.spend(len(left) + len(right))
        return self._held(super().call_binop(context, operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, _OPEN_TYPES):
            return True
        return any(isinstance(obj, kind) and attr in names for kind, names in _METHODS)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        # `str.format` is no safe attribute here, so it never needs Jinja2's wrapper.
        return None

    # -- parts

    def _held(self, value: Any) -> Any:
        if isinstance(value, (str, list, tuple, dict)):
            return self.hold(value)
        return self._counted(value) if isinstance(value, Iterator) else value

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.step()
            yield self.hold(value)

    def _concat(self, parts: Iterable[str]) -> str:
        found = []
        for part in parts:
            self.spend(len(part))
            found.append(part)
        return "".join(found)

    def _range(self, *args: int) -> range:
        found = range(*args)
        if len(found) > self.limits.range_items:
            raise LimitError(f"expected a range of at most {self.limits.range_items:,} items")
        return found

    def _check_product(self, left: Any, right: Any) -> None:
        for text, count in ((left, right), (right, left)):
            if isinstance(text, (str, list, tuple)) and isinstance(count, int):
                self.spend(len(text) * max(count, 0))
                return
        if not (isinstance(left, int) and isinstance(right, int)):
            return
        if left.bit_length() + right.bit_length() > _MAX_BITS:
            raise LimitError(f"expected numbers of at most {_MAX_BITS} bits")

    def _charged_join(self, values: Iterable[Any], separator: Any) -> list[Any]:
        found = [self.hold(value) for value in values]
        self.spend(len(found) * len(str(separator)))
        return found

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Charge what a filter returns; for those that make much of little, before they run."""
        signature = _CAREFUL.get(name)
        is_text = name in _OF_TEXT

        @functools.wraps(function)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            self.step()
            if name not in _CHEAP:
                for each in (*args, *kwargs.values()):
                    if not isinstance(each, _SURROUNDINGS):
                        self.weigh(each, _FILTER_FACTOR, is_written=is_text)
            if signature is not None:
                bound = signature.bind(*args, **kwargs)
                bound.apply_defaults()
                self._charge_filter(name, bound.arguments)
                return self._held(function(*bound.args, **bound.kwargs))
            return self._held(function(*args, **kwargs))

        return bounded

    def _charge_filter(self, name: str, given: dict[str, Any]) -> None:
        if name == "center":
            self.spend(max(int(given["width"]), 0))
        elif name == "indent":
            width = given["width"]
            one = len(width) if isinstance(width, str) else max(int(width), 0)
            self.spend(one * (str(given["s"]).count("\n") + 1))
        elif name == "format":
            self.spend(_formatted_size(str(given["value"])))
        elif name == "replace":
            self.spend(_replaced_size(given["s"], given["old"], given["new"]))
        elif name == "join":
            given["value"] = self._charged_join(given["value"], given["d"])
        elif name == "wordwrap":
            text = str(given["s"])
            self.spend(len(text) * len(given["wrapstring"] or "\n"))
            # A word that is broken is copied again for each line.
            longest = max(map(len, text.split()), default=0)
            self.work(longest * (longest // max(int(given["width"]), 1)) // _COPIED_AT_ONCE)
        elif name == "batch":
            self.step(max(int(given["linecount"]), 0))
        elif name == "slice":
            self.step(max(int(given["slices"]), 0))
        elif name == "tojson":
            self.hold(given["value"])
            self.spend(max(int(given["indent"] or 0), 0) * 1000)
        elif name == "round" and abs(int(given["precision"])) > 100:
            raise LimitError("expected a precision of at most 100 digits")
        elif name == "sum" and not isinstance(given["start"], (int, float)):
            raise LimitError("expected a number as start of 'sum'")


# The filters that `_charge_filter` knows, and how they are called.
_CAREFUL = {
    name: inspect.signature(FILTERS[name])
    for name in (
        *("batch", "center", "format", "indent", "join", "replace", "round", "slice", "sum"),
        *("tojson", "wordwrap"),
    )
}


class Rewriter(NodeTransformer):
    """Lets a parsed template charge its loops, its `~` and its lists to the budget."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        """Charge what is looped over."""
        self.generic_visit(node)
        node.iter = _call("loop_over", [node.iter])
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """Join through the budget."""
        self.generic_visit(node)
        return _call("join_texts", node.nodes, node.lineno)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """Charge what is compared."""
        self.generic_visit(node)
        node.expr = _call("compare", [node.expr])
        for operand in node.ops:
            operand.expr = _call("compare", [operand.expr])
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """Charge a part that is cut out."""
        self.generic_visit(node)
        return _call("hold", [node]) if isinstance(node.arg, nodes.Slice) else node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """Charge a list that the template makes."""
        self.generic_visit(node)
        return _call("hold", [node])

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """Charge a mapping that the template makes."""
        self.generic_visit(node)
        return _call("hold", [node])

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """Charge a tuple that the template makes, but not the targets of an assignment."""
        self.generic_visit(node)
        return node if node.ctx == "store" else _call("hold", [node])


def _call(name: str, args: list[Any], lineno: int | None = None) -> nodes.Call:
    at = args[0].lineno if lineno is None else lineno
    attribute = nodes.EnvironmentAttribute(name, lineno=at)
    return nodes.Call(attribute, args, [], None, None, lineno=at)


@pass_context
def _finalize(context: Context, value: Any) -> str:
    sandbox = context.environment
    if not isinstance(sandbox, Sandbox):
        raise TypeError(f"expected our sandbox, found {type(sandbox).__name__}")
    if isinstance(value, Macro):
        raise NotTextError("expected text or a number, found a macro: call it with ()")
    return sandbox.text_of(value)


def _formatted_size(text: str) -> int:
    """Return a bound of what `%` adds; refuse widths that are long or given as `*`."""
    for directive in re.findall(r"%(?:\([^)]*\))?([^%a-zA-Z]*)", text):
        if "*" in directive or re.search(r"\d" * (_MAX_DIGITS_IN_FORMAT + 1), directive):
            raise LimitError("expected a width of at most 3 digits in a format")
    return len(text) + int("9" * _MAX_DIGITS_IN_FORMAT) * text.count("%")


def _replaced_size(text: Any, old: Any, new: Any) -> int:
    found: str = str(text)
    count: int = found.count(str(old)) if str(old) else len(found) + 1
    return len(found) + count * len(f"{new}")
