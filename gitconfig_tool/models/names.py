"""The names that one model goes by, and names that look like another one.

Takes names as they are written in documents; returns those under which a catalogue may have them.
Knows how providers form names, and nothing of what is known of models.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

# As the schema `gitconfig-tool:model-config` has them.
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
# What runs there is the user's own, and no catalogue can know it.
OWN_PROVIDERS = frozenset({"vllm", "custom"})

# An inference profile of Bedrock is a model in some regions: `eu.anthropic.claude-...`
# (Amazon Bedrock, "Supported Regions and models for inference profiles").
_PROFILE = re.compile(r"^(?:us-gov|us|eu|apac|global|au|jp|ca|in|sa|me|af)\.")
# Imported, provisioned and application profiles have ids that say nothing of the model.
_OPAQUE_ARN = re.compile(r"^arn:[\w-]+:bedrock:.*:(?!foundation-model/|inference-profile/)")
_ARN = re.compile(r"^arn:[\w-]+:bedrock:.*/")
_VERTEX_PATH = re.compile(r"^(?:projects/.*/)?publishers/[^/]+/models/")
_GEMINI_PATH = re.compile(r"^(?:tuned)?models/")
# Names closer than this share nearly all letters: `claude-sonet-4-5`.
_NEAR = 0.85


def is_knowable(provider: str, model: str) -> bool:
    """Tell whether a catalogue can know the model at all."""
    public = provider in PROVIDERS and provider not in OWN_PROVIDERS
    return public and _OPAQUE_ARN.match(model) is None


def spellings(provider: str, model: str, region: str | None = None) -> Iterator[str]:
    """Yield the names under which a catalogue may have a model, the most exact first."""
    name = _plain(provider, model)
    if region is not None:
        yield f"{region}/{name}"
    yield model
    yield name
    if provider == "aws-bedrock":
        base = _PROFILE.sub("", name)
        if region is not None:
            yield f"{region}/{base}"
        yield base
    elif provider == "google-vertex":
        yield name.partition("@")[0]
    elif provider == "openai" and name.startswith("ft:"):
        # ft:gpt-4o-2024-08-06:organisation:name:id
        base = name.split(":")[1]
        yield f"ft:{base}"
        yield base


def _plain(provider: str, model: str) -> str:
    if provider == "aws-bedrock":
        return _ARN.sub("", model)
    if provider == "google-vertex":
        return _VERTEX_PATH.sub("", model)
    if provider == "google-gemini":
        return _GEMINI_PATH.sub("", model)
    return model


def nearest(model: str, names: Iterable[str]) -> str | None:
    """Return the known name that is most like a name, or None where none is like it."""
    near = get_close_matches(model, list(names), n=1, cutoff=_NEAR)
    return near[0] if near else None


def is_misspelling(written: str, known: str) -> bool:
    """Tell whether one name was probably meant to be the other.

    Names of models that differ in a number are different models, and a newer one is not known yet:
    so the numbers must be the same. `gpt4.1-mini` is a misspelling, `gpt-4.2-mini` is not.
    """
    return written != known and re.findall(r"\d+", written) == re.findall(r"\d+", known)
