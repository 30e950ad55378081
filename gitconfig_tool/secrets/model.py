"""What is known of a SOPS file without a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, Node

# The key of SOPS's own block at the top level of a file.
METADATA_KEY = "sops"
# What the name of a file that promises SOPS content ends with.
SOPS_ENDINGS = (".sops.yaml", ".sops.yml", ".sops.json")


@dataclass(frozen=True, slots=True)
class SopsDocument:
    """One SOPS file: who can open it, and which values it holds.

    `recipients` are strings such as `age:age1...`, sorted, each once, of all key groups together.
    `types` maps the JSON Pointer of each value to its type, in the order of the file; the `sops`
    block is left out. `encrypted` holds the pointers of the values that are encrypted.
    `spans` holds the place of each pointer, `recipient_spans` of each recipient.
    """

    path: str
    format: str
    recipients: tuple[str, ...]
    version: str
    last_modified: str
    has_mac: bool
    types: Mapping[str, str]
    encrypted: frozenset[str]
    spans: Mapping[str, Span]
    recipient_spans: Mapping[str, Span]

    def type_at(self, pointer: str) -> str | None:
        """Return the type of the value at a pointer, or None where there is nothing.

        It is `str`, `int`, `float`, `bool` or `bytes` as SOPS wrote it, `null`, or `map` or `seq`
        for a whole subtree. A `float` may hold an integer: SOPS reads each number of a JSON file
        as a float.
        """
        return self.types.get(pointer)


def is_sops_path(path: str) -> bool:
    """Tell whether a file's name promises SOPS content: `*.sops.yaml`, `.yml` or `.json`."""
    return path.endswith(SOPS_ENDINGS)


def is_sops(node: Node | None) -> bool:
    """Tell whether a document carries a `sops` block: a mapping that holds `mac` or `version`."""
    return sops_block(node) is not None


def sops_block(node: Node | None) -> MappingNode | None:
    """Return the `sops` block of a document, or None."""
    if not isinstance(node, MappingNode) or METADATA_KEY not in node.entries:
        return None
    block = node.entries[METADATA_KEY].value
    if isinstance(block, MappingNode) and not block.entries.keys().isdisjoint({"mac", "version"}):
        return block
    return None
