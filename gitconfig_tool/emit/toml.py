"""Values as TOML 1.0.

Takes a JSON object without null; returns text that any reader of TOML gives back as the same value.
Keys keep their order, but for tables, which TOML wants behind the plain values.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(value: Mapping[str, Any]) -> str:
    """Write an object as a TOML document."""
    return "\n".join(_table(value, ())) + "\n"


def _table(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table, then those of the tables in it."""
    plain = {name: each for name, each in value.items() if not _has_header(each)}
    if path and (plain or len(plain) == len(value)):
        yield f"[{'.'.join(map(_key, path))}]"
    for name, each in plain.items():
        yield f"{_key(name)} = {_value(each)}"
    for name, each in value.items():
        inner = (*path, name)
        if isinstance(each, Mapping):
            yield from _spaced(_table(each, inner))
        elif _has_header(each):
            for item in each:
                yield ""
                yield f"[[{'.'.join(map(_key, inner))}]]"
                yield from list(_table(item, inner))[1 if _begins_with_header(item) else 0 :]


def _spaced(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0 and line:
            yield ""
        yield line


def _begins_with_header(value: Mapping[str, Any]) -> bool:
    plain = [each for each in value.values() if not _has_header(each)]
    return bool(plain) or not value


def _has_header(value: Any) -> bool:
    """Tell whether a value is written as a table of its own: an object, or a list of objects."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, Mapping) for item in value)
    return isinstance(value, Mapping)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)  # `0.5`, `1e+16`: as TOML has them too.
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    inner = ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items())
    return f"{{{inner}}}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    # JSON escapes what TOML's basic strings must have escaped, but for the character DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
