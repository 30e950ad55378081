"""Lists of models that end, reduced to what we use.

Takes the JSON texts of two public lists; returns `Ending`s. Decides which dates are announced and
which are only the earliest that a provider names.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """What a list says of one model; dates as `YYYY-MM-DD`.

    `is_announced` is False where the provider promises to serve the model until that day, and has
    not said that it ends then. `replacements` are the provider's suggestions, the best first.
    """

    provider: str
    model: str
    deprecated: str | None
    date: str | None
    is_announced: bool
    replacements: tuple[str, ...]


_MODEL_RETIRE = {
    "anthropic": "anthropic",
    "aws-bedrock": "aws-bedrock",
    "cohere": "cohere",
    "google-gemini-api": "google-gemini",
    "google-vertex-ai": "google-vertex",
    "mistral": "mistral",
    "openai": "openai",
}
# The other list is asked for what the first one lacks; where both have a model, the first counts.
_LLM_SUNSET = {"Azure": "azure-openai", "Google Vertex": "google-vertex", "xAI": "xai"}
# Azure sets a date for every model when it arrives; for one that ends it also names the next
# ("Azure OpenAI model deprecations and retirements": a retirement date is set at launch).
_ANNOUNCES_WITH_REPLACEMENT = frozenset({"azure-openai"})


def read_model_retire(text: str) -> Iterator[Ending]:
    """Read `model_retire/models.json` of the package bydtech-model-retire."""
    for each in json.loads(text)["models"]:
        provider = _MODEL_RETIRE.get(each["provider"])
        if provider is None:
            continue
        earliest_only = "earliest possible shutdown" in each.get("note", "")
        for name in (each["id"], *each.get("aliases", ())):
            yield Ending(
                provider,
                name,
                each.get("deprecated_on"),
                each.get("retires_on"),
                not earliest_only,
                _names(each.get("replacement", "")),
            )


def read_llm_sunset(text: str) -> Iterator[Ending]:
    """Read `llm_sunset/snapshot.json` of the package llm-sunset."""
    for each in json.loads(text):
        provider = _LLM_SUNSET.get(each["provider"])
        if provider is None:
            continue
        # Where the page has one date, the list gives it twice.
        date = each["shutdown_date"] or None
        deprecated = each["deprecation_date"] or None
        replacements = tuple(each["replacement_models"] or ())
        yield Ending(
            provider,
            each["model_id"],
            None if deprecated == date else deprecated,
            date,
            provider not in _ANNOUNCES_WITH_REPLACEMENT or bool(replacements),
            replacements,
        )


def _names(text: str) -> tuple[str, ...]:
    """Take names out of `gpt-5 or gpt-4.1`, and drop remarks in parentheses."""
    plain = re.sub(r"\s*\([^)]*\)", "", text)
    parts = re.split(r",\s*(?:or\s+)?|\s+or\s+", plain)
    return tuple(part for part in parts if re.fullmatch(r"[\w.@:-]+", part))
