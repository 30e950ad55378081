"""What a bundle holds for other programs, as the project file asks for it.

Takes the linked documents of one bundle; returns files and diagnostics. What a target makes of them
is its own: this module says what it is given, and looks that no two files meet.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gitconfig_tool.artifact import is_plain_path
from gitconfig_tool.bundle import CompiledBundle
from gitconfig_tool.diagnostics import Diagnostic, Span, rule
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Problem, chains_of
from gitconfig_tool.project import Bundle, Matcher, Project
from gitconfig_tool.project.llm import EmitRule
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.schema import Schemas

if TYPE_CHECKING:
    from gitconfig_tool.emit import Emitted


def emit_bundle(
    project: Project,
    bundle: Bundle,
    documents: Mapping[str, LinkedDocument],
    prompts: Sequence[PromptVersion],
    schemas: Schemas,
) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    """Return the files by their path in the bundle."""
    files: dict[str, bytes] = {}
    found: list[Diagnostic] = []
    owners: dict[str, EmitRule] = {}
    by_document = {name: schemas.for_document(name) for name in documents}
    for entry in project.llm.emit:
        chosen = chosen_documents(project, entry, bundle, documents)
        if not chosen:
            continue
        emitted = emit_documents(
            entry.target,
            bundle.name,
            chosen,
            documents,
            prompts,
            by_document,
            entry.options,
            entry.span,
        )
        found += [_diagnostic(problem, bundle.name) for problem in emitted.problems]
        for name, data in emitted.files.items():
            path = f"{entry.to}/{name}"
            owner = owners.setdefault(path, entry)
            if owner is entry:
                files[path] = data
            else:
                found.append(_taken(path, entry.span, f"the entry at {owner.span}", bundle.name))
    found += _collisions(files, owners, documents, bundle.name)
    return files, tuple(found)


def emit_one(
    compiled: CompiledBundle,
    chosen: Sequence[str],
    target: str,
    options: Mapping[str, Any],
    span: Span,
) -> "tuple[Emitted, tuple[Diagnostic, ...]]":
    """Make the files of one target of a compiled bundle, whatever the project file asks for."""
    emitted = emit_documents(
        target,
        compiled.name,
        chosen,
        compiled.documents,
        compiled.prompts,
        compiled.schemas,
        options,
        span,
    )
    return emitted, tuple(_diagnostic(problem, compiled.name) for problem in emitted.problems)


def chosen_documents(
    project: Project,
    rule: EmitRule,
    bundle: Bundle | CompiledBundle,
    names: Mapping[str, LinkedDocument],
) -> tuple[str, ...]:
    """Return the documents of a bundle that an entry of `emit` is for."""
    if rule.scope is None:
        return tuple(names)
    return tuple(Matcher(rule.scope, project.dimensions).documents_of(bundle, names))


def emit_documents(
    target: str,
    bundle: str,
    chosen: Sequence[str],
    documents: Mapping[str, LinkedDocument],
    prompts: Sequence[PromptVersion],
    schemas: Mapping[str, tuple[str, ...]],
    options: Mapping[str, Any],
    span: Span,
) -> "Emitted":
    """Make the files of one target; `schemas` names the schemas of each document by URI.

    A document with a value that could not be found is left aside: that is reported already.
    """
    # Most projects emit nothing: they need not wait for it.
    from gitconfig_tool.emit import TARGETS, Source

    known = {name: document for name, document in documents.items() if not document.unknown}
    wanted = {name: known[name] for name in chosen if name in known}
    chains = tuple(
        chain
        for chain in chains_of(known, schemas)
        if chain.document in wanted and chain.hops  # What keeps a chain from being one is reported.
    )
    used = {
        (link.id, link.version)
        for document in wanted.values()
        for link in document.prompts.values()
    }
    used.update(prompt for chain in chains for prompt in chain.prompts)
    source = Source(
        bundle,
        wanted,
        chains,
        tuple(prompt for prompt in prompts if (prompt.id, prompt.version) in used),
        known,
        options,
        span,
    )
    return TARGETS[target](source)


def used_prompts(
    linked: Mapping[str, LinkedDocument], prompts: Prompts
) -> tuple[PromptVersion, ...]:
    """Return the prompt versions that documents ask for."""
    used = {
        (link.id, link.version)
        for document in linked.values()
        for link in document.prompts.values()
    }
    versions = (prompts.resolve(name, version) for name, version in sorted(used))
    return tuple(version for version in versions if version is not None)


def idle_entries(
    project: Project, bundles: Collection[CompiledBundle], known: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """Report entries of `emit` that write nothing; call it only with all bundles of the project."""
    # What keeps an entry from writing its files is reported already.
    is_sound = not any(rule(each.code).group == "emit" for each in known) and not any(
        document.unknown for bundle in bundles for document in bundle.documents.values()
    )
    for entry in project.llm.emit:
        span = entry.span if entry.scope is None else entry.scope.span
        if not any(chosen_documents(project, entry, each, each.documents) for each in bundles):
            yield Diagnostic(
                "GCT760",
                f"expected an entry for {entry.target} that is for a document of a bundle, "
                "found none",
                span,
                hint="correct 'match', or remove the entry",
            )
        elif is_sound and not any(
            path.startswith(f"{entry.to}/") for each in bundles for path in each.emitted
        ):
            yield Diagnostic(
                "GCT760",
                f"expected an entry that writes a file for {entry.target}, found no document that "
                "it writes any for",
                span,
                hint="a gateway is told of models: give their documents a schema such as "
                "gitconfig-tool:model-config, and let 'match' choose them",
            )


def _diagnostic(problem: Problem, bundle: str) -> Diagnostic:
    return Diagnostic(
        problem.code,
        problem.message,
        problem.span,
        label=problem.label,
        hint=problem.hint,
        bundles=(bundle,),
    )


def _collisions(
    files: Mapping[str, bytes],
    owners: Mapping[str, EmitRule],
    documents: Mapping[str, LinkedDocument],
    bundle: str,
) -> Iterator[Diagnostic]:
    """Report files that no target of the fetcher could write beside the others."""
    for path in files:
        at = owners[path].span
        folders = [path[:index] for index, char in enumerate(path) if char == "/"]
        if not is_plain_path(path):
            yield Diagnostic(
                "GCT751",
                f"expected a plain path for each emitted file, found {path!r}",
                at,
                hint="no part may be empty, begin with '.', or hold a backslash or a character "
                "that cannot be seen: use another 'to', or the option that names the file",
                bundles=(bundle,),
            )
        for folder in folders:
            if folder in files:
                yield _taken(folder, at, f"the folder of {path}", bundle)
        for name in (f"emit/{path}", f"emit/{path.removesuffix('.json')}"):
            if name in documents:
                yield _taken(path, at, f"the document {name}", bundle)
                break


def _taken(path: str, at: Span, other: str, bundle: str) -> Diagnostic:
    return Diagnostic(
        "GCT751",
        f"expected emit/{path} to be free for an emitted file, found {other} there",
        at,
        hint="use another folder in 'to'",
        bundles=(bundle,),
    )
