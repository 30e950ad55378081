"""Which variables a Jinja2 template of another format uses, and whether it can be used here."""

from collections.abc import Iterable

from gitconfig_tool.prompts.exchange.model import ExchangeError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import parse_template

# What `sandbox` leaves of Jinja2's global functions.
_FUNCTIONS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})


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
    return tuple(name for name in names if name not in _FUNCTIONS)


def variables_of_all(where: str, templates: Iterable[str]) -> tuple[str, ...]:
    """Return the variables that several templates use, each once."""
    found = (name for each in templates for name in variables_of(where, each))
    return tuple(dict.fromkeys(found))
