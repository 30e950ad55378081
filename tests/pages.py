"""HTML pages read back: what the tests of pages ask of them. Knows nothing of our own writer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "col", "hr", "input", "link", "meta"})


@dataclass
class Element:
    """An element with what is in it: texts and elements."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def walk(self) -> "Iterator[Element]":
        """Yield this element and all within, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> "list[Element]":
        """Return the elements of a tag with these attributes; `class_` is one of the classes."""
        wanted = attributes.pop("class_", "")
        return [
            each
            for each in self.walk()
            if tag in ("", each.tag)
            and (not wanted or wanted in each.attributes.get("class", "").split())
            and all(each.attributes.get(k.replace("_", "-")) == v for k, v in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """Return the only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {names}"
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> within <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)


def read_page(text: str) -> Element:
    """Return the tree of a page; fails where elements are not closed in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"not closed: {[each.tag for each in reader.open]}"
    assert reader.other == [], f"comments and declarations: {reader.other}"
    return reader.root


def table_rows(table: Element) -> list[list[str]]:
    """Return the texts of a table, row by row; thin spaces are left out."""
    return [
        [
            cell.text.replace("\u2009", "")
            for cell in row.children
            if isinstance(cell, Element) and cell.tag in ("th", "td")
        ]
        for row in table.all("tr")
    ]
