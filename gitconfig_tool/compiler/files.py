"""Which files of a snapshot belong to which layer, and what they hold.

Takes a snapshot; answers for a bound layer, or for a path. Every file is read and parsed once, and
once for all files of equal content. Does not merge.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gitconfig_tool.compiler.document_ids import candidates, document_id, is_hidden
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Document, Node, parse_document
from gitconfig_tool.document.credentials import secret_lines, secret_lines_of_text
from gitconfig_tool.merge import LayerDocument
from gitconfig_tool.project import BoundLayer
from gitconfig_tool.secrets import (
    SopsDocument,
    format_of,
    is_sops,
    is_sops_path,
    parse_sops_file,
    read_sops,
    sops_stem,
)
from gitconfig_tool.source import FileTooLargeError, Snapshot, lfs_pointer, too_large
from gitconfig_tool.suppress import MARKER

# Unknown tags, numbers out of range, aliases of nothing: something else stands in their place.
_MISREAD = frozenset({"GCT013", "GCT020", "GCT021"})
_MARKER = MARKER.encode()
# A file that YAML cannot read may be encrypted all the same.
_SOPS_BLOCK = re.compile(rb"^sops:", re.MULTILINE)
# Its metadata in any format, at the top level.
_METADATA = re.compile(rb'^(?:sops:|\s*"sops"\s*:|sops_mac=|\[sops\])', re.MULTILINE)
_ENCRYPTED = b"ENC[AES256_GCM,"


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One file of a layer: the document that it gives, and its content.

    At most one of `root` and `sops` is set. Neither is for a file that could not be read, which is
    reported; a file without a value is left out.
    """

    document: str
    path: str
    root: Node | None
    sops: SopsDocument | None


@dataclass(frozen=True, slots=True, eq=False)
class DocumentFiles:
    """What the layers of a bundle give for one document, weakest first.

    `is_unreadable` says that a file of it could not be read, which is reported.
    """

    clear: tuple[LayerDocument, ...]
    sops: tuple[SopsDocument, ...]
    is_unreadable: bool


class ProjectFiles:
    """The files of one snapshot, read once. Lives within one compilation.

    `roots` holds parsed files by their Git id; several snapshots of one repository can share it.
    """

    def __init__(self, snapshot: Snapshot, roots: dict[str, Node | None] | None = None) -> None:
        self.snapshot = snapshot
        self.diagnostics: list[Diagnostic] = []
        self._paths = sorted(snapshot.files)
        self._layers: dict[tuple[str, str | None], Mapping[str, str]] = {}
        # The same for one document, where no more was asked for.
        self._single: dict[tuple[str, str | None, str], str | None] = {}
        self._numbers: dict[tuple[str, str | None, frozenset[str]], int] = {}
        self._numbered: list[BoundLayer] = []
        self._together: dict[tuple[str, tuple[int, ...]], DocumentFiles] = {}
        self._files: dict[tuple[str, str], LayerFile | None] = {}
        # The same by path: a layer may give one file as several documents.
        self._at: dict[str, list[LayerFile]] = {}
        self.roots = {} if roots is None else roots
        self._parsed: dict[str, Document] = {}
        self._broken: set[str] = set()
        # Whose content was asked for, and whether a comment in it may be meant for us, by Git id.
        self._asked: set[str] = set()
        self._has_marker: dict[str, bool] = {}
        # The values of each file that the parser could not take as they are written.
        self.misread: dict[str, set[Span]] = {}
        self._secret_lines: dict[str, frozenset[int]] = {}
        self._odd = _by_path(snapshot.diagnostics)
        self._told: set[Diagnostic] = set()
        self._unread: set[str] = set()

    def layer_paths(self, layer: BoundLayer) -> Mapping[str, str]:
        """Return the path of each document of a layer; nothing is read."""
        key = (layer.path, layer.document)
        if key not in self._layers:
            if layer.document is None:
                found = self._folder(layer.path)
            else:
                found = self._one(layer.path, layer.document)
            self._layers[key] = found
        return self._layers[key]

    def layer_path(self, layer: BoundLayer, document: str) -> str | None:
        """Return the path of one document of a layer, as `layer_paths` has it; None for none.

        Where the folder need not be listed for it, it is not: a layer has many documents, and a
        comparison asks for few.
        """
        key = (layer.path, layer.document, document)
        if key not in self._single:
            self._single[key] = self._one_of(layer, document)
        return self._single[key]

    def holds_anything(self, layer: BoundLayer) -> bool:
        """Tell whether a file of a layer holds a value, or cannot be read; reads no further."""
        return any(self.layer_file(*each) for each in self.layer_paths(layer).items())

    def number(self, layer: BoundLayer) -> int:
        """Return a number for a layer; the same for bundles to which it gives the same."""
        key = (layer.path, layer.document, layer.own)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbered)
            self._numbered.append(layer)
        return self._numbers[key]

    def document_files(self, document: str, numbers: tuple[int, ...]) -> DocumentFiles:
        """Return what several layers give for one document, by their numbers, weakest first."""
        key = (document, numbers)
        if key not in self._together:
            clear, sops, is_unreadable = [], [], False
            for number in numbers:
                layer = self._numbered[number]
                path = self.layer_path(layer, document)
                file = None if path is None else self.layer_file(document, path)
                if file is None:
                    continue
                if file.sops is not None:
                    sops.append(file.sops)
                elif file.root is not None:
                    clear.append(LayerDocument(layer.path, file.path, file.root, layer.own))
                else:
                    is_unreadable = True
            self._together[key] = DocumentFiles(tuple(clear), tuple(sops), is_unreadable)
        return self._together[key]

    def layer_file(self, document: str, path: str) -> LayerFile | None:
        """Return what one file of a layer gives; None when it holds no value."""
        key = (document, path)
        if key not in self._files:
            self._files[key] = file = self._file(document, path)
            if file is not None:
                self._at.setdefault(path, []).append(file)
        return self._files[key]

    def sealed_files(self) -> Iterator[tuple[str, SopsDocument]]:
        """Yield every SOPS file that was read so far, with its document's id.

        For a file that no layer has, that is its path without the ending.
        """
        for file in self._files.values():
            if file is not None and file.sops is not None:
                yield file.document, file.sops

    def looks_sealed(self, path: str) -> bool:
        """Tell whether a file is one of SOPS, or promises it by its name; it is not parsed."""
        if is_sops_path(path):
            return True
        data = self.peek(path)
        return _ENCRYPTED in data and _METADATA.search(data) is not None

    def peek(self, path: str) -> bytes:
        """Return the bytes of a file that is perhaps nobody's business; none where it has none."""
        data, found = self._content(path)
        return b"" if found else data

    def peek_root(self, path: str) -> Node | None:
        """Return the parsed root of a file that is perhaps nobody's business; reports nothing."""
        oid = self.snapshot.files[path].oid
        if oid not in self.roots:
            data = self.peek(path)
            document, diagnostics = parse_document(path, data, sensitive=True)
            if diagnostics or not data:  # What is too large to be read is reported by `read`.
                return document.root
            self.roots[oid] = document.root
        return self.roots[oid]

    def read_sealed(self, path: str) -> SopsDocument | None:
        """Read a SOPS file that a layer need not have; None when it is none.

        A name that promises SOPS content keeps the promise, or it is reported.
        """
        if path in self._at:
            return self._at[path][0].sops
        if not self.looks_sealed(path):
            return None
        stem = sops_stem(path)
        file = self._file(stem or path.rpartition(".")[0] or path, path, sealed=True)
        if file is None or (file.sops is None and stem is None):
            return None
        self._files[file.document, path] = file
        self._at[path] = [file]
        return file.sops

    def read_paths(self) -> Iterable[str]:
        """Return the paths of all files that were parsed so far."""
        return self._parsed.keys()

    @property
    def all_were_read(self) -> bool:
        """Whether every file that was parsed so far could be."""
        return not self._broken

    def under(self, folder: str) -> list[str]:
        """Return the paths of the files below a folder, sorted.

        Links and odd names are reported: below the folder, in its place, and on the way to it.
        """
        start = folder.rstrip("/") + "/"
        for path in self._odd:
            if path.startswith(start):
                self._report_odd(path)
        self.report_odd(folder)
        first = bisect_left(self._paths, start)
        last = first
        while last < len(self._paths) and self._paths[last].startswith(start):
            last += 1
        return self._paths[first:last]

    def hide_secret(self, diagnostic: Diagnostic) -> Diagnostic:
        """Mark a diagnostic whose line may show a secret in the clear: no report shows it then."""
        span = diagnostic.span
        document = self._parsed.get(span.path) if span is not None else None
        # What stands behind a tag that we do not know is a link whose tag is misspelt.
        is_link = diagnostic.code == "GCT013"
        if span is None or document is None or diagnostic.sensitive or is_link:
            return diagnostic
        if span.path not in self._secret_lines:
            self._secret_lines[span.path] = (
                secret_lines_of_text(self.text(span.path) or "")
                if document.root is None
                else secret_lines(document.root)
            )
        is_secret = span.line in self._secret_lines[span.path]
        return replace(diagnostic, sensitive=True) if is_secret else diagnostic

    def has(self, path: str) -> bool:
        """Tell whether there is a file; a link in its place or on the way to it is reported."""
        self.report_odd(path)
        return path in self.snapshot.files

    def is_broken(self, path: str) -> bool:
        """Tell whether a parsed file could not be read, which is reported."""
        return path in self._broken

    def report_odd(self, path: str) -> bool:
        """Report what is odd at a path or on the way to it, such as a link; tell if anything is."""
        odd = [each for each in self._odd if f"{path.rstrip('/')}/".startswith(f"{each}/")]
        for each in odd:
            self._report_odd(each)
        return bool(odd)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where they are not its content, which is reported.

        Notes whether a comment of it may be meant for us.
        """
        if path in self._unread:
            return None
        data, found = self._content(path)
        if found is not None:
            self._unread.add(path)
            self.diagnostics.append(found)
            return None
        self._asked.add(path)
        self._has_marker[self.snapshot.files[path].oid] = _MARKER in data
        return data

    def _content(self, path: str) -> tuple[bytes, Diagnostic | None]:
        try:
            data = self.snapshot.read(path)
        except FileTooLargeError as error:
            return b"", too_large(path, error.size)
        return data, lfs_pointer(path, data)

    def parse(self, path: str, *, sealed: bool = False) -> Document:
        """Return the parsed file at a path; its diagnostics are reported once.

        It is read as YAML, or as SOPS does when its name promises SOPS content or it is `sealed`.
        """
        if path not in self._parsed:
            oid = self.snapshot.files[path].oid
            as_sops = sealed or is_sops_path(path)
            if as_sops and format_of(path) not in ("yaml", "json"):
                oid = f"{format_of(path)}:{oid}"
            if oid in self.roots:
                self._asked.add(path)
                self._parsed[path] = Document(path, self.roots[oid])
            else:
                data = self.read(path)
                if data is None:
                    self._broken.add(path)
                    self._parsed[path] = Document(path, None)
                    return self._parsed[path]
                if as_sops:
                    document, diagnostics = parse_sops_file(path, data)
                else:
                    sensitive = _SOPS_BLOCK.search(data) is not None
                    document, diagnostics = parse_document(path, data, sensitive=sensitive)
                if not diagnostics:
                    # A file with diagnostics is parsed again elsewhere: they carry its path.
                    self.roots[oid] = document.root
                if diagnostics and document.root is None:
                    self._broken.add(path)
                spans = {
                    found.span for found in diagnostics if found.code in _MISREAD and found.span
                }
                if spans:
                    self.misread[path] = spans
                self.diagnostics += diagnostics
                self._parsed[path] = document
        return self._parsed[path]

    def with_marker(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the files that hold `gct:`, out of those that were read and of `paths`."""
        found = []
        for path in sorted(self._asked.union(paths)):
            file = self.snapshot.files.get(path)
            if file is None:
                continue
            if file.oid not in self._has_marker:
                self._has_marker[file.oid] = _MARKER in self._content(path)[0]
            if self._has_marker[file.oid]:
                found.append(path)
        return tuple(found)

    def text(self, path: str) -> str | None:
        """Return the text of a file, for showing a place in it; None when it has none."""
        if path not in self.snapshot.files:
            return None
        try:
            return self.snapshot.read(path).decode("utf-8", "replace")
        except FileTooLargeError:
            return None

    def _folder(self, folder: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for path in self.under(folder):
            relative = path[len(folder) + 1 :]
            document = None if is_hidden(relative) else document_id(relative)
            if document is None:
                continue
            if document in found:
                self._twice(document, found[document], path)
            else:
                found[document] = path
        return found

    def _one_of(self, layer: BoundLayer, document: str) -> str | None:
        is_listed = (layer.path, layer.document) in self._layers
        # What is odd, or there twice, is reported where the folder is listed.
        if layer.document is None and not is_listed and not self._odd:
            files = self.snapshot.files
            paths = [path for path in candidates(layer, document) if path in files]
            if not paths:
                return None
            relative = paths[0][len(layer.path) + 1 :]
            if len(paths) == 1 and document_id(relative) == document:
                return None if is_hidden(relative) else paths[0]
        return self.layer_paths(layer).get(document)

    def _one(self, path: str, document: str) -> Mapping[str, str]:
        return {document: path} if self.has(path) else {}

    def _file(self, document: str, path: str, *, sealed: bool = False) -> LayerFile | None:
        parsed = self.parse(path, sealed=sealed)
        if is_sops_path(path) or is_sops(parsed.root):
            as_sops = sealed or is_sops_path(path) or format_of(path) != "binary"
            sops, diagnostics = read_sops(parsed, None if as_sops else "yaml")
            self.diagnostics += diagnostics
            if sops is not None or diagnostics or path in self._broken:
                return LayerFile(document, path, None, sops)
            return None
        if parsed.root is None and path not in self._broken:
            return None
        return LayerFile(document, path, parsed.root, None)

    def _twice(self, document: str, first: str, path: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                "GCT102",
                f"expected one file for the document '{document}' in a layer, found {path} too",
                Span(path),
                notes=(Note("the other file", Span(first)),),
                hint="remove or rename one of the two",
                sensitive=is_sops_path(path),
            )
        )

    def _report_odd(self, path: str) -> None:
        for found in self._odd[path]:
            if found not in self._told:
                self._told.add(found)
                self.diagnostics.append(found)


def _by_path(diagnostics: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    """Sort diagnostics by each path that they speak of: two names that clash concern both."""
    found: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        for span in (each.span, *(note.span for note in each.notes)):
            if span is not None:
                found.setdefault(span.path, []).append(each)
    return found
