"""The keys of a mapping in the order that a schema gives. Takes a `Written` file, and changes it.

A blank line makes a paragraph, and paragraphs are kept together: keys are put in order within
theirs, and paragraphs by the first of their keys. A heading, which is a comment with a blank line
below it, keeps its place, and nothing passes it. Keys that the schema does not name come last, in
the order that they have. The first entry of a file stays where it is when a comment stands directly
above it: nobody knows whether that speaks of the entry or of the file.
"""

from collections.abc import Callable, Sequence

from gitconfig_tool.fix.formatting.tree import Collection, Part, Written

# Takes the path of a mapping; returns its keys in order, none where nothing is known.
KeyOrder = Callable[[tuple[str | int, ...]], Sequence[str]]


def put_in_order(file: Written, order: KeyOrder) -> None:
    """Put the keys of every mapping in order; not in a file with anchors.

    An alias must stand below its anchor.
    """
    if file.top is not None and not file.has_anchors:
        _order(file.top, (), order)


def _order(part: Part, path: tuple[str | int, ...], order: KeyOrder) -> None:
    node = part.value
    if not isinstance(node, Collection):
        return
    for number, inner in enumerate(node.parts):
        step = number if inner.key is None else inner.key.value
        _order(inner, (*path, step), order)
    if not node.is_mapping or len(node.parts) < 2:
        return
    names = order(path)
    if names:
        ranks = {name: number for number, name in enumerate(names)}
        node.parts = _ordered(node, ranks, is_top=not path)


def _ordered(node: Collection, ranks: dict[str, int], *, is_top: bool) -> list[Part]:
    found: list[Part] = []
    for number, section in enumerate(_split(node.parts, lambda part: bool(part.heading))):
        pinned = is_top and number == 0 and bool(section[0].lead) and not section[0].heading
        found += _ordered_section(section, ranks, pinned=pinned)
    return found


def _ordered_section(section: list[Part], ranks: dict[str, int], *, pinned: bool) -> list[Part]:
    first = section[0]
    blank, heading = first.blank, first.heading
    first.heading = []

    def rank(part: Part) -> int:
        if pinned and part is first:
            return -1
        name = part.key.value if part.key is not None else ""
        return ranks.get(name, len(ranks))

    paragraphs = [sorted(each, key=rank) for each in _split(section, lambda part: part.blank)]
    paragraphs.sort(key=lambda each: rank(each[0]))
    for each in paragraphs:
        for part in each:
            part.blank = part is each[0]
    found = [part for each in paragraphs for part in each]
    found[0].blank, found[0].heading = blank, heading
    return found


def _split(parts: list[Part], begins: Callable[[Part], bool]) -> list[list[Part]]:
    """Split parts into runs; one begins at the first part, and wherever `begins` says so."""
    runs: list[list[Part]] = []
    for number, part in enumerate(parts):
        if number == 0 or begins(part):
            runs.append([])
        runs[-1].append(part)
    return runs
