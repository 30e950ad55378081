"""Prompts for MLflow's prompt registry: what `mlflow.genai.register_prompt` takes, as JSON.

As mlflow-skinny 3.17.2 has it (`mlflow/entities/model_registry/prompt_version.py`): a text, or a
list of messages. A template without `{% %}` is no Jinja2 there: only `{{ name }}` is replaced. One
with it is rendered with Jinja2, without a last line break, and a missing value as nothing. So a
template that needs Jinja2 gets an empty block, and a line break more.
"""

import json
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.model import Exported, NotCarried
from gitconfig_tool.prompts.exchange.plain import is_plain, plain_text
from gitconfig_tool.prompts.exchange.response import to_openai
from gitconfig_tool.prompts.model import PromptVersion

# Says nothing, and makes MLflow render a template with Jinja2.
_MARK = "{% raw %}{% endraw %}"
_STOP = {"stop": "stop_sequences"}
_LEFT_OUT: Mapping[str, str] = {
    "deprecated": "MLflow knows no deprecated prompts",
    "replacedBy": "MLflow knows no deprecated prompts",
    "variants": "MLflow has one text for each version",
    "experiment": "MLflow has one text for each version",
}


def to_mlflow(version: PromptVersion) -> Exported:
    """Return a version as the arguments of `mlflow.genai.register_prompt`, in JSON."""
    content = version.content
    left = [NotCarried(field, reason) for field, reason in _LEFT_OUT.items() if field in content]
    if "variables" in content:
        left.append(
            NotCarried(
                "variables",
                "MLflow has no types, bounds and defaults of variables; without Jinja2, it "
                "replaces {{name}} in values too",
            )
        )
    left.append(
        NotCarried("version", "MLflow counts versions: the tag 'version' and the message name it")
    )
    description = content.get("description")
    message = f"{version.id} {version.version}" + (f": {description}" if description else "")
    report = {
        "name": version.id,
        "template": _template(version),
        "commit_message": message,
        "tags": _tags(version),
    }
    form = to_openai(content)
    if form is not None:
        report["response_format"] = form
    parameters = content.get("modelParameters")
    if isinstance(parameters, Mapping) and parameters:
        report["model_config"] = _parameters(parameters)
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    return Exported(((f"{version.id}.{version.version}.mlflow.json", text),), tuple(left))


def _template(version: PromptVersion) -> Any:
    messages = version.content.get("messages")
    if not isinstance(messages, list):
        template = str(version.content.get("template", ""))
        return _simple(template) if _is_simple(template) else _as_jinja(template)
    contents = [str(message["content"]) for message in messages]
    # One message with a block makes MLflow render all of them with Jinja2.
    say = _simple if all(map(_is_simple, contents)) else _as_jinja
    written = map(say, contents)
    return [
        {"role": message["role"], "content": text}
        for message, text in zip(messages, written, strict=True)
    ]


def _is_simple(template: str) -> bool:
    """Tell whether plain replacement is enough, and MLflow will see no Jinja2 in the text."""
    return is_plain(template) and not _looks_like_jinja(_simple(template))


def _simple(template: str) -> str:
    return plain_text("", template, "MLflow")


def _looks_like_jinja(text: str) -> bool:
    return "{%" in text and "%}" in text


def _as_jinja(template: str) -> str:
    text = template if _looks_like_jinja(template) else f"{_MARK}{template}"
    # Jinja2 takes one line break at the end away, unless it is told not to.
    return f"{text}\n" if text.endswith("\n") else text


def _tags(version: PromptVersion) -> dict[str, str]:
    content = version.content
    found = {"version": version.version}
    for name in ("owner", "classification"):
        if isinstance(content.get(name), str):
            found[name] = content[name]
    tags = content.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        found[f"tag.{tag}"] = "true"
    return found


def _parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters under the names of MLflow's `PromptModelConfig`."""
    found = {_STOP.get(name, name): value for name, value in parameters.items()}
    if isinstance(found.get("stop_sequences"), str):
        found["stop_sequences"] = [found["stop_sequences"]]
    return found
