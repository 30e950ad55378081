"""One version of a SOPS file, read for comparing: values, comments, seals and rules.

Takes the bytes of a file; returns a `Sealed`, or None for what is no SOPS file that can be read.
Judges nothing: damage and odd metadata are found by `secrets.sops`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.document.text import LINE_BREAK
from gitconfig_tool.secrets.formats import parse_sops_file
from gitconfig_tool.secrets.model import METADATA_KEY, sops_block
from gitconfig_tool.secrets.recipients import KINDS, recipient_of, unnamed_recipient
from gitconfig_tool.sops.values import PREFIX

# What belongs to a seal and not to the rules of the file.
_SEAL_FIELDS = ("mac", "key_groups", "created_at")
# A value or a MAC; its iv is random, so two files that share one share the data key.
_VALUE = re.compile(rb"ENC\[[^\]\s]{40,}\]")
# The data key as it is sealed for one reader, in armour or in base64.
_ARMOUR = re.compile(rb"-----BEGIN [A-Z ]+-----(.{40,}?)-----END ", re.DOTALL)
_SOLID_ARMOUR = re.compile(rb"-----BEGIN[A-Z]+-----(.{40,}?)-----END")  # without white space
_LEAST = 40  # characters of a seal
_PLAIN_SEAL = re.compile(rb"\benc\"?\s*[:=]\s*\"?([A-Za-z0-9+/=:_-]{40,})")
_LAYOUT = re.compile(rb"\\n|\s+")
_MAC = re.compile(rb"\b(?:sops_)?mac\"?\s*[:=]\s*[\"']?(ENC\[[^\]\s]+\])")
_DASHES = re.compile(r"^(?:-\s+)+")
# A comment of ours is meant for our tool, and no part of the secret.
_OURS = re.compile(r"#\s*gct:")


@dataclass(frozen=True, slots=True)
class Seal:
    """The data key as it is sealed for one recipient: the text of it, its group and its place."""

    text: str
    group: int
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a line of its own, and the first word of the line that it stands above."""

    text: str
    above: str
    line: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """One version of a SOPS file.

    `root` holds the values, and the `sops` block beside them. `rules` maps each further field of
    the block to its text: what is encrypted, the version, the time.
    """

    path: str
    mac: str
    root: MappingNode = field(repr=False)
    seals: Mapping[str, Seal]
    rules: Mapping[str, str]
    rule_spans: Mapping[str, Span]
    comments: tuple[Comment, ...]

    @property
    def mac_only_encrypted(self) -> bool:
        """Whether values in the clear stand outside the MAC."""
        return self.rules.get("mac_only_encrypted") == "True"


def read_sealed(path: str, data: bytes) -> Sealed | None:
    """Read one version of a file; None where it is no SOPS file, or cannot be read."""
    document, _ = parse_sops_file(path, data)
    block = sops_block(document.root)
    if block is None or not isinstance(document.root, MappingNode):
        return None
    mac = block.entries.get("mac")
    text = mac.value.value if mac and isinstance(mac.value, ScalarNode) else None
    rules, spans = {}, {}
    for name, entry in block.entries.items():
        if name in KINDS or name in _SEAL_FIELDS or not isinstance(entry.value, ScalarNode):
            continue
        if entry.value.value is not None:
            rules[name] = str(entry.value.value)
            spans[name] = entry.key_mark.in_file(path)
    return Sealed(
        path,
        text if isinstance(text, str) else "",
        document.root,
        dict(_seals(path, block)),
        rules,
        spans,
        tuple(_comments(data.decode("utf-8-sig", "replace"), document.root)),
    )


def mac_of(data: bytes) -> str:
    """Return the MAC of a SOPS file as it is written, found without parsing; "" where none is."""
    found = _MAC.search(data)
    return found[1].decode() if found else ""


def tokens_of(data: bytes) -> frozenset[bytes]:
    """Return what can be in two files only when one was copied: values, seals and the MAC."""
    seals = [*_ARMOUR.findall(data), *_PLAIN_SEAL.findall(data)]
    return frozenset((*_VALUE.findall(data), *(_LAYOUT.sub(b"", seal) for seal in seals)))


def tokens_of_tree(sealed: Sealed) -> frozenset[bytes]:
    """Return the same of a file that was parsed: escapes and line breaks hide nothing then."""
    found: set[bytes] = set()
    todo: list[Node] = [sealed.root]
    while todo:
        node = todo.pop()
        if isinstance(node, MappingNode):
            todo += [entry.value for entry in node.entries.values()]
        elif isinstance(node, SequenceNode):
            todo += node.items
        elif isinstance(node.value, str) and node.value.startswith(PREFIX):
            found.update(_VALUE.findall(node.value.encode()))
    for seal in sealed.seals.values():
        text = seal.text.encode()
        found.update(_SOLID_ARMOUR.findall(text) or ([text] if len(text) >= _LEAST else []))
    return frozenset(found)


def is_encrypted(node: Node) -> bool:
    """Tell whether a value is written as SOPS encrypts it."""
    return (
        isinstance(node, ScalarNode)
        and isinstance(node.value, str)
        and node.value.startswith(PREFIX)
    )


def _seals(path: str, block: MappingNode) -> Iterator[tuple[str, Seal]]:
    groups: list[Node] = [block]
    listed = block.entries.get("key_groups")
    if listed is not None and isinstance(listed.value, SequenceNode):
        groups += listed.value.items
    for number, group in enumerate(groups):
        if not isinstance(group, MappingNode):
            continue
        for kind in KINDS:
            entry = group.entries.get(kind)
            items = entry.value.items if entry and isinstance(entry.value, SequenceNode) else ()
            for item in items:
                recipient = recipient_of(kind, item) or unnamed_recipient(kind)
                if recipient is not None and isinstance(item, MappingNode):
                    enc = item.entries.get("enc")
                    text = enc.value.value if enc and isinstance(enc.value, ScalarNode) else ""
                    # Line ends and indentation of the armour say nothing.
                    joined = "".join(str(text).split())
                    yield recipient, Seal(joined, number, item.mark.in_file(path))


def _comments(text: str, root: MappingNode) -> Iterator[Comment]:
    lines = LINE_BREAK.split(text)
    if not any(line.lstrip().startswith("#") for line in lines):
        return
    hidden = set(_inside_scalars(root))
    block = root.entries[METADATA_KEY]
    hidden.update(range(block.key_mark.line + 1, block.value.mark.end_line))
    found: list[tuple[str, int]] = []
    for number, line in enumerate(lines, 1):
        word = line.strip()
        if number in hidden or not word:
            continue
        if word.startswith("#"):
            if not _OURS.match(word):
                found.append((word, number))
            continue
        yield from (Comment(comment, _first_word(word), at) for comment, at in found)
        found.clear()
    yield from (Comment(comment, "", at) for comment, at in found)


def _first_word(line: str) -> str:
    """Return the key of a line, or "-" for an item: enough to tell where a comment stood."""
    word = _DASHES.sub("", line)
    return "-" if word.startswith(PREFIX) else word.partition(":")[0]


def _inside_scalars(root: Node) -> Iterator[int]:
    """Yield the lines in which a `#` is text: those after the first of a scalar of several."""
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, ScalarNode):
            yield from range(node.mark.line + 1, node.mark.end_line)
            if node.mark.end_column > 1 and node.mark.end_line > node.mark.line:
                yield node.mark.end_line
        elif isinstance(node, MappingNode):
            todo += [entry.value for entry in node.entries.values()]
        else:
            todo += node.items
