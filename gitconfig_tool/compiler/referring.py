"""What a layer file refers to, as far as its text tells: names of documents and of prompts.

Takes the bytes of one file. Most files carry none of our links and are not parsed; of the others
most links stand in a plain form that is found without parsing, and the rest is parsed. What is
returned holds at least all that the file refers to: a link in a comment may be among it. Does not
follow references.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from gitconfig_tool.document import Node, ScalarNode, tagged_nodes
from gitconfig_tool.link import parse_template
from gitconfig_tool.pointer import split_reference

_KINDS = ("ref", "secret", "format", "prompt")
# Every way to write one of the tags begins so, save those that `_UNUSUAL` finds.
_TAG = re.compile(rb"!(?:ref|secret|format|prompt)(?![0-9A-Za-z_-])")
# A tag in angle brackets, with an escaped letter, or behind a handle (YAML 1.2.2, 6.8.2 and 6.9.1).
_UNUSUAL = re.compile(rb"!<|![^\s,\[\]{}]*[%!]|%TAG")
# A link on one line, its text without an escape and without its own quote; no block scalar.
_PLAIN_FORM = re.compile(
    rb"""!(ref|secret|format|prompt)[ ]+
    (?: "([^"\\\r\n]*)" | '([^'\r\n]*)'(?!') | ([A-Za-z0-9._/][^\r\n'"\\]*) )""",
    re.VERBOSE,
)
# The name in a plain text: where such a text ends depends on what is around it, so no more is read.
_NAME = {
    b"ref": re.compile(r"([^ ,:\[\]{}#]*#/)"),
    b"secret": re.compile(r"([^ ,:\[\]{}#]*#/)"),
    b"prompt": re.compile(r"([^ ,:\[\]{}#@]+@)[^ ,:\[\]{}#@]+(?=[ ,\]}]|$)"),
}
# What a document refers to that is no document; no id of one begins with a space.
PROMPT = " prompt "
NAMES = " names"
PAST = " past"


def targets_of(data: bytes, parse: Callable[[], Node | None]) -> frozenset[str]:
    """Return what the links of a file lead to.

    These are ids of documents as they are written (a version may follow, as in `chat/model@v1`),
    `PROMPT` with the id of a prompt, `NAMES` where a text names a dimension, and `PAST` where a
    version may be named. A link within the same document leads nowhere. `parse` returns the root of
    the file; it is called where the text alone does not tell.
    """
    if b"!" not in data:
        return frozenset()
    if _UNUSUAL.search(data) is None:
        if _TAG.search(data) is None:
            return frozenset()
        found = _from_text(data)
        if found is not None:
            return found
    root = parse()
    return frozenset() if root is None else frozenset(_from_nodes(tagged_nodes(root)))


def _from_text(data: bytes) -> frozenset[str] | None:
    """Return the targets of a file whose links are all plain; None where one may not be."""
    targets: set[str] = set()
    understood = 0
    for match in _PLAIN_FORM.finditer(data):
        kind, double, single, plain = match.groups()
        quoted = double if double is not None else single
        text = plain if quoted is None else quoted
        if not text.isascii():
            return None  # YAML breaks lines at some of the other characters, too.
        shown = text.decode("ascii")
        if quoted is None:
            name = _NAME[kind].match(shown) if kind in _NAME else None
            if name is None:
                return None
            shown = name[1]
        targets.update(_targets(kind.decode("ascii"), shown))
        understood += 1
    return frozenset(targets) if understood == len(_TAG.findall(data)) else None


def _from_nodes(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ScalarNode) and node.tag is not None:
            kind = node.tag.removeprefix("!")
            if kind in _KINDS and isinstance(node.value, str):
                yield from _targets(kind, node.value)


def _targets(kind: str, text: str) -> Iterator[str]:
    if kind == "format":
        try:
            parts = parse_template(text)
        except ValueError:
            return  # Reported where it is linked: no value comes of it on either side.
        for part in parts:
            if part.kind == "name":
                yield NAMES
            elif part.kind == "ref":
                yield from _targets("ref", part.text)
    elif kind == "prompt":
        name, mark, _ = text.rpartition("@")
        yield PROMPT + (name if mark else text)
    else:
        name, _ = split_reference(text)
        if name:
            yield name
        if "@" in name:
            yield PAST
