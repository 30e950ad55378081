"""The `sops` block of a file: who can open it, and what SOPS says it encrypted.

Takes the block as a node; returns `Metadata`, and what SOPS would refuse (stores/stores.go of
getsops/sops). Does not judge whether the recipients are the right ones.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode, Mark, Node, ScalarNode, SequenceNode
from gitconfig_tool.secrets.recipients import (
    KINDS,
    OTHER_FIELDS,
    recipient_of,
    unnamed_recipient,
)
from gitconfig_tool.sops.patterns import PatternError
from gitconfig_tool.sops.selection import COMMENT_RULES, RULES, Selection, rules_given
from gitconfig_tool.sops.values import MalformedValueError, encrypted_type

# RFC 3339 section 5.6, as Go's time.RFC3339 reads it.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_OTHER_FIELDS = (
    "lastmodified",
    "mac",
    "mac_only_encrypted",
    "key_groups",
    "shamir_threshold",
    "version",
)
ENCRYPT_HINT = "encrypt the file anew: sops encrypt --in-place {path}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the block says; `recipients` has the place of each, of all groups together."""

    recipients: Mapping[str, Span]
    groups: tuple[tuple[str, ...], ...]
    threshold: int
    selection: Selection | None
    mac_only_encrypted: bool
    version: str
    last_modified: str
    has_mac: bool


def read_metadata(path: str, block: MappingNode) -> tuple[Metadata, tuple[Diagnostic, ...]]:
    """Read the block of a file."""
    reader = _Reader(path, block)
    recipients, groups = reader.groups()
    reader.check_fields()
    flag = block.entries.get("mac_only_encrypted")
    found = Metadata(
        recipients,
        groups,
        reader.threshold(len(groups)),
        reader.selection(),
        isinstance(flag.value, ScalarNode) and flag.value.value is True if flag else False,
        _text(block, "version"),
        _text(block, "lastmodified"),
        bool(_text(block, "mac")),
    )
    return found, tuple(reader.diagnostics)


@dataclass(slots=True)
class _Reader:
    """Collects the problems of one block."""

    path: str
    block: MappingNode
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def groups(self) -> tuple[dict[str, Span], tuple[tuple[str, ...], ...]]:
        """Return every recipient with its place, and the recipients of each key group.

        SOPS reads `key_groups` only where the block itself names no recipient.
        """
        recipients: dict[str, Span] = {}
        own = tuple(self._recipients(self.block, recipients))
        groups = [own] if own else []
        key_groups = self.block.entries.get("key_groups")
        listed = () if key_groups is None else self._list(key_groups.value, "key_groups")
        if key_groups is not None and own and any(isinstance(g, MappingNode) for g in listed):
            self._groups(
                key_groups.key_mark,
                "expected recipients in key groups or beside them, found both",
                "sops ignores the key groups then",
            )
        for number, group in enumerate(listed, 1):
            if not isinstance(group, MappingNode):
                self._odd(group.mark, "expected a mapping as key group, found another value")
                continue
            self._unknown_fields(group, (), "a key group")
            members = tuple(self._recipients(group, recipients))
            if not members:
                self._groups(
                    group.mark,
                    f"expected a recipient in key group {number}, found none",
                    "nobody has the part of the key that this group should hold",
                )
            elif not own:
                groups.append(members)
        if not recipients:
            self._odd(
                self.block.mark,
                "expected at least one recipient in the 'sops' block, found none",
                hint="nobody can open this file; encrypt it anew with sops",
            )
        return recipients, tuple(tuple(sorted(set(group))) for group in groups)

    def threshold(self, groups: int) -> int:
        """Return how many groups must meet; without a number, SOPS asks for all of them."""
        entry = self.block.entries.get("shamir_threshold")
        value = entry.value.value if entry and isinstance(entry.value, ScalarNode) else None
        if entry is None or value in (None, 0) or isinstance(value, bool):
            return max(groups, 1)
        if not isinstance(value, int) or value < 1:
            self._groups(
                entry.value.mark,
                "expected a number of key groups in 'shamir_threshold', found another value",
                "",
            )
        elif value > max(groups, 1):
            self._groups(
                entry.value.mark,
                f"expected 'shamir_threshold' of at most {max(groups, 1)}, the number of key "
                f"groups, found {value}",
                "nobody can open this file: so many parts of its key are not there",
            )
        else:
            return value
        return max(groups, 1)

    def check_fields(self) -> None:
        """Check the mac, the time and the version, and that no field is unknown."""
        block = self.block
        self._unknown_fields(block, (*_OTHER_FIELDS, *RULES, *COMMENT_RULES), "the 'sops' block")
        self._check_mac()
        modified = block.entries.get("lastmodified")
        if not _TIME.fullmatch(_text(block, "lastmodified")):
            self._odd(
                block.mark if modified is None else modified.value.mark,
                "expected 'lastmodified' with a time such as 2026-01-31T12:00:00Z, found none",
            )
        if not _text(block, "version"):
            self._odd(block.mark, "expected the 'version' of SOPS, found none")

    def selection(self) -> Selection | None:
        """Return SOPS's rule of what is encrypted; None where it cannot be read."""
        block = self.block
        rules = rules_given({name: _text(block, name) for name in (*RULES, *COMMENT_RULES)})
        if len(rules) > 1:
            self._odd(
                block.entries[next(iter(rules))].key_mark,
                f"expected one rule of what is encrypted, found {' and '.join(rules)}",
                hint="SOPS itself refuses such a file; encrypt it anew",
            )
            return None
        if not rules:
            return Selection.default()
        name, text = next(iter(rules.items()))
        try:
            return Selection.of(name, text)
        except PatternError as error:
            self._odd(
                block.entries[name].value.mark,
                f"expected a regular expression of Go (RE2) in '{name}', found {error}",
                hint="write it so in .sops.yaml, such as ^(password|token)$, and encrypt the file "
                "anew",
            )
            return None

    def _recipients(self, group: MappingNode, found: dict[str, Span]) -> Iterator[str]:
        for kind in KINDS:
            entry = group.entries.get(kind)
            for item in () if entry is None else self._list(entry.value, kind):
                recipient = recipient_of(kind, item)
                if isinstance(item, MappingNode):
                    self._unknown_in_recipient(kind, item)
                if recipient is None:
                    self._odd(
                        item.mark,
                        f"expected a {kind} recipient with "
                        f"{', '.join(repr(name) for name in KINDS[kind])}, found none",
                    )
                    recipient = unnamed_recipient(kind)
                if recipient is not None:
                    found.setdefault(recipient, item.mark.in_file(self.path))
                    yield recipient

    def _check_mac(self) -> None:
        entry = self.block.entries.get("mac")
        text = _text(self.block, "mac")
        if entry is None or not text:
            self._odd(
                self.block.mark if entry is None else entry.value.mark,
                "expected a 'mac' in the 'sops' block, found none",
                hint="without it nobody can tell whether values were swapped; encrypt anew",
            )
            return
        try:
            encrypted_type(text)
        except MalformedValueError as error:
            self._odd(entry.value.mark, f"expected an encrypted 'mac', found other text: {error}")

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

    def _unknown_in_recipient(self, kind: str, item: MappingNode) -> None:
        known = (*KINDS[kind], *OTHER_FIELDS[kind])
        for name, entry in item.entries.items():
            if name not in known:
                self._odd(
                    entry.key_mark,
                    f"expected a field of SOPS in a {kind} recipient, found {name!a}",
                    hint="sops may take it for another field, and contact another address; remove "
                    "the field, or encrypt the file anew",
                )

    def _groups(self, mark: Mark, message: str, why: str) -> None:
        hint = "change key_groups in .sops.yaml and encrypt the file anew with sops"
        self.diagnostics.append(
            Diagnostic(
                "GCT418",
                message,
                mark.in_file(self.path),
                hint=f"{why}: {hint}" if why else hint,
            )
        )

    def _odd(self, mark: Mark, message: str, *, hint: str = "") -> None:
        self.diagnostics.append(
            Diagnostic(
                "GCT404",
                message,
                mark.in_file(self.path),
                hint=hint or ENCRYPT_HINT.format(path=self.path),
            )
        )


def _text(block: MappingNode, name: str) -> str:
    """Return the string of a field, "" where there is none. `version` may look like a number."""
    entry = block.entries.get(name)
    if entry is None or not isinstance(entry.value, ScalarNode):
        return ""
    value = entry.value.value
    return value if isinstance(value, str) else ""
