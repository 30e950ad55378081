"""The chains of models of every bundle: whether each model takes what is sent to it.

Takes the linked documents of bundles, one after the other; returns diagnostics. Each check is a
function of `models`; this module says what it is given, and shares what bundles have in common.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from gitconfig_tool.compiler.model_catalogue import Terms, check_age
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Catalogue, Problem, chains_of
from gitconfig_tool.models.lifecycle import check_lifecycle
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.schema import Schemas
from gitconfig_tool.source import Snapshot


class Modelling:
    """The checks of one compilation; `as_of` is the day that retirement is judged at."""

    def __init__(
        self,
        project: Project,
        prompts: Prompts,
        schemas: Schemas,
        catalogue: Catalogue,
        as_of: date,
    ) -> None:
        self._project = project
        self._prompts = prompts
        self._schemas = schemas
        self._catalogue = catalogue
        self._terms = Terms(project)
        self._as_of = as_of
        self._has_models = False

    def check_bundle(
        self, bundle: Bundle, documents: Mapping[str, LinkedDocument]
    ) -> Iterator[Diagnostic]:
        """Check the chains of one bundle."""
        schemas = {name: self._schemas.for_document(name) for name in documents}
        for chain in chains_of(documents, schemas):
            self._has_models = True
            term = self._terms.term_of(bundle, chain.document)
            for found in check_lifecycle(chain, self._catalogue, self._as_of, term):
                yield _diagnostic(found)

    def check_catalogue(self) -> Iterator[Diagnostic]:
        """Check the catalogue itself, if a model was looked up in it; call it after all bundles."""
        if self._has_models:
            yield from check_age(self._project, self._catalogue, self._as_of)


def _diagnostic(found: Problem) -> Diagnostic:
    return Diagnostic(found.code, found.message, found.span, found.label, hint=found.hint)


def day_of_snapshot(snapshot: Snapshot) -> date:
    """Return the day of a snapshot's commit, so that results do not change by themselves.

    Without a commit, it is the day on which the snapshot was taken.
    """
    seconds = snapshot.taken if snapshot.commit is None else snapshot.commit.time
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return date.max  # Git lets a commit say any number.
