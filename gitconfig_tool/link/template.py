"""The text after `!format`: literal text with names and references in braces.

Takes the text and returns its parts. Braces hold a dimension (`{environment}`), an attribute
(`{tenant.region}`) or a reference (`{platform/hosts#/api}`, `{#/host}`); `{{` and `}}` stand for
the braces themselves. There are no operators, no calls and no code.
"""

import re
from dataclasses import dataclass

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `kind` is `text`, `name` or `ref`."""

    kind: str
    text: str


def parse_template(text: str) -> tuple[Part, ...]:
    """Split a text into its parts; raises `ValueError` for a brace without its pair."""
    parts = []
    for match in _PART.finditer(text):
        found, inner = match[0], match[1]
        if inner is not None:
            name = inner.strip()
            if not name:
                raise ValueError("expected a name or a reference in each pair of braces, found {}")
            parts.append(Part("ref" if "#" in name else "name", name))
        elif found in ("{{", "}}"):
            parts.append(Part("text", found[0]))
        elif found in ("{", "}"):
            raise ValueError(f"expected braces in pairs, found a '{found}' without its pair")
        else:
            parts.append(Part("text", found))
    return tuple(parts)
