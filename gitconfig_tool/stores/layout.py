"""Bundles in a folder that is an OCI image layout.

The words are those of `image-layout.md` in the OCI image specification. Reading follows no symbolic
link inside the folder and opens nothing but ordinary files. Writing is the work of `layout_writer`.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gitconfig_tool.artifact import (
    Artifact,
    ArtifactError,
    Descriptor,
    Manifest,
    OversizeError,
    parse_json,
    sha256_digest,
)
from gitconfig_tool.artifact.store import (
    BlobChangedError,
    BlobMissingError,
    BundleNotFoundError,
    StoreError,
)
from gitconfig_tool.artifact.vocabulary import (
    LAYOUT_VERSION,
    MANIFEST_TYPE,
    MAX_INDEX_BYTES,
    MAX_MANIFEST_BYTES,
    REF_NAME,
    SIGSTORE_TYPE,
)
from gitconfig_tool.stores.layout_writer import Entry, lock_layout, write_entries

_HINT = "write one with: gitconfig-tool compile -o DIR"


class LayoutStore:
    """A store in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # The last index that was read, with what it lists by subject: a signature tells its
        # subject only inside its manifest, and reading all of them once for each bundle is slow.
        self._index: tuple[bytes, dict[str, tuple[Descriptor, ...]]] | None = None

    @property
    def address(self) -> str:
        """How a person names the store."""
        return f"layout:{self.path}"

    def bundles(self) -> tuple[str, ...]:
        """Return the names of all bundles, sorted."""
        return tuple(sorted({name for name, _ in self._bundles(self._read_index())}))

    def resolve(self, bundle: str) -> Descriptor:
        """Return the manifest that the name points to."""
        found = self._bundles(self._read_index())
        matches = [descriptor for name, descriptor in found if name == bundle]
        if len(matches) > 1:
            raise StoreError(
                f"expected the bundle {bundle!r} once in {self.address}, found it"
                f" {len(matches)} times",
                hint="the index was changed by hand or by an attacker; compile the layout again",
            )
        if not matches:
            names = sorted({name for name, _ in found})
            close = get_close_matches(bundle, names, n=1)
            listed = ", ".join(map(repr, names[:10])) + (", ..." if len(names) > 10 else "")
            raise BundleNotFoundError(
                f"expected the bundle {bundle!r} in {self.address}, found {listed or 'no bundle'}",
                hint=f"did you mean {close[0]!r}?" if close else "",
            )
        return matches[0]

    def referrers(self, digest: str) -> tuple[Descriptor, ...]:
        """Return the signatures whose subject is the manifest of that digest."""
        data = self._read_index()
        if self._index is None or self._index[0] != data:
            self._index = (data, self._subjects(data))
        return self._index[1].get(digest, ())

    def signatures(self) -> tuple[Descriptor, ...]:
        """Return every signature that the index lists."""
        return self._signatures(self._read_index())

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """Return the content of a descriptor, its size and digest checked."""
        # repr: whoever wrote the manifest chose the title, and it may end up on a terminal.
        name = repr(descriptor.title) if descriptor.title else descriptor.digest
        if descriptor.size > limit:
            raise OversizeError(
                f"expected {name} to have at most {limit:,} bytes, found {descriptor.size:,}"
            )
        place = f"blobs/sha256/{descriptor.digest.removeprefix('sha256:')}"
        # One byte more than announced shows that the file is longer.
        data = self._read_file(place, descriptor.size + 1)
        if data is None:
            raise BlobMissingError(
                f"expected {place} in {self.address}, for {name}; found no such file",
                descriptor.digest,
            )
        if len(data) != descriptor.size or sha256_digest(data) != descriptor.digest:
            raise BlobChangedError(
                f"expected {place} in {self.address} to hold the {descriptor.size:,} bytes of"
                f" {name}; found other content",
                descriptor.digest,
            )
        return data

    def kept_entries(self, without: frozenset[str]) -> list[Entry]:
        """Return what the index lists, without some bundles and the signatures of what then goes.

        For a merge into the layout: each entry comes with the digests that it needs. Raises when
        one of them cannot be told, because a manifest is missing or damaged.
        """
        data = self._read_index()
        kept: list[Entry] = []
        for name, descriptor in self._bundles(data):
            if name not in without:
                kept.append(Entry(descriptor, name, None, self._needed(descriptor)))
        subjects = {entry.descriptor.digest for entry in kept}
        for descriptor in self._signatures(data):
            manifest = Manifest.from_bytes(self.read(descriptor, MAX_MANIFEST_BYTES))
            if manifest.subject is not None and manifest.subject.digest in subjects:
                kept.append(Entry(descriptor, "", manifest.subject, self._needed(descriptor)))
        return kept

    def _needed(self, descriptor: Descriptor) -> frozenset[str]:
        manifest = Manifest.from_bytes(self.read(descriptor, MAX_MANIFEST_BYTES))
        digests = {reference.digest for reference in manifest.references}
        return frozenset({descriptor.digest, *digests})

    def _subjects(self, index: bytes) -> dict[str, tuple[Descriptor, ...]]:
        found: dict[str, tuple[Descriptor, ...]] = {}
        for descriptor in self._signatures(index):
            try:
                manifest = Manifest.from_bytes(self.read(descriptor, MAX_MANIFEST_BYTES))
            except (ArtifactError, StoreError):
                continue  # It names no subject; `trust` tells when that is why nothing is signed.
            if manifest.subject is not None:
                digest = manifest.subject.digest
                found[digest] = (*found.get(digest, ()), descriptor)
        return found

    def _read_index(self) -> bytes:
        """Return the bytes of index.json, after a look at oci-layout."""
        if not self.path.is_dir():
            found = "a file" if self.path.exists() else "nothing"
            raise StoreError(
                f"expected a folder with an OCI image layout at {self.path}, found {found}",
                hint=_HINT,
            )
        marker = self._read_file("oci-layout", 4096)
        if marker is None:
            raise StoreError(
                f"expected an OCI image layout at {self.path}, found no file 'oci-layout' in it",
                hint=_HINT,
            )
        content = self._json(marker, "oci-layout")
        version = content.get("imageLayoutVersion") if isinstance(content, dict) else None
        if version != LAYOUT_VERSION:
            raise StoreError(
                f"expected imageLayoutVersion {LAYOUT_VERSION} in {self.path}/oci-layout,"
                f" found {version!r}"
            )
        index = self._read_file("index.json", MAX_INDEX_BYTES + 1)
        if index is None:
            raise StoreError(
                f"expected the file 'index.json' in {self.path}, found none", hint=_HINT
            )
        if len(index) > MAX_INDEX_BYTES:
            raise OversizeError(
                f"expected {self.path}/index.json to have at most {MAX_INDEX_BYTES:,} bytes,"
                " found more"
            )
        return index

    def _json(self, data: bytes, name: str) -> Any:
        return parse_json(data, f"{self.path}/{name}")

    def _descriptors(self, index: bytes) -> list[Descriptor]:
        content = self._json(index, "index.json")
        manifests = content.get("manifests") if isinstance(content, dict) else None
        if not isinstance(manifests, list):
            raise StoreError(f"expected a list of manifests in {self.path}/index.json, found none")
        return [
            Descriptor.from_json(value, f"manifest {number} of {self.path}/index.json")
            for number, value in enumerate(manifests, 1)
        ]

    def _bundles(self, index: bytes) -> list[tuple[str, Descriptor]]:
        # Copying tools drop artifactType from the index, so the name alone makes a bundle here;
        # what the manifest says of itself is checked by `trust`.
        return [
            (descriptor.annotations[REF_NAME], descriptor)
            for descriptor in self._descriptors(index)
            if descriptor.media_type == MANIFEST_TYPE and REF_NAME in descriptor.annotations
        ]

    def _signatures(self, index: bytes) -> tuple[Descriptor, ...]:
        return tuple(
            descriptor
            for descriptor in self._descriptors(index)
            if descriptor.media_type == MANIFEST_TYPE
            and descriptor.artifact_type == SIGSTORE_TYPE
            and REF_NAME not in descriptor.annotations
        )

    def _read_file(self, place: str, limit: int) -> bytes | None:
        """Read at most `limit` bytes of a file in the folder; None where there is none.

        Each step is opened from the one before without following links, so that nothing outside
        the folder can be reached, even while someone moves things about.
        """
        *folders, name = place.split("/")
        handles = []
        try:
            handles.append(os.open(self.path, os.O_RDONLY | os.O_DIRECTORY))
            flags = os.O_RDONLY | os.O_NOFOLLOW
            for folder in folders:
                handles.append(os.open(folder, flags | os.O_DIRECTORY, dir_fd=handles[-1]))
            # O_NONBLOCK: opening a named pipe must not wait for a writer.
            handles.append(os.open(name, flags | os.O_NONBLOCK, dir_fd=handles[-1]))
            if not stat.S_ISREG(os.fstat(handles[-1]).st_mode):
                raise StoreError(
                    f"expected {self.path}/{place} to be an ordinary file, found something else"
                )
            chunks = []
            left = limit
            while left > 0 and (chunk := os.read(handles[-1], min(left, 1024 * 1024))):
                chunks.append(chunk)
                left -= len(chunk)
            return b"".join(chunks)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                f"expected to read the ordinary file {self.path}/{place}, found: {error.strerror}",
                hint="symbolic links inside a layout are never followed",
            ) from error
        finally:
            for handle in handles:
                os.close(handle)


def write_layout(
    directory: Path, artifacts: Mapping[str, Artifact], signatures: Sequence[Artifact] = ()
) -> None:
    """Make a folder hold exactly these bundles, by name, and these signatures.

    The former index stays valid until the new one takes its place in one step; only then are blobs
    that nothing needs removed. Raises `StoreError` for a folder that is neither empty nor an OCI
    image layout, which is left as it was, and when the file system fails.
    """
    with lock_layout(directory) as folder:
        write_entries(folder, _entries(artifacts, signatures), _blobs(artifacts, signatures))


def merge_layout(
    directory: Path, artifacts: Mapping[str, Artifact], signatures: Sequence[Artifact] = ()
) -> None:
    """Add bundles to a folder, in place of those of the same names; all others stay.

    Otherwise like `write_layout`. A signature stays as long as the manifest that it signs does.
    """
    with lock_layout(directory) as folder:
        entries = _entries(artifacts, signatures)
        if (directory / "index.json").exists():
            new = {entry.descriptor.digest for entry in entries}
            kept = LayoutStore(directory).kept_entries(frozenset(artifacts))
            entries += [entry for entry in kept if entry.name or entry.descriptor.digest not in new]
        write_entries(folder, entries, _blobs(artifacts, signatures))


def _entries(artifacts: Mapping[str, Artifact], signatures: Sequence[Artifact]) -> list[Entry]:
    entries = []
    for name, artifact in [*artifacts.items(), *(("", signature) for signature in signatures)]:
        subject = Manifest.from_bytes(artifact.manifest).subject
        needed = frozenset({artifact.digest, *(blob.digest for blob in artifact.blobs)})
        entries.append(Entry(artifact.descriptor, name, subject, needed))
    return entries


def _blobs(artifacts: Mapping[str, Artifact], signatures: Sequence[Artifact]) -> dict[str, bytes]:
    blobs: dict[str, bytes] = {}
    for artifact in (*artifacts.values(), *signatures):
        blobs[artifact.digest] = artifact.manifest
        blobs.update((blob.digest, blob.data) for blob in artifact.blobs)
    return blobs
