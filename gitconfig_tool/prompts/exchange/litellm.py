"""LiteLLM's `.prompt` files: front matter and a Jinja2 template.

As litellm 1.109.1 reads them (`litellm/integrations/dotprompt`, `PromptManager` and
`DotpromptManager`): the template is rendered as a whole, then each line that begins with `System:`,
`User:` or `Assistant:` begins a message, and the white space around each line is cut off. Every key
of the front matter but `model`, `input` and `output` is sent as a parameter of the request.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.prompts.exchange.model import ExchangeError, Exported, NotCarried
from gitconfig_tool.prompts.exchange.response import to_openai
from gitconfig_tool.prompts.model import PromptVersion

TITLE = "LiteLLM .prompt file"
_ROLES: Mapping[str, str] = {"system": "System", "user": "User", "assistant": "Assistant"}
_MARKER = re.compile(r"^[ \t]*(?:System|User|Assistant):", re.MULTILINE)
# PromptTemplate, `restricted_keys`.
_RESERVED = ("model", "input", "output")
# PromptManager, `_get_python_type`, the names that JSON Schema has too.
TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object"})
# LiteLLM turns on HTML escaping for templates from text; a prompt is no web page.
BEGIN, END = "{% autoescape false %}", "{% endautoescape %}"
_LEFT_OUT: Mapping[str, str] = {
    "description": "LiteLLM would send it to the model's API as a parameter",
    "owner": "LiteLLM would send it to the model's API as a parameter",
    "tags": "LiteLLM would send it to the model's API as a parameter",
    "classification": "LiteLLM would send it to the model's API as a parameter",
    "deprecated": "LiteLLM knows no deprecated prompts",
    "replacedBy": "LiteLLM knows no deprecated prompts",
    "variants": "LiteLLM has one text for each prompt",
    "experiment": "LiteLLM has one text for each prompt",
}


def litellm_prompt_id(version: PromptVersion) -> str:
    """Return the name by which LiteLLM knows a version: `support-assistant.1.2.0`.

    LiteLLM takes it from the file's name. An id of ours holds no dot, so no two are alike.
    """
    return f"{version.id}.{version.version}"


def to_litellm(version: PromptVersion) -> Exported:
    """Return a version as a `.prompt` file, and what could not be carried.

    Raises `ExchangeError` where LiteLLM would make other messages of it.
    """
    content = version.content
    front = dict(_parameters(content))
    properties = _properties(content)
    types = {
        name: schema["type"]
        for name, schema in properties.items()
        # LiteLLM knows no variable of several types: of such a one it checks nothing.
        if isinstance(schema, Mapping) and isinstance(schema.get("type"), str)
        if schema["type"] in TYPES
    }
    if types:
        front["input"] = {"schema": types}
    text = f"---\n{write_yaml(front)}---\n{BEGIN}{_text(version)}{END}\n"
    return Exported(((f"{litellm_prompt_id(version)}.prompt", text),), tuple(_not_carried(content)))


def _properties(content: Mapping[str, Any]) -> Mapping[str, Any]:
    variables = content.get("variables")
    properties = variables.get("properties") if isinstance(variables, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def _parameters(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    parameters = content.get("modelParameters")
    for name, value in parameters.items() if isinstance(parameters, Mapping) else ():
        if name not in _RESERVED:
            yield name, value
    form = to_openai(content)
    if form is not None:
        yield "response_format", form


def _text(version: PromptVersion) -> str:
    messages = version.content.get("messages")
    if not isinstance(messages, list):
        template = str(version.content.get("template", ""))
        _refuse_markers(version, "template", template)
        return template
    parts = []
    for index, message in enumerate(messages):
        role = str(message["role"])
        field = f"messages[{index}]"
        if role not in _ROLES:
            raise ExchangeError(
                f"{version.path}: expected the role system, user or assistant in {field}, found "
                f"'{role}'",
                hint="LiteLLM's .prompt files know no other role: send such messages along with "
                "the request",
            )
        text = str(message["content"]).strip()
        if not text:
            raise ExchangeError(
                f"{version.path}: expected text in {field}.content, found none",
                hint="LiteLLM leaves out a message without text",
            )
        # The first line stands behind a marker of its own.
        _refuse_markers(version, f"{field}.content", text.partition("\n")[2])
        parts.append(f"{_ROLES[role]}: {text}")
    return "\n".join(parts)


def _refuse_markers(version: PromptVersion, field: str, text: str) -> None:
    found = _MARKER.search(text)
    if found is not None:
        raise ExchangeError(
            f"{version.path}: expected no line of {field} to begin as a message does, found "
            f"'{found[0].strip()}'",
            hint="LiteLLM begins a new message there: put another word, or '- ', before it",
        )


def _not_carried(content: Mapping[str, Any]) -> Iterator[NotCarried]:
    for field, reason in _LEFT_OUT.items():
        if field in content:
            yield NotCarried(field, reason)
    parameters = content.get("modelParameters")
    for name in parameters if isinstance(parameters, Mapping) else ():
        if name in _RESERVED:
            reason = f"LiteLLM gives the key '{name}' a meaning of its own"
            yield NotCarried(f"modelParameters.{name}", reason)
    if "variables" in content:
        yield NotCarried(
            "variables",
            "LiteLLM checks the type of a variable and nothing else: a missing one is rendered as "
            "nothing, defaults are not filled in, and a line of a value that begins with "
            "'System:', 'User:' or 'Assistant:' begins a new message",
        )
    for field, text in _templates(content):
        lines = text.strip().split("\n")
        if text != text.strip() or any(line != line.strip() for line in lines):
            yield NotCarried(
                field, "white space at the ends of lines and of the text: LiteLLM cuts it off"
            )


def _templates(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    messages = content.get("messages")
    if isinstance(messages, list):
        for index, message in enumerate(messages):
            yield f"messages[{index}].content", str(message["content"])
    elif "template" in content:
        yield "template", str(content["template"])
