"""What the project file says of levels, bodies of rules, quotas and isolation, on every bundle.

Takes assembled bundles, one after the other; returns diagnostics. Each check is a function of
`classification`; this module says what it is given, and shares what bundles have in common.
"""

from collections.abc import Iterable, Iterator, Set

from gitconfig_tool.classification import (
    Facts,
    Levels,
    SealedFile,
    Sizes,
    check_demands,
    check_isolation,
    check_patterns,
    check_prompt_patterns,
    check_quota,
    check_references,
    check_region,
)
from gitconfig_tool.compiler.assembly import Assembled
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import SecretLink
from gitconfig_tool.project import Bundle, Matcher, Project
from gitconfig_tool.project.binding import PLACEHOLDER
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.schema import Schemas
from gitconfig_tool.secrets import Secret, SopsDocument, secrets_of
from gitconfig_tool.secrets.rotation import interval_of


class Governing:
    """The checks of one compilation."""

    def __init__(self, project: Project, files: ProjectFiles, schemas: Schemas) -> None:
        self._project = project
        self._files = files
        governance, dimensions = project.governance, project.dimensions
        self.levels = Levels(governance.classification, schemas)
        self._facts = Facts(self.levels, dimensions, self._secrets_at, self._interval)
        self._compliance = [
            (rule, Matcher(rule.scope, dimensions)) for rule in governance.compliance
        ]
        self._quotas = [(quota, Matcher(quota.scope, dimensions)) for quota in governance.quotas]
        self._sizes = Sizes()
        # By identity: whoever assembles keeps every document for as long as bundles are checked.
        self._checked: dict[int, tuple[Diagnostic, ...]] = {}
        self._demanded: dict[tuple[int, int], tuple[Diagnostic, ...]] = {}
        self._sealed: dict[str, SopsDocument] = {}
        self._secrets: dict[tuple[str, str], tuple[Secret, ...]] = {}

    def check_bundle(
        self, assembled: Assembled, only: Set[str] | None = None
    ) -> Iterator[Diagnostic]:
        """Check the documents of one bundle; all of them, or `only` some. Quotas count all."""
        documents = assembled.linked
        names = documents.keys() if only is None else only
        if self._compliance or self._quotas:
            for files in assembled.sops.values():
                self._sealed.update((file.path, file) for file in files)
        if self._project.layers_known:
            for name in documents if only is None else sorted(only):
                document = documents[name]
                found = self._checked.get(id(document))
                if found is None:
                    found = self._checked[id(document)] = (
                        *check_references(document, documents, self.levels),
                        *check_patterns(document, documents, self.levels),
                    )
                # A level may stand in the file that could not be read.
                if found and name not in assembled.incomplete:
                    yield from found
            if self._compliance:
                yield from self._check_compliance(assembled, names)
        for quota, matcher in self._quotas:
            yield from check_quota(
                quota, matcher, assembled.bundle, documents, self._sizes, self._secrets_at
            )

    def _check_compliance(self, assembled: Assembled, chosen: Set[str]) -> Iterator[Diagnostic]:
        bundle, documents = assembled.bundle, assembled.linked
        for number, (rule, matcher) in enumerate(self._compliance):
            names = matcher.documents_of(bundle, chosen - assembled.incomplete)
            if names:
                yield from check_region(rule, bundle, self._project.dimensions)
            for name in sorted(names):
                document = documents[name]
                key = (number, id(document))
                if key not in self._demanded:
                    found = check_demands(rule, document, documents, self._facts)
                    self._demanded[key] = tuple(found)
                yield from self._demanded[key]

    def check_prompts(self, prompts: Prompts) -> Iterator[Diagnostic]:
        """Check every version of every prompt, whether a bundle uses it or not."""
        for name in prompts.ids():
            for version in prompts.versions(name):
                yield from check_prompt_patterns(version, self.levels)

    def check_isolation(self, bundles: Iterable[Bundle]) -> Iterator[Diagnostic]:
        """Check that no key opens the secrets of two values of an isolated dimension."""
        isolation = self._project.governance.isolation
        if not isolation.dimensions:
            return
        yield from check_isolation(
            self._owned(bundles, isolation.dimensions),
            isolation,
            self._project.dimensions,
            self._project.secrets.allow,
        )

    def idle(self) -> Iterator[Diagnostic]:
        """Report what is for nothing; call it only after all bundles of the project."""
        for document, sops in self._files.sealed_files():
            self.levels.by_rule(document, (sops.path,))
        for rule in self.levels.idle_rules():
            yield _idle("a classification rule", f"'{rule.match}'", rule.span)
        for each, matcher in self._compliance:
            if not matcher.has_matched:
                yield _idle(f"the tag {each.tag}", "'match'", matcher.scope.span)
        for _, matcher in self._quotas:
            if not matcher.has_matched:
                yield _idle("a quota", "'match'", matcher.scope.span)

    def _owned(self, bundles: Iterable[Bundle], dimensions: Iterable[str]) -> Iterable[SealedFile]:
        """Return the SOPS files of layers whose path names a value: a region's are no tenant's."""
        named = {
            layer.span: {match[1] for match in PLACEHOLDER.finditer(layer.template)}
            for layer in self._project.layers
        }
        found: dict[tuple[str, str, str], SealedFile] = {}
        for bundle in bundles:
            for layer in bundle.layers:
                for name in named[layer.span].intersection(dimensions):
                    value = layer.inherited.get(name, bundle.dimensions[name])
                    for document, path in self._files.layer_paths(layer).items():
                        if not self._files.looks_sealed(path):
                            continue
                        file = self._files.layer_file(document, path)
                        if file is not None and file.sops is not None:
                            found[name, value, path] = SealedFile(name, value, file.sops)
        return found.values()

    def _secrets_at(self, link: SecretLink) -> Iterator[Secret]:
        """Yield the secrets that a link leads to: several, where it leads to a mapping."""
        key = (link.document, link.path)
        sops = self._sealed.get(link.path)
        if sops is None:
            return  # It could not be read, and that is reported.
        if key not in self._secrets:
            rules = self._project.secrets.types
            self._secrets[key] = secrets_of(sops, link.document, rules)
        inner = f"{link.pointer}/"
        for secret in self._secrets[key]:
            if any(f"{field}/".startswith(inner) for field in secret.fields):
                yield secret

    def _interval(self, secret: Secret) -> int:
        """Return the hours after which a secret is to be replaced, as `secrets status` says it."""
        return interval_of(secret, self._project.secrets).every


def _idle(what: str, which: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "GCT804",
        f"expected {which} of {what} to match a document of a bundle, found none",
        span,
        hint="correct it, or remove what is no longer needed",
    )
