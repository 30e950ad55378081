"""What a compilation needs beside the layers: the project file, prompts, schemas and policies.

Each function reads what the project file names, out of the snapshot or of what comes with the tool.
"""

import posixpath
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitconfig_tool.builtin import BUILTIN, builtin_names, builtin_text
from gitconfig_tool.compiler.borders import in_own_layer
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.project import PolicySource, Project, read_project
from gitconfig_tool.source import PROJECT_FILE

if TYPE_CHECKING:
    from gitconfig_tool.policy import Policies
    from gitconfig_tool.prompts import Prompts, Refusal
    from gitconfig_tool.schema import Schemas

PARTIAL_ENDINGS = (".partial.yaml", ".partial.yml")
_PROMPT_ENDINGS = (".prompt.yaml", ".prompt.yml", *PARTIAL_ENDINGS)
_SCHEMA_ENDINGS = (".schema.json", ".schema.yaml", ".schema.yml")
# A list of names in a message; more do not help a reader.
_MAX_NAMES = 12


class CompileError(GitConfigError):
    """What was asked for cannot be compiled, whatever the repository holds."""


def read_project_file(files: ProjectFiles) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the project file of a snapshot; None when it cannot be read, which is reported.

    Raises `CompileError` when the snapshot has none.
    """
    snapshot = files.snapshot
    if PROJECT_FILE not in snapshot.files:
        if files.report_odd(PROJECT_FILE):
            return None, tuple(files.diagnostics)
        kind = "work tree" if snapshot.kind == "worktree" else snapshot.kind
        raise CompileError(
            f"expected {snapshot.prefix}{PROJECT_FILE} in the {kind}, found none",
            hint="git add gitconfig.yaml, or start a project with: gitconfig-tool init",
        )
    files.report_odd(PROJECT_FILE)
    document = files.parse(PROJECT_FILE)
    if document.root is None and files.diagnostics:
        return None, tuple(files.diagnostics)
    project, diagnostics = read_project(document, files)
    return project, (*files.diagnostics, *diagnostics)


def read_prompts(
    project: Project, files: ProjectFiles, is_wanted: Callable[[str], bool] = lambda _path: True
) -> "tuple[Prompts, tuple[Diagnostic, ...]]":
    """Load the prompt versions and partials of the project whose paths are wanted; else all."""
    # Each reader is loaded here, not above: who needs one of them need not wait for the others.
    from gitconfig_tool.prompts import load_prompts

    folder = project.llm.prompts.folder
    paths = [path for path in files.under(folder) if path.endswith(_PROMPT_ENDINGS)]
    paths = list(filter(is_wanted, paths))
    documents = {path: files.parse(path) for path in paths}
    return load_prompts(
        documents,
        {path: files.read(path) or b"" for path in paths},
        folder=folder,
        unreadable=[path for path in paths if files.is_broken(path)],
        read=_text_reader(project, files),
        isolated=project.llm.prompts.untrusted,
        portable=project.llm.prompts.portable,
    )


def _text_reader(project: Project, files: ProjectFiles) -> "Callable[[str], bytes | Refusal]":
    """Return what reads the files that prompts name.

    A prompt goes into every bundle that uses it, in the clear: neither a file of a layer that only
    some bundles have may come with it, nor one that is encrypted.
    """
    from gitconfig_tool.prompts import Refusal

    is_private = in_own_layer(project)

    def read(path: str) -> "bytes | Refusal":
        if files.report_odd(path):
            return Refusal("")
        if path not in files.snapshot.files:
            folder = posixpath.dirname(path)
            beside = [each for each in files.snapshot.files if posixpath.dirname(each) == folder]
            near = get_close_matches(path, beside, n=1)
            return Refusal("none", f"did you mean {posixpath.basename(near[0])}?" if near else "")
        if is_private(path):
            return Refusal(
                "a file of a layer that only some bundles have",
                "every bundle that uses the prompt gets the text: move it beside the prompt",
            )
        if files.looks_sealed(path):
            return Refusal("an encrypted file", "prompts are delivered in the clear")
        data = files.read(path)
        return Refusal("") if data is None else data

    return read


def read_schemas(project: Project, files: ProjectFiles) -> "tuple[Schemas, tuple[Diagnostic, ...]]":
    """Load the schemas that the project names, and those that they may refer to."""
    from gitconfig_tool.schema import load_schemas

    named = {each.schema for each in project.schemas}
    others = {
        path
        for path in files.snapshot.files
        if named and path not in named and is_schema_path(path)
    }
    # A schema is packed into every bundle that uses it: one of a tenant must not come with it.
    private = frozenset(filter(in_own_layer(project), others))
    texts = {path: files.read(path) for path in files.snapshot.files if path in named}
    texts |= {path: files.read(path) for path in sorted(others - private)}
    # What is reported as a link, or as no content of its own, need not be reported as missing too.
    unread = {path for path in named if texts.get(path) is None and files.report_odd(path)}
    unread |= {path for path, text in texts.items() if text is None}
    rules = [
        (each.match, each.schema, each.span)
        for each in project.schemas
        if each.schema not in unread
    ]
    known = {path: text for path, text in texts.items() if text is not None}
    return load_schemas(known, rules, private)


def is_schema_path(path: str) -> bool:
    """Tell whether a schema may refer to a file because of its name."""
    return path.endswith(_SCHEMA_ENDINGS)


def read_policies(
    project: Project, files: ProjectFiles
) -> "tuple[Policies, tuple[Diagnostic, ...]]":
    """Compile the Rego files that the project names; a source without any is a diagnostic."""
    from gitconfig_tool.policy import load_policies

    texts: dict[str, bytes] = {}
    missing = []
    for source in project.policies:
        found = _policy_files(source, files)
        if not found and not files.report_odd(source.name):
            missing.append(_no_policy(source))
        texts |= found
    policies, diagnostics = load_policies(texts)
    return policies, (*missing, *diagnostics)


def _policy_files(source: PolicySource, files: ProjectFiles) -> dict[str, bytes]:
    if source.name.startswith(BUILTIN):
        folder = source.name.removeprefix(BUILTIN)
        return {
            f"{BUILTIN}{name}": (builtin_text("policies", name) or "").encode()
            for name in builtin_names("policies")
            if name.startswith(folder + "/") and name.endswith(".rego")
        }
    paths = files.under(source.name)
    if source.name in files.snapshot.files:
        paths = [source.name]
    texts = {path: files.read(path) for path in paths if path.endswith(".rego")}
    return {path: text for path, text in texts.items() if text is not None}


def _no_policy(source: PolicySource) -> Diagnostic:
    builtin = sorted({name.partition("/")[0] for name in builtin_names("policies")})
    near = get_close_matches(source.name, [f"{BUILTIN}{name}" for name in builtin], n=1)
    return Diagnostic(
        "GCT305",
        f"expected Rego files (*.rego) at {source.name}, found none",
        source.span,
        hint=f"did you mean {near[0]}?"
        if near
        else "built-in policies: " + ", ".join(f"{BUILTIN}{name}" for name in builtin),
    )


def bundle_hint(found: str, bundles: Iterable[str]) -> str:
    """Say which bundles somebody may have meant who wrote a name that is none."""
    names = list(bundles)
    # One part of a name, such as the host of `production/web-01`, or how one begins.
    parts = [name for name in names if found in name.split("/")]
    parts = parts or sorted(name for name in names if found and name.startswith(found))
    if len(parts) > 1:
        return f"bundles with that in their name: {some_names(parts)}"
    near = parts or get_close_matches(found, names, n=1)
    return (
        f"did you mean {near[0]!r}?" if near else f"the bundles are: {some_names(names) or 'none'}"
    )


def some_names(names: Iterable[str]) -> str:
    """Write names for a message; of many, the first ones and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _MAX_NAMES} more" if len(every) > _MAX_NAMES else ""
    return ", ".join(every[:_MAX_NAMES]) + more
