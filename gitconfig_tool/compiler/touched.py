"""What the changed files of a snapshot may concern: documents of bundles, and prompts.

Takes the project, its bundles and the files of a snapshot; returns ids. Errs on the side of more: a
document may be named that turns out to be the same. Files without a tag that refers to something
are not parsed. Compares nothing, and does not merge.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.compiler.files import ProjectFiles, document_id
from gitconfig_tool.compiler.prompt_texts import files_naming
from gitconfig_tool.document import Node, ScalarNode, parse_document, plain_value, tagged_nodes
from gitconfig_tool.link.template import parse_template
from gitconfig_tool.pointer import split_reference
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.secrets import CONFIG_FILE
from gitconfig_tool.source import PROJECT_FILE, Snapshot

_SCHEMA_ENDINGS = (".schema.json", ".schema.yaml", ".schema.yml")
_REFERENCE = re.compile(rb"!(?:ref|format|secret|prompt)\b")
# A tag may be written out or abbreviated by a directive: such a file is parsed to be sure.
_OTHER_TAG = re.compile(rb"^%TAG|!<", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Touched:
    """What may differ from the commit before, as ids.

    `documents` holds, by bundle, the documents that may be others, those that are gone included;
    only bundles that have any are named. `came` holds those of them with a file that is new.
    `layers` are the bundles with a changed file in a layer. `prompts` says that a prompt, or a file
    that one names, changed. `uses_prompts` are the documents that ask for one in any layer.
    """

    documents: Mapping[str, frozenset[str]]
    came: Mapping[str, frozenset[str]]
    layers: frozenset[str]
    prompts: bool
    uses_prompts: frozenset[str]


def touched_by(project: Project, bundles: Sequence[Bundle], files: ProjectFiles) -> Touched:
    """Return what the changed files of a snapshot may concern."""
    snapshot = files.snapshot
    # A link, or a name that clashes with another, is no file: it stands among the diagnostics.
    odd = {each.span.path for each in snapshot.diagnostics if each.span is not None}
    paths = snapshot.changed | odd
    own = changed_documents(bundles, paths)
    came = changed_documents(bundles, snapshot.added)
    prompts = is_prompt_change(project, files, paths)
    by_schema = schema_documents(project, bundles, files, paths)
    if not (own or prompts or by_schema):
        return Touched({}, {}, frozenset(), prompts=False, uses_prompts=frozenset())
    graph = Graph(bundles, files)
    users = graph.uses_prompts() if prompts else frozenset()
    reached: dict[frozenset[str], frozenset[str]] = {}
    documents = {}
    for bundle in bundles:
        seeds = own.get(bundle.name, frozenset()) | by_schema | users
        if seeds not in reached:
            reached[seeds] = frozenset(graph.with_referring(seeds))
        has = {name for layer in bundle.layers for name in files.layer_paths(layer)}
        found = reached[seeds] & (has | own.get(bundle.name, frozenset()))
        if found or bundle.name in own:
            documents[bundle.name] = found
    return Touched(documents, came, frozenset(own), prompts, graph.uses_prompts())


def whole_project(project: Project, snapshot: Snapshot) -> str:
    """Say why a change concerns the project as a whole; "" where it does not."""
    if snapshot.commit is None:
        return "there is no commit to compare with"
    policies = [source.name.rstrip("/") for source in project.policies]
    sources = [each.rstrip("/") for each in project.sources(None)]
    for path in sorted(snapshot.changed):
        if path == PROJECT_FILE and _says_other(snapshot):
            return f"{PROJECT_FILE} changed"
        if any(_is_at(path, policy) for policy in policies):
            return f"the policy {path} changed"
        if any(_is_at(path, source) for source in sources):
            return f"{path} says which values a dimension has"
        if path == project.llm.models.catalogue:
            return f"the catalogue of models {path} changed"
        if path.rpartition("/")[2] == CONFIG_FILE:
            return f"{path} says who opens which file"
    return ""


def _says_other(snapshot: Snapshot) -> bool:
    """Tell whether the project file says something else than in the commit before."""
    before = snapshot.before()
    if not before or PROJECT_FILE not in before[0].files:
        return True
    return _said(before[0].read(PROJECT_FILE)) != _said(snapshot.read(PROJECT_FILE))


def _said(data: bytes) -> str:
    root = parse_document(PROJECT_FILE, data)[0].root
    # As text: the order of keys counts as well.
    return "" if root is None else json.dumps(plain_value(root))


class Graph:
    """Who refers to whom, by ids of documents, in whatever layer: read from the tags of files."""

    def __init__(self, bundles: Iterable[Bundle], files: ProjectFiles) -> None:
        self._files = files
        self._to: dict[str, set[str]] = {}
        self._with_prompts: set[str] = set()
        layers = {(each.path, each.document): each for bundle in bundles for each in bundle.layers}
        for layer in layers.values():
            for name, path in files.layer_paths(layer).items():
                data = files.peek(path)
                if _REFERENCE.search(data) or _OTHER_TAG.search(data):
                    self._add(name, files.peek_root(path))

    def _add(self, name: str, root: Node | None) -> None:
        for node in () if root is None else tagged_nodes(root):
            if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
                continue
            if node.tag == "!prompt":
                self._with_prompts.add(name)
            elif node.tag in ("!ref", "!secret"):
                self._refer(name, [node.value])
            elif node.tag == "!format":
                self._refer(name, _references(node.value))

    def _refer(self, name: str, texts: Iterable[str]) -> None:
        for text in texts:
            document = split_reference(text)[0]
            # An id may hold an '@' of its own, or a version follows it.
            for each in {document, document.rpartition("@")[0]} - {"", name}:
                self._to.setdefault(each, set()).add(name)

    def uses_prompts(self) -> frozenset[str]:
        """Return the documents that ask for any prompt."""
        return frozenset(self._with_prompts)

    def with_referring(self, names: Iterable[str]) -> set[str]:
        """Return documents with all that refer to them, directly or not."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._to.get(name, ())
        return found


def _references(text: str) -> Iterator[str]:
    try:
        parts = parse_template(text)
    except ValueError:
        return
    yield from (part.text for part in parts if part.kind == "ref")


def changed_documents(
    bundles: Sequence[Bundle], paths: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Return, for each bundle with a changed file in its layers, the ids of those documents."""
    at: dict[str, list[tuple[str | None, str]]] = {}
    for bundle in bundles:
        for layer in bundle.layers:
            at.setdefault(layer.path, []).append((layer.document, bundle.name))
    found: dict[str, set[str]] = {}
    for path in paths:
        for document, bundle_name in at.get(path, ()):
            if document is not None:
                found.setdefault(bundle_name, set()).add(document)
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            relative = path[len(folder) + 1 :]
            id = document_id(relative)
            for document, bundle_name in at.get(folder, ()):
                if document is None:
                    # What is no document may still be a link in the place of one, or on the way.
                    found.setdefault(bundle_name, set()).update(() if id is None else (id,))
    return {name: frozenset(ids) for name, ids in found.items()}


def is_prompt_change(project: Project, files: ProjectFiles, paths: Iterable[str]) -> bool:
    """Tell whether a prompt, a partial, or a text that one names may have changed.

    Prompts may name files outside of their folder.
    """
    folder = project.llm.prompts.folder
    changed = set(paths)
    return any(_is_at(path, folder) for path in changed) or bool(
        files_naming(files, folder, changed)
    )


def schema_documents(
    project: Project, bundles: Iterable[Bundle], files: ProjectFiles, paths: Iterable[str]
) -> set[str]:
    """Return the documents that a changed schema file may be for, directly or by a reference."""
    named = {rule.schema for rule in project.schemas}
    changed = {path for path in paths if path in named or path.endswith(_SCHEMA_ENDINGS)}
    if not changed:
        return set()
    from gitconfig_tool.glob import Glob

    # A schema of the project may refer to any other one; a built-in one never does.
    only_named = all(path in named and not _is_referred(path, files, named) for path in changed)
    globs = [
        Glob(rule.match)
        for rule in project.schemas
        if (rule.schema in changed if only_named else rule.schema in files.snapshot.files)
        or rule.schema in changed
    ]
    layers = {(each.path, each.document): each for bundle in bundles for each in bundle.layers}
    names = {name for layer in layers.values() for name in files.layer_paths(layer)}
    return {name for name in names if any(glob.fullmatch(name) for glob in globs)}


def _is_referred(path: str, files: ProjectFiles, named: Iterable[str]) -> bool:
    """Tell whether another schema file of the project may refer to one: it says `$ref` at all."""
    others = {
        each
        for each in files.snapshot.files
        if each != path and (each in named or each.endswith(_SCHEMA_ENDINGS))
    }
    return any(b"$ref" in files.peek(each) or b"\\u" in files.peek(each) for each in others)


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
