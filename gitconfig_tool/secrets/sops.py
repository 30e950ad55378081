"""A parsed file to a `SopsDocument`, and what is wrong with it.

Follows the file format of SOPS 3 (stores/stores.go, sops.go and aes/cipher.go of getsops/sops).
Other formats than YAML and JSON come as the same tree, see `formats`. Does not decrypt and does not
judge the recipients.
"""

from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, Mark, Node, ScalarNode, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.secrets.metadata import ENCRYPT_HINT, read_metadata
from gitconfig_tool.secrets.model import METADATA_KEY, SopsDocument, format_of, sops_block
from gitconfig_tool.sops.block import is_folded
from gitconfig_tool.sops.selection import Selection
from gitconfig_tool.sops.values import (
    PREFIX,
    MalformedValueError,
    encrypted_type,
    is_comment,
)


def read_sops(
    document: Document, format: str | None = None
) -> tuple[SopsDocument | None, tuple[Diagnostic, ...]]:
    """Read a file that is, or by its name should be, encrypted with SOPS.

    Returns None for a file without a `sops` block (GCT401): nothing of it may be linked or packed.
    A file that could not be parsed gives None and no further diagnostic. `format` is given for a
    file that was parsed in another format than SOPS takes from its name.
    """
    root = document.root
    if root is None:
        return None, ()
    block = sops_block(root)
    if block is None or not isinstance(root, MappingNode):
        return None, (_not_encrypted(document, root),)
    metadata, problems = read_metadata(document.path, block)
    # A rule for comments cannot be followed without them.
    known = metadata.selection if metadata.selection and metadata.selection.is_known else None
    reader = _Reader(document.path, known)
    reader.types[""] = "map"
    form = format or format_of(document.path)
    for key, entry in root.entries.items():
        if form in ("json", "binary") and is_folded(key, block=False):
            reader.diagnostics.append(_second_block(document.path, key, entry.key_mark))
        if key != METADATA_KEY:
            reader.value(entry.value, (key,), (key,))
    reader.spans[""] = root.mark.in_file(document.path)
    found = SopsDocument(
        path=document.path,
        format=form,
        recipients=tuple(sorted(metadata.recipients)),
        version=metadata.version,
        last_modified=metadata.last_modified,
        has_mac=metadata.has_mac,
        types=reader.types,
        encrypted=frozenset(reader.encrypted),
        spans=reader.spans,
        recipient_spans=metadata.recipients,
        groups=metadata.groups,
        threshold=metadata.threshold,
        selection=metadata.selection,
        mac_only_encrypted=metadata.mac_only_encrypted,
        block_span=root.entries[METADATA_KEY].key_mark.in_file(document.path),
    )
    return found, (*problems, *reader.diagnostics)


def _not_encrypted(document: Document, root: Node) -> Diagnostic:
    span = Span(document.path, root.mark.line, root.mark.column, root.mark.line, root.mark.column)
    return Diagnostic(
        "GCT401",
        "expected an encrypted file, found values in the clear and no 'sops' block with a 'mac'",
        span,
        label="not encrypted",
        hint=ENCRYPT_HINT.format(path=document.path)
        + "; if it was ever committed, replace the secrets too: history keeps them",
        sensitive=True,
    )


def _second_block(path: str, key: str, mark: Mark) -> Diagnostic:
    return Diagnostic(
        "GCT404",
        f"expected one 'sops' block, found {key!a} too, which sops takes for the same",
        mark.in_file(path),
        hint="sops may read recipients there that nobody sees: rename the key, or remove it",
        sensitive=True,
    )


@dataclass(slots=True)
class _Reader:
    """Collects the values and the problems of one file."""

    path: str
    selection: Selection | None
    types: dict[str, str] = field(default_factory=dict)
    encrypted: set[str] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def value(self, node: Node, path: Path, keys: tuple[str, ...]) -> None:
        """Record one value and all below it. `keys` is `path` without the list indices."""
        pointer = format_pointer(path)
        self.spans[pointer] = node.mark.in_file(self.path)
        if node.tag is not None:
            self.diagnostics.append(
                Diagnostic(
                    "GCT408",
                    f"expected a plain value in a SOPS file, found the tag {node.tag}",
                    node.mark.in_file(self.path),
                    hint="SOPS does not keep tags: put the tag in an ordinary document",
                    sensitive=True,
                )
            )
        if isinstance(node, MappingNode):
            self.types[pointer] = "map"
            for key, entry in node.entries.items():
                self.value(entry.value, (*path, key), (*keys, key))
        elif isinstance(node, SequenceNode):
            self.types[pointer] = "seq"
            # A comment above an item is written as an item of its own, and is none when decrypted.
            items = (item for item in node.items if not self._is_comment(item, keys))
            for index, item in enumerate(items):
                self.value(item, (*path, index), keys)
        else:
            self.types[pointer] = self._scalar(node, pointer, keys)

    def _is_comment(self, node: Node, keys: tuple[str, ...]) -> bool:
        if self.selection is not None and not self.selection.selects(keys):
            return False
        return isinstance(node, ScalarNode) and is_comment(node.value)

    def _scalar(self, node: ScalarNode, pointer: str, keys: tuple[str, ...]) -> str:
        value, selection = node.value, self.selection
        clear_type = "null" if value is None else type(value).__name__
        if selection is not None and not selection.selects(keys):
            return clear_type
        if not (isinstance(value, str) and value.startswith(PREFIX)):
            # SOPS leaves null and the empty string as they are.
            if selection is not None and value not in (None, ""):
                self._in_the_clear(node, pointer)
            return clear_type
        self.encrypted.add(pointer)
        try:
            kind = encrypted_type(value)
        except MalformedValueError as error:
            self.diagnostics.append(
                Diagnostic(
                    "GCT403",
                    f"expected an encrypted value at {pointer}, found a damaged one: {error}",
                    node.mark.in_file(self.path),
                    hint="take the value from an earlier commit, or set it anew with: "
                    f"sops edit {self.path}",
                )
            )
            return "str"
        if kind == "bytes":
            self.diagnostics.append(
                Diagnostic(
                    "GCT406",
                    f"expected a JSON value at {pointer}, found raw bytes (type:bytes)",
                    node.mark.in_file(self.path),
                    hint="store the bytes as a base64 string",
                )
            )
        return kind

    def _in_the_clear(self, node: ScalarNode, pointer: str) -> None:
        # No width: the frame must not underline, and so measure, the secret.
        mark = node.mark
        self.diagnostics.append(
            Diagnostic(
                "GCT402",
                f"expected an encrypted value at {pointer}, found one in the clear",
                Span(self.path, mark.line, mark.column, mark.line, mark.column),
                label="not encrypted",
                hint=f"put it in with: sops edit {self.path}; if it was ever committed, replace it",
                sensitive=True,
            )
        )
