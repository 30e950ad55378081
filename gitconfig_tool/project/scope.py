"""Which documents of which bundles a rule of the project file is for: its key `match`.

    match: customers/**                    # ids of documents; a list of globs does as well
    match: {tenant: acme, namespace: ml-service/**}
    match: {bundle: production/*, tenant.region: [eu-*, uk-*]}

Takes the parsed key; returns a `Scope`. All conditions of it must hold. Matches nothing itself.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gitconfig_tool.document import Entry, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.project.fields import FieldReader
from gitconfig_tool.project.governance import Globs, Scope
from gitconfig_tool.project.model import Dimension
from gitconfig_tool.project.names import attribute_text

_OWN = ("document", "namespace", "bundle")


def read_scope(
    entry: Entry, what: str, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Scope | None:
    """Read the key `match` of a rule; None where it is wrong, which the reader has noted."""
    node = entry.value
    span = node.mark.in_file(reader.path)
    if not isinstance(node, MappingNode):
        globs = _globs(node, what, reader)
        return None if globs is None else Scope(span, documents=globs)
    if not node.entries:
        reader.wrong(node, what, "at least one 'KEY: GLOB'")
        return None
    found: dict[str, Globs] = {}
    for key, item in node.entries.items():
        globs = _globs(item.value, what, reader) if _is_known(key, item, dimensions, reader) else ()
        if globs:
            found[key] = globs
    if len(found) < len(node.entries):
        return None
    documents, namespaces, bundles = (found.pop(key, ()) for key in _OWN)
    return Scope(span, documents, namespaces, bundles, found)


def _is_known(
    key: str, item: Entry, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> bool:
    name, dot, attribute = key.partition(".")
    if key in _OWN:
        return True
    if name in dimensions:
        dimension = dimensions[name]
        if not dot or not dimension.complete or attribute in dimension.attributes():
            return True
        known = [f"{name}.{each}" for each in dimension.attributes()]
    else:
        known = [*_OWN, *dimensions]
    near = get_close_matches(key, known, n=1)
    reader.problem(
        "GCT031",
        f"expected document, namespace, bundle or a dimension in 'match', found '{key}'",
        item.key_mark,
        hint=f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known) or 'none'}",
    )
    return False


def _globs(node: Node, what: str, reader: FieldReader) -> Globs | None:
    nodes = node.items if isinstance(node, SequenceNode) else (node,)
    globs = tuple(_texts(nodes, what, reader))
    if not nodes:
        reader.wrong(node, what, "at least one glob")
    return globs if nodes and len(globs) == len(nodes) else None


def _texts(nodes: tuple[Node, ...], what: str, reader: FieldReader) -> Iterator[str]:
    for node in nodes:
        text = attribute_text(node.value) if isinstance(node, ScalarNode) else None
        if text:
            yield text
        else:
            reader.wrong(node, what, "a glob, or a list of globs")
