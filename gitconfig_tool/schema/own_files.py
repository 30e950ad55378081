"""The JSON Schemas of the tool's own files: the project file, prompts, partials, tests.

They are for editors (`schema export`) and say in which order `fmt` puts keys. What the tool accepts
is decided by its readers: tests hold the two against each other.
"""

import json
from typing import Any

from gitconfig_tool.builtin import builtin_text

PROJECT_FILES = "project"
PROMPTS = "prompt"
PARTIALS = "partial"
TESTS = "test"
_SUFFIX = ".schema.json"


def own_schema(name: str) -> dict[str, Any]:
    """Return one of these schemas, in draft-07; raises `KeyError` for an unknown name."""
    text = builtin_text("editors", f"{name}{_SUFFIX}")
    if text is None:
        raise KeyError(name)
    found: dict[str, Any] = json.loads(text)
    return found
