"""Finding a value in a document that was viewed, or saying why there is none.

Pure; reads nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.compiler.view import Viewed
from gitconfig_tool.link import walk
from gitconfig_tool.merge import MergedValue
from gitconfig_tool.pointer import Path, format_pointer, meant_reference

# Comparing a name with others takes long where there are tens of thousands of them.
_MAX_SUGGESTED_FROM = 1_000
_MAX_NAMES = 10


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no value: `why` in a few words for a table, `message` and `hint` for an error."""

    why: str
    message: str
    hint: str


def value_at(
    viewed: Viewed, path: Sequence[str], *, bundle: str, documents: Callable[[], Sequence[str]]
) -> MergedValue | Missing:
    """Return the value at a path of a document, with its chain of origins.

    `documents` returns the ids that the bundle has, for a suggestion.
    """
    if viewed.linked is None:
        return _no_document(viewed, bundle, documents)
    value, depth = walk(viewed.linked.root, path)
    return value if depth == len(path) else _no_key(value, viewed.id, path, depth)


def _no_document(viewed: Viewed, bundle: str, documents: Callable[[], Sequence[str]]) -> Missing:
    if viewed.sops:
        strongest = viewed.sops[-1]
        pointers = [
            pointer for pointer, kind in strongest.types.items() if kind not in ("map", "seq")
        ]
        shown = ", ".join(pointers[:_MAX_NAMES]) or "no values"
        more = f" and {len(pointers) - _MAX_NAMES} more" if len(pointers) > _MAX_NAMES else ""
        example = pointers[0] if pointers else "/key"
        return Missing(
            "it is encrypted",
            f"expected a document in the clear, found '{viewed.id}' encrypted in {strongest.path}, "
            f"which holds {shown}{more}",
            f"nothing is decrypted here; link to a value of it: !secret {viewed.id}#{example}",
        )
    if any(each.exists for each in viewed.consulted):
        if any(each.is_unreadable for each in viewed.consulted):
            return Missing(
                "a file has errors",
                f"expected to read the document '{viewed.id}' of bundle {bundle}, found errors",
                f"gitconfig-tool validate --bundle {bundle} shows them",
            )
        paths = ", ".join(each.path for each in viewed.consulted if each.exists)
        return Missing(
            "no value",
            f"expected a value in the document '{viewed.id}' of bundle {bundle}, found none in "
            f"{paths}",
            "give it a key, or remove the file",
        )
    ids = documents()
    near = get_close_matches(viewed.id, ids[:_MAX_SUGGESTED_FROM], n=1)
    hint = f"gitconfig-tool show {bundle} lists them all"
    inner = meant_reference(viewed.id, ids)
    if inner is not None:
        hint = f"a value in a document is written with '#/': {inner}"
    elif near:
        hint = f"did you mean {near[0]!r}?"
    return Missing(
        "no such document", f"expected a document of bundle {bundle}, found {viewed.id!r}", hint
    )


def _no_key(value: MergedValue, document: str, path: Sequence[str], depth: int) -> Missing:
    content, token = value.content, path[depth]
    around = f"{document}#{format_pointer(path[:depth])}"
    if isinstance(content, Mapping):
        keys = list(content)
        near = get_close_matches(token, keys[:_MAX_SUGGESTED_FROM], n=1)
        more = f" and {len(keys) - _MAX_NAMES} more" if len(keys) > _MAX_NAMES else ""
        hint = f"keys at {around}: {', '.join(keys[:_MAX_NAMES]) or 'none'}{more}"
        if near:
            hint = f"did you mean '{near[0]}'?"
        below = _below(value, token)
        if below is not None and not near:
            hint = f"did you mean {document}#{format_pointer((*path[:depth], *below))}?"
        dotted = token.split(".")
        if len(dotted) > 1 and dotted[0] in content:
            inner = format_pointer((*path[:depth], *dotted, *path[depth + 1 :]))
            hint = f"'/' stands between keys: {document}#{inner}"
    elif isinstance(content, tuple):
        hint = f"the list at {around} has {len(content)} items, numbered from 0"
    else:
        hint = f"the value at {around} holds no further ones"
    message = f"expected a value at {document}#{format_pointer(path)}, found no '{token}'"
    return Missing(f"no '{token}'", message, hint)


def _below(value: MergedValue, key: str) -> Path | None:
    """Return the shortest path to a key somewhere below a value; None where it is nowhere."""
    level: list[tuple[Path, MergedValue]] = [((), value)]
    looked = 0
    while level and looked < _MAX_SUGGESTED_FROM:
        inner: list[tuple[Path, MergedValue]] = []
        for path, each in level:
            content = each.content
            looked += 1
            if isinstance(content, Mapping):
                if key in content:
                    return (*path, key)
                inner += [((*path, name), item) for name, item in content.items()]
            elif isinstance(content, tuple):
                inner += [((*path, index), item) for index, item in enumerate(content)]
        level = inner
    return None
