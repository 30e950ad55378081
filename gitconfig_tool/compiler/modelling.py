"""The chains of models of every bundle: whether each model takes what is sent to it.

Takes the linked documents of bundles, one after the other; returns diagnostics. Each check is a
function of `models`; this module says what it is given, and shares what bundles have in common: a
chain is checked once for all bundles that give it the same documents and ask the same of it. A
project without models pays for none of it: the catalogue is not even read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from typing import Any

from gitconfig_tool.compiler.assembly import Assembled
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.model_catalogue import Terms, check_age, idle_rule
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Chain, Hop, ModelFacts, Problem, chains_of
from gitconfig_tool.models.budget import Budgets
from gitconfig_tool.models.catalogue import Catalogue
from gitconfig_tool.models.chain import SERVICE
from gitconfig_tool.models.compatibility import Sent, check_compatibility
from gitconfig_tool.models.cost import check_cost
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.models.expansion import ENDPOINT
from gitconfig_tool.models.lifecycle import Term, check_lifecycle
from gitconfig_tool.models.regions import check_regions, check_time
from gitconfig_tool.project import Matcher, Project
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.prompts.rendering import Renderer
from gitconfig_tool.schema import Schemas
from gitconfig_tool.source import Snapshot

# What a file that could not be read may hold: what is missing may stand there.
_ABSENCES = frozenset({"GCT625", "GCT661", "GCT665"})
# The id of a document that is none of a model, named by a chain, and whether there is one.
_Other = tuple[str, bool]


class Modelling:
    """The checks of one compilation; `as_of` is the day that retirement is judged at.

    `renderer` renders prompts, to tell how long they are: see `Rendering`.
    """

    def __init__(
        self,
        project: Project,
        files: ProjectFiles,
        prompts: Prompts,
        schemas: Schemas,
        catalogue: Catalogue,
        as_of: date,
        renderer: Renderer,
    ) -> None:
        self._project = project
        self._files = files
        self._prompts = prompts
        self._schemas = schemas
        self._as_of = as_of
        self._catalogue = catalogue
        self._terms = Terms(project)
        self._budgets = Budgets(prompts, catalogue, renderer=renderer)
        self._has_chains = False
        settings, dimensions = project.llm.models, project.dimensions
        self._regions = [(each, Matcher(each.scope, dimensions)) for each in settings.regions]
        self._used_regions: set[int] = set()
        self._is_of_model: dict[str, bool] = {}
        # By identity: whoever assembles keeps every document for as long as bundles are checked.
        self._by_bundle: dict[Any, tuple[tuple[_Other, ...], tuple[Diagnostic, ...]]] = {}
        self._by_chain: dict[Any, tuple[Diagnostic, ...]] = {}
        self._known: dict[Any, ModelFacts | None] = {}
        self._sent: dict[tuple[str, str], Sent | None] = {}

    def concerns_models(self, name: str) -> bool:
        """Tell whether a document describes a model, or a service that asks one."""
        if name not in self._is_of_model:
            uris = self._schemas.for_document(name)
            self._is_of_model[name] = any(
                uri == SERVICE or uri.startswith("gitconfig-tool:model-") for uri in uris
            )
        return self._is_of_model[name]

    def check_bundle(
        self, assembled: Assembled, only: Set[str] | None = None
    ) -> Iterator[Diagnostic]:
        """Check the chains of one bundle; all of them, or those that depend on `only` some."""
        bundle, documents = assembled.bundle, assembled.linked
        names = [name for name in documents if self.concerns_models(name)]
        if not names or not self._project.layers_known:
            return
        terms = self._terms.of_bundle(bundle)
        regions = [
            number for number, (_, each) in enumerate(self._regions) if each.is_for_bundle(bundle)
        ]
        key = (
            tuple((name, id(documents[name])) for name in names),
            terms,
            tuple(regions),
            assembled.incomplete,
            only,
        )
        others, found = self._by_bundle.get(key, (None, ()))
        if others is None or any((name in documents) is not there for name, there in others):
            schemas = {name: self._schemas.for_document(name) for name in names}
            chains = tuple(chains_of(documents, schemas, assembled.incomplete))
            used = {name for chain in chains for name in chain.used}.difference(names)
            others = tuple((name, name in documents) for name in sorted(used))
            chosen = (each for each in chains if only is None or self._concerns(each, only))
            found = tuple(self._check(chosen, documents, terms, regions, assembled.incomplete))
            self._by_bundle[key] = (others, found)
        yield from found

    def _concerns(self, chain: Chain, changed: Set[str]) -> bool:
        """Tell whether a chain may be another since some documents changed or went.

        An endpoint is a chain only where nobody names it, and what leads nowhere is a problem.
        """
        return (
            not changed.isdisjoint(chain.used)
            or bool(chain.problems)
            or ENDPOINT in self._schemas.for_document(chain.document)
        )

    def _check(
        self,
        chains: Iterable[Chain],
        documents: Mapping[str, LinkedDocument],
        terms: tuple[int, ...],
        regions: Sequence[int],
        incomplete: frozenset[str],
    ) -> Iterator[Diagnostic]:
        for chain in chains:
            self._has_chains = True
            term = self._terms.term_of(terms, chain.document)
            its_regions = tuple(
                number
                for number in regions
                if self._regions[number][1].is_for_document(chain.document)
            )
            self._used_regions.update(its_regions)
            key = (
                tuple((name, id(documents.get(name))) for name in chain.used),
                term,
                its_regions,
            )
            if key not in self._by_chain:
                rules = [self._regions[number][0] for number in its_regions]
                services = [documents[name] for name in chain.services]
                problems = (
                    *chain.problems,
                    *check_compatibility(chain, self._known_of, self._prompts_of(chain)),
                    *check_regions(chain, rules, self._known_of),
                    *check_time(chain, services),
                    *self._judge_models(chain, term),
                )
                self._by_chain[key] = tuple(map(_diagnostic, problems))
            found = self._by_chain[key]
            if not incomplete.isdisjoint(chain.used):
                found = tuple(each for each in found if each.code not in _ABSENCES)
            yield from found

    def _judge_models(self, chain: Chain, term: Term) -> Iterator[Problem]:
        """Check what does not depend on parameters: the lives of models, and room for prompts."""
        yield from check_lifecycle(chain, self._catalogue, self._as_of, term)
        yield from check_cost(chain, self._known_of)
        yield from self._budgets.check(chain)

    def check_catalogue(self) -> Iterator[Diagnostic]:
        """Check the catalogue itself, if a model was looked up in it; call it after all bundles."""
        if self._has_chains:
            yield from check_age(self._project, self._catalogue, self._as_of)

    def idle(self) -> Iterator[Diagnostic]:
        """Report rules that are for no model; call it only after all bundles of the project."""
        yield from self._terms.idle()
        for number, (rule, _) in enumerate(self._regions):
            if number not in self._used_regions:
                yield idle_rule("a rule on regions", rule.scope.span)

    def _known_of(self, hop: Hop) -> ModelFacts | None:
        key = (
            hop.provider,
            hop.model,
            str(hop.fields.get("region")),
            id(hop.metadata) if hop.metadata else 0,
            str(hop.fields.get("context_window_tokens")),
        )
        if key not in self._known:
            self._known[key] = known_of(hop, self._catalogue)
        return self._known[key]

    def _prompts_of(self, chain: Chain) -> tuple[Sent, ...]:
        found = (self._prompt(name, version) for name, version in chain.prompts)
        return tuple(each for each in found if each is not None)

    def _prompt(self, name: str, version: str) -> Sent | None:
        key = (name, version)
        if key not in self._sent:
            found = self._prompts.resolve(name, version)
            self._sent[key] = (
                None
                if found is None
                else Sent(name, version, found.content, found.span, self._places(found.path))
            )
        return self._sent[key]

    def _places(self, path: str) -> Mapping[str, Span]:
        """Return where a prompt file sets each of its model parameters."""
        root = self._files.parse(path).root
        entry = root.entries.get("modelParameters") if isinstance(root, MappingNode) else None
        if entry is None or not isinstance(entry.value, MappingNode):
            return {}
        return {key: inner.value.mark.in_file(path) for key, inner in entry.value.entries.items()}


def _diagnostic(problem: Problem) -> Diagnostic:
    return Diagnostic(
        problem.code,
        problem.message,
        problem.span,
        problem.label,
        problem.notes,
        problem.hint,
    )


def day_of_snapshot(snapshot: Snapshot) -> date:
    """Return the day of a snapshot's commit, so that results do not change by themselves.

    Without a commit, it is the day on which the snapshot was taken.
    """
    seconds = snapshot.taken if snapshot.commit is None else snapshot.commit.time
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return date.max  # Git lets a commit say any number.
