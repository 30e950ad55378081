"""The bytes of a file to text that can be scanned, or why not. Pure."""

import codecs

from gitconfig_tool.source import lfs_pointer

# A configuration file is far smaller; the scanner reads about a megabyte in a second.
MAX_BYTES = 8 * 1024 * 1024
# As many bytes as Git looks at to tell text from other content: buffer_is_binary() of Git.
_LOOKED_AT = 8_000
# The longer mark first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

BINARY = "binary"


def readable_text(path: str, data: bytes) -> tuple[str | None, str]:
    """Return the text of a file; or None, and why it is not scanned.

    `BINARY` is what nobody expects to be scanned; the other reasons are gaps. Bytes that are not
    UTF-8 are replaced, so that the rest of the file is looked at. Line ends become `\\n`.
    """
    if lfs_pointer(path, data) is not None:
        return None, "a Git LFS pointer, whose content is not in this repository"
    if len(data) > MAX_BYTES:
        return None, f"{len(data):,} bytes, more than the {MAX_BYTES:,} that are scanned"
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None:
        if b"\0" in data[:_LOOKED_AT]:
            return None, BINARY
        encoding = "utf-8"
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n"), ""
