"""Values in the clear in files that `.sops.yaml` wants encrypted.

Takes a parsed file without a `sops` block and the rule that is for it; returns diagnostics that
never show the value. Whether the file's name promises SOPS content is `sops`'s work.
"""

from collections.abc import Iterator

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Document, MappingNode, Node, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.secrets.config import CreationRule, SopsConfig
from gitconfig_tool.secrets.model import format_of
from gitconfig_tool.sops.selection import Selection

# What people write for people, and what Git and tools read: nobody encrypts it.
_NEVER = (
    *(".md", ".rst", ".adoc", ".rego", ".schema.json", ".schema.yaml"),
    *(".prompt.yaml", ".partial.yaml"),
)

# Other tags stand for a value that is somewhere else, or for none.
_PLAIN = (None, "!final")


def is_meant(path: str, config: SopsConfig) -> CreationRule | None:
    """Return the rule that says a file should be encrypted, or None.

    A rule without `path_regex`, or one that any file of some format matches, says only how a file
    is encrypted that somebody chose to encrypt. Files with a name that begins with a dot, prose,
    schemas, prompts and policies are never meant.
    """
    name = path.rpartition("/")[2]
    if name.startswith(".") or name.endswith(_NEVER) or name == "gitconfig.yaml":
        return None
    if not path.startswith(config.folder):
        return None
    rule = config.rule_for(path)
    return None if rule is None or rule.is_catch_all else rule


def check_clear(
    document: Document, rule: CreationRule, config: SopsConfig
) -> tuple[Diagnostic, ...]:
    """Report a file in the clear if SOPS would encrypt a value of it."""
    root = document.root
    if root is None or (rule.selection is not None and not rule.selection.is_known):
        return ()
    first = next(_selected(root, (), (), rule.selection or Selection.default()), None)
    if format_of(document.path) == "binary":
        first = ((), root)
    if first is None:
        return ()
    path, node = first
    mark = node.mark
    what = f"the value at {format_pointer(path)}" if path else "the file"
    return (
        Diagnostic(
            "GCT416",
            f"expected {what} to be encrypted, as {config.path} says, found it in the clear",
            Span(document.path, mark.line, mark.column, mark.line, mark.column),
            "not encrypted",
            (Note(f"rule {rule.number} of {config.path} is the first that matches", rule.span),),
            f"run: sops encrypt --in-place {document.path}; if it was ever committed, replace the "
            "secret too; if the rule does not mean this file, narrow it, such as \\.sops\\.yaml$",
            sensitive=True,
        ),
    )


def _selected(
    node: Node, path: Path, keys: tuple[str, ...], selection: Selection
) -> Iterator[tuple[Path, Node]]:
    """Yield the values in the clear that SOPS would encrypt; a link of ours is no value."""
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield from _selected(entry.value, (*path, key), (*keys, key), selection)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from _selected(item, (*path, index), keys, selection)
    elif node.tag in _PLAIN and node.value not in (None, "") and selection.selects(keys):
        yield path, node
