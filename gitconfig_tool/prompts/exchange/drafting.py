"""What the readers of other formats share: collecting what goes over and what does not.

Knows the fields of a prompt file, and no other format.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError, NotCarried

# The order in which a prompt file is written.
_ORDER = (
    "description",
    "tags",
    "variables",
    "messages",
    "template",
    "modelParameters",
    "responseFormat",
    "jsonSchema",
    "testData",
)
MODEL = "a prompt file names no model: a model-config document does, with its own 'prompt'"
TOOLS = "a prompt file holds no tools: send them along with the request"
UNKNOWN = "a prompt file has no such field"
SECRET = "it may hold credentials: they belong into a SOPS file, linked with !secret"  # noqa: S105
ANSWERS = "it is about the model's answers; here, expectations are about the rendered text"

# Other spellings of parameters, and the ones of OpenAI's API, which prompt files and model-config
# documents use.
_PARAMETERS: Mapping[str, str] = {
    "allowMultipleToolCalls": "parallel_tool_calls",
    "candidateCount": "n",
    "frequencyPenalty": "frequency_penalty",
    "maxCompletionTokens": "max_completion_tokens",
    "maxOutputTokens": "max_tokens",
    "maxTokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "presencePenalty": "presence_penalty",
    "reasoningEffort": "reasoning_effort",
    "stopSequences": "stop",
    "stop_sequences": "stop",
    "topK": "top_k",
    "topP": "top_p",
}
# What a source that mixes parameters with other settings may call one.
PARAMETER_NAMES = frozenset(_PARAMETERS) | {
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "n",
    "parallel_tool_calls",
    "presence_penalty",
    "reasoning_effort",
    "seed",
    "stop",
    "temperature",
    "top_k",
    "top_logprobs",
    "top_p",
    "verbosity",
}

_SECRET_NAME = re.compile(r"key|secret|token|passw|credential|auth|header|cookie", re.IGNORECASE)


class Drafting:
    """Collects one draft: its fields, what was carried over and what was not."""

    def __init__(self, name: str, source: Mapping[str, Any]) -> None:
        self.name = name  # of the file, for messages
        self.source = source
        self.content: dict[str, Any] = {}
        self.id: str | None = None
        self.version: str | None = None
        self._carried: list[str] = []
        self._left: list[NotCarried] = []
        self._seen: set[str] = set()

    def take(self, field: str) -> Any:
        """Return a field of the source, which counts as carried; None where there is none."""
        self._seen.add(field)
        value = self.source.get(field)
        if value is not None:
            self._carried.append(field)
        return value

    def peek(self, field: str) -> Any:
        """Return a field of the source of which the caller says itself what becomes of it."""
        self._seen.add(field)
        return self.source.get(field)

    def carried(self, field: str) -> None:
        """Say that a field went over."""
        self._carried.append(field)

    def leave(self, field: str, reason: str) -> None:
        """Say that a field stays behind."""
        found = NotCarried(field, reason)
        if found not in self._left:
            self._left.append(found)

    def leave_all(self, reasons: Mapping[str, str]) -> None:
        """Leave those fields behind that the source has."""
        for field, reason in reasons.items():
            if self.peek(field) not in (None, "", [], {}):
                self.leave(field, reason)

    def text(self, field: str) -> str | None:
        """Take a field that must be text."""
        value = self.take(field)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"text in '{field}'", value)
        return value

    def mapping(self, field: str) -> Mapping[str, Any]:
        """Look at a field that must be a mapping; an empty one where there is none."""
        return as_mapping(self.peek(field), f"'{field}' of {self.name}")

    def description(self, field: str = "description") -> None:
        """Take the description."""
        found = self.text(field)
        if found:
            self.content["description"] = found

    def tags(self, field: str, value: Any) -> None:
        """Take tags, which must be a list of text."""
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            raise self.wrong(f"a list of text in '{field}'", value)
        if value:
            self.content["tags"] = list(dict.fromkeys(value))
            self.carried(field)

    def parameters(self, field: str, given: Mapping[str, Any]) -> None:
        """Take parameters of the model, under the names that prompt files use."""
        found = dict(self.content.get("modelParameters", {}))
        for name, value in given.items():
            if value is None:
                continue
            ours = _PARAMETERS.get(name, name)
            if is_secret_name(name):
                self.leave(f"{field}.{name}", SECRET)
                continue
            if ours in found:
                self.leave(f"{field}.{name}", f"'{ours}' is set already")
                continue
            found[ours] = value
            self.carried(f"{field}.{name}" if field else name)
        if found:
            self.content["modelParameters"] = found

    def wrong(self, expected: str, value: Any) -> ExchangeError:
        """Return the error for a value that has another shape; never shows the value."""
        return ExchangeError(
            f"{self.name}: expected {expected}, found {kind_of(value)}",
            hint="correct the file, or leave the field out",
        )

    def finish(self) -> Draft:
        """Return the draft; what nobody asked for is left behind."""
        for field, value in self.source.items():
            if field not in self._seen and value not in (None, "", [], {}):
                self.leave(field, UNKNOWN)
        content = {name: self.content[name] for name in _ORDER if name in self.content}
        return Draft(
            content, self.id, self.version, tuple(dict.fromkeys(self._carried)), tuple(self._left)
        )


def is_secret_name(name: str) -> bool:
    """Tell whether a setting of this name may be a credential."""
    return name not in PARAMETER_NAMES and _SECRET_NAME.search(name) is not None


def variables_schema(
    properties: Mapping[str, Mapping[str, Any]], required: Iterable[str]
) -> dict[str, Any]:
    """Return the JSON Schema of some variables."""
    names = [name for name in dict.fromkeys(required) if name in properties]
    return {
        "type": "object",
        "properties": {name: dict(schema) for name, schema in properties.items()},
        **({"required": names} if names else {}),
        "additionalProperties": False,
    }


def as_mapping(value: Any, what: str) -> Mapping[str, Any]:
    """Return a mapping, an empty one for None; `what` names it in the error."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ExchangeError(f"expected a mapping in {what}, found {kind_of(value)}")
    return value


def as_list(value: Any, what: str) -> Sequence[Any]:
    """Return a list, an empty one for None; `what` names it in the error."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ExchangeError(f"expected a list in {what}, found {kind_of(value)}")
    return value


def kind_of(value: Any) -> str:
    """Name the kind of a JSON value."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def schema_of_value(value: Any) -> dict[str, Any]:
    """Return the type of an example value as a JSON Schema; of nothing, it is text."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, list):
        return {"type": "array"}
    return {"type": "object"} if isinstance(value, Mapping) else {"type": "string"}
