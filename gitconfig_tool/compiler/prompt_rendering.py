"""Rendering of one prompt version with the values that somebody gives.

Takes a version and values as text or as JSON; returns what a model would get, or diagnostics. Text
is read by the type that the schema of the variable asks for. Reads no file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.compiler.inputs import CompileError, some_names
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import PromptVersion, TestCase
from gitconfig_tool.prompts.rendering import Renderer

_HOW = "give it with --var NAME=VALUE, or together with others in --vars FILE"
_CODES = {"missing": "GCT509", "extra": "GCT510", "invalid": "GCT511"}


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """What a model would get: messages of `{role, content}`, or one text; and how it was made.

    `parameters` are the version's `modelParameters`, those of the variant where it has its own.
    """

    version: PromptVersion
    variant: str | None
    variables: Mapping[str, Any]
    messages: tuple[Mapping[str, str], ...] | None
    text: str | None
    parameters: Mapping[str, Any]


def values_of(version: PromptVersion, texts: Sequence[str]) -> dict[str, Any]:
    """Return the values of `NAME=VALUE` texts; raises `CompileError` for one without `=`.

    A value is text where the variable may be text, unless the variable may be something else too
    and the value reads as that. For all others it is JSON.
    """
    found: dict[str, Any] = {}
    for each in texts:
        name, equals, text = each.partition("=")
        if not equals or not name:
            raise CompileError(
                f"expected NAME=VALUE with --var, found {each!r}",
                hint="such as --var customer=Ada",
            )
        found[name] = _read(text, _types(version, name))
    return found


def case_of(version: PromptVersion, name: str) -> TestCase:
    """Return a test case of a version by its name; raises `CompileError` where it has none."""
    tests = () if version.file is None else version.file.tests
    for case in tests:
        if case.name == name:
            return case
    names = [case.name for case in tests]
    near = get_close_matches(name, names, n=1)
    raise CompileError(
        f"expected a test case of {version.id}@{version.version}, found {name!r}",
        hint=f"did you mean {near[0]!r}?"
        if near
        else f"the test cases are: {some_names(names) or 'none'}",
    )


def check_variant(version: PromptVersion, name: str) -> None:
    """Raise `CompileError` where a version has no variant of that name."""
    names = [
        each.id
        for each in (() if version.file is None else version.file.variants)
        if each.id is not None
    ]
    if name in names:
        return
    near = get_close_matches(name, names, n=1)
    raise CompileError(
        f"expected a variant of {version.id}@{version.version}, found {name!r}",
        hint=f"did you mean {near[0]!r}?"
        if near
        else f"the variants are: {some_names(names) or 'none'}",
    )


def variant_for(version: PromptVersion, key: str, day: date, environment: str | None) -> str | None:
    """Return the variant that a key gets on a day; None where the prompt has no variants.

    Raises `CompileError` where the experiment has errors, so that nobody knows who gets what.
    """
    from gitconfig_tool.prompts.bucketing import assign
    from gitconfig_tool.prompts.variants import read_experiment

    file = version.file
    if file is None:
        return None
    read, _ = read_experiment(version.id, version.path, file.root, file.variants, file.experiment)
    if read is None:
        return None
    if read.experiment is None:
        raise CompileError(
            f"expected variants of {version.id}@{version.version} that share all keys, found "
            "errors in them",
            hint="gitconfig-tool validate shows them",
        )
    return assign(read.experiment, key, day, environment)


def check_environment(project: Project, name: str) -> None:
    """Raise `CompileError` where a project has no environment of that name.

    A project without that dimension has none that could be told from a misspelled one.
    """
    dimension = project.dimensions.get("environment")
    if dimension is None or not dimension.complete or name in dimension.values:
        return
    near = get_close_matches(name, dimension.values, n=1)
    raise CompileError(
        f"expected an environment of the project, found {name!r}",
        hint=f"did you mean {near[0]!r}?"
        if near
        else f"the environments are: {some_names(list(dimension.values))}",
    )


def render_prompt(
    version: PromptVersion,
    variant: str | None,
    values: Mapping[str, Any],
    renderer: Renderer | None = None,
) -> tuple[RenderedPrompt | None, tuple[Diagnostic, ...]]:
    """Render a version, or a variant of it; None with diagnostics where that fails.

    `renderer` is for untrusted templates: see `Rendering`.
    """
    from gitconfig_tool.prompts.render import RenderError, render
    from gitconfig_tool.prompts.variables import check_schema, check_variables

    content = version.content_of(variant)
    given = content.get("variables")
    schema = given if isinstance(given, Mapping) else None
    if schema is None or not any(check_schema(schema)):
        problems = check_variables(schema, values)
        if problems:
            return None, tuple(
                Diagnostic(
                    _CODES[each.kind],
                    each.message,
                    hint=_HOW if each.kind == "missing" else each.hint,
                )
                for each in problems
            )
    try:
        made = render(replace(version, content=content), values, renderer=renderer)
    except RenderError as error:
        return None, (Diagnostic("GCT512", error.message, version.span, hint=error.hint),)
    parameters = content.get("modelParameters")
    return (
        RenderedPrompt(
            version,
            variant,
            values,
            None if isinstance(made, str) else tuple(made),
            made if isinstance(made, str) else None,
            parameters if isinstance(parameters, Mapping) else {},
        ),
        (),
    )


def _types(version: PromptVersion, name: str) -> tuple[str, ...]:
    """Return the types that a variable may have; none where the schema does not say plainly."""
    schema = version.content.get("variables")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    about = properties.get(name) if isinstance(properties, Mapping) else None
    if not isinstance(about, Mapping):
        return ()
    kind = about.get("type")
    if isinstance(kind, list):
        return tuple(map(str, kind))
    if kind is not None:
        return (str(kind),)
    choices = about.get("enum")
    if isinstance(choices, list) and all(isinstance(each, str) for each in choices):
        return ("string",)
    return ()


def _read(text: str, types: Sequence[str]) -> Any:
    if tuple(types) == ("string",):
        return text
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text  # The schema says whether text will do.
    if not types or _type_of(value) in types or (isinstance(value, int) and "number" in types):
        return value
    return text if "string" in types else value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case None:
            return "null"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"
