"""Langfuse's prompts as JSON: reading them, and writing them.

As Langfuse's documentation ("Prompts data model", read November 2026) and its Python SDK 5.0.4 have
them: `{{name}}` is replaced and all other text stays. There are no escapes, no loops and no
conditions. A `config` is any JSON; a version is a number that counts up.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.doubled import names_of, pieces_of
from gitconfig_tool.prompts.exchange.drafting import (
    MODEL,
    PARAMETER_NAMES,
    TOOLS,
    Drafting,
    as_list,
    as_mapping,
    variables_schema,
)
from gitconfig_tool.prompts.exchange.jinja import write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError, Exported, NotCarried
from gitconfig_tool.prompts.exchange.names import id_of, version_of
from gitconfig_tool.prompts.exchange.plain import plain_text
from gitconfig_tool.prompts.exchange.response import from_openai, to_openai
from gitconfig_tool.prompts.exchange.source import Source
from gitconfig_tool.prompts.model import PromptVersion

TITLE = "Langfuse JSON"
_REFERENCE = re.compile(r"@@@langfusePrompt:")
_FROM_SERVER = (
    "commitMessage",
    "createdAt",
    "createdBy",
    "id",
    "isActive",
    "projectId",
    "resolutionGraph",
    "updatedAt",
)
_LEFT_OUT: Mapping[str, str] = {
    "owner": "Langfuse has no such field",
    "classification": "Langfuse has no such field",
    "description": "Langfuse has no such field: the commit message takes it",
    "deprecated": "Langfuse knows no deprecated prompts",
    "replacedBy": "Langfuse knows no deprecated prompts",
    "variants": "Langfuse has one text for each version",
    "experiment": "Langfuse has one text for each version",
}


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    prompt = source.value.get("prompt")
    return (
        source.kind == "json"
        and isinstance(prompt, (str, list))
        and isinstance(source.value.get("name"), str)
    )


def read(source: Source) -> Draft:
    """Read a prompt of Langfuse's API."""
    draft = Drafting(source.name, source.value)
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.leave_all(dict.fromkeys(_FROM_SERVER, "Langfuse's server sets it: Git says who and when"))
    draft.leave_all({"labels": "the range in !prompt says which bundle uses which version"})
    version = draft.peek("version")
    if version is not None:
        draft.version = version_of(version)
        if draft.version is None:
            raise draft.wrong("a number in 'version'", version)
        draft.carried("version")
    draft.tags("tags", draft.peek("tags"))
    draft.peek("type")
    draft.carried("prompt")
    names: list[str] = []
    prompt = draft.peek("prompt")
    if isinstance(prompt, str):
        draft.content["template"] = _text(draft, "prompt", prompt, names)
    else:
        draft.content["messages"] = list(_messages(draft, prompt, names))
        if not draft.content["messages"]:
            raise ExchangeError(f"{source.name}: expected a message in 'prompt', found none")
    if names:
        draft.content["variables"] = variables_schema(
            {name: {"type": "string"} for name in names}, names
        )
    _config(draft)
    return draft.finish()


def _messages(draft: Drafting, prompt: Any, names: list[str]) -> Iterator[dict[str, str]]:
    for index, each in enumerate(as_list(prompt, f"'prompt' of {draft.name}")):
        field = f"prompt[{index}]"
        message = as_mapping(each, f"'{field}' of {draft.name}")
        if message.get("type") == "placeholder":
            draft.leave(field, "messages of the caller: put them in when you send")
            continue
        role, content = message.get("role"), message.get("content")
        if not isinstance(role, str) or not isinstance(content, str):
            raise draft.wrong(f"text in 'role' and 'content' of '{field}'", content)
        for other in sorted(message.keys() - {"role", "content", "type"}):
            draft.leave(f"{field}.{other}", "a message has a role and a text")
        if role == "developer":
            role = "system"
            draft.leave(f"{field}.role", "there is no role 'developer': it is written as 'system'")
        yield {"role": role, "content": _text(draft, field, content, names)}


def _text(draft: Drafting, field: str, text: str, names: list[str]) -> str:
    if _REFERENCE.search(text):
        raise ExchangeError(
            f"{draft.name}: expected the text of '{field}', found a reference to another prompt",
            hint="ask Langfuse for the prompt with resolve=true, which puts the text in its place",
        )
    names += names_of(text)
    return write(list(pieces_of(f"{draft.name}: {field}", text)))


def _config(draft: Drafting) -> None:
    config = draft.peek("config")
    if config is None:
        return
    parameters = {}
    for field, value in as_mapping(config, f"'config' of {draft.name}").items():
        if field == "response_format" and isinstance(value, Mapping):
            draft.content.update(from_openai(value))
            draft.carried("config.response_format")
        elif field in PARAMETER_NAMES:
            parameters[field] = value
        elif field == "model":
            draft.leave("config.model", MODEL)
        elif field in ("tools", "tool_choice"):
            draft.leave(f"config.{field}", TOOLS)
        else:
            draft.leave(f"config.{field}", "it is no parameter of a model that is known here")
    draft.parameters("config", parameters)


def to_langfuse(version: PromptVersion) -> Exported:
    """Return a version as the JSON that Langfuse's API takes to make a prompt."""
    content = version.content
    left = [NotCarried(field, reason) for field, reason in _LEFT_OUT.items() if field in content]
    if "variables" in content:
        left.append(
            NotCarried(
                "variables",
                "Langfuse has no types, bounds and defaults: a missing value leaves {{name}} in "
                "the text",
            )
        )
    config: dict[str, Any] = dict(content.get("modelParameters") or {})
    form = to_openai(content)
    if form is not None:
        config["response_format"] = form
    messages = content.get("messages")
    prompt: Any
    if isinstance(messages, list):
        kind = "chat"
        prompt = [
            {
                "role": message["role"],
                "content": _exported(version, f"messages[{index}].content", message["content"]),
            }
            for index, message in enumerate(messages)
        ]
    else:
        kind = "text"
        prompt = _exported(version, "template", str(content.get("template", "")))
    major, _, rest = version.version.partition(".")
    counted = {"version": int(major)} if rest == "0.0" else {}
    if not counted:
        left.append(NotCarried("version", "Langfuse counts versions: the commit message names it"))
    description = content.get("description")
    message = f"{version.id} {version.version}" + (f": {description}" if description else "")
    report = {
        "name": version.id,
        **counted,
        "type": kind,
        "prompt": prompt,
        "config": config,
        "labels": [],
        "tags": list(content.get("tags") or ()),
        "commitMessage": message,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    return Exported(((f"{version.id}.{version.version}.langfuse.json", text),), tuple(left))


def _exported(version: PromptVersion, field: str, template: str) -> str:
    """Return a template as Langfuse's text; what it cannot say is an error."""
    where = f"{version.path}: {field}"
    return plain_text(where, template, "Langfuse")
