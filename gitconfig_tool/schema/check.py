"""Checking of one linked document against its schemas.

jsonschema-rs tells quickly whether there is anything to say; `explain` says it. The text of a
secret is not known here: in its place stands a value of its type, and what depends on its text is
left to the fetcher, which checks again after decryption.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.pointer import format_pointer, parse_pointer, replace_value, resolve_pointer
from gitconfig_tool.schema.extensions import DEPRECATED, KEY_ORDER, LIST_KEYS, LIST_TYPE
from gitconfig_tool.schema.in_the_clear import values_in_the_clear
from gitconfig_tool.schema.list_keys import disagreements
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.written import check_written

# By SOPS's type of a value. Only the JSON type of a stand-in counts; the values are those that most
# schemas let pass, so that `explain` is seldom needed.
_STAND_INS: Mapping[str, Any] = {
    "str": "x",
    "bytes": "x",
    "int": 1,
    "float": 0.5,
    "bool": False,
    "null": None,
    "map": {},
    "seq": [],
}


def check_document(document: LinkedDocument, schemas: Schemas) -> tuple[Diagnostic, ...]:
    """Check a document against every schema that its id matches; all problems are returned."""
    uris = schemas.for_document(document.id)
    if not uris:
        return ()
    unclear = tuple(_disagreements(document, schemas))
    if unclear:
        # The document is not what it would be once they agree: more would only follow from this.
        return unclear
    in_the_clear, pointers = values_in_the_clear(document, schemas)
    # A link will take the place of such a value: what else is wrong with it does not matter.
    return (
        *in_the_clear,
        *_check_files(document, schemas),
        *_check_value(_as_links(document, pointers), schemas, uris),
    )


def _as_links(document: LinkedDocument, pointers: Set[str]) -> LinkedDocument:
    """Return a document with links to secrets in the place of some of its values."""
    if not pointers:
        return document
    texts = {
        pointer: SecretLink("", "", pointer, "str")
        for pointer in pointers
        if isinstance(resolve_pointer(document.value, pointer), str)
    }
    # A link to a text may not fit where a number stood.
    unknown = document.unknown | (pointers - texts.keys())
    return replace(document, secrets={**document.secrets, **texts}, unknown=unknown)


def _check_files(document: LinkedDocument, schemas: Schemas) -> Iterator[Diagnostic]:
    """Check the file of each layer, once for all bundles that read it."""
    uris = schemas.with_keyword(KEY_ORDER, document.id)
    uris = uris or schemas.with_keyword(DEPRECATED, document.id)
    origins = [origin for origin in document.root.chain if origin.is_here] if uris else []
    for origin in origins:
        key = (origin.path, id(origin.node), uris)
        if key not in schemas.written:
            start = schemas.walker.start(uris)
            found = check_written(origin.path, origin.node, schemas.walker, start)
            # The node is kept with it, so that no other one ever has its identity.
            schemas.written[key] = (origin.node, tuple(found))
        yield from schemas.written[key][1]


def _check_value(
    document: LinkedDocument, schemas: Schemas, uris: Sequence[str]
) -> tuple[Diagnostic, ...]:
    value = _with_stand_ins(document)
    failed = [uri for uri in uris if not schemas.compiled[uri].is_valid(value)]
    failed = [uri for uri in failed if not _left_to_fetcher(schemas.compiled[uri], value, document)]
    if not failed:
        return ()
    # Loaded here, not above: jsonschema takes 90 ms, and most documents are valid.
    from gitconfig_tool.schema.explain import explain

    found: dict[Diagnostic, None] = {}
    for uri in failed:
        found |= dict.fromkeys(explain(document, value, uri, schemas))
    return tuple(found)


def _disagreements(document: LinkedDocument, schemas: Schemas) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each list that the document's schemas want merged in several ways."""
    uris = schemas.with_keyword(LIST_TYPE, document.id)
    if not uris:
        return
    walker = schemas.walker
    for path, said in disagreements(walker, walker.start(uris), document.value):
        ways = [f"by {', '.join(each.keys)}" if each.keys else "by replacing it" for each in said]
        notes = []
        for way, (place, _) in zip(ways, said, strict=True):
            span = schemas.extended[LIST_TYPE][place]
            # A built-in schema has no place in the project.
            notes.append(Note(way if span else f"{way} in {schema_name(place[0])}", span))
        yield Diagnostic(
            "GCT214",
            f"expected one way to merge the list {format_pointer(path)} of '{document.id}', "
            f"found {' and '.join(ways)}",
            schemas.rule_for(document.id, said[-1].place[0]).span,
            "the schemas disagree",
            tuple(notes),
            f"let every schema of the document give the same {LIST_KEYS}",
        )


def _with_stand_ins(document: LinkedDocument) -> Any:
    value = document.value
    for pointer, link in document.secrets.items():
        value = replace_value(value, parse_pointer(pointer), _STAND_INS[link.type])
    return value


def _left_to_fetcher(validator: Any, value: Any, document: LinkedDocument) -> bool:
    """Tell, without loading `explain`, whether every error speaks of the text of a secret."""
    if not document.secrets:
        return False
    secrets = {parse_pointer(pointer) for pointer in document.secrets}
    text_keywords = ("minLength", "maxLength", "pattern", "format")
    return all(
        tuple(map(str, error.instance_path)) in secrets and error.schema_path[-1] in text_keywords
        for error in validator.iter_errors(value)
    )
