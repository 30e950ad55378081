"""What the parts of a page share: rows of the matrix, anchors, and how a change is framed.

Each part tells here which rows and bundles it touches, so that the matrix can be drawn when all are
known. Anchors are numbers of ours: no text of the repository becomes an id or a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gitconfig_tool.changes.model import Kind
from gitconfig_tool.report.html.bundle_sets import BundleSets
from gitconfig_tool.report.html.markup import Child, Html, element, together

SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REMOVED: "\u2212"}
CLASSES = {Kind.ADDED: "add", Kind.CHANGED: "chg", Kind.REMOVED: "del"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the matrix: a document, or a prompt; `group` is its namespace, or what it is."""

    group: str
    name: str


@dataclass(frozen=True, slots=True)
class Touch:
    """That a change at an anchor does something to a row, in these bundles."""

    row: Row
    anchor: str
    kind: Kind
    bundles: tuple[int, ...]


@dataclass(slots=True)
class Layout:
    """A page while it is made."""

    sets: BundleSets
    touches: list[Touch] = field(default_factory=list)
    rows: dict[Row, int] = field(default_factory=dict)
    _changes: int = 0

    def anchor(self) -> str:
        """Return the anchor of the next change."""
        self._changes += 1
        return f"c{self._changes}"

    def touch(self, row: Row, anchor: str, kind: Kind, bundles: Sequence[str]) -> dict[str, str]:
        """Note a change; return the attributes by which the script finds it."""
        number = self.rows.setdefault(row, len(self.rows))
        self.touches.append(Touch(row, anchor, kind, self.sets.numbers(bundles)))
        return {"data_b": self.sets.ranges(bundles), "data_r": str(number), "data_k": kind[0]}


def document_row(document: str) -> Row:
    """Return the row of a document, in the group of its namespace."""
    namespace, _, name = document.rpartition("/")
    return Row(namespace, name)


def sign(kind: Kind) -> Html:
    """Return the sign of a kind: its colour never says anything alone."""
    return element(
        "span",
        element("span", SIGNS[kind], aria_hidden="true"),
        element("span", kind.value, class_="said"),
        class_=f"sign {CLASSES[kind]}",
        title=kind.value,
    )


def badge(text: str, tone: str = "") -> Html:
    """Return a word in a frame; `tone` colours it."""
    return element("span", text, class_=f"badge {tone}".rstrip())


def section(key: str, title: str, number: str, *children: Child) -> Html:
    """Return a section of the page with its heading."""
    size = element("span", f" {number}", class_="number") if number else None
    heading = element("h2", title, size, id=f"{key}-title")
    return element(
        "section",
        heading,
        together(*children),
        class_="part",
        id=key,
        data_part=key,
        aria_labelledby=f"{key}-title",
    )
