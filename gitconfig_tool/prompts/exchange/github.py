"""GitHub Models' `.prompt.yml` files.

As GitHub's documentation has them ("Storing prompts in GitHub repositories", read November 2026)
and the extension `gh models` reads them: `{{name}}` is replaced, all other text stays.
"""

import json
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.doubled import names_of, pieces_of
from gitconfig_tool.prompts.exchange.drafting import (
    ANSWERS,
    MODEL,
    Drafting,
    as_list,
    as_mapping,
    schema_of_value,
    variables_schema,
)
from gitconfig_tool.prompts.exchange.jinja import write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of
from gitconfig_tool.prompts.exchange.response import from_named_schema
from gitconfig_tool.prompts.exchange.source import Source

TITLE = "GitHub .prompt.yml"
# Of LangChain, and of prompt files themselves, which have messages too.
_OF_OTHERS = frozenset(
    {"_type", "experiment", "includes", "input_variables", "variables", "variants"}
)


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    messages = source.value.get("messages")
    return (
        source.kind == "yaml"
        and not _OF_OTHERS & source.value.keys()
        and isinstance(messages, list)
        and all(isinstance(each, Mapping) and "role" in each for each in messages)
    )


def read(source: Source) -> Draft:
    """Read a `.prompt.yml` file."""
    draft = Drafting(source.name, source.value)
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.description()
    draft.leave_all({"model": MODEL, "evaluators": ANSWERS})
    names: list[str] = []
    messages = []
    for index, each in enumerate(as_list(draft.take("messages"), f"'messages' of {source.name}")):
        field = f"messages[{index}]"
        message = as_mapping(each, f"{field} of {source.name}")
        content = message.get("content")
        if not isinstance(content, str):
            raise draft.wrong(f"text in {field}.content", content)
        names += names_of(content)
        text = write(list(pieces_of(f"{source.name}: {field}", content)))
        messages.append({"role": str(message.get("role")), "content": text})
        for other in sorted(message.keys() - {"role", "content"}):
            draft.leave(f"{field}.{other}", "a message has a role and a text")
    draft.content["messages"] = messages
    draft.parameters("modelParameters", draft.mapping("modelParameters"))
    _response(draft)
    cases = _cases(draft)
    properties = {name: {"type": "string"} for name in names}
    for case in cases:
        for variable, value in case["variables"].items():
            if not isinstance(value, str) and variable in properties:
                properties[variable] = schema_of_value(value)
    used = set(names)
    for index, case in enumerate(cases):
        for variable in [each for each in case["variables"] if each not in used]:
            del case["variables"][variable]
            draft.leave(f"testData[{index}].{variable}", "no message uses it")
    if properties:
        draft.content["variables"] = variables_schema(properties, names)
    if cases:
        draft.content["testData"] = cases
    return draft.finish()


def _response(draft: Drafting) -> None:
    form = draft.text("responseFormat")
    schema = draft.take("jsonSchema")
    if schema is not None:
        if isinstance(schema, str):
            try:
                schema = json.loads(schema)
            except (ValueError, RecursionError) as error:
                raise ExchangeError(
                    f"{draft.name}: expected JSON in 'jsonSchema', found text that is none",
                    hint="correct the schema, or leave the field out",
                ) from error
        draft.content.update(from_named_schema(as_mapping(schema, "'jsonSchema'")))
    elif form:
        draft.content["responseFormat"] = form


def _cases(draft: Drafting) -> list[dict[str, Any]]:
    found = []
    for index, each in enumerate(as_list(draft.peek("testData"), f"'testData' of {draft.name}")):
        field = f"testData[{index}]"
        given = as_mapping(each, f"{field} of {draft.name}")
        if "expected" in given:
            draft.leave(f"{field}.expected", ANSWERS)
        variables = {name: value for name, value in given.items() if name != "expected"}
        draft.carried(field)
        found.append({"name": f"case {index + 1}", "variables": variables})
    return found
