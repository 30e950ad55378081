"""Whether a file gives a partial only values that the partial takes.

Both declare the variable, each in its own JSON Schema. Takes the two schemas; returns what shows
that they disagree. What cannot be proved is no disagreement: `subsumption` says what can.
"""

import json
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.subsumption import ABSENT, Gap, subsumes

_LONGEST = 60


def disagreement(name: str, given: Mapping[str, Any], taken: Mapping[str, Any]) -> Gap | None:
    """Return where `given` lets a variable be what `taken` refuses; None where nothing shows that.

    Both are schemas of all variables, and list this one under `properties`.
    """
    found = subsumes({**_alone(name, given), "required": [name]}, _alone(name, taken))
    return next((gap for gap in found.gaps if gap.witness), None)


def described(gap: Gap) -> tuple[str, str]:
    """Return, in words, a value that shows a disagreement, and what either side says."""
    path = gap.path
    value: Any = gap.witness[0]
    for token in path:
        try:
            value = value[token]
        except (IndexError, KeyError, TypeError):
            break  # It is missing, or stands for any item.
    dotted = ".".join(map(str, path))
    if gap.keyword == "enum":
        return _shown(value), f"'enum' of '{dotted}' there is {_shown(gap.outer)}"
    return (
        _shown(value),
        f"'{gap.keyword}' of '{dotted}' is {_shown(gap.inner)} here and {_shown(gap.outer)} there",
    )


def _alone(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of one variable, with what its references lead to."""
    found = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    return {**found, "type": "object", "properties": {name: schema["properties"][name]}}


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "not given"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
