"""Finding the values that a pointer with globs names in one document.

`*` and `?` stay within a key; `**` crosses them, and at the end is every value below. A literal
match wins over a glob: a key `*` is found under its own name. Pure.
"""

from collections.abc import Iterator, Mapping

from gitconfig_tool.glob import compile_key_glob
from gitconfig_tool.link import child_at
from gitconfig_tool.merge import MergedValue, leaves
from gitconfig_tool.pointer import Path

_ANY_DEPTH = "**"


def is_glob(text: str) -> bool:
    """Tell whether a text may stand for several names."""
    return "*" in text or "?" in text


def matching_values(root: MergedValue, tokens: tuple[str, ...]) -> dict[Path, MergedValue]:
    """Return the values that the tokens of a pointer name, in the order of keys."""
    return dict(_matching(root, tokens, (), set()))


def _matching(
    value: MergedValue, tokens: tuple[str, ...], path: Path, seen: set[tuple[Path, int]]
) -> Iterator[tuple[Path, MergedValue]]:
    # Several `**` come to the same value with the same tokens left, on many ways.
    if (path, len(tokens)) in seen:
        return
    seen.add((path, len(tokens)))
    if not tokens:
        yield path, value
        return
    token, rest = tokens[0], tokens[1:]
    literal = child_at(value, token)
    if literal is not None:
        yield from _matching(literal, rest, (*path, token), seen)
        return
    if not is_glob(token):
        return
    children = _children(value)
    if token == _ANY_DEPTH and not rest:
        for below, leaf in leaves(value):
            yield (*path, *map(str, below)), leaf
        return
    if token == _ANY_DEPTH:
        yield from _matching(value, rest, path, seen)
        for key, inner in children:
            yield from _matching(inner, tokens, (*path, key), seen)
        return
    # A key may hold any character: here '*' stands for '/' too.
    pattern = compile_key_glob(token)
    for key, inner in children:
        if pattern.fullmatch(key):
            yield from _matching(inner, rest, (*path, key), seen)


def _children(value: MergedValue) -> list[tuple[str, MergedValue]]:
    if isinstance(value.content, Mapping):
        return list(value.content.items())
    if isinstance(value.content, tuple):
        return [(str(index), item) for index, item in enumerate(value.content)]
    return []
