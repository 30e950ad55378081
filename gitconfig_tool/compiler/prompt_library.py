"""The prompts of a snapshot, who uses them, and which models get them.

What the commands `prompts ...` share. Takes a `View`; returns a `Library`. Needs no key, asks no
provider. Dates come from `prompt_dates`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import CompileError, read_prompts, read_schemas, some_names
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import Diagnostic, Severity, rule
from gitconfig_tool.document import Node
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Chain, Hop, chains_of
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.prompts import Prompts, PromptVersion, is_range
from gitconfig_tool.source import PROJECT_FILE, Snapshot

ANY = "*"


@dataclass(frozen=True, slots=True)
class PromptUse:
    """A document of a bundle that asks for a prompt: the range as written, the version it gets."""

    bundle: str
    document: str
    pointer: str
    id: str
    range: str
    version: str


@dataclass(frozen=True, slots=True)
class Library:
    """The prompts of a snapshot.

    `bundles` are those that were looked at, all unless some were asked for. `models` are the hops
    that get a version, each model once. `diagnostics` are the errors of what was read.
    """

    snapshot: Snapshot
    prompts: Prompts
    bundles: tuple[str, ...]
    uses: tuple[PromptUse, ...]
    models: Mapping[tuple[str, str], tuple[Hop, ...]]
    diagnostics: tuple[Diagnostic, ...]
    text: Callable[[str], str | None] = field(repr=False)
    project: Project = field(repr=False)

    @property
    def untrusted(self) -> bool:
        """Whether the project asks that templates are rendered in a process of their own."""
        return self.project.llm.prompts.untrusted

    @property
    def has_errors(self) -> bool:
        """Whether what was read has errors."""
        return any(rule(found.code).severity is Severity.ERROR for found in self.diagnostics)

    def newest(self, prompt_id: str) -> PromptVersion:
        """Return the version that the id alone means."""
        return find_version(self.prompts, prompt_id)

    def uses_of(self, version: PromptVersion) -> tuple[PromptUse, ...]:
        """Return who uses a version."""
        key = (version.id, version.version)
        return tuple(use for use in self.uses if (use.id, use.version) == key)

    def bundles_of(self, prompt_id: str) -> tuple[str, ...]:
        """Return the bundles that use any version of a prompt."""
        return tuple(dict.fromkeys(use.bundle for use in self.uses if use.id == prompt_id))

    def hops_of(self, version: PromptVersion) -> tuple[Hop, ...]:
        """Return the models that get a version, each once."""
        return self.models.get((version.id, version.version), ())


def open_library(
    snapshot: Snapshot, globs: Sequence[str] = (), *, with_uses: bool = True
) -> Library:
    """Read the prompts of a snapshot, and who uses them in the bundles that match a glob.

    Raises `CompileError` where the project file cannot be read, or no bundle matches.
    """
    roots: dict[str, Node | None] = {}
    view = View(snapshot, roots)
    if view.project is None:
        raise CompileError(
            f"expected a {PROJECT_FILE} that can be read, found errors in it",
            hint="gitconfig-tool validate shows them",
        )
    files = ProjectFiles(snapshot, roots)
    prompts, problems = read_prompts(view.project, files)
    chosen = [bundle for glob in globs for bundle in view.matching(glob)]
    bundles = list({each.name: each for each in chosen or view.bundles.values()}.values())
    uses: list[PromptUse] = []
    models: dict[tuple[str, str], dict[tuple[str, str], Hop]] = {}
    if with_uses:
        schemas, _ = read_schemas(view.project, files)
        known: dict[tuple[int, ...], tuple[Chain, ...]] = {}
        for bundle in bundles:
            documents = dict(_documents(view, bundle))
            uses += _uses(bundle, documents)
            # Bundles that share all their documents share their chains.
            key = tuple(id(document) for document in documents.values())
            if key not in known:
                named = {name: schemas.for_document(name) for name in documents}
                known[key] = tuple(chains_of(documents, named))
            for chain in known[key]:
                for prompt in chain.prompts:
                    every = models.setdefault(prompt, {})
                    for hop in chain.hops:
                        every.setdefault((hop.provider, hop.model), hop)
    return Library(
        snapshot,
        prompts,
        tuple(bundle.name for bundle in bundles),
        tuple(uses),
        {prompt: tuple(every.values()) for prompt, every in models.items()},
        tuple(dict.fromkeys((*view.errors(), *problems))),
        files.text,
        view.project,
    )


def find_prompts(prompts: Prompts, glob: str) -> tuple[str, ...]:
    """Return the ids that match a glob; raises `CompileError` where none does."""
    found = tuple(each for each in prompts.ids() if fnmatchcase(each, glob))
    if not found:
        raise _no_prompt(prompts, glob, "the id of a prompt, or a glob that matches one")
    return found


def find_version(prompts: Prompts, text: str) -> PromptVersion:
    """Return the version that `ID` or `ID@RANGE` means: the highest one in the range.

    Without a range that is the highest release, or the highest pre-release where there is no other.
    Raises `CompileError` where there is none.
    """
    prompt_id, at, wanted = text.partition("@")
    versions = prompts.versions(prompt_id)
    if not versions:
        raise _no_prompt(prompts, prompt_id, "the id of a prompt")
    if not at:
        return prompts.resolve(prompt_id, ANY) or versions[0]
    numbers = [each.version for each in versions]
    if not is_range(wanted):
        raise CompileError(
            f"expected a range of versions after '@', such as ^1.2, found {wanted!r}",
            hint=f"the versions of {prompt_id} are: {some_names(numbers)}",
        )
    found = prompts.resolve(prompt_id, wanted)
    if found is None:
        near = get_close_matches(wanted, numbers, n=1)
        meant = f"did you mean {prompt_id}@{near[0]}? " if near else ""
        raise CompileError(
            f"expected a version of {prompt_id} in the range {wanted}, found none",
            hint=f"{meant}the versions are: {some_names(numbers)}",
        )
    return found


def versions_within(prompts: Prompts, text: str | None) -> tuple[PromptVersion, ...]:
    """Return the versions that `ID` or `ID@RANGE` is for, highest first; all where it is None."""
    if text is None:
        return tuple(version for each in prompts.ids() for version in prompts.versions(each))
    prompt_id, _, wanted = text.partition("@")
    return tuple(
        version
        for version in prompts.versions(prompt_id)
        if not wanted or _one(version).resolve(prompt_id, wanted) is not None
    )


def _one(version: PromptVersion) -> Prompts:
    return Prompts({version.id: (version,)})


def parent_of(prompts: Prompts, version: PromptVersion) -> PromptVersion | None:
    """Return the version that a version follows: the highest one below it."""
    versions = prompts.versions(version.id)
    at = [each.version for each in versions].index(version.version)
    return versions[at + 1] if at + 1 < len(versions) else None


def _documents(view: View, bundle: Bundle) -> Iterator[tuple[str, LinkedDocument]]:
    for name in view.document_ids(bundle):
        linked = view.document(bundle, name).linked
        if linked is not None:
            yield name, linked


def _uses(bundle: Bundle, documents: Mapping[str, LinkedDocument]) -> Iterator[PromptUse]:
    for name, document in documents.items():
        for place, link in document.prompts.items():
            yield PromptUse(bundle.name, name, place, link.id, link.range, link.version)


def _no_prompt(prompts: Prompts, found: str, expected: str) -> CompileError:
    # One word of a name, such as the first, is meant for the whole of it.
    near = prompts.suggest(found) or next(
        (each for each in prompts.ids() if get_close_matches(found, each.split("-"), n=1)), None
    )
    ids = some_names(prompts.ids()) or "none"
    return CompileError(
        f"expected {expected}, found {found!r}",
        hint=f"did you mean {near!r}?" if near else f"the prompts are: {ids}",
    )
