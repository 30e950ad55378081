"""SOPS's own configuration, `.sops.yaml`: to whom each new file is encrypted, and what of it.

Takes the parsed file; returns `SopsConfig` and what SOPS would refuse (config/config.go of
getsops/sops). Looks at no SOPS file; `drift` compares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import (
    Document,
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
)
from gitconfig_tool.secrets.recipients import canonical
from gitconfig_tool.sops.patterns import Pattern, PatternError, compile_pattern
from gitconfig_tool.sops.selection import (
    COMMENT_RULES,
    CONFIG_FILE,
    RULES,
    Selection,
    rules_given,
)

# The key of a rule to the kind of recipient that it names.
_FLAT = {
    "age": "age",
    "pgp": "pgp",
    "kms": "kms",
    "gcp_kms": "gcp_kms",
    "azure_keyvault": "azure_kv",
    "hc_vault_transit_uri": "hc_vault",
    "hckms": "hckms",
}
# The key of a key group to the kind, and to the fields of one item; none for plain text.
_GROUPED: dict[str, tuple[str, tuple[str, ...]]] = {
    "age": ("age", ()),
    "pgp": ("pgp", ()),
    "hc_vault": ("hc_vault", ()),
    "kms": ("kms", ("arn",)),
    "gcp_kms": ("gcp_kms", ("resource_id",)),
    "azure_keyvault": ("azure_kv", ("vaultUrl", "key", "version")),
    "hckms": ("hckms", ("key_id",)),
}
_RULE_KEYS = (
    "path_regex",
    "aws_profile",
    "key_groups",
    "shamir_threshold",
    "mac_only_encrypted",
    *_FLAT,
    *RULES,
    *COMMENT_RULES,
)
_TOP_KEYS = ("creation_rules", "destination_rules", "stores")
_MAX_MERGES = 32
# Paths that say nothing but the kind of file: a pattern that matches one means every file.
_ANY_FILE = tuple(
    f"{folder}zqx{ending}"
    for folder in ("", "zqx/", "zqx/zqx/")
    for ending in ("", ".yaml", ".yml", ".json", ".env", ".ini", ".bin", ".txt")
)


@dataclass(frozen=True, slots=True)
class CreationRule:
    """One rule: which files it is for, and who can open them.

    `groups` are the recipients of each key group, `threshold` how many groups must meet.
    `selection` is None where the rule's own is not readable, which is reported.
    """

    number: int
    span: Span
    path_regex: str
    pattern: Pattern | None
    groups: tuple[tuple[str, ...], ...]
    threshold: int
    selection: Selection | None

    @property
    def recipients(self) -> tuple[str, ...]:
        """All recipients, each once, sorted."""
        return tuple(sorted({each for group in self.groups for each in group}))

    @property
    def is_catch_all(self) -> bool:
        """Whether the rule is for any file, or for any file of some format."""
        return self.pattern is None or any(map(self.pattern.matches, _ANY_FILE))


@dataclass(frozen=True, slots=True)
class SopsConfig:
    """One `.sops.yaml`; `is_sound` says that every rule could be read.

    `within` is the project's folder as seen from the file, where that lies above the project; else
    it is empty.
    """

    path: str
    rules: tuple[CreationRule, ...]
    is_sound: bool
    within: str = ""

    @property
    def folder(self) -> str:
        """The folder in the project that it is for, empty or ending in `/`."""
        return "" if self.within else self.path[: -len(CONFIG_FILE)]

    def rule_for(self, path: str) -> CreationRule | None:
        """Return the first rule for a file of the project; SOPS cuts off the folder first."""
        relative = self.within + path.removeprefix(self.folder)
        for rule in self.rules:
            if rule.pattern is None or rule.pattern.matches(relative):
                return rule
        return None


def read_config(document: Document, within: str = "") -> tuple[SopsConfig, tuple[Diagnostic, ...]]:
    """Read a parsed `.sops.yaml`; what cannot be read is reported, and left out."""
    reader = _Reader(document.path)
    rules = tuple(reader.rules(document.root)) if document.root is not None else ()
    is_sound = not reader.diagnostics and document.root is not None
    config = SopsConfig(document.path, rules, is_sound, within)
    return config, tuple(reader.diagnostics)


@dataclass(slots=True)
class _Reader:
    path: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    merges: int = 0

    def rules(self, root: Node) -> Iterator[CreationRule]:
        if not isinstance(root, MappingNode):
            self._wrong(root.mark, "a mapping with 'creation_rules'", "another value")
            return
        self._unknown(root, _TOP_KEYS)
        for number, node in enumerate(self._items(root, "creation_rules"), 1):
            if isinstance(node, MappingNode):
                yield self._rule(number, node)
            else:
                self._wrong(node.mark, "a mapping as creation rule", "another value")

    def _rule(self, number: int, node: MappingNode) -> CreationRule:
        self._unknown(node, _RULE_KEYS)
        regex = self._text(node, "path_regex")
        pattern = self._pattern(node, "path_regex", regex)
        if regex and pattern is None:
            pattern = _NOTHING
        # SOPS does not look at other recipients of a rule that has key groups.
        listed = list(self._items(node, "key_groups"))
        if listed:
            for name in _FLAT:
                if name in node.entries:
                    self._wrong(
                        node.entries[name].key_mark,
                        "recipients in key groups or beside them",
                        f"both: sops ignores this '{name}'",
                    )
        groups = [tuple(self._group(each)) for each in listed] or [tuple(self._flat(node))]
        for group, where in zip(groups, listed or [node], strict=True):
            if not group:
                self._wrong(where.mark, "at least one recipient", "none")
        entry = node.entries.get("path_regex")
        mark = entry.value.mark if entry else next(iter(node.entries.values())).key_mark
        return CreationRule(
            number,
            mark.in_file(self.path),
            regex,
            pattern,
            tuple(tuple(sorted(set(group))) for group in groups),
            self._threshold(node, len(groups)),
            self._selection(node),
        )

    def _flat(self, node: MappingNode) -> Iterator[str]:
        for name, kind in _FLAT.items():
            entry = node.entries.get(name)
            if entry is None:
                continue
            for item in _listed(entry.value):
                value = item.value if isinstance(item, ScalarNode) else None
                if not isinstance(value, str):
                    self._wrong(item.mark, f"recipients as text or as a list in '{name}'", "other")
                    continue
                for text in value.split(","):
                    if text.strip():
                        yield _recipient(kind, text)

    def _group(self, node: Node) -> Iterator[str]:
        if not isinstance(node, MappingNode):
            self._wrong(node.mark, "a mapping as key group", "another value")
            return
        self._unknown(node, ("merge", *_GROUPED))
        for inner in self._items(node, "merge"):
            self.merges += 1
            if self.merges > _MAX_MERGES:
                self._wrong(inner.mark, f"at most {_MAX_MERGES} groups to merge", "more")
                return
            yield from self._group(inner)
        for name, (kind, fields) in _GROUPED.items():
            for item in self._items(node, name):
                yield from self._member(item, name, kind, fields)

    def _member(self, item: Node, name: str, kind: str, fields: tuple[str, ...]) -> Iterator[str]:
        if not fields:
            if isinstance(item, ScalarNode) and isinstance(item.value, str):
                # age/keysource.go, `MasterKeysFromRecipients`: several in one text.
                texts = item.value.split(",") if kind == "age" else [item.value]
                yield from (_recipient(kind, text) for text in texts if text.strip())
            else:
                self._wrong(item.mark, f"a text in '{name}' of a key group", "another value")
            return
        values = {
            key: entry.value.value
            for key, entry in (item.entries.items() if isinstance(item, MappingNode) else ())
            if isinstance(entry.value, ScalarNode) and isinstance(entry.value.value, str)
        }
        # The newest version of a key of Azure needs no name.
        if any(not values.get(each) for each in fields if each != "version"):
            self._wrong(item.mark, f"{' and '.join(map(repr, fields))} in '{name}'", "less")
            return
        text = "/".join(values[each].rstrip("/") for each in fields if values.get(each))
        role = values.get("role")
        yield canonical(f"{kind}:{text}" + (f"+{role}" if role and kind == "kms" else ""))

    def _threshold(self, node: MappingNode, groups: int) -> int:
        entry = node.entries.get("shamir_threshold")
        value = entry.value.value if entry and isinstance(entry.value, ScalarNode) else None
        if entry is None or value == 0:
            return max(groups, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._wrong(entry.value.mark, "a number of key groups", "another value")
        elif value > groups:
            self._wrong(
                entry.value.mark,
                f"'shamir_threshold' of at most {groups}, the number of key groups",
                str(value),
            )
        else:
            return value
        return max(groups, 1)

    def _selection(self, node: MappingNode) -> Selection | None:
        rules = rules_given({name: self._text(node, name) for name in (*RULES, *COMMENT_RULES)})
        if len(rules) > 1:
            second = list(rules)[1]
            self._wrong(
                node.entries[second].key_mark,
                "one rule of what is encrypted",
                " and ".join(rules),
            )
            return None
        for name, text in rules.items():
            pattern = self._pattern(node, name, text) if name.endswith("_regex") else None
            if name.endswith("_regex") and pattern is None:
                return None
            return Selection.of(name, text)
        return Selection.default()

    def _pattern(self, node: MappingNode, name: str, text: str) -> Pattern | None:
        if not text:
            return None
        try:
            return compile_pattern(text)
        except PatternError as error:
            self._wrong(
                node.entries[name].value.mark,
                f"a regular expression of Go (RE2) in '{name}'",
                str(error),
                "RE2 has no look-around and no references back",
            )
            return None

    def _text(self, node: MappingNode, name: str) -> str:
        entry = node.entries.get(name)
        if entry is None:
            return ""
        value = entry.value.value if isinstance(entry.value, ScalarNode) else ()
        if value is None or isinstance(value, str):
            return value or ""
        self._wrong(entry.value.mark, f"a text for '{name}'", "another value")
        return ""

    def _items(self, node: MappingNode, name: str) -> tuple[Node, ...]:
        entry: Entry | None = node.entries.get(name)
        if entry is None or (isinstance(entry.value, ScalarNode) and entry.value.value is None):
            return ()
        if isinstance(entry.value, SequenceNode):
            return entry.value.items
        self._wrong(entry.value.mark, f"a list in '{name}'", "another value")
        return ()

    def _unknown(self, node: MappingNode, known: tuple[str, ...]) -> None:
        for name, entry in node.entries.items():
            if name not in known:
                near = get_close_matches(name, known, n=1)
                self._wrong(
                    entry.key_mark,
                    "a key that sops reads",
                    f"'{name}', which it passes over",
                    f"did you mean '{near[0]}'?" if near else f"it reads {', '.join(known)}",
                )

    def _wrong(self, mark: Mark, expected: str, found: str, hint: str = "") -> None:
        self.diagnostics.append(
            Diagnostic(
                "GCT411",
                f"expected {expected}, found {found}",
                mark.in_file(self.path),
                hint=hint or "see 'Using .sops.yaml conf' in the manual of sops, getsops.io/docs",
            )
        )


# In the place of a pattern that cannot be read: which files the rule is for is not known.
_NOTHING = Pattern(r"\z\A.", lambda _text: None)


def _listed(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _recipient(kind: str, text: str) -> str:
    """Name a recipient as a rule writes it: an ARN may carry a context, which names no key."""
    if kind == "kms":
        text = text.partition("|")[0].replace(" ", "")
    return canonical(f"{kind}:{text.strip()}")
