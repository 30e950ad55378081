"""What schemas and policies say of linked documents, once for all bundles that are alike in it.

Takes linked documents of bundles, one after the other; returns diagnostics. A policy is evaluated
once for each document and each set of facts about the bundle that it reads.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from gitconfig_tool.compiler.found import without_absences
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.policy import BundleFacts, Policies, evaluate
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.schema import Schemas, check_document


class CheckOne(Protocol):
    """Checks one document of a bundle; of an incomplete one, a file could not be read."""

    def __call__(self, document: LinkedDocument, *, is_incomplete: bool) -> tuple[Diagnostic, ...]:
        """Return what is wrong with a document."""


class DocumentChecks:
    """The checks of one compilation.

    By identity: whoever assembles keeps every document for as long as bundles are checked.
    """

    def __init__(self, project: Project, schemas: Schemas, policies: Policies) -> None:
        self._layers_known = project.layers_known
        self._schemas = schemas
        self._groups = policies.split()
        self._checked: dict[int, tuple[Diagnostic, ...]] = {}
        self._findings: dict[Any, tuple[Diagnostic, ...]] = {}
        self._judged: dict[Any, tuple[Diagnostic, ...]] = {}

    def of_bundle(self, bundle: Bundle) -> CheckOne:
        """Return what checks the documents of one bundle."""
        facts = BundleFacts(bundle.name, bundle.dimensions, bundle.protected)
        what_is_read = tuple(
            tuple(str(getattr(facts, name, "")) for name in sorted(read))
            for read, _ in self._groups
        )

        def check(document: LinkedDocument, *, is_incomplete: bool) -> tuple[Diagnostic, ...]:
            if is_incomplete or not self._layers_known:
                # What a policy misses may stand in the file that could not be read.
                return without_absences(self._check(document))
            key = (id(document), what_is_read)
            if key not in self._findings:
                judged = self._judge(document, what_is_read, facts)
                self._findings[key] = (*self._check(document), *judged)
            return self._findings[key]

        return check

    def _check(self, document: LinkedDocument) -> tuple[Diagnostic, ...]:
        if id(document) not in self._checked:
            self._checked[id(document)] = check_document(document, self._schemas)
        return self._checked[id(document)]

    def _judge(
        self,
        document: LinkedDocument,
        what_is_read: tuple[tuple[str, ...], ...],
        facts: BundleFacts,
    ) -> Iterator[Diagnostic]:
        """Evaluate policies once for all bundles that are alike in what the policies look at."""
        for (read, group), values in zip(self._groups, what_is_read, strict=True):
            key = (id(document), read, values)
            if key not in self._judged:
                self._judged[key] = evaluate(group, document, facts)
            yield from self._judged[key]
