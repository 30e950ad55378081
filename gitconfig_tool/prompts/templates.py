"""One template: parsing, what it uses, and rendering.

Works on the text of one template and speaks of places as offsets into it; where that text stands
in a file is `places`'s work. Does not know the schema of the variables.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_RESOLVE
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.sandbox import (
    LimitError,
    NotTextError,
    Rewriter,
    Sandbox,
    make_sandbox,
)

_FORBIDDEN: Mapping[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from ... import",
    nodes.Extends: "extends",
}
_GONE = {
    "random": "the result must be the same each time",
    "lipsum": "the result must be the same each time",
}
# jinja2/parser.py, `_fail_ut_eof`.
_UNCLOSED = re.compile(
    r"^Unexpected end of template\. Jinja was looking for the following tags: (.+)\. "
    r"The innermost block that needs to be closed is '(\w+)'"
)
# Deeper templates are not written by people, and Jinja2 recurses.
_MAX_DEPTH = 100


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
    """A template that Jinja2 can read; `lineno` of every node is an offset into the text."""

    text: str
    tree: nodes.Template
    uses: tuple[Use, ...]


class TemplateFailure(Exception):  # noqa: N818
    """Rendering ended early; `offset` is where in the text, as well as Jinja2 knows."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


def parse_template(
    text: str, limits: RenderLimits
) -> tuple[ParsedTemplate | None, tuple[Problem, ...]]:
    """Parse a template and find which variables it uses, and where.

    Returns None where the syntax is wrong.
    """
    if len(text) > limits.template_characters:
        message = (
            f"expected a template of at most {limits.template_characters:,} characters, "
            f"found {len(text):,}"
        )
        return None, (Problem("GCT503", message, 0, hint="give long text as a variable"),)
    sandbox = make_sandbox(limits)
    try:
        tree = _parse(sandbox, text)
        forbidden = tuple(_forbidden(sandbox, tree, text))
        if forbidden:
            return None, forbidden
        finder = _UseFinder(sandbox)
        finder.visit(tree)
        # Jinja2 finds some mistakes only while it writes code.
        _compile(sandbox, text)
    except TemplateSyntaxError as error:
        return None, (_syntax_problem(error, text),)
    except (RecursionError, SyntaxError, MemoryError):
        return None, (_too_deep(),)
    uses = {(use.offset, use.name): use for use in finder.uses}
    return ParsedTemplate(text, tree, tuple(uses[key] for key in sorted(uses))), ()


def render_template(text: str, variables: Mapping[str, Any], limits: RenderLimits) -> str:
    """Render a template that `parse_template` accepts.

    Raises `TemplateFailure`.
    """
    sandbox = make_sandbox(limits)
    try:
        template = _compile(sandbox, text)
    except (TemplateError, RecursionError, SyntaxError, MemoryError) as error:
        raise TemplateFailure("expected a template without mistakes", 0) from error
    chunks: list[str] = []
    length = 0
    try:
        context = template.new_context(dict(variables))
        for chunk in template.root_render_func(context):
            length += len(chunk)
            if length > limits.output_characters:
                raise LimitError(f"expected at most {limits.output_characters:,} characters")
            chunks.append(chunk)
    except Exception as error:
        # A template can raise whatever the operators and methods of its values raise.
        message, hint = _explain(error)
        raise TemplateFailure(message, _offset_of(error, template), hint) from error
    return "".join(chunks)


def _parse(sandbox: Sandbox, text: str) -> nodes.Template:
    parser = Parser(sandbox, "")
    placed = _place_tokens(sandbox, text)
    parser.stream = TokenStream(sandbox.lexer.wrap(placed), None, None)
    tree = parser.parse()
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > _MAX_DEPTH:
            raise RecursionError
        level = [child for node in level for child in node.iter_child_nodes()]  # type: ignore[misc]
    return tree


def _place_tokens(sandbox: Sandbox, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the tokens of a template with their offsets where Jinja2 has line numbers.

    So every node, and every complaint of the parser, carries the exact place.
    """
    # The lexer reads lines joined with "\n"; offsets must be into the text as it is.
    normal = re.sub("\r\n|\r", "\n", text)
    offsets = None if normal == text else _offsets(text)
    position = begin = 0
    tokens = sandbox.lexer.tokeniter(normal, None)
    while True:
        try:
            _, kind, value = next(tokens)
        except StopIteration:
            return
        except TemplateSyntaxError as error:
            # What is never closed is best shown where it begins.
            at = begin if str(error.message).startswith("Missing end") else position
            at = at if offsets is None else offsets[min(at, len(offsets) - 1)]
            raise TemplateSyntaxError(str(error.message), at) from error
        # The lexer drops the white space before "{%-".
        while not normal.startswith(value, position) and normal[position : position + 1].isspace():
            position += 1
        if kind.endswith("_begin"):
            begin = position
        yield (position if offsets is None else offsets[position]), kind, value
        position += len(value)


def _offsets(text: str) -> list[int]:
    """Map offsets in the text with "\n" only to offsets in the text as it is."""
    return [
        *(at for at, char in enumerate(text) if not (char == "\n" and text[at - 1 : at] == "\r")),
        len(text),
    ]


def _compile(sandbox: Sandbox, text: str) -> Template:
    tree = Rewriter().visit(_parse(sandbox, text))
    tree.set_environment(sandbox)
    code = sandbox.compile(tree)
    return Template.from_code(sandbox, code, sandbox.globals, None)


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


def _forbidden(sandbox: Sandbox, tree: nodes.Template, text: str) -> Iterator[Problem]:
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        name = _FORBIDDEN[type(node)]
        yield Problem(
            "GCT504",
            f"expected a template that stands alone, found '{name}'",
            node.lineno,
            _word_length(text, node.lineno),
            hint="a prompt version is one file: put the text in here, or make it a variable",
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
        return "expected macros and loops that end, found endless recursion", ""
    return f"expected the template to render, found: {error}", ""


def _offset_of(error: Exception, template: Template) -> int:
    """Return the offset of the statement that failed; the code's line numbers lead to it."""
    found = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            found = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return found
