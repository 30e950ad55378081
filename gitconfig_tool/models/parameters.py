"""Which parameters a model takes, and what each may be.

Takes a provider, a model's name and what the catalogue knows of it; returns the `Family` that it
belongs to, or says what is wrong about a value. The table itself is `families`. Does not know
chains, and calls nothing: an API may take more than its documentation says, or less.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.models.model import ModelFacts

# Who serves models, as the schema gitconfig-tool:model-config names them.
PROVIDERS = (
    "openai",
    "anthropic",
    "aws-bedrock",
    "azure-openai",
    "google-vertex",
    "google-gemini",
    "mistral",
    "cohere",
    "xai",
    "vllm",
    "custom",
)
# What a project may set for every model; `extra` is passed on as it is, whatever it holds.
PARAMETERS = (
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "stop",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
    "safety_settings",
    "content_filter",
)
# What models that fix their sampling no longer take.
SAMPLING = frozenset({"temperature", "top_p", "top_k"})


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a parameter may be; without any bound, whatever the schema lets pass.

    `low` and `high` are themselves allowed. `values` allows nothing else. `at_most` bounds the
    length of a list. `needs` names what the catalogue must know the model to support. A parameter
    that is `without_reasoning` is taken only while `reasoning_effort` is `none`; with
    `reasoning_value` it may then still be that, the default.
    """

    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()
    at_most: int | None = None
    needs: str = ""
    without_reasoning: bool = False
    reasoning_value: float | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Models that take the same parameters.

    `pattern` is for a model's bare name, see `bare_name`. `refusal` says what becomes of a request
    with a parameter that the family does not take: `refuses` or `ignores`. Of the parameters of
    `exclusive`, a request may set one. `effort` is the reasoning effort of a request that names
    none. `source` is the page where
    that can be looked up, and the date of what was read; see `families`.
    """

    name: str
    providers: tuple[str, ...]
    pattern: re.Pattern[str]
    parameters: Mapping[str, Accepts]
    source: str
    refusal: str = "refuses"
    exclusive: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    effort: str = ""

    def accepts(self, parameter: str, facts: ModelFacts | None) -> Accepts | None:
        """Return what a parameter may be; None where the model does not take it.

        What the catalogue does not know is not held against a model.
        """
        found = self.parameters.get(parameter)
        if found is None or facts is None or not facts.supports:
            return found
        if "fixed_sampling" in facts.supports and parameter in SAMPLING:
            return None
        if found.without_reasoning and "reasoning_effort_none" not in facts.supports:
            # It always reasons: what holds without reasoning never does.
            return Accepts(values=(found.reasoning_value,)) if parameter == "temperature" else None
        if not found.needs:
            return found
        return found if found.needs in facts.supports else None


# Where a request to Bedrock may be answered; it begins the name of an inference profile.
BEDROCK_GEOGRAPHIES = ("us-gov", "us", "eu", "apac", "jp", "au", "ca", "sa", "global")
_GEOGRAPHY = re.compile(rf"(?:{'|'.join(BEDROCK_GEOGRAPHIES)})\.(?=[a-z0-9-]+\.)")
_FOLDERS = re.compile(r".*/")
_FINE_TUNED = re.compile(r"ft:([^:]+)(?::.*)?")
_VERTEX_VERSION = re.compile(r"@.*")


def bare_name(provider: str, model: str) -> str:
    """Return a model's name without what says where it runs: folders, regions, owners of tunings.

    `eu.anthropic.claude-sonnet-4-5-20250929-v1:0` of Bedrock becomes what follows `eu.`;
    `ft:gpt-4.1-mini:acme::7p4lURel` of OpenAI becomes `gpt-4.1-mini`.
    """
    name = _FOLDERS.sub("", model.lower())
    if provider == "aws-bedrock":
        return _GEOGRAPHY.sub("", name, count=1)
    if provider == "google-vertex":
        return _VERTEX_VERSION.sub("", name)
    tuned = _FINE_TUNED.fullmatch(name)
    return tuned[1] if tuned is not None else name


def family_of(provider: str, model: str) -> Family | None:
    """Return the first family that a model belongs to; None for a provider that takes anything."""
    from gitconfig_tool.models.families import FAMILIES

    name = bare_name(provider, model)
    for family in FAMILIES:
        if provider in family.providers and family.pattern.match(name):
            return family
    return None
