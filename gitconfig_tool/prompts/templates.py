"""One template: parsing, what it uses, and rendering.

Works on the text of one template and speaks of places as offsets into it; where that text stands
in a file is `places`'s work. Does not know the schema of the variables.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from types import CodeType
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_RESOLVE

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.sandbox import (
    LimitError,
    NotTextError,
    Rewriter,
    Sandbox,
    make_sandbox,
)
from gitconfig_tool.prompts.syntax import IncludeTag, find_includes, parse, place_tokens

# What `sandbox` leaves of Jinja2's global functions.
FUNCTIONS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})
_FORBIDDEN: Mapping[type[nodes.Node], str] = {
    nodes.Import: "import",
    nodes.FromImport: "from ... import",
    nodes.Extends: "extends",
}
_GONE = {
    "random": "the result must be the same each time",
    "lipsum": "the result must be the same each time",
}
# How many compiled templates a renderer keeps; the code of one takes some kilobytes.
_MAX_KEPT = 500
# jinja2/parser.py, `_fail_ut_eof`.
_UNCLOSED = re.compile(
    r"^Unexpected end of template\. Jinja was looking for the following tags: (.+)\. "
    r"The innermost block that needs to be closed is '(\w+)'"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a template, at an offset of its text."""

    code: str
    message: str
    offset: int
    length: int = 1
    label: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a template reads a variable that it does not set itself."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class ParsedTemplate:
    """A template that Jinja2 can read; `lineno` of every node is an offset into the text.

    `sets` says that it sets a variable or defines a macro anywhere. `code` renders it, where it was
    asked for.
    """

    text: str
    tree: nodes.Template
    uses: tuple[Use, ...]
    includes: tuple[IncludeTag, ...]
    code: CodeType | None = None

    @property
    def sets(self) -> bool:
        """Whether it sets a variable or defines a macro anywhere."""
        setting = (nodes.Assign, nodes.AssignBlock, nodes.Macro)
        return next(self.tree.find_all(setting), None) is not None


class TemplateFailure(Exception):  # noqa: N818
    """Rendering ended early; `offset` is where in the text, as well as Jinja2 knows."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


def parse_template(
    text: str, limits: RenderLimits, *, is_partial: bool = False, is_checked: bool = False
) -> tuple[ParsedTemplate | None, tuple[Problem, ...]]:
    """Parse a template and find which variables it uses, and where; and what it includes.

    Returns None where the syntax is wrong. A template that `is_checked` was parsed before, and is
    only looked at again: no code is made of it, which takes half of the time.
    """
    if len(text) > limits.template_characters:
        message = (
            f"expected a template of at most {limits.template_characters:,} characters, "
            f"found {len(text):,}"
        )
        return None, (Problem("GCT503", message, 0, hint="give long text as a variable"),)
    sandbox = _reading_sandbox(limits)
    try:
        if _has_more_tokens(sandbox, text, limits.template_tokens):
            message = (
                f"expected a template of at most {limits.template_tokens:,} pieces of syntax, "
                "found more"
            )
            hint = "give lists as variables, and write them in a loop"
            return None, (Problem("GCT503", message, 0, hint=hint),)
        tree = parse(sandbox, text)
        has_includes = tree.find(nodes.Include) is not None
        includes = find_includes(sandbox, text) if has_includes else ()
        forbidden = (
            *_wrong_includes(includes),
            *_forbidden(sandbox, tree, text),
            *(_blocks(tree, text) if is_partial else ()),
        )
        if forbidden:
            return None, forbidden
        finder = _UseFinder(sandbox)
        finder.visit(tree)
        # Jinja2 finds some mistakes only while it writes code.
        code = None if is_checked else _code(sandbox, text)
    except TemplateSyntaxError as error:
        return None, (_syntax_problem(error, text),)
    except (RecursionError, SyntaxError, MemoryError):
        return None, (_too_deep(),)
    uses = {(use.offset, use.name): use for use in finder.uses}
    in_order = tuple(uses[key] for key in sorted(uses))
    return ParsedTemplate(text, tree, in_order, includes, code), ()


def render_template(text: str, variables: Mapping[str, Any], limits: RenderLimits) -> str:
    """Render a template that `parse_template` accepts.

    Raises `TemplateFailure`.
    """
    return TemplateRenderer(limits).render(text, variables)


@dataclass(frozen=True, slots=True)
class TemplateRenderer:
    """Renders templates one after the other.

    Keeps what it has compiled, for most of the time goes into that, and one sandbox: each leads to
    itself, so that only the garbage collector could take it away, and that is off while a project
    is compiled.
    """

    limits: RenderLimits
    _codes: dict[str, CodeType] = field(default_factory=dict)
    _sandboxes: list[Sandbox] = field(default_factory=list)

    def render(self, text: str, variables: Mapping[str, Any]) -> str:
        """Render a template that `parse_template` accepts; raises `TemplateFailure`."""
        if not self._sandboxes:
            self._sandboxes.append(make_sandbox(self.limits))
        sandbox = self._sandboxes[0]
        # It counts what one rendering does.
        sandbox.begin()
        try:
            code = self._codes.get(text)
            if code is None:
                code = _code(sandbox, text)
                self._keep(text, code)
            template = Template.from_code(sandbox, code, sandbox.globals, None)
        except MemoryError as error:
            raise _no_memory() from error
        except (TemplateError, RecursionError, SyntaxError) as error:
            raise TemplateFailure(
                "expected a template without mistakes", 0, "gitconfig-tool validate shows them"
            ) from error
        return self._written(template, variables)

    def keep(self, parsed: ParsedTemplate) -> None:
        """Take up the code of a template that was parsed: it need not be compiled again."""
        if parsed.code is not None:
            self._keep(parsed.text, parsed.code)

    def _keep(self, text: str, code: CodeType) -> None:
        if len(self._codes) >= _MAX_KEPT:
            self._codes.clear()
        self._codes[text] = code

    def _written(self, template: Template, variables: Mapping[str, Any]) -> str:
        chunks: list[str] = []
        length = 0
        try:
            context = template.new_context(dict(variables))
            for chunk in template.root_render_func(context):
                length += len(chunk)
                if length > self.limits.output_characters:
                    raise LimitError(
                        f"expected at most {self.limits.output_characters:,} characters"
                    )
                chunks.append(chunk)
        except MemoryError as error:
            raise _no_memory() from error
        except Exception as error:
            # A template can raise whatever the operators and methods of its values raise.
            message, hint = _explain(error)
            raise TemplateFailure(message, _offset_of(error, template), hint) from error
        return "".join(chunks)


@lru_cache(maxsize=4)
def _reading_sandbox(limits: RenderLimits) -> Sandbox:
    """Return a sandbox that nothing is rendered in: reading a template leaves it as it is."""
    return make_sandbox(limits)


def _no_memory() -> TemplateFailure:
    message = "expected the template to render within the memory that there is, found too little"
    return TemplateFailure(message, 0, "make the template do less")


def _code(sandbox: Sandbox, text: str) -> CodeType:
    tree = Rewriter().visit(parse(sandbox, text))
    tree.set_environment(sandbox)
    return sandbox.compile(tree)


def _has_more_tokens(sandbox: Sandbox, text: str, most: int) -> bool:
    # A piece has at least one character.
    if len(text) <= most:
        return False
    return next(islice(place_tokens(sandbox, text), most, None), None) is not None


class _UseFinder(CodeGenerator):
    """Asks Jinja2's own code generator which names it would look up in the variables.

    The scopes of `for`, `set`, `with`, macros and blocks are Jinja2's, not a copy of them.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox, None, None, optimized=False)
        self.uses: list[Use] = []
        self._set: set[str] = set()

    def write(self, x: str) -> None:
        """Write no code."""

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802
        """Record a name that comes from outside the template."""
        super().visit_Name(node, frame)
        if node.ctx != "load":
            return
        load = frame.symbols.find_load(frame.symbols.ref(node.name))
        while load is not None and load[0] == VAR_LOAD_ALIAS:
            load = frame.symbols.find_load(load[1])
        if load is None or load[0] != VAR_LOAD_RESOLVE:
            return
        # A name that a branch of an `if` has set is looked up too, in case no branch did.
        if node.name not in self._set or node.name not in frame.symbols.dump_stores():
            self.uses.append(Use(node.name, node.lineno))

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:  # noqa: N802
        """Record what `set` sets, once its value is visited."""
        super().visit_Assign(node, frame)
        self._set.update(name.name for name in _targets(node.target))

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:  # noqa: N802
        """Record what a `set` block sets, once its body is visited."""
        super().visit_AssignBlock(node, frame)
        self._set.update(name.name for name in _targets(node.target))

    def visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:  # noqa: N802
        """Record the name of a macro."""
        self._set.add(node.name)
        super().visit_Macro(node, frame)


def _targets(target: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(target, nodes.Name):
        yield target
    yield from target.find_all(nodes.Name)


def _wrong_includes(includes: tuple[IncludeTag, ...]) -> Iterator[Problem]:
    for tag in includes:
        if tag.alias is None:
            yield Problem(
                "GCT504",
                "expected one alias in quotes after 'include', found something else",
                tag.offset,
                tag.length,
                hint="write {% include \"alias\" %} with an alias of 'includes': what a prompt "
                "includes is known before it is rendered",
            )


def _blocks(tree: nodes.Template, text: str) -> Iterator[Problem]:
    for block in tree.find_all(nodes.Block):
        yield Problem(
            "GCT504",
            "expected a partial without blocks, found 'block'",
            block.lineno,
            _word_length(text, block.lineno),
            hint="nothing extends a partial: leave the block's tags out",
        )


def _forbidden(sandbox: Sandbox, tree: nodes.Template, text: str) -> Iterator[Problem]:
    for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Extends)):
        name = _FORBIDDEN[type(node)]
        yield Problem(
            "GCT504",
            f"expected a template that stands alone, found '{name}'",
            node.lineno,
            _word_length(text, node.lineno),
            hint="put the text in here, or into a partial that 'includes' names: "
            '{% include "alias" %}',
        )
    for each in tree.find_all(nodes.Filter):
        if each.name not in sandbox.filters:
            yield _unknown("filter", each.name, sandbox.filters, each.lineno, text)
    for test in tree.find_all(nodes.Test):
        if test.name not in sandbox.tests:
            yield _unknown("test", test.name, sandbox.tests, test.lineno, text)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _GONE:
            yield _unknown("function", call.node.name, sandbox.globals, call.node.lineno, text)


def _unknown(kind: str, name: str, known: Mapping[str, Any], offset: int, text: str) -> Problem:
    near = get_close_matches(name, known, n=1)
    # Jinja2 places some of these at the value before the name.
    offset = max(text.find(name, offset), offset)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(known))}"
    return Problem(
        "GCT504",
        f"expected a {kind} that prompts may use, found '{name}'",
        offset,
        len(name),
        hint=_GONE.get(name, hint),
    )


def _syntax_problem(error: TemplateSyntaxError, text: str) -> Problem:
    # The lexer names an offset of its own; the place says it better.
    message = re.sub(r" at \d+$", "", str(error.message)).rstrip(".")
    offset = min(max(error.lineno, 0), len(text))
    unclosed = _UNCLOSED.search(message)
    if unclosed is not None:
        return Problem(
            "GCT503",
            f"expected {unclosed[1]}, found the end of the template",
            offset,
            hint=f"close the '{unclosed[2]}' block",
        )
    return Problem(
        "GCT503",
        f"expected a well-formed Jinja2 template, found: {message}",
        offset,
        _word_length(text, offset),
        hint="check brackets and the words between {% and %} before this place",
    )


def _too_deep() -> Problem:
    return Problem(
        "GCT503",
        "expected a template that is less deeply nested",
        0,
        hint="take it apart with {% set %} or macros",
    )


def _word_length(text: str, offset: int) -> int:
    match = re.compile(r"\w+").match(text, offset)
    return len(match[0]) if match else 1


def _explain(error: Exception) -> tuple[str, str]:
    if isinstance(error, LimitError):
        return str(error), "make the template do less"
    if isinstance(error, NotTextError):
        return str(
            error
        ), "write a list with |join(', '), a mapping with |tojson, null with |default"
    if isinstance(error, UndefinedError):
        return (
            f"expected a value, found none: {error.message}",
            "give the variable a value in the test case, or use 'is defined' or |default",
        )
    if isinstance(error, RecursionError):
        return "expected macros and loops that end, found endless recursion", "let them end"
    if isinstance(error, SecurityError):
        return (
            f"expected what a template may reach, found: {str(error).rstrip('.')}",
            "templates read variables, and call methods of text and lists that change nothing",
        )
    found = str(error).rstrip(".") or type(error).__name__
    return f"expected the template to render, found: {found}", "look at the values at this place"


def _offset_of(error: Exception, template: Template) -> int:
    """Return the offset of the statement that failed; the code's line numbers lead to it."""
    found = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            found = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return found
