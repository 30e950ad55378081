"""Matching of the globs in project files: for the ids of documents and the paths of files.

A glob may come from anyone: matching takes time that grows with the glob times the text, and never
with a power of it. Globs of bundle names on the command line are another kind, `fnmatch`'s: their
`*` crosses `/`.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto

_WILDCARDS = {"**/": "(?:[^/]+/)*", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_PIECE = re.compile(r"(\*\*/|/\*\*$|\*\*|\*|\?)")
# Python's engine is fast, and tries each pair of places for two wildcards; for ten, it takes years.
_MAX_FOR_ENGINE = 2


class _Step(Enum):
    """What a place of a glob does with one character; any other step is a literal."""

    ONE = auto()  # Takes one that is no `/`, and goes on.
    ANY = auto()  # Takes one, and goes on.
    WITHIN = auto()  # Stays for each that is no `/`; goes on by itself.
    ACROSS = auto()  # Stays for each; goes on by itself.
    FOLDERS = auto()  # Takes the first character of a folder; goes past the next by itself.
    FOLDER = auto()  # Stays for the rest of the folder; its `/` leads back.


_FREE = {_Step.WITHIN: 1, _Step.ACROSS: 1, _Step.FOLDERS: 2}
_STEPS = {
    "**/": (_Step.FOLDERS, _Step.FOLDER),
    "/**": ("/", _Step.ANY, _Step.ACROSS),
    "**": (_Step.ACROSS,),
    "*": (_Step.WITHIN,),
    "?": (_Step.ONE,),
}


class Glob:
    """A glob; `*` and `?` stay within a folder, `**` crosses folders."""

    __slots__ = ("_least", "_pattern", "_steps")

    def __init__(self, text: str) -> None:
        pieces = _PIECE.split(text)
        self._pattern: re.Pattern[str] | None = None
        self._steps: tuple[_Step | str, ...] = ()
        self._least = 0
        # `split` gives text and wildcard in turn; `?` has one length, so nothing is tried for it.
        if sum(piece != "?" for piece in pieces[1::2]) <= _MAX_FOR_ENGINE:
            parts = (_WILDCARDS.get(piece) or re.escape(piece) for piece in pieces)
            self._pattern = re.compile("".join(parts), re.DOTALL)
            return
        steps: list[_Step | str] = []
        for piece in pieces:
            more = _STEPS.get(piece, tuple(piece))
            if piece not in ("*", "**", "**/") or tuple(steps[-len(more) :]) != more:
                steps += more  # The same wildcard twice matches what it matches once.
        self._steps = tuple(steps)
        self._least = sum(isinstance(step, str) or step in (_Step.ONE, _Step.ANY) for step in steps)

    def fullmatch(self, text: str) -> bool:
        """Tell whether the glob matches the whole of a text."""
        if self._pattern is not None:
            return self._pattern.fullmatch(text) is not None
        if len(text) < self._least:
            return False
        places = self._reached([0])
        for char in text:
            if not places:
                return False
            places = self._reached(after for at in places for after in self._after(at, char))
        return len(self._steps) in places

    def _after(self, place: int, char: str) -> tuple[int, ...]:
        """Return where one character leads from a place."""
        step = self._steps[place] if place < len(self._steps) else ""
        if isinstance(step, str):
            return (place + 1,) if step == char else ()
        if step is _Step.FOLDER and char == "/":
            return (place - 1,)
        if char == "/" and step not in (_Step.ANY, _Step.ACROSS):
            return ()
        stays = step in (_Step.WITHIN, _Step.ACROSS, _Step.FOLDER)
        return (place,) if stays else (place + 1,)

    def _reached(self, places: Iterable[int]) -> set[int]:
        """Add the places that need no character."""
        found: set[int] = set()
        for at in places:
            while at not in found:
                found.add(at)
                step = self._steps[at] if at < len(self._steps) else ""
                at += _FREE.get(step, 0) if isinstance(step, _Step) else 0
        return found


def compile_key_glob(glob: str) -> re.Pattern[str]:
    """Return a pattern for `fullmatch` of a key: `*` and `?` stand for any character, also `/`.

    Each `*` takes as little as it can and, as an atomic group with the text up to the next one,
    never gives that up: what it could take further on, the next one can take as well.
    """
    first, *others = (
        "".join("." if char == "?" else re.escape(char) for char in text)
        for text in re.split(r"\*+", glob)
    )
    texts = [*others[:-1], *(f"{each}\\Z" for each in others[-1:])]
    return re.compile(first + "".join(f"(?>.*?{each})" for each in texts), re.DOTALL)
