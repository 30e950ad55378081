"""Two prompt versions side by side, as they render on test data.

Takes two versions with their partials in place; returns for each test case what either renders. Of
what one of them refuses, its reason is kept: a variable that is new cannot be given to the old one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.render import RenderError, render
from gitconfig_tool.prompts.variables import declared_variables

Renderer = Callable[[PromptVersion, Mapping[str, Any]], "list[dict[str, str]] | str"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was rendered; `role` is None for a single text."""

    role: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one version makes of a test case: messages, or why it makes none."""

    messages: tuple[Message, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A test case, rendered with both versions.

    `left_out` are variables of the case that the old version does not know, and was not given.
    """

    name: str
    before: Side
    after: Side
    left_out: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether a reader would see another text."""
        return self.before != self.after


def compare(
    old: PromptVersion, new: PromptVersion, renderer: Renderer = render
) -> tuple[Case, ...]:
    """Render both versions on the test data of the new one, and on cases that only the old has.

    A prompt that takes no variables renders without test data too.
    """
    return tuple(_cases(old, new, renderer))


def _cases(old: PromptVersion, new: PromptVersion, renderer: Renderer) -> Iterator[Case]:
    known = {each.name: each.variables for each in _tests(old)}
    tests = [(each.name, each.variables) for each in _tests(new)]
    tests += [(name, values) for name, values in known.items() if name not in dict(tests)]
    if not tests:
        tests = [("without variables", {})]
    declared = declared_variables(_schema(old))
    for name, variables in tests:
        given = {key: value for key, value in variables.items() if key in declared}
        before = _side(old, given, renderer)
        if before.problem and name in known:
            # The old version's own case of that name has what it needs.
            given = dict(known[name])
            before = _side(old, given, renderer)
        left_out = tuple(key for key in variables if key not in declared)
        after = _side(new, variables, renderer)
        yield Case(name, before, after, left_out)


def _side(version: PromptVersion, variables: Mapping[str, Any], renderer: Renderer) -> Side:
    try:
        rendered = renderer(version, variables)
    except RenderError as error:
        name = f"{version.id}@{version.version}: "
        return Side((), error.message.removeprefix(name))
    if isinstance(rendered, str):
        return Side((Message(None, rendered),))
    return Side(tuple(Message(each["role"], each["content"]) for each in rendered))


def _tests(version: PromptVersion) -> tuple[Any, ...]:
    return () if version.file is None else version.file.tests


def _schema(version: PromptVersion) -> Mapping[str, Any] | None:
    given = version.content.get("variables")
    return given if isinstance(given, Mapping) else None
