"""Two prompt versions side by side, as they render on test data.

Takes two versions with their partials in place; returns for each test case what either renders. Of
what one of them refuses, its reason is kept: a variable that is new cannot be given to the old one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.prompts.cases import Case, Message, Side
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.render import RenderError, render
from gitconfig_tool.prompts.rendering import Renderer
from gitconfig_tool.prompts.variables import declared_variables


def compare(
    old: PromptVersion, new: PromptVersion, renderer: Renderer | None = None
) -> tuple[Case, ...]:
    """Render both versions on the test data of the new one, and on cases that only the old has.

    A variant that both have is rendered as well. A prompt without test data is rendered without
    variables. `renderer` is for untrusted templates: see `rendering`.
    """
    variants = [None, *(each for each in _variants(new) if each in _variants(old))]
    return tuple(case for variant in variants for case in _cases(old, new, variant, renderer))


def _cases(
    old: PromptVersion, new: PromptVersion, variant: str | None, renderer: Renderer | None
) -> Iterator[Case]:
    known = {each.name: each.variables for each in _tests(old)}
    tests = {**known, **{each.name: each.variables for each in _tests(new)}}
    declared = declared_variables(_schema(old))
    for name, variables in (tests or {"without variables": {}}).items():
        given = {key: value for key, value in variables.items() if key in declared}
        before = _side(old, given, variant, renderer)
        if before.problem and name in known:
            # The old version's own case of that name has what it needs.
            before = _side(old, known[name], variant, renderer)
        left_out = tuple(key for key in variables if key not in declared)
        after = _side(new, variables, variant, renderer)
        yield Case(name, before, after, left_out, variant)


def _side(
    version: PromptVersion,
    variables: Mapping[str, Any],
    variant: str | None,
    renderer: Renderer | None,
) -> Side:
    try:
        rendered = render(version, variables, variant=variant, renderer=renderer)
    except RenderError as error:
        name = f"{version.id}@{version.version}: "
        return Side((), error.message.removeprefix(name))
    if isinstance(rendered, str):
        return Side((Message(None, rendered),))
    return Side(tuple(Message(each["role"], each["content"]) for each in rendered))


def _variants(version: PromptVersion) -> tuple[str, ...]:
    variants = () if version.file is None else version.file.variants
    return tuple(each.id for each in variants if each.id is not None)


def _tests(version: PromptVersion) -> tuple[Any, ...]:
    return () if version.file is None else version.file.tests


def _schema(version: PromptVersion) -> Mapping[str, Any] | None:
    given = version.content.get("variables")
    return given if isinstance(given, Mapping) else None
