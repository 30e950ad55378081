"""Content that is not the file's own: pointers of Git LFS, and blobs too large to read. Pure."""

import re

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.source.snapshot import MAX_BLOB_BYTES

# The specification of Git LFS, "The Pointer": `version` first, under 1,024 bytes.
_MAX_POINTER_BYTES = 1024
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\r?\n"
    rb"(?:.*\n)*?oid [a-z0-9]+:[0-9a-f]+\r?\n"
    rb"(?:.*\n)*?size (?P<size>[0-9]{1,20})\r?\n?"
)


def lfs_pointer(path: str, data: bytes) -> Diagnostic | None:
    """Return what to say of a file that holds a Git LFS pointer; None for any other content."""
    if len(data) >= _MAX_POINTER_BYTES or not data.startswith(b"version https://"):
        return None
    found = _POINTER.match(data)
    if found is None:
        return None
    return Diagnostic(
        "GCT006",
        f"expected the content of the file, found a Git LFS pointer to {int(found['size']):,} "
        "bytes elsewhere",
        Span(path, 1, 1, 1, len(data.split(b"\n", 1)[0].rstrip()) + 1),
        hint="keep the file in Git itself: git lfs untrack FILE, then git add --renormalize FILE",
    )


def too_large(path: str, size: int) -> Diagnostic:
    """Return what to say of a file that is not read because of its size, in bytes."""
    return Diagnostic(
        "GCT009",
        f"expected a file of at most {MAX_BLOB_BYTES:,} bytes, found {size:,}",
        Span(path),
        hint="large files do not belong in the configuration: move it out of the folder",
    )
