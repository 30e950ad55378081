"""All scanners over many files: each content once, in rounds that fit in memory.

Takes what reads a file; returns what was found by the Git id of the content, and what was not
scanned. Does not know commits and makes no diagnostics.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.leaks.contents import readable_text
from gitconfig_tool.leaks.model import Leak, Scanner, TextFile
from gitconfig_tool.source import FileTooLargeError

# Characters that are held at a time, with what the scanners make of them.
_ROUND = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """One content: its Git id, and a path that it stands at."""

    oid: str
    path: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found, by Git id; contents without a finding are left out.

    `skipped` says for the others why they were not scanned. `count` is how many were.
    """

    leaks: Mapping[str, tuple[Leak, ...]]
    skipped: Mapping[str, str]
    count: int


def scan_contents(
    contents: Iterable[Content],
    read: Callable[[Content], bytes],
    scanners: Sequence[Scanner],
    on_progress: Callable[[int], None] = lambda count: None,
) -> Scanned:
    """Scan contents; one that comes twice is scanned once. `on_progress` is told how many so far.

    Raises `ScanError`.
    """
    leaks: dict[str, tuple[Leak, ...]] = {}
    skipped: dict[str, str] = {}
    count = 0
    for batch in _rounds(contents, read, skipped):
        files = [file for _, file in batch]
        found = [scanner.scan(files) for scanner in scanners]
        for (oid, _), *each in zip(batch, *found, strict=True):
            together = _without_overlaps([leak for some in each for leak in some])
            if together:
                leaks[oid] = together
        count += len(batch)
        on_progress(count)
    return Scanned(leaks, skipped, count)


def _rounds(
    contents: Iterable[Content], read: Callable[[Content], bytes], skipped: dict[str, str]
) -> Iterator[list[tuple[str, TextFile]]]:
    seen: set[str] = set()
    batch: list[tuple[str, TextFile]] = []
    size = 0
    for content in contents:
        if content.oid in seen:
            continue
        seen.add(content.oid)
        try:
            text, reason = readable_text(content.path, read(content))
        except FileTooLargeError as error:
            text, reason = None, f"{error.size:,} bytes"
        if text is None:
            skipped[content.oid] = reason
            continue
        if size and size + len(text) > _ROUND:
            yield batch
            batch, size = [], 0
        batch.append((content.oid, TextFile(content.path, text)))
        size += len(text)
    if batch:
        yield batch


def _without_overlaps(leaks: Sequence[Leak]) -> tuple[Leak, ...]:
    """Keep one finding of those at a place: what is known by its form, then the one that is first.

    The order of the scanners decides between the others.
    """
    kept: list[Leak] = []
    for leak in sorted(leaks, key=lambda leak: leak.is_named):
        if not any(leak.start < other.end and other.start < leak.end for other in kept):
            kept.append(leak)
    return tuple(sorted(kept, key=lambda leak: leak.start))
