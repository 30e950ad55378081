"""What the changed files of a snapshot may concern: documents of bundles, and prompts.

Takes the project, its bundles and the files of a snapshot; returns ids. Errs on the side of more: a
document may be named that turns out to be the same. Files without a tag that refers to something
are not parsed. Compares nothing, and does not merge.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import is_schema_path
from gitconfig_tool.compiler.prompt_texts import files_naming
from gitconfig_tool.compiler.reach import Reach, References
from gitconfig_tool.compiler.referring import PAST, PROMPT
from gitconfig_tool.document import parse_document, plain_value
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.secrets import CONFIG_FILE
from gitconfig_tool.source import PROJECT_FILE, Snapshot


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


def touched_by(
    project: Project,
    bundles: Sequence[Bundle],
    files: ProjectFiles,
    references: References | None = None,
) -> Touched:
    """Return what the changed files of a snapshot may concern."""
    snapshot = files.snapshot
    # A link, or a name that clashes with another, is no file: it stands among the diagnostics.
    odd = {each.span.path for each in snapshot.diagnostics if each.span is not None}
    paths = snapshot.changed | odd
    reach = Reach(files, bundles, references or References(), versions_count=True)
    layers = 0
    for path in paths:
        # What is no document may still be a link in the place of one, or on the way.
        layers |= reach.bundles_at(path)
        for document, having in reach.documents_at(path):
            reach.mark(document, having)
    came = _documents(reach, snapshot.added)
    prompts = is_prompt_change(project, files, paths)
    _mark_by_schema(reach, project, files, paths)
    if not (layers or prompts) and reach.is_empty:
        return Touched({}, {}, frozenset(), prompts=False, uses_prompts=frozenset())
    asking = [
        place
        for target, places in reach.referring.items()
        if target.startswith(PROMPT)
        for place in places
    ]
    if prompts:
        # A value of a version may hold a prompt, too.
        for document, having in (*asking, *reach.referring.get(PAST, ())):
            reach.mark(document, having)
    reach.follow()
    with_layer = frozenset(reach.names(layers))
    documents = dict.fromkeys(with_layer, frozenset[str]())
    documents |= {name: frozenset(ids) for name, ids in reach.by_bundle().items()}
    uses_prompts = frozenset(document for document, _ in asking)
    return Touched(documents, came, with_layer, prompts, uses_prompts)


def _documents(reach: Reach, paths: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the documents that files are of, by bundle."""
    found: dict[str, set[str]] = {}
    for path in paths:
        for document, having in reach.documents_at(path):
            for name in reach.names(having):
                found.setdefault(name, set()).add(document)
    return {name: frozenset(ids) for name, ids in found.items()}


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


def is_prompt_change(project: Project, files: ProjectFiles, paths: Iterable[str]) -> bool:
    """Tell whether a prompt, a partial, or a text that one names may have changed.

    Prompts may name files outside of their folder.
    """
    folder = project.llm.prompts.folder
    changed = set(paths)
    return any(_is_at(path, folder) for path in changed) or bool(
        files_naming(files, folder, changed)
    )


def _mark_by_schema(
    reach: Reach, project: Project, files: ProjectFiles, paths: Collection[str]
) -> None:
    """Mark the documents that a changed schema file may be for, directly or by a reference."""
    named = {rule.schema for rule in project.schemas}
    changed = {path for path in paths if path in named or is_schema_path(path)}
    if not changed:
        return
    from gitconfig_tool.glob import Glob

    # A schema of the project may refer to any other one; a built-in one never does.
    only_named = all(path in named and not _is_referred(path, files, named) for path in changed)
    globs = [
        Glob(rule.match)
        for rule in project.schemas
        if (rule.schema in changed if only_named else rule.schema in files.snapshot.files)
        or rule.schema in changed
    ]
    for path in files.snapshot.files:
        for document, having in reach.documents_at(path):
            if any(glob.fullmatch(document) for glob in globs):
                reach.mark(document, having)


def _is_referred(path: str, files: ProjectFiles, named: Iterable[str]) -> bool:
    """Tell whether another schema file of the project may refer to one: it says `$ref` at all."""
    others = {
        each
        for each in files.snapshot.files
        if each != path and (each in named or is_schema_path(each))
    }
    return any(b"$ref" in files.peek(each) or b"\\u" in files.peek(each) for each in others)


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
