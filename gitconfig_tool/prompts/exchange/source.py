"""The bytes of a file of another format to JSON values, before anyone knows which format it is.

Takes bytes; returns a `Source`. YAML goes through `document`, which knows no surprises of YAML 1.1,
bounds aliases and depth, and refuses a key that stands twice; JSON is held to the same. Quotes no
value of the file: it may be a secret.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.document import MAX_BYTES, MAX_DEPTH, parse_document, plain_value
from gitconfig_tool.prompts.exchange.model import ExchangeError

# Before the first "---" of a .prompt file there may be blank lines and a licence in comments.
_BEFORE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_MARKER = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: `value` is the mapping that it holds.

    `kind` is `json`, `yaml`, or `front matter`: then `body` is the text after it.
    """

    name: str
    kind: str
    value: Mapping[str, Any]
    body: str = ""


def read_source(name: str, data: bytes) -> Source:
    """Read a file as JSON, as YAML, or as YAML front matter with a text after it.

    Raises `ExchangeError` where it is none of them.
    """
    if len(data) > MAX_BYTES:
        raise ExchangeError(
            f"{name}: expected at most {MAX_BYTES:,} bytes, found {len(data):,}",
            hint="a prompt is far smaller: is this the right file?",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(
            f"{name}: expected UTF-8 text, found the byte 0x{error.object[error.start]:02x} at "
            f"offset {error.start}",
            hint="save the file as UTF-8",
        ) from error
    # As the readers of all these formats have it.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ExchangeError(f"{name}: expected a prompt, found an empty file")
    if text.lstrip()[0] in "{[" and not name.endswith((".yaml", ".yml")):
        return Source(name, "json", _mapping(name, _read_json(name, text)))
    begin = _BEFORE.match(text)
    opening = _MARKER.match(text, begin.end() if begin else 0)
    if opening is None:
        return Source(name, "yaml", _mapping(name, _read_yaml(name, text)))
    closing = _MARKER.search(text, opening.end() + 1)
    if closing is None:
        if name.endswith((".yaml", ".yml")):
            return Source(name, "yaml", _mapping(name, _read_yaml(name, text)))
        raise ExchangeError(
            f"{name}: expected a second line '---' that ends the front matter, found none",
            hint="write the template after it",
        )
    # Blank lines stand in for what comes before, so that line numbers are those of the file.
    lines = text.count("\n", 0, opening.end() + 1)
    front = _read_yaml(name, "\n" * lines + text[opening.end() + 1 : closing.start()])
    return Source(
        name,
        "front matter",
        _mapping(name, {} if front is None else front),
        text[closing.end() + 1 :],
    )


def _read_yaml(name: str, text: str) -> Any:
    document, problems = parse_document(name, text.encode(), sensitive=True)
    for problem in problems:
        if rule(problem.code).severity is Severity.ERROR:
            span = problem.span
            at = name if span is None else f"{name}:{span.line}:{span.column}"
            raise ExchangeError(f"{at}: {problem.message}", hint=problem.hint)
    return None if document.root is None else plain_value(document.root)


def _read_json(name: str, text: str) -> Any:
    def pairs(found: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        if len(value) != len(found):
            keys = [key for key, _ in found]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ExchangeError(
                f"{name}: expected each key once, found '{twice[:80]}' again",
                hint="remove one of the two",
            )
        return value

    def constant(word: str) -> NoReturn:
        raise ExchangeError(
            f"{name}: expected a finite number, found {word}", hint="JSON has no such number"
        )

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise ExchangeError(
            f"{name}:{error.lineno}:{error.colno}: expected JSON, found: {error.msg}",
            hint="correct the file, or export it again",
        ) from error
    except (RecursionError, ValueError) as error:
        # Too many digits for a number are a ValueError.
        raise _too_deep(name) from error
    _check_depth(name, value)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ExchangeError(
            f"{name}: expected text of Unicode characters, found half of a surrogate pair",
            hint='write the character itself, or both halves: "\\ud83d\\ude00"',
        ) from error
    return value


def _check_depth(name: str, value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(name)
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]


def _too_deep(name: str) -> ExchangeError:
    return ExchangeError(
        f"{name}: expected at most {MAX_DEPTH} levels of nesting and numbers of common size, found "
        "more",
        hint="a prompt is far simpler: is this the right file?",
    )


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    found = "a list" if isinstance(value, list) else "text" if value is not None else "nothing"
    raise ExchangeError(
        f"{name}: expected one prompt as a mapping, found {found}",
        hint="export one prompt at a time" if found == "a list" else "is this the right file?",
    )
