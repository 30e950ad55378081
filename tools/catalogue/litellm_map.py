"""litellm's model map, reduced to our providers and to the fields that we use.

Takes the JSON text of `litellm/model_prices_and_context_window_backup.json`; returns entries by
`provider/model`, in the form of `catalogue/models.json`. Knows nothing of retirement lists, but
passes on the dates that the map itself has.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Entries = dict[str, dict[str, Any]]

# litellm's provider -> ours. Where two of theirs are one of ours, the first in this order wins.
_PROVIDERS = {
    "openai": "openai",
    "text-completion-openai": "openai",
    "anthropic": "anthropic",
    "bedrock_converse": "aws-bedrock",
    "bedrock": "aws-bedrock",
    "bedrock_mantle": "aws-bedrock",
    "azure": "azure-openai",
    "azure_text": "azure-openai",
    "azure_ai": "azure-openai",
    "gemini": "google-gemini",
    "mistral": "mistral",
    "codestral": "mistral",
    "cohere_chat": "cohere",
    "cohere": "cohere",
    "xai": "xai",
}
_VERTEX = "vertex_ai"
_FOLDERS = frozenset(
    {
        "azure",
        "azure_ai",
        "bedrock",
        "bedrock_mantle",
        "codestral",
        "cohere",
        "gemini",
        "mistral",
        "openai",
        "vertex_ai",
        "xai",
    }
)
# Not models of their own: sizes and qualities of images, prepaid capacity, another way to call.
_NO_MODEL = re.compile(
    r"(\d+-month-commitment|^\d+-x-\d+|^max-x-max|/(\d+|max)-x-(\d+|max)/|^(low|medium|high|standard|hd)/"
    r"|^invoke/|^\*|^container$)"
)
_TEXT_MODES = frozenset({"chat", "completion", "responses"})
# What `supports_...` says there, by what `supports` says here.
_SUPPORTS = (
    "assistant_prefill",
    "audio_input",
    "audio_output",
    "computer_use",
    "function_calling",
    "parallel_function_calling",
    "pdf_input",
    "prompt_caching",
    "reasoning",
    "response_schema",
    "system_messages",
    "tool_choice",
    "video_input",
    "vision",
    "web_search",
)
_EFFORTS = ("none", "minimal", "low", "xhigh", "max")
_TIER = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
# OpenAI's reasoning models from GPT-5 on: the map gives their input limit, or their whole window
# (OpenAI, "Models", 2026-10: 400,000 = 272,000 + 128,000; 1,050,000 = 922,000 + 128,000).
_INPUT_LIMITS = frozenset({272_000, 922_000})
# Google counts input and output each for itself ("Gemini models": input and output token limit).
_SEPARATE_LIMITS = re.compile(r"(?:^|/)(gemini|deep-research|lyria|learnlm|medlm|text-unicorn)")


def read_map(text: str) -> Entries:
    """Return the entries of a model map, by `provider/model`."""
    # Prices must stay as they are written; a float would round them.
    data: Mapping[str, Mapping[str, Any]] = json.loads(text, parse_float=Decimal)
    ranks = {name: rank for rank, name in enumerate(_PROVIDERS)}
    order = sorted(data, key=lambda key: (ranks.get(_provider_of(data[key]), -1), key))
    entries: Entries = {}
    regional: dict[str, dict[str, dict[str, Any]]] = {}
    for key in order:
        provider = _ours(_provider_of(data[key]))
        if provider is None:
            continue
        model = _model_name(key)
        if _NO_MODEL.search(model):
            continue
        entry = _entry(provider, model, data[key])
        entries.setdefault(f"{provider}/{model}", entry)
        if provider == "aws-bedrock" and "/" in model:
            region, _, base = model.rpartition("/")
            regional.setdefault(base, {})[region] = entry
    for base, by_region in regional.items():
        entries.setdefault(f"aws-bedrock/{base}", _of_regions(by_region))
    return entries


def _of_regions(entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the entry of a model that the map has for single regions only.

    Where prices differ between them, none holds for the model as such.
    """
    first = dict(next(iter(entries.values())))
    if any(entry.get("prices") != first.get("prices") for entry in entries.values()):
        first.pop("prices", None)
    return {**first, "regions": sorted(entries)}


def _provider_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("litellm_provider", ""))


def _ours(provider: str) -> str | None:
    return "google-vertex" if provider.startswith(_VERTEX) else _PROVIDERS.get(provider)


def _model_name(key: str) -> str:
    folder, _, rest = key.partition("/")
    return rest if rest and folder in _FOLDERS else key


def _entry(provider: str, model: str, given: Mapping[str, Any]) -> dict[str, Any]:
    mode = str(given.get("mode") or "chat")
    entry: dict[str, Any] = {"mode": mode}
    if mode in _TEXT_MODES or mode == "embedding":
        entry |= _limits(provider, model, given)
    supports = sorted(_supports(mode, given))
    if supports:
        entry["supports"] = supports
    entry |= _modalities(mode, given)
    regions = given.get("supported_regions")
    if regions and regions != ["global"]:
        entry["regions"] = sorted(regions)
    prices = _prices(mode, given)
    if prices:
        entry["prices"] = prices
    if given.get("deprecation_date"):
        entry["litellm_date"] = given["deprecation_date"]
    return entry


def _limits(provider: str, model: str, given: Mapping[str, Any]) -> dict[str, int]:
    """Tell the whole window from the most input: the map has one field for both."""
    most, output = given.get("max_input_tokens"), given.get("max_output_tokens")
    limits: dict[str, int] = {}
    if isinstance(most, int) and most > 0:
        if provider.startswith("google-") and _SEPARATE_LIMITS.search(model):
            limits["max_input"] = most
            if isinstance(output, int):
                limits["context_window"] = most + output
        elif most in _INPUT_LIMITS and isinstance(output, int):
            limits["max_input"] = most
            limits["context_window"] = most + output
        else:
            limits["context_window"] = most
    if isinstance(output, int) and output > 0:
        limits["max_output"] = output
    return limits


def _supports(mode: str, given: Mapping[str, Any]) -> Iterator[str]:
    for name in _SUPPORTS:
        if given.get(f"supports_{name}"):
            yield name
    for effort in _EFFORTS:
        if given.get(f"supports_{effort}_reasoning_effort"):
            yield f"reasoning_effort_{effort}"
    # The map says it of those only that stream in a way of their own, or not at all.
    if mode in _TEXT_MODES and given.get("supports_native_streaming") is not False:
        yield "streaming"
    if given.get("supports_sampling_params") is False:
        yield "fixed_sampling"


def _modalities(mode: str, given: Mapping[str, Any]) -> dict[str, list[str]]:
    found = {"text", *given.get("supported_modalities", ())}
    for name, modality in (("vision", "image"), ("audio_input", "audio"), ("video_input", "video")):
        if given.get(f"supports_{name}"):
            found.add(modality)
    if given.get("supports_pdf_input"):
        found.add("pdf")
    output = set(given.get("supported_output_modalities", ()))
    if not output:
        output = {_OUTPUTS.get(mode, "text")}
        if given.get("supports_audio_output"):
            output.add("audio")
    modalities = {}
    if found != {"text"}:
        modalities["input_modalities"] = sorted(found)
    if output != {"text"}:
        modalities["output_modalities"] = sorted(output)
    return modalities


_OUTPUTS = {
    "audio_speech": "audio",
    "embedding": "embedding",
    "image_edit": "image",
    "image_generation": "image",
    "realtime": "audio",
    "rerank": "scores",
    "video_generation": "video",
}


def _prices(mode: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return US dollars for a million tokens, as text; nothing where the map has no real price."""
    base = _price_triple(given, "")
    if mode == "embedding" and "input" in base:
        base.setdefault("output", "0")  # It has no output that could cost.
    # 0 stands in the map for models whose price nobody entered, as well as for free ones.
    if not {"input", "output"} <= base.keys() or set(base.values()) == {"0"}:
        return {}
    tiers = []
    for above in sorted(int(match[1]) for key in given if (match := _TIER.fullmatch(key))):
        tiers.append({"above": above * 1000, **_price_triple(given, f"_above_{above}k_tokens")})
    return {**base, "tiers": tiers} if tiers else base


def _price_triple(given: Mapping[str, Any], ending: str) -> dict[str, str]:
    names = {
        "input": "input_cost_per_token",
        "output": "output_cost_per_token",
        "cached_input": "cache_read_input_token_cost",
    }
    found = {name: given.get(f"{key}{ending}") for name, key in names.items()}
    return {name: per_million(each) for name, each in found.items() if each is not None}


def per_million(per_token: Decimal | int | str) -> str:
    """Return the price of a million tokens as the shortest text that is exact."""
    price = Decimal(per_token).scaleb(6)
    return format(
        price.quantize(Decimal(1)) if price == price.to_integral() else price.normalize(), "f"
    )
