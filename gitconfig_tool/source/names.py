"""Which entries of a project are files that can be read, and what is wrong with the others.

Takes paths, ids and modes, wherever they come from; returns files and diagnostics. Reads nothing.
A snapshot carries a diagnostic for each odd entry; whether it matters is for the layers to say.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.source.snapshot import MODE_LINK, MODE_SUBMODULE, File
from gitconfig_tool.source.trees import MAX_PATH_BYTES, Listing

# Names that Git itself refuses to check out: verify_dotfile() in read-cache.c of Git, and the short
# name that Windows gives to the first of them.
_FORBIDDEN = frozenset({"", ".", "..", ".git", "git~1"})
# Control characters, and the two separators that break lines.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def sort_files(listing: Listing) -> tuple[Mapping[str, File], tuple[Diagnostic, ...]]:
    """Split what is a file from what is not; sort by path, also the order of the UTF-8 bytes."""
    files: dict[str, File] = {}
    found: dict[str, Diagnostic] = {}
    for path in listing.repeated:
        found[path] = _repeated(_visible(path))
    for path in listing.slashed:
        found[path] = _odd_name(_visible(path), "'/' within the name of one entry")
    for path, oid, mode in sorted(listing.entries):
        # Nearly all names are like this; the rest of the checks is slow.
        if not (path.isascii() and path.isprintable() and _is_tidy(path)):
            bad = _bad_name(path)
            if bad is not None:
                found.setdefault(*bad)
                continue
        if mode == MODE_LINK:
            found[path] = Diagnostic(
                "GCT001",
                f"expected a file, found a symbolic link at {path}",
                Span(path),
                hint="links are never followed: put the file itself there",
            )
        elif mode == MODE_SUBMODULE:
            found[path] = Diagnostic(
                "GCT002",
                f"expected a folder, found a submodule at {path}",
                Span(path),
                hint="a bundle comes from one repository: put the files themselves there",
            )
        else:
            files[path] = File(path, oid)
    diagnostics = [found[path] for path in sorted(found)]
    return MappingProxyType(files), (*diagnostics, *_alike(files))


def _is_tidy(path: str) -> bool:
    """Tell whether a path certainly has no part that is forbidden."""
    return (
        "/." not in path
        and "//" not in path
        and path[:1] not in (".", "/", "")
        and path[-1] != "/"
        and "~" not in path
        and len(path) <= MAX_PATH_BYTES
    )


def _bad_name(path: str) -> tuple[str, Diagnostic] | None:
    """Return the first part of a path that cannot be a name, with what to say of it."""
    shown = _visible(path)
    if len(path.encode("utf-8", "surrogateescape")) > MAX_PATH_BYTES:
        short = f"{shown[:60]}..."
        return path, Diagnostic(
            "GCT007",
            f"expected a path of at most {MAX_PATH_BYTES:,} bytes, found more in {short}",
            Span(short),
            hint="no program on macOS can open it: use shorter names",
        )
    if any("\ud800" <= char <= "\udfff" for char in path):
        return path, Diagnostic(
            "GCT003",
            f"expected a file name in UTF-8, found {shown}",
            Span(shown),
            hint="rename the file: git mv",
        )
    parts = path.split("/")
    for number, part in enumerate(parts, start=1):
        control = _CONTROL.search(part)
        if control is not None:
            what = f"the character U+{ord(control[0]):04X} in one"
        elif _folded(part) in _FORBIDDEN:
            what = f"'{_visible(part)}'"
        else:
            continue
        upto = "/".join(parts[:number])
        return upto, _odd_name(_visible(upto), what)
    return None


def _odd_name(shown: str, what: str) -> Diagnostic:
    return Diagnostic(
        "GCT007",
        f"expected names that every system can check out, found {what}",
        Span(shown),
        hint="rename it: git mv; a name that Git refuses itself was made by hand: remove it",
    )


def _repeated(shown: str) -> Diagnostic:
    return Diagnostic(
        "GCT008",
        f"expected each name once in a tree, found {shown} twice",
        Span(shown),
        hint="git fsck names the tree; commit the folder anew: git rm -r --cached, then git add",
    )


def _alike(files: Mapping[str, File]) -> Iterator[Diagnostic]:
    """Compare names as macOS and Windows do: without case, and in one Unicode form."""
    names = [*files, *_folders(files)]
    if len({name.casefold() for name in names}) == len(names) and all(map(str.isascii, names)):
        return
    first: dict[tuple[str, str], str] = {}
    known_names = set(names)
    for name in sorted(names):
        parent, _, own = name.rpartition("/")
        normal = unicodedata.normalize("NFC", own)
        if normal != own:
            yield _not_normalised(name, f"{parent}/{normal}".removeprefix("/"), known_names)
        known = first.setdefault((parent, _folded(own)), name)
        if unicodedata.normalize("NFC", known.rpartition("/")[2]) != normal:
            yield Diagnostic(
                "GCT004",
                f"expected names that differ by more than case, found {name} beside {known}",
                Span(name),
                notes=(Note("the other name", Span(known)),),
                hint="macOS and Windows keep only one of the two: rename one",
            )


def _not_normalised(name: str, normal: str, others: set[str]) -> Diagnostic:
    notes: tuple[Note, ...] = ()
    if normal in others:
        notes = (Note("the name in form NFC stands beside it", Span(normal)),)
    return Diagnostic(
        "GCT005",
        f"expected a name in Unicode normalisation form NFC, found another form of '{normal}'",
        Span(name),
        notes=notes,
        hint="macOS takes both for one name: rename it with git mv, typing the name anew",
    )


def _folders(paths: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        parent = path.rpartition("/")[0]
        while parent and parent not in folders:
            folders.add(parent)
            parent = parent.rpartition("/")[0]
    return folders


def _folded(name: str) -> str:
    """Return the name as a file system that knows no case compares it.

    HFS+ leaves out characters that nobody sees (is_hfs_dotgit() in utf8.c of Git).
    """
    if name.isascii():
        return name.lower()
    seen = "".join(char for char in name if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", seen).casefold())


def _visible(path: str) -> str:
    """Return a path that can be printed: what is no text is written as an escape."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
