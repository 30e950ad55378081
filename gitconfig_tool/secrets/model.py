"""What is known of a SOPS file without a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, Node
from gitconfig_tool.sops.selection import Selection

# The key of SOPS's own block at the top level of a file.
METADATA_KEY = "sops"
# What the name of a file that promises SOPS content ends with.
SOPS_ENDINGS = (
    ".sops.yaml",
    ".sops.yml",
    ".sops.json",
    ".sops.env",
    ".sops.ini",
    ".sops.bin",
    ".sops",
)
# cmd/sops/formats/formats.go of SOPS, `FormatForPath`; every other file is binary.
_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}


@dataclass(frozen=True, slots=True)
class SopsDocument:
    """One SOPS file: who can open it, and which values it holds.

    `recipients` are strings such as `age:age1...`, sorted, each once, of all key groups together.
    `groups` are the key groups, each with its recipients; with more than one, the keys of
    `threshold` groups together open the file. `selection` is SOPS's rule of what is encrypted; None
    where the file does not say one that can be read. `mac_only_encrypted` says that the MAC does
    not cover values in the clear.
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
    groups: tuple[tuple[str, ...], ...] = ()
    threshold: int = 1
    selection: Selection | None = None
    mac_only_encrypted: bool = False
    block_span: Span | None = None

    @property
    def needs_all_of_several(self) -> bool:
        """Whether one recipient alone may not open the file: keys of several groups must meet."""
        return len(self.groups) > 1 and self.threshold > 1

    def type_at(self, pointer: str) -> str | None:
        """Return the type of the value at a pointer, or None where there is nothing.

        It is `str`, `int`, `float`, `bool` or `bytes` as SOPS wrote it, `null`, or `map` or `seq`
        for a whole subtree. A `float` may hold an integer: SOPS reads each number of a JSON file
        as a float.
        """
        return self.types.get(pointer)


def format_of(path: str) -> str:
    """Return the format that SOPS takes from a file's name: what `--input-type` is."""
    name = path.rpartition("/")[2]
    return next((kind for end, kind in _FORMATS.items() if name.endswith(end)), "binary")


def is_sops_path(path: str) -> bool:
    """Tell whether a file's name promises SOPS content: `NAME.sops`, or with a format after it.

    `.sops.yaml` itself, SOPS's own configuration, does not.
    """
    if not path.endswith(SOPS_ENDINGS):
        return False
    name = path.rpartition("/")[2]
    return any(name.endswith(end) and len(name) > len(end) for end in SOPS_ENDINGS)


def sops_stem(path: str) -> str | None:
    """Return a path without the ending that promises SOPS content; None when it has none."""
    if not is_sops_path(path):
        return None
    return next(path[: -len(end)] for end in SOPS_ENDINGS if path.endswith(end))


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
