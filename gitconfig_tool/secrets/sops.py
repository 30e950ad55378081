"""A parsed file to a `SopsDocument`, and what is wrong with it.

Follows the file format of SOPS 3 (stores/stores.go, sops.go and aes/cipher.go of getsops/sops).
JSON files are read too: JSON is YAML. Does not decrypt and does not judge the recipients.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, Mark, Node, ScalarNode, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.secrets.model import METADATA_KEY, SopsDocument, sops_block
from gitconfig_tool.secrets.recipients import KINDS, recipient_of
from gitconfig_tool.sops.values import PREFIX, MalformedValueError, encrypted_type

# RFC 3339 section 5.6, as Go's time.RFC3339 reads it.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DEFAULT_SUFFIX = "_unencrypted"  # sops.DefaultUnencryptedSuffix
_RULES = ("unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex")
# With these, comments decide; they are no part of the values that we read.
_COMMENT_RULES = ("unencrypted_comment_regex", "encrypted_comment_regex")
_OTHER_FIELDS = (
    "lastmodified",
    "mac",
    "mac_only_encrypted",
    "key_groups",
    "shamir_threshold",
    "version",
)
_ENCRYPT_HINT = "encrypt the file anew: sops encrypt --in-place {path}"

# Tells whether SOPS would encrypt the value under these keys; None where that cannot be known.
_Selector = Callable[[tuple[str, ...]], bool] | None


def read_sops(document: Document) -> tuple[SopsDocument | None, tuple[Diagnostic, ...]]:
    """Read a file that is, or by its name should be, encrypted with SOPS.

    Returns None for a file without a `sops` block (GCT401): nothing of it may be linked or packed.
    A file that YAML could not read gives None and no further diagnostic.
    """
    root = document.root
    if root is None:
        return None, ()
    block = sops_block(root)
    if block is None or not isinstance(root, MappingNode):
        return None, (_not_encrypted(document, root),)
    reader = _Reader(document.path)
    recipients = reader.recipients(block)
    selects = reader.metadata(block)
    reader.types[""] = "map"
    for key, entry in root.entries.items():
        if key != METADATA_KEY:
            reader.value(entry.value, (key,), (key,), selects)
    reader.spans[""] = root.mark.in_file(document.path)
    found = SopsDocument(
        path=document.path,
        format="json" if document.path.endswith(".json") else "yaml",
        recipients=tuple(sorted(recipients)),
        version=_text(block, "version"),
        last_modified=_text(block, "lastmodified"),
        has_mac=bool(_text(block, "mac")),
        types=reader.types,
        encrypted=frozenset(reader.encrypted),
        spans=reader.spans,
        recipient_spans=recipients,
    )
    return found, tuple(reader.diagnostics)


def _not_encrypted(document: Document, root: Node) -> Diagnostic:
    span = Span(document.path, root.mark.line, root.mark.column, root.mark.line, root.mark.column)
    return Diagnostic(
        "GCT401",
        "expected an encrypted file, found values in the clear and no 'sops' block with a 'mac'",
        span,
        label="not encrypted",
        hint=_ENCRYPT_HINT.format(path=document.path)
        + "; if it was ever committed, replace the secrets too: history keeps them",
        sensitive=True,
    )


@dataclass(slots=True)
class _Reader:
    """Collects the values and the problems of one file."""

    path: str
    types: dict[str, str] = field(default_factory=dict)
    encrypted: set[str] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def recipients(self, block: MappingNode) -> dict[str, Span]:
        """Return every recipient of the file and of its key groups, with its place."""
        groups: list[MappingNode] = [block]
        key_groups = block.entries.get("key_groups")
        if key_groups is not None:
            for group in self._list(key_groups.value, "key_groups"):
                if isinstance(group, MappingNode):
                    groups.append(group)
                    self._unknown_fields(group, (), "a key group")
                else:
                    self._odd(group.mark, "expected a mapping as key group, found another value")
        found: dict[str, Span] = {}
        for group in groups:
            for kind in KINDS:
                entry = group.entries.get(kind)
                for item in () if entry is None else self._list(entry.value, kind):
                    recipient = recipient_of(kind, item)
                    if recipient is None:
                        self._odd(
                            item.mark,
                            f"expected a {kind} recipient with "
                            f"{', '.join(repr(name) for name in KINDS[kind])}, found none",
                        )
                    else:
                        found.setdefault(recipient, item.mark.in_file(self.path))
        if not found:
            self._odd(
                block.mark,
                "expected at least one recipient in the 'sops' block, found none",
                hint="nobody can open this file; encrypt it anew with sops",
            )
        return found

    def metadata(self, block: MappingNode) -> _Selector:
        """Check the fields of the `sops` block; return SOPS's rule of what is encrypted."""
        self._unknown_fields(block, (*_OTHER_FIELDS, *_RULES, *_COMMENT_RULES), "the 'sops' block")
        self._check_mac(block)
        modified = block.entries.get("lastmodified")
        if not _TIME.fullmatch(_text(block, "lastmodified")):
            self._odd(
                block.mark if modified is None else modified.value.mark,
                "expected 'lastmodified' with a time such as 2026-01-31T12:00:00Z, found none",
            )
        if not _text(block, "version"):
            self._odd(block.mark, "expected the 'version' of SOPS, found none")
        return self._selector(block)

    def _check_mac(self, block: MappingNode) -> None:
        entry = block.entries.get("mac")
        text = _text(block, "mac")
        if entry is None or not text:
            self._odd(
                block.mark if entry is None else entry.value.mark,
                "expected a 'mac' in the 'sops' block, found none",
                hint="without it nobody can tell whether values were swapped; encrypt anew",
            )
            return
        try:
            encrypted_type(text)
        except MalformedValueError as error:
            self._odd(entry.value.mark, f"expected an encrypted 'mac', found other text: {error}")

    def _selector(self, block: MappingNode) -> _Selector:
        rules = {name: text for name in _RULES if (text := _text(block, name))}
        if len(rules) > 1:
            first = block.entries[next(iter(rules))]
            self._odd(
                first.key_mark,
                f"expected one rule of what is encrypted, found {' and '.join(rules)}",
                hint="SOPS itself refuses such a file; encrypt it anew",
            )
            return None
        if any(_text(block, name) for name in _COMMENT_RULES):
            return None
        name, text = next(iter(rules.items()), ("unencrypted_suffix", _DEFAULT_SUFFIX))
        # sops.go, `encryptedRegex` and the like: one key on the way that matches decides.
        if name.endswith("_suffix"):
            matches: Callable[[str], object] = lambda key: key.endswith(text)  # noqa: E731
        else:
            try:
                matches = re.compile(_from_go(text)).search
            except re.error:
                self._odd(
                    block.entries[name].value.mark,
                    f"expected a regular expression in '{name}' that can be checked, found another",
                    hint="use syntax that RE2 and Python share, such as ^(password|token)$",
                )
                return None
        wanted = name.startswith("encrypted")
        return lambda keys: any(matches(key) for key in keys) is wanted

    def value(self, node: Node, path: Path, keys: tuple[str, ...], selects: _Selector) -> None:
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
                self.value(entry.value, (*path, key), (*keys, key), selects)
        elif isinstance(node, SequenceNode):
            self.types[pointer] = "seq"
            for index, item in enumerate(node.items):
                self.value(item, (*path, index), keys, selects)
        else:
            self.types[pointer] = self._scalar(node, pointer, keys, selects)

    def _scalar(
        self, node: ScalarNode, pointer: str, keys: tuple[str, ...], selects: _Selector
    ) -> str:
        value = node.value
        clear_type = "null" if value is None else type(value).__name__
        if selects is not None and not selects(keys):
            return clear_type
        if not (isinstance(value, str) and value.startswith(PREFIX)):
            # SOPS leaves null and the empty string as they are.
            if selects is not None and value not in (None, ""):
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

    def _list(self, node: Node, name: str) -> tuple[Node, ...]:
        if isinstance(node, SequenceNode):
            return node.items
        # Older versions write null for a kind without recipients.
        if not (isinstance(node, ScalarNode) and node.value is None):
            self._odd(node.mark, f"expected a list in '{name}', found another value")
        return ()

    def _unknown_fields(self, block: MappingNode, known: tuple[str, ...], where: str) -> None:
        for name, entry in block.entries.items():
            if name not in known and name not in KINDS:
                self._odd(
                    entry.key_mark,
                    f"expected a field of SOPS in {where}, found '{name}'",
                    hint="a kind of recipient that this version does not know cannot be checked; "
                    "remove the field, or encrypt the file anew",
                )

    def _odd(self, mark: Mark, message: str, *, hint: str = "") -> None:
        self.diagnostics.append(
            Diagnostic(
                "GCT404",
                message,
                mark.in_file(self.path),
                hint=hint or _ENCRYPT_HINT.format(path=self.path),
            )
        )


def _text(block: MappingNode, name: str) -> str:
    """Return the string of a field, "" where there is none. `version` may look like a number."""
    entry = block.entries.get(name)
    if entry is None or not isinstance(entry.value, ScalarNode):
        return ""
    value = entry.value.value
    return value if isinstance(value, str) else ""


def _from_go(pattern: str) -> str:
    """Write an RE2 pattern in Python's words where the two differ only in spelling."""
    for theirs, ours in (
        (r"\z", r"\Z"),
        ("[:alpha:]", "a-zA-Z"),
        ("[:digit:]", "0-9"),
        ("[:alnum:]", "0-9a-zA-Z"),
        ("[:upper:]", "A-Z"),
        ("[:lower:]", "a-z"),
        ("[:word:]", "0-9A-Za-z_"),
        ("[:space:]", r"\s"),
    ):
        pattern = pattern.replace(theirs, ours)
    return pattern
