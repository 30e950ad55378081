"""What is known of the model that a hop calls: the catalogue's word, and the project's over it.

Takes a hop and what the catalogue says; returns `ModelFacts`. A document declares under `metadata`
what it knows better, and `context_window_tokens` beside it.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from gitconfig_tool.models.catalogue import Catalogue
from gitconfig_tool.models.facts import CATALOGUE
from gitconfig_tool.models.model import Hop, ModelFacts, Prices

# What `metadata` says with true or false, and `requires` asks for; the names are the catalogue's.
CAPABILITIES = (
    "function_calling",
    "parallel_function_calling",
    "vision",
    "audio_input",
    "audio_output",
    "pdf_input",
    "video_input",
    "reasoning",
    "response_schema",
    "prompt_caching",
    "streaming",
    "system_messages",
    "web_search",
)
# A capability that is a kind of input or output.
_INPUTS = {"vision": "image", "audio_input": "audio", "pdf_input": "pdf", "video_input": "video"}
_OUTPUTS = {"audio_output": "audio"}
# Every API of the catalogue streams; the catalogue marks only those that do it natively.
_ASSUMED = frozenset({"streaming", "system_messages"})
_MILLION = Decimal(1_000_000)
_THOUSAND = Decimal(1_000)


def known_of(hop: Hop, catalogue: Catalogue) -> ModelFacts | None:
    """Return what is known of the model of a hop, or None when nothing is."""
    region = hop.fields.get("region")
    place = region if isinstance(region, str) else None
    found = catalogue.find(hop.provider, hop.model, place)
    declared = hop.metadata
    window = _tokens(declared, "context_window_tokens") or _tokens(
        hop.fields, "context_window_tokens"
    )
    if not declared and window is None:
        return found
    facts = found or ModelFacts(hop.provider, hop.model, mode="chat", source=hop.document)
    inputs = declared.get("input_modalities")
    outputs = declared.get("output_modalities")
    regions = declared.get("regions")
    said = {name for name in CAPABILITIES if declared.get(name) is True}
    denied = {name for name in CAPABILITIES if declared.get(name) is False}
    return replace(
        facts,
        context_window=window or facts.context_window,
        max_input=_tokens(declared, "max_input_tokens") or facts.max_input,
        max_output=_tokens(declared, "max_output_tokens") or facts.max_output,
        supports=(facts.supports | said) - denied,
        input_modalities=frozenset(inputs) if isinstance(inputs, list) else facts.input_modalities,
        output_modalities=frozenset(outputs)
        if isinstance(outputs, list)
        else facts.output_modalities,
        regions=tuple(regions) if isinstance(regions, list) else facts.regions,
        prices=_prices(declared.get("cost")) or facts.prices,
    )


def is_capable(hop: Hop, facts: ModelFacts | None, capability: str) -> bool | None:
    """Tell whether a model can do something; None where neither side says."""
    said = hop.metadata.get(capability)
    if isinstance(said, bool):
        return said
    if facts is None or facts.mode == "unknown" or facts.source == hop.document:
        return None
    if capability in facts.supports or capability in _ASSUMED:
        return True
    if (
        _INPUTS.get(capability) in facts.input_modalities
        or _OUTPUTS.get(capability) in facts.output_modalities
    ):
        return True
    # A project's own entry may say how long answers get, and nothing of what the model can do.
    return False if facts.supports or facts.source == CATALOGUE else None


def _tokens(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _prices(cost: Any) -> Prices | None:
    """Read `cost`: US dollars for a thousand or a million tokens, as text or as a number."""
    if not isinstance(cost, Mapping):
        return None
    given = {name: _price(cost, name) for name in ("input", "output", "cached_input")}
    if given["input"] is None or given["output"] is None:
        return None
    return Prices(given["input"], given["output"], given["cached_input"])


def _price(cost: Mapping[str, Any], name: str) -> Decimal | None:
    for unit, divisor in (("1m", _MILLION), ("1k", _THOUSAND)):
        value = cost.get(f"{name}_usd_per_{unit}_tokens")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                # A float says what was written: 0.1 is meant, and not its binary.
                return Decimal(str(value)) / divisor
            except InvalidOperation:
                return None
    return None
