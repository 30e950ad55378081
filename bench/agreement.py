"""Compare the table of parameters with what litellm says of the same models.

    PYTHONPATH=. python -m bench.agreement [--list]

Run it with a Python that has litellm, which is no dependency of the tool: it is asked, for every
model of the catalogue that is sent prompts, which of its parameters it supports. Prints how many
pairs of model and parameter agree, and those that do not by family and parameter. Litellm answers
what it passes on, with drop_params on or off; the table says what the provider's API takes.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from gitconfig_tool.builtin import builtin_text
from gitconfig_tool.models import Catalogue
from gitconfig_tool.models.parameters import family_of

# Our providers, by litellm's names.
PROVIDERS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "aws-bedrock": "bedrock",
    "azure-openai": "azure",
    "google-vertex": "vertex_ai",
    "google-gemini": "gemini",
    "mistral": "mistral",
    "cohere": "cohere_chat",
    "xai": "xai",
}
# The parameters that both know; top_k, safety settings and filters are outside litellm's list.
COMPARED = (
    "temperature",
    "top_p",
    "max_tokens",
    "stop",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
)
_MODES = frozenset({"chat", "responses"})

# (family, parameter, what the table says) -> models
Differences = Mapping[tuple[str, str, str], Sequence[str]]


def compare(supported: Any, models: Mapping[str, Any]) -> tuple[int, Differences, int]:
    """Return how many pairs agree, the others, and how many models litellm knows nothing of."""
    catalogue = Catalogue()
    agree, unknown = 0, 0
    differ: dict[tuple[str, str, str], list[str]] = {}
    for key, entry in models.items():
        provider, _, model = key.partition("/")
        if entry.get("mode", "chat") not in _MODES:
            continue
        theirs = supported(model=model, custom_llm_provider=PROVIDERS[provider])
        family = family_of(provider, model)
        if theirs is None or family is None:
            unknown += 1
            continue
        facts = catalogue.find(provider, model)
        for parameter in COMPARED:
            takes = family.accepts(parameter, facts) is not None
            if takes == (parameter in theirs):
                agree += 1
            else:
                word = "takes" if takes else "does not take"
                differ.setdefault((family.name, parameter, word), []).append(key)
    return agree, differ, unknown


def main(arguments: Sequence[str]) -> int:
    """Run the comparison; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.agreement", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the models, too")
    options = parser.parse_args(arguments)
    litellm = import_module("litellm")
    import json

    models = json.loads(builtin_text("catalogue", "models.json") or "{}")
    agree, differ, unknown = compare(litellm.get_supported_openai_params, models)
    pairs = agree + sum(map(len, differ.values()))
    print(f"litellm {version('litellm')}: {pairs:,} pairs of model and parameter")
    print(f"agree {agree:,} ({agree / pairs:.1%}), differ {pairs - agree:,}; no answer: {unknown}")
    by_parameter: Counter[str] = Counter()
    for (family, parameter, word), names in sorted(differ.items(), key=lambda each: -len(each[1])):
        by_parameter[parameter] += len(names)
        print(f"{len(names):6}  {family}: table {word} {parameter}")
        if options.list:
            print("        " + ", ".join(names))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
