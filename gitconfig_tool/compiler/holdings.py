"""The secrets of a snapshot, and which bundles link to them.

Takes a `View` and globs of bundle names; returns `Holdings`. Needs no key. Ages come from
`secret_history`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import CompileError
from gitconfig_tool.compiler.sops_files import everything, find_sops_files
from gitconfig_tool.compiler.view import View
from gitconfig_tool.document import MappingNode, Node, SequenceNode
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.project import Bundle, SecretSettings
from gitconfig_tool.secrets import Secret, SopsDocument, secrets_of
from gitconfig_tool.source import PROJECT_FILE, Snapshot

_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_CERTIFICATE_TYPE = "certificate"


@dataclass(frozen=True, slots=True)
class Held:
    """One secret, its file, and the bundles that link to it or to a part of it.

    `certificate` is one in the clear that belongs to a secret of that type, in the file or beside
    a link to it; None where there is none.
    """

    secret: Secret
    sops: SopsDocument
    bundles: tuple[str, ...]
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All secrets of a snapshot that were asked for, in the order of files.

    `bundles` are the names that the globs chose. `files` maps the path of every SOPS file of the
    project to it.
    """

    snapshot: Snapshot
    settings: SecretSettings
    bundles: tuple[str, ...]
    held: tuple[Held, ...]
    files: Mapping[str, SopsDocument]


@dataclass(frozen=True, slots=True)
class _Link:
    """A link of a document to a place in a SOPS file, and a certificate that stands beside it."""

    path: str
    pointer: str
    certificate: str | None


def take_stock(view: View, globs: Sequence[str], roots: dict[str, Node | None]) -> Holdings:
    """Return the secrets that bundles link to; without globs, also those that none does.

    Raises `CompileError` where no bundle matches, or the project file cannot be read. `roots` is
    what the view was given.
    """
    if view.project is None:
        raise CompileError(
            f"expected a {PROJECT_FILE} that can be read, found errors in it",
            hint="gitconfig-tool validate shows them",
        )
    chosen = [bundle for glob in globs for bundle in view.matching(glob)]
    bundles = list({bundle.name: bundle for bundle in chosen or view.bundles.values()}.values())
    links: dict[str, dict[_Link, list[str]]] = {}
    known: dict[int, tuple[LinkedDocument, tuple[_Link, ...]]] = {}
    for bundle in bundles:
        for link in dict.fromkeys(_links(view, bundle, known)):
            links.setdefault(link.path, {}).setdefault(link, []).append(bundle.name)
    files = ProjectFiles(view.snapshot, roots)
    layers = {layer.path: layer for each in view.bundles.values() for layer in each.layers}
    sops = find_sops_files(files, layers, everything)
    documents: dict[str, str] = {}
    for document, each in files.sealed_files():
        documents.setdefault(each.path, document)
    held = []
    for path, file in sops.items():
        # A file outside of all layers has no document: its path is its name.
        for secret in secrets_of(file, documents.get(path) or path, view.project.secrets.types):
            mine = [
                (link, names)
                for link, names in links.get(path, {}).items()
                if _touches(link.pointer, secret)
            ]
            named = {name for _, names in mine for name in names}
            if not named and globs:
                continue
            held.append(
                Held(
                    secret,
                    file,
                    tuple(bundle.name for bundle in bundles if bundle.name in named),
                    _certificate(secret, file, files, [link for link, _ in mine]),
                )
            )
    names = tuple(bundle.name for bundle in bundles)
    return Holdings(view.snapshot, view.project.secrets, names, tuple(held), sops)


def _links(
    view: View, bundle: Bundle, known: dict[int, tuple[LinkedDocument, tuple[_Link, ...]]]
) -> Iterator[_Link]:
    """Yield the links of a bundle; documents that bundles share are looked at once.

    `known` keeps the documents, so that no other takes the identity of one.
    """
    for id_ in view.document_ids(bundle):
        linked = view.document(bundle, id_).linked
        if linked is None:
            continue
        if id(linked) not in known:
            known[id(linked)] = (
                linked,
                tuple(
                    _Link(each.path, each.pointer, _beside(linked.value, pointer))
                    for pointer, each in linked.secrets.items()
                ),
            )
        yield from known[id(linked)][1]


def _touches(pointer: str, secret: Secret) -> bool:
    """Tell whether a link leads to a secret, to a part of it, or to what holds it."""
    return (
        pointer == secret.pointer
        or pointer.startswith(f"{secret.pointer}/")
        or secret.pointer.startswith(f"{pointer}/")
    )


def _certificate(
    secret: Secret, file: SopsDocument, files: ProjectFiles, links: Sequence[_Link]
) -> str | None:
    if secret.type != _CERTIFICATE_TYPE:
        return None
    root = files.parse(file.path).root if file.format in ("yaml", "json") else None
    tokens = parse_pointer(secret.pointer)
    # A secret that is the key alone has its certificate beside it.
    around = tokens if file.types.get(secret.pointer) == "map" else tokens[:-1]
    inside = None if root is None else _first(root, around)
    return inside or next((link.certificate for link in links if link.certificate), None)


def _first(node: Node, path: Sequence[str]) -> str | None:
    for token in path:
        if not isinstance(node, MappingNode) or token not in node.entries:
            return None
        node = node.entries[token].value
    waiting: list[Node] = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, MappingNode):
            waiting += [entry.value for entry in reversed(list(at.entries.values()))]
        elif isinstance(at, SequenceNode):
            waiting += reversed(at.items)
        elif _is_certificate(at.value):
            return str(at.value)
    return None


def _beside(value: Any, pointer: str) -> str | None:
    """Return a certificate in the clear in the mapping that a link stands in."""
    for token in parse_pointer(pointer)[:-1]:
        value = value[int(token)] if isinstance(value, list | tuple) else value[token]
    if not isinstance(value, Mapping):
        return None
    return next((str(each) for each in value.values() if _is_certificate(each)), None)


def _is_certificate(value: object) -> bool:
    return isinstance(value, str) and value.lstrip().startswith(_CERTIFICATE)
