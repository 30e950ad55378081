"""The words for problems: what was asked for, what was found, and what may have been meant.

Values are shown shortly. Does not know documents, layers or places.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.document.credentials import without_password
from gitconfig_tool.schema.problems import Problem

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}
_BOUNDS = {
    "minimum": (">=", "minimum"),
    "maximum": ("<=", "maximum"),
    "exclusiveMinimum": (">", "exclusive minimum"),
    "exclusiveMaximum": ("<", "exclusive maximum"),
}
_LABELS = {
    "enum": "not one of them",
    "pattern": "does not match",
    "minLength": "too short",
    "maxLength": "too long",
    "minItems": "too few items",
    "maxItems": "too many items",
    "uniqueItems": "an item is repeated",
    "minProperties": "too few keys",
    "maxProperties": "too many keys",
}
# What YAML 1.1 read as booleans; many still write them.
_OLD_BOOLEANS = frozenset({"yes", "no", "on", "off", "true", "false"})
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_SHOWN_CHARACTERS = 60
GENERAL_HINT = "change the value, or what the schema allows"
SHOWN_NAMES = 12
# What one document may compare in all, within seconds: nobody reads so many suggestions.
MAX_COMPARED = 20_000


def wanted_of(problem: Problem) -> str:
    """Say what a keyword asks for, to follow the word 'expected'."""
    keyword, wanted = problem.keyword, problem.wanted
    if keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        return " or ".join(_TYPES.get(name, name) for name in names)
    if keyword in _BOUNDS:
        return f"a number {_BOUNDS[keyword][0]} {wanted}"
    words = {
        "multipleOf": f"a multiple of {wanted}",
        "const": literal(wanted),
        "minLength": f"at least {_count(wanted, 'character')}",
        "maxLength": f"at most {_count(wanted, 'character')}",
        "pattern": f"a text that matches {_short(str(wanted))}",
        "minItems": f"at least {_count(wanted, 'item')}",
        "maxItems": f"at most {_count(wanted, 'item')}",
        "uniqueItems": "items that all differ",
        "contains": "a list with an item of the form that 'contains' describes",
        "minContains": f"at least {_count(wanted, 'item')} of the form that 'contains' describes",
        "maxContains": f"at most {_count(wanted, 'item')} of the form that 'contains' describes",
        "minProperties": f"at least {_count(wanted, 'key')}",
        "maxProperties": f"at most {_count(wanted, 'key')}",
        "not": _other_than(wanted),
        "oneOf": "a value of exactly one of the forms, and not of several",
    }
    if keyword == "enum":
        shown = ", ".join(_plain(each) for each in wanted[:SHOWN_NAMES])
        more = ", ..." if len(wanted) > SHOWN_NAMES else ""
        return f"one of {shown}{more}"
    if keyword in ("anyOf", "oneOf") and problem.branches:
        return " or ".join(dict.fromkeys(map(wanted_of, leaves_of(problem))))
    if keyword in words:
        return words[keyword]
    if keyword in ("items", "prefixItems", "unevaluatedItems"):
        return "no further items"
    return f"what '{keyword}' asks for" if keyword else "no value: the schema allows none here"


def _other_than(wanted: Any) -> str:
    """Say what a `not` asks for; its schema is put in words where it is a plain one."""
    if isinstance(wanted, dict) and set(wanted) == {"const"}:
        return f"anything but {literal(wanted['const'])}"
    if isinstance(wanted, dict) and set(wanted) == {"enum"}:
        return f"anything but {', '.join(map(_plain, wanted['enum'][:SHOWN_NAMES]))}"
    return "a value that the schema's 'not' does not describe"


def leaves_of(problem: Problem) -> Iterator[Problem]:
    """Yield the problems within all forms of a problem, each once; itself where it has no forms."""
    seen = {problem}
    waiting = [problem]
    while waiting:
        at = waiting.pop()
        inner = [each for branch in at.branches for each in branch if each not in seen]
        seen.update(inner)
        waiting += reversed(inner)
        if not at.branches:
            yield at


def meant_by(problem: Problem) -> str | None:
    """Return the allowed word that a value is a misspelling of, if there is one."""
    allowed = {"enum": problem.wanted, "const": [problem.wanted]}.get(problem.keyword, ())
    if not isinstance(problem.value, str) or problem.is_write_only:
        return None
    return nearest(problem.value, [each for each in allowed if isinstance(each, str)])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that another one is closest to, if it is close.

    Case, `-` and `_` count little: `maxTokens` is close to `max_tokens`, and `OpenAI` to `openai`.
    A word is also close to the only one that it is a part of: `min` to `min_replicas`.
    """
    words = list(dict.fromkeys(known))
    plain = {plain_word(each): each for each in reversed(words)}
    near = get_close_matches(plain_word(word), plain, n=1)
    if near:
        return plain[near[0]]
    whole = [each for each in words if word.casefold() in re.split("[-_]", each.casefold())]
    return whole[0] if len(whole) == 1 and word else None


class Suggestions:
    """Finds what was meant, for one document; nothing once too many words were compared."""

    def __init__(self) -> None:
        self._compared = 0

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """Return what `nearest` does, until there is no more time for it."""
        words = list(known)
        self._compared += len(words)
        return nearest(word, words) if self._compared <= MAX_COMPARED else None

    @property
    def are_over(self) -> bool:
        """Whether no more suggestions are made."""
        return self._compared > MAX_COMPARED


def plain_word(word: str) -> str:
    """Return what counts of a word when two are compared."""
    return word.casefold().replace("-", "").replace("_", "")


def label_of(problem: Problem) -> str:
    """Say what holds at the marked place, to stand beside it."""
    keyword, wanted = problem.keyword, problem.wanted
    if keyword in _BOUNDS:
        return f"{_BOUNDS[keyword][1]} is {wanted}"
    near = meant_by(problem)
    if near is not None:
        return f"did you mean '{near}'?"
    if keyword in ("type", "const", "multipleOf"):
        return f"must be {wanted_of(problem)}"
    if keyword in _LABELS:
        return _LABELS[keyword]
    return f"'{keyword}' does not hold" if keyword else "not allowed here"


def hint_of(problem: Problem) -> str:
    """Say how a value is mended where that is plain; else what it is for.

    A bound or a pattern seldom speaks for itself.
    """
    mended = "" if problem.is_write_only else _type_hint(problem)
    return mended or described(problem.schema) or GENERAL_HINT


def described(schema: Mapping[str, Any]) -> str:
    """Return what a schema says that a value is for; "" when nothing."""
    text = schema.get("description")
    if isinstance(text, str) and text.strip():
        return f'the schema describes it: "{" ".join(text.split())}"'
    return ""


def _types_of(problem: Problem) -> list[str]:
    if problem.keyword != "type":
        return []
    return [problem.wanted] if isinstance(problem.wanted, str) else list(problem.wanted)


def _type_hint(problem: Problem) -> str:
    """Say what makes a scalar a value of the one type that is asked for; "" when nothing does."""
    types = {name for each in leaves_of(problem) for name in _types_of(each)} - {"null"}
    value = problem.value
    if problem.keyword in ("const", "enum"):
        # An allowed value may be the same in another type: "1.2" for 1.2.
        allowed = problem.wanted if problem.keyword == "enum" else [problem.wanted]
        types = {
            _type_of(each) for each in allowed if each != value and _bare(each) == _bare(value)
        }
    if isinstance(value, str):
        if types and types <= {"integer", "number"} and _NUMBER.fullmatch(value):
            return "write it without quotes: in quotes it is a text"
        if types == {"boolean"} and value.casefold() in _OLD_BOOLEANS:
            return "write true or false, without quotes: YAML 1.2 reads anything else as a text"
    elif types == {"string"} and isinstance(value, bool | int | float):
        return "write it in quotes: without them it is no text"
    if types == {"array"} and isinstance(value, str | bool | int | float):
        return "write a list, even of one item: [...]"
    return ""


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _bare(value: Any) -> str:
    return value if isinstance(value, str) else literal(value)


def name_wanted(problem: Problem) -> str:
    """Say what is asked of the name of a key, to follow 'expected'."""
    if problem.keyword == "pattern":
        return f"a key that matches {_short(str(problem.wanted))}"
    if problem.keyword in ("minLength", "maxLength"):
        return f"a key of {wanted_of(problem)}"
    return f"a key that is {wanted_of(problem)}"


def keys_together(problem: Problem) -> list[str]:
    """Return the keys of which a schema's `not` says that they must not stand together."""
    names = problem.wanted.get("required") if isinstance(problem.wanted, dict) else None
    if problem.keyword != "not" or not names or set(problem.wanted) - {"required", "type"}:
        return []
    return list(names)


def _count(number: Any, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def found_of(problem: Problem) -> str:
    """Say what stands there, to follow the word 'found'."""
    if problem.keyword == "uniqueItems":
        return _repeated(problem.value)
    if problem.keyword in ("minItems", "maxItems", "minProperties", "maxProperties"):
        return f"{len(problem.value)}"
    if problem.keyword in ("minLength", "maxLength"):
        return f"{len(problem.value)}: {literal(problem.value)}"
    return literal(problem.value)


def key_text(key: str) -> str:
    """Show a key shortly and on one line."""
    return _short(key if key.isprintable() else json.dumps(key, ensure_ascii=False)[1:-1])


def has_type_of(values: list[Any], other: Any) -> bool:
    """Tell whether one of the values has the JSON type of another value."""
    return any(_json_type(each) == _json_type(other) for each in values)


def _json_type(value: Any) -> type:
    return float if type(value) is int else type(value)


def _repeated(items: list[Any]) -> str:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        other = seen.setdefault(json.dumps(item, sort_keys=True), index)
        if other != index:
            return f"{literal(item)} at {other} and again at {index}"
    return "a repeated item"  # Such as 1 and 1.0.


def _plain(value: Any) -> str:
    """Show a word of an enumeration without quotes, save where it would be read as a number."""
    if not isinstance(value, str) or not value or _NUMBER.fullmatch(value):
        return literal(value)
    return value


def literal(value: Any) -> str:
    """Show a value shortly; a collection by its size."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{_short(without_password(' '.join(value.split())))}'"
    if isinstance(value, list):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an empty mapping" if not value else "a mapping"
    return str(value)
