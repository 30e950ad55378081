"""What stands between delimiters in a text: fences, tags, quotes, markers.

docs/prompt-safety.md lists them. Takes a text in which `HOLE` stands for each value that a template
writes; returns which holes are enclosed. Each rule looks at the text once, in a time that grows
with it alone.
"""

import re
from collections.abc import Iterable, Iterator

HOLE = "\0"
# A line of these characters alone; after backticks and tildes, a word may name the language.
_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,}|\"{3}|'{3}|-{3,}|={3,}|#{3,}|\*{3,}|_{3,})"
    r"(?P<info>[^\n`\0]*)$",
    re.MULTILINE,
)
_NAMED_FENCES = "`~\"'"
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<rest>[^<>]*)>")
_BRACKET = re.compile(r"\[(?P<close>/?)(?P<name>[A-Za-z][\w:. -]*)\]")
_ANGLES = re.compile(r"(?P<open><<<+)|>>>+")
_MARKER = re.compile(
    r"\b(?:(?P<open>BEGIN|START)|END)(?: OF)?[ _-]+(?P<name>[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+)*)"
)
# On one line; an apostrophe is no quote unless it stands beside the value.
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”|«[^»\n]*»|„[^“”\n]*[“”]")
_APOSTROPHES = re.compile(r"(?<!\w)'\0'|‘\0’")
# HTML, Living Standard, section 13.1.2: elements without an end.
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"})

_Region = tuple[int, int]


def enclosed(text: str) -> tuple[bool, ...]:
    """Tell for each hole of a text whether it stands between delimiters."""
    regions = [
        *_fenced(text),
        *(region for _, region in tagged(text)),
        *_paired(text, _BRACKET, "close"),
        *_paired(text, _MARKER, "end"),
        *_angled(text),
        *(match.span() for pattern in (_QUOTED, _APOSTROPHES) for match in pattern.finditer(text)),
    ]
    holes = [match.start() for match in re.finditer(HOLE, text)]
    return tuple(inside(holes, regions))


def tagged(text: str) -> list[tuple[str, _Region]]:
    """Return the name of each element that is opened and closed, with where its content stands."""
    found: list[tuple[str, _Region]] = []
    open_tags: dict[str, list[int]] = {}
    for match in _TAG.finditer(text):
        name = match["name"]
        if match["close"]:
            if open_tags.get(name):
                found.append((name, (open_tags[name].pop(), match.start())))
        elif not match["rest"].endswith("/") and name.lower() not in VOID:
            open_tags.setdefault(name, []).append(match.end())
    return found


def tags(text: str) -> Iterator[tuple[str, _Region]]:
    """Yield the name of each opening tag, with where its attributes stand."""
    for match in _TAG.finditer(text):
        if not match["close"]:
            yield match["name"], match.span("rest")


def _fenced(text: str) -> Iterator[_Region]:
    begun: dict[str, int] = {}
    for match in _FENCE.finditer(text):
        kind, info = match["fence"][0], match["info"].strip()
        if info and (kind not in _NAMED_FENCES or " " in info):
            continue  # A heading of Markdown, or a line of prose.
        if kind in begun:
            yield begun.pop(kind), match.start()
        else:
            begun[kind] = match.end()


def _paired(text: str, pattern: re.Pattern[str], kind: str) -> Iterator[_Region]:
    """Yield what stands between a mark and the one that ends it, by name."""
    begun: dict[str, int] = {}
    for match in pattern.finditer(text):
        is_end = bool(match["close"]) if kind == "close" else match["open"] is None
        if is_end and match["name"] in begun:
            yield begun.pop(match["name"]), match.start()
        elif not is_end:
            begun[match["name"]] = match.end()


def _angled(text: str) -> Iterator[_Region]:
    begun = None
    for match in _ANGLES.finditer(text):
        if match["open"]:
            begun = match.end()
        elif begun is not None:
            yield begun, match.start()
            begun = None


def inside(holes: Iterable[int], regions: Iterable[_Region]) -> Iterator[bool]:
    """Yield for each place, in ascending order, whether it is in a region."""
    events = sorted(
        event for first, end in regions for event in ((first, 1), (end, -1)) if first < end
    )
    depth, at = 0, 0
    for hole in holes:
        while at < len(events) and events[at][0] <= hole:
            depth += events[at][1]
            at += 1
        yield depth > 0
