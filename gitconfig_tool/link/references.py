"""What the values of a document refer to, as it is written: for those who ask what flows where.

Takes a linked document; returns its own references, not those of what they lead to. Resolves
nothing, and passes over what does not lead anywhere: the resolver reports that.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.link.model import LinkedDocument
from gitconfig_tool.link.template import parse_template
from gitconfig_tool.merge import Link, leaves
from gitconfig_tool.pointer import parse_pointer, split_reference


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: from the value at `at` of `own` to the one at `pointer` of `document`.

    `own` and `document` are ids, `at` and `pointer` are paths as text. `kind` is the tag without
    its `!`: `ref`, `format` or `secret`. `document` is as written, perhaps with a version:
    `leads_to` takes it apart.
    """

    own: str
    at: tuple[str, ...]
    kind: str
    document: str
    pointer: tuple[str, ...]
    text: str
    span: Span

    def leads_to(self, known: Container[str]) -> tuple[str, str]:
        """Return the id of the document, and the tag or commit that is named; "" without one.

        `known` holds the ids of the documents of the bundle: an id may hold an `@` of its own.
        """
        if self.kind == "secret" or self.document in known or "@" not in self.document:
            return self.document, ""
        name, _, rev = self.document.rpartition("@")
        return name or self.own, rev


def references_of(document: LinkedDocument) -> Iterator[Reference]:
    """Yield what a document refers to."""
    if document.written is document.root:
        return  # Linking gives a document with links another root.
    for path, leaf in leaves(document.written):
        content = leaf.content
        if not isinstance(content, Link) or content.kind == "prompt":
            continue
        at = tuple(map(str, path))
        span = leaf.chain[0].span
        for text in _texts(content):
            name, pointer = split_reference(text)
            if pointer is None:
                continue
            try:
                tokens = parse_pointer(pointer)
            except ValueError:
                continue
            own = document.id
            yield Reference(own, at, content.kind, name or own, tokens, text, span)


def _texts(link: Link) -> Iterator[str]:
    if link.kind != "format":
        yield link.text
        return
    try:
        parts = parse_template(link.text)
    except ValueError:
        return
    yield from (part.text for part in parts if part.kind == "ref")
