"""A Jinja2 template as a text in which `{{name}}` is all that is replaced.

For Langfuse, and for MLflow's simple templates. What such a text cannot say is an error: to leave
out a loop or a condition would give a model another text.
"""

from collections.abc import Iterator

from jinja2 import nodes

from gitconfig_tool.prompts.exchange.model import ExchangeError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import parse_template

_NAMES: dict[type[nodes.Node], str] = {
    nodes.For: "a loop",
    nodes.If: "a condition",
    nodes.CondExpr: "a condition",
    nodes.Filter: "a filter",
    nodes.FilterBlock: "a filter",
    nodes.Getattr: "a part of a variable",
    nodes.Getitem: "a part of a variable",
    nodes.Macro: "a macro",
    nodes.Call: "a call",
    nodes.CallBlock: "a call",
    nodes.Assign: "'set'",
    nodes.AssignBlock: "'set'",
    nodes.With: "'with'",
}


def plain_text(where: str, template: str, target: str) -> str:
    """Return the text. `where` names the template, and `target` the program, in errors."""
    parsed, problems = parse_template(template, RenderLimits())
    if parsed is None:
        problem = problems[0]
        raise ExchangeError(f"{where}: {problem.message}", hint=problem.hint)
    parts: list[tuple[bool, str]] = []
    for node in parsed.tree.body:
        line = template.count("\n", 0, node.lineno) + 1
        for is_code, text in _parts(where, node, line, target):
            if is_code or not parts or parts[-1][0]:
                parts.append((is_code, text))
            else:
                parts[-1] = (False, parts[-1][1] + text)
    for index, (is_code, text) in enumerate(parts):
        # A reader takes the first '{{' that it finds, wherever it comes from.
        begins = "{{" in text or (text.endswith("{") and index + 1 < len(parts))
        if not is_code and begins:
            raise ExchangeError(
                f"{where}: expected no braces that are text, found '{{' before code or '{{{{'",
                hint=f"{target} has no way to write them: it would take them for a variable",
            )
    return "".join(text for _, text in parts)


def is_plain(template: str) -> bool:
    """Tell whether a template can be said so."""
    try:
        plain_text("", template, "")
    except ExchangeError:
        return False
    return True


def _parts(where: str, node: nodes.Node, line: int, target: str) -> Iterator[tuple[bool, str]]:
    for each in node.nodes if isinstance(node, nodes.Output) else (node,):
        if isinstance(each, nodes.TemplateData):
            yield False, each.data
        elif isinstance(each, nodes.Const) and isinstance(each.value, str):
            yield False, each.value
        elif isinstance(each, nodes.Name):
            yield True, f"{{{{{each.name}}}}}"
        else:
            found = _NAMES.get(type(each), "an expression")
            raise ExchangeError(
                f"{where}: expected text and plain variables, found {found} in line {line}",
                hint=f"{target} replaces {{{{name}}}} and knows nothing else: render that part "
                "before, and give it as a variable",
            )
