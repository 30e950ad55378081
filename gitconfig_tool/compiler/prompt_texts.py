"""Which prompt files name a text that lies in a file of its own: `content: {file: system.md}`.

Takes the files of a project and the paths of texts; returns the paths of prompt files. Any file of
the project may be such a text, whatever its name ends in. Only those prompt files are parsed that
may name one.
"""

import os
import posixpath
import re
from collections.abc import Collection, Iterator, Set

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.prompts.referenced import referenced_path

_YAML = (".yaml", ".yml")
_KEY = "file"
# YAML 1.2.2, chapter 7: these stand for themselves in every style. Others may be doubled within
# quotes, or be a line break where a text is folded.
_AS_IT_IS = re.compile(r"[^\s'\\]+")
# More names than these are not searched for one by one.
_MAX_NAMES = 100


def files_naming(files: ProjectFiles, folder: str, texts: Set[str]) -> frozenset[str]:
    """Return the prompt files of a folder that name one of some files as a text."""
    if not texts:
        return frozenset()
    names = {path.rpartition("/")[2] for path in texts}
    # The key and the name stand in the file as they are, but where quotes allow an escape.
    plain = len(names) <= _MAX_NAMES and all(map(_AS_IT_IS.fullmatch, names))
    words = [os.fsencode(name) for name in names] if plain else [_KEY.encode()]
    return frozenset(
        path
        for path in files.under(folder)
        if path.endswith(_YAML)
        and _may_name(files.peek(path), words)
        and not texts.isdisjoint(_named(path, files.peek_root(path)))
    )


def _may_name(data: bytes, words: Collection[bytes]) -> bool:
    return b"\\" in data or any(word in data for word in words)


def _named(path: str, root: Node | None) -> Iterator[str]:
    """Yield the files that a prompt file may mean, wherever in it they are named."""
    folder = posixpath.dirname(path)
    waiting: list[Node] = [] if root is None else [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, SequenceNode):
            waiting += node.items
        elif isinstance(node, MappingNode):
            for key, entry in node.entries.items():
                value = entry.value
                if key == _KEY and isinstance(value, ScalarNode) and isinstance(value.value, str):
                    found = referenced_path(folder, value.value)
                    if found is not None:
                        yield found
                waiting.append(value)
