"""The stages of a partial check, each set up when it is first asked for.

Takes the files of a snapshot and its project; offers what the check of any bundle needs: schemas,
policies, prompts, and documents that are merged and linked on demand. Most changes need few of
them. What is wrong in what is read goes to `found`. Decides on nothing: see `partial`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.assembly import Assembly, Given
from gitconfig_tool.compiler.borders import Borders
from gitconfig_tool.compiler.document_checks import DocumentChecks
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found
from gitconfig_tool.compiler.inputs import (
    PARTIAL_ENDINGS,
    read_policies,
    read_prompts,
    read_schemas,
)
from gitconfig_tool.compiler.listed_prompts import ListedPrompts, used_prompts
from gitconfig_tool.compiler.on_demand import Documents
from gitconfig_tool.compiler.reach import References
from gitconfig_tool.compiler.touched import Touched, touched_by
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project import Bundle, Project, bind_bundles
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.prompts.names import PROMPT_ENDING

if TYPE_CHECKING:
    from gitconfig_tool.compiler.governing import Governing
    from gitconfig_tool.compiler.modelling import Modelling
    from gitconfig_tool.compiler.revisions import Revisions
    from gitconfig_tool.link import AtRevision, PastValue
    from gitconfig_tool.prompts.rendering import Rendering
    from gitconfig_tool.schema import Schemas


class PartialStages:
    """What the bundles of one partial check share."""

    def __init__(
        self,
        files: ProjectFiles,
        project: Project,
        diagnostics: Iterable[Diagnostic],
        as_of: date | None,
        rendering: "Rendering",
        references: References,
    ) -> None:
        """Bind the bundles; `diagnostics` are those of the project file."""
        self.files = files
        self.project = project
        self.found = Found()
        self.found.add(diagnostics)
        self.bundles, problems = bind_bundles(project)
        self.found.add(problems)
        self._given_day = as_of
        self._rendering = rendering
        self._references = references
        self._documents: dict[str, tuple[Given, Documents]] = {}

    @cached_property
    def touched(self) -> Touched:
        """What the change may concern."""
        return touched_by(self.project, self.bundles, self.files, self._references)

    @cached_property
    def as_of(self) -> date:
        """The day for which models are judged."""
        from gitconfig_tool.compiler.modelling import day_of_snapshot

        return self._given_day or day_of_snapshot(self.files.snapshot)

    @cached_property
    def listed(self) -> ListedPrompts:
        """The names of the prompts and of their versions; none is read."""
        return ListedPrompts(self.project.llm.prompts.folder, self.files)

    @cached_property
    def prompts(self) -> Prompts:
        """The prompts that the documents in question ask for, with their contents.

        Where no prompt changed, nothing is reported of them, and their test data are left alone.
        """
        if self.touched.prompts:
            return self.every_prompt
        folder = self.project.llm.prompts.folder
        used = self.used_prompts(self.touched, Prompts(self.listed))
        paths = {f"{folder}/{id}/{version}{PROMPT_ENDING}" for id, version in used}
        return self.unreported_prompts(lambda path: path in paths or path.endswith(PARTIAL_ENDINGS))

    @cached_property
    def every_prompt(self) -> Prompts:
        """All prompts with their contents; what is wrong with them is reported."""
        prompts, diagnostics = read_prompts(self.project, self.files)
        self.found.add(diagnostics)
        return prompts

    @cached_property
    def schemas(self) -> "Schemas":
        """The schemas of the project."""
        schemas, diagnostics = read_schemas(self.project, self.files)
        self.found.add(diagnostics)
        return schemas

    @cached_property
    def checks(self) -> DocumentChecks:
        """What schemas and policies say of documents."""
        policies, diagnostics = read_policies(self.project, self.files)
        self.found.add(diagnostics)
        return DocumentChecks(self.project, self.schemas, policies)

    @cached_property
    def assembly(self) -> Assembly:
        """What merges and links documents."""
        return Assembly(
            self.project,
            self.files,
            Prompts(self.listed),
            self.schemas,
            self._at_revision,
            self.found,
        )

    def _at_revision(self, bundle: str) -> "AtRevision":
        """Return what finds values of other commits; few documents ask for any."""

        def find(rev: str, document: str, path: tuple[str, ...]) -> "PastValue":
            return self._revisions.of_bundle(bundle)(rev, document, path)

        return find

    @cached_property
    def _revisions(self) -> "Revisions":
        from gitconfig_tool.compiler.view import revisions_of

        return revisions_of(self.files.snapshot, self.files.roots, Borders(self.bundles))

    @cached_property
    def governing(self) -> "Governing":
        """What follows from how sensitive documents are."""
        from gitconfig_tool.compiler.governing import Governing

        return Governing(self.project, self.files, self.schemas)

    @cached_property
    def modelling(self) -> "Modelling":
        """What is known of chains of models."""
        from gitconfig_tool.compiler.model_catalogue import read_catalogue
        from gitconfig_tool.compiler.modelling import Modelling

        catalogue, diagnostics = read_catalogue(self.project, self.files)
        self.found.add(diagnostics)
        return Modelling(
            self.project,
            self.files,
            self.prompts,
            self.schemas,
            catalogue,
            self.as_of,
            self._rendering.render,
        )

    def of(self, bundle: Bundle) -> tuple[Given, Documents]:
        """Return what the layers of a bundle give, and its documents; none of them is merged."""
        if bundle.name not in self._documents:
            given = Given(bundle, self.files)
            documents = Documents(partial(self.assembly.document, given), given.names)
            self._documents[bundle.name] = (given, documents)
        return self._documents[bundle.name]

    def used_prompts(
        self, touched: Touched, prompts: Prompts
    ) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return the prompt versions that bundles use, as ids with versions, with the bundles."""
        used: dict[tuple[str, str], list[str]] = {}
        for bundle in self.bundles:
            _, documents = self.of(bundle)
            for each in used_prompts(documents.narrowed(sorted(touched.uses_prompts)), prompts):
                used.setdefault((each.id, each.version), []).append(bundle.name)
        return used

    def unreported_prompts(self, is_wanted: Callable[[str], bool] = lambda _: True) -> Prompts:
        """Read prompts that did not change: what is wrong with them is no concern of the change."""
        prompts, _ = read_prompts(self.project, self.files, is_wanted, tests=False)
        return prompts
