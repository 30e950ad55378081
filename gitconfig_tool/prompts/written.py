"""A prompt version or partial as its own files say it, before partials are put in their places.

Takes the tree of a file and a reader of the files that it names; returns JSON. Checks nothing: what
is wrong in a file is reported when it is loaded. Made to compare versions with what they were.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.document import Node, plain_value
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.referenced import referenced_path

# What does not reach the model, nor says what is sent to it: notes for people, and test data. These
# may change in a version that is released.
FREE_FIELDS = frozenset(
    {"classification", "deprecated", "description", "owner", "replacedBy", "tags", "testData"}
)
_FILE = frozenset({"file"})


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a version: `content` is what its file says, with the texts of files in place.

    `files` are the paths of these files, with the place in `content` of each.
    """

    content: Mapping[str, Any]
    files: tuple[tuple[str, Path], ...] = ()

    @property
    def lasting(self) -> dict[str, Any]:
        """What may not change once the version is released."""
        return {key: value for key, value in self.content.items() if key not in FREE_FIELDS}


def as_written(path: str, root: Node | None, read: Callable[[str], bytes | None]) -> Written:
    """Return what a version file says; `read` gives the files that it names, None where it cannot.

    A file that is no mapping says nothing.
    """
    content = None if root is None else plain_value(root)
    if not isinstance(content, dict):
        return Written({})
    files = []
    for place, name in list(_references(content)):
        file = referenced_path(posixpath.dirname(path), name)
        data = None if file is None else read(file)
        if file is not None:
            files.append((file, place))
        if data is not None:
            holder: Any = content
            for token in place[:-1]:
                holder = holder[token]
            holder[place[-1]] = _text(data)
    return Written(content, tuple(files))


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the places where two JSON values differ; a list of another length is one place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*new, *old]):
            if key not in old or key not in new:
                yield (*path, key)
            else:
                yield from differences(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, (*path, index))
    # In Python, True is 1, and 1 is 1.0; the first two are different in JSON.
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path


def _references(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield each place where a template is `{file: NAME}`, and the name."""
    variants = content.get("variants")
    holders: list[tuple[Path, Any]] = [((), content)]
    holders += [(("variants", at), each) for at, each in enumerate(_list(variants))]
    for path, holder in holders:
        if not isinstance(holder, Mapping):
            continue
        places = [((*path, "template"), holder.get("template"))]
        for at, message in enumerate(_list(holder.get("messages"))):
            if isinstance(message, Mapping):
                places.append(((*path, "messages", at, "content"), message.get("content")))
        for place, value in places:
            if not isinstance(value, Mapping) or value.keys() != _FILE:
                continue
            if isinstance(value["file"], str):
                yield place, value["file"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(data: bytes) -> str:
    # As `referenced` reads it; bytes that are no text are reported there.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")
