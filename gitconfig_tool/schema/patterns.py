"""Matching of the patterns in schemas, in bounded time.

Python's own engine takes ages for some patterns (`^(a+)+$`), and a schema may come from anyone.
"""

from functools import lru_cache
from typing import Any


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text (Validation, section 6.3.3: it is not anchored)."""
    return bool(_compiled(pattern).is_valid(text))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    # Loaded here, not above: jsonschema-rs takes 15 ms, and a project may have no pattern.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"pattern": pattern})
