"""Which variables a Jinja2 template of another format uses, and whether it can be used here."""

from collections.abc import Iterable
from typing import Any

from jinja2 import nodes

from gitconfig_tool.prompts.exchange.model import ExchangeError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import FUNCTIONS, parse_template


def variables_of(where: str, template: str) -> tuple[str, ...]:
    """Return the variables that a template uses, each once.

    Raises `ExchangeError` for a template that a prompt file must not hold.
    """
    parsed, problems = parse_template(template, RenderLimits())
    if parsed is None:
        problem = problems[0]
        line = template.count("\n", 0, problem.offset) + 1
        raise ExchangeError(
            f"{where}: {problem.message} (line {line} of its text)", hint=problem.hint
        )
    names = dict.fromkeys(use.name for use in parsed.uses)
    return tuple(name for name in names if name not in FUNCTIONS)


def object_shapes(templates: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return a schema for each variable of which templates write parts, such as `user.name`."""
    found: dict[str, dict[str, Any]] = {}
    for text in templates:
        parsed, _ = parse_template(text, RenderLimits())
        if parsed is None:
            continue
        outside = {use.name for use in parsed.uses}
        for output in parsed.tree.find_all(nodes.Output):
            for node in output.nodes:
                path = _path(node)
                if len(path) > 1 and path[0] in outside:
                    _add(found.setdefault(path[0], {"type": "object"}), path[1:])
    return found


def _path(node: nodes.Node) -> tuple[str, ...]:
    """Return the names of `user.name` or `user['name']`; nothing for any other expression."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        outer = _path(node.node)
        return (*outer, node.attr) if outer else ()
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        outer = _path(node.node)
        return (*outer, node.arg.value) if outer and isinstance(node.arg.value, str) else ()
    return ()


def _add(schema: dict[str, Any], path: tuple[str, ...]) -> None:
    for index, name in enumerate(path):
        is_last = index == len(path) - 1
        properties = schema.setdefault("properties", {})
        if name not in properties:
            properties[name] = {"type": "string" if is_last else "object"}
            schema.setdefault("required", []).append(name)
        schema = properties[name]


def variables_of_all(where: str, templates: Iterable[str]) -> tuple[str, ...]:
    """Return the variables that several templates use, each once."""
    found = (name for each in templates for name in variables_of(where, each))
    return tuple(dict.fromkeys(found))
