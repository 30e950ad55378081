"""The catalogue of models of one compilation: the built-in one, and the project's own file over it.

Takes the project and its files; returns the catalogue and diagnostics. The built-in snapshot is not
read here: only a check that asks for a model does.
"""

from collections.abc import Iterator
from datetime import date

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.models import Catalogue
from gitconfig_tool.models.lifecycle import Term
from gitconfig_tool.models.own import read_own
from gitconfig_tool.project import Bundle, Matcher, Project
from gitconfig_tool.source import PROJECT_FILE


def read_catalogue(
    project: Project, files: ProjectFiles
) -> tuple[Catalogue, tuple[Diagnostic, ...]]:
    """Return what is known of models, and what is wrong with the project's own file of them."""
    path = project.llm.models.catalogue
    if path is None:
        return Catalogue(), ()
    if not files.has(path):
        # A link in its place is reported as what it is.
        missing = () if files.report_odd(path) else (_missing(project, path),)
        return Catalogue(), missing
    document = files.parse(path)
    if files.is_broken(path):
        return Catalogue(), ()
    entries, diagnostics = read_own(document)
    return Catalogue(entries, path), diagnostics


class Terms:
    """How long before its end a model must be gone, by bundle and document."""

    def __init__(self, project: Project) -> None:
        settings = project.llm.models
        self._default = Term(settings.default_notice, is_asked=False)
        self._rules = [
            (Matcher(notice.scope, project.dimensions), notice.days) for notice in settings.notices
        ]
        self._used: set[int] = set()

    def of_bundle(self, bundle: Bundle) -> tuple[int, ...]:
        """Return the numbers of the rules that are for a bundle."""
        return tuple(
            number for number, (each, _) in enumerate(self._rules) if each.is_for_bundle(bundle)
        )

    def term_of(self, numbers: tuple[int, ...], document: str) -> Term:
        """Return the longest term that some rules ask for, or the default one."""
        ours = [number for number in numbers if self._rules[number][0].is_for_document(document)]
        self._used.update(ours)
        asked = [self._rules[number][1] for number in ours]
        return Term(max(asked), is_asked=True) if asked else self._default

    def idle(self) -> Iterator[Diagnostic]:
        """Report rules that were for no chain; call it only after all bundles of the project."""
        for number, (matcher, _) in enumerate(self._rules):
            if number not in self._used:
                yield idle_rule("a notice", matcher.scope.span)


def idle_rule(what: str, span: Span) -> Diagnostic:
    """Return what is to be said of a rule on models that is for no model."""
    return Diagnostic(
        "GCT611",
        f"expected 'match' of {what} to match a document of a model in a bundle, found none",
        span,
        hint="correct it, or remove what is no longer needed",
    )


def check_age(project: Project, catalogue: Catalogue, as_of: date) -> Iterator[Diagnostic]:
    """Report a built-in catalogue that is older than the project allows, on a day."""
    limit = project.llm.models.max_age
    age = (as_of - catalogue.day).days
    if age > limit:
        yield Diagnostic(
            "GCT608",
            f"expected a catalogue of models of at most {limit} days, found one of "
            f"{catalogue.day}, {age} days before {as_of}",
            Span(PROJECT_FILE),
            hint="install a newer version of the tool, or set 'max_age' under 'models'",
        )


def _missing(project: Project, path: str) -> Diagnostic:
    return Diagnostic(
        "GCT609",
        f"expected a file with models at {path}, found none",
        project.llm.models.catalogue_span,
        hint="write the file, or remove 'catalogue' from the project file",
    )
