"""Keeping the layout of a dotenv or INI file: the changed lines are put into the text as it was.

`sops` aligns an INI file anew, and writes the lines of its own block in another order each time.
Takes the old text and what sops made of it; returns the old text with only the changed lines in
it, or None where the two differ in a way that this cannot follow. Works on ciphertext only; whoever
calls it proves that the result decrypts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_METADATA = "sops"
_DOTENV = re.compile(r"(?P<head>(?P<key>[^=\s#][^=]*?)\s*=\s*)(?P<value>.*)")
_INI = re.compile(r"(?P<head>\s*(?P<key>[^=:;#\[\s][^=:]*?)\s*[=:]\s*)(?P<value>.*)")
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]\s*")

# The section, which is empty in a dotenv file, and the key.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its end; `key` is None for comments, blank lines and heads of sections."""

    section: str
    key: _Key | None
    head: str
    value: str

    @property
    def text(self) -> str:
        return self.head + self.value

    @property
    def is_comment(self) -> bool:
        return self.key is None and bool(self.value)


def keep_lines(before: bytes, after: bytes, format: str) -> bytes | None:
    """Return `after` in the layout of `before`; None where that cannot be done surely."""
    try:
        old_text, new_text = before.decode(), after.decode()
    except UnicodeDecodeError:
        return None
    old, new = list(_lines(old_text, format)), list(_lines(new_text, format))
    wanted = {line.key: line for line in new if line.key is not None}
    known = {line.key for line in old if line.key is not None}
    sections = {line.section for line in old}
    has_twins = len(wanted) != _count(new) or len(known) != _count(old)
    if has_twins or any(line.section not in sections for line in new):
        return None
    added = _added(new, known)
    if added is None:
        return None
    result: list[_Line] = []
    for line in old:
        if line.key is None:
            result.append(line)
        elif line.key in wanted:
            result.append(_Line(line.section, line.key, line.head, wanted[line.key].value))
        # Also behind a line that went away.
        result += added.get(line.key, ()) if line.key is not None else ()
    if _values(result) != _values(new) or _comments(result) != _comments(new):
        return None
    end = "\r\n" if "\r\n" in old_text else "\n"
    return (end.join(line.text for line in result) + end).encode()


def _lines(text: str, format: str) -> Iterator[_Line]:
    section = ""
    for line in text.removesuffix("\n").split("\n"):
        line = line.removesuffix("\r")
        head = _SECTION.fullmatch(line) if format == "ini" else None
        if head is not None:
            section = head["name"].strip()
            yield _Line(section, None, line, "")
            continue
        found = (_INI if format == "ini" else _DOTENV).fullmatch(line)
        if found is None:
            yield _Line(section, None, "", line.rstrip())
        else:
            yield _Line(section, (section, found["key"]), found["head"], found["value"])


def _added(new: list[_Line], known: set[_Key]) -> dict[_Key, list[_Line]] | None:
    """Return the lines that are new, by the known key that each stands behind."""
    added: dict[_Key, list[_Line]] = {}
    last: dict[str, _Key] = {}
    for line in new:
        if line.key is None:
            continue
        if line.key in known:
            last[line.section] = line.key
        elif line.section in last:
            added.setdefault(last[line.section], []).append(line)
        else:
            return None
    return added


def _count(lines: list[_Line]) -> int:
    return sum(line.key is not None for line in lines)


def _values(lines: list[_Line]) -> tuple[list[tuple[_Key, str]], dict[_Key, str]]:
    """Return the values in their order, and those of SOPS's block, whose order means nothing."""
    pairs = [(line.key, line.value) for line in lines if line.key is not None]
    own = [pair for pair in pairs if not _is_metadata(pair[0])]
    return own, {key: value for key, value in pairs if _is_metadata(key)}


def _is_metadata(key: _Key) -> bool:
    section, name = key
    return section == _METADATA or (not section and name.startswith(f"{_METADATA}_"))


def _comments(lines: list[_Line]) -> list[str]:
    return [line.text for line in lines if line.is_comment]
