"""Quotas: how many documents, secrets and bytes a bundle, or a namespace of it, may hold.

A quota holds for each bundle by itself; with a condition on namespaces, for each namespace of it by
itself. Bytes are those of the values as compiled, in canonical JSON: what a reader of the bundle
gets, less the secrets. Secrets are those of `secrets list`: a link to a whole file counts as all
that are in it. Takes the documents of one bundle; returns diagnostics.
"""

from collections.abc import Iterator, Sequence

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.classification.compliance import SecretsAt
from gitconfig_tool.classification.levels import Documents
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.project import Bundle, Matcher, Quota

# Told before it is too late, and late enough to mean something.
_NEAR = 0.9


class Sizes:
    """How many bytes documents have; each is measured once for all bundles that share it."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[LinkedDocument, int]] = {}

    def of(self, document: LinkedDocument) -> int:
        """Return the length of a document's value as canonical JSON."""
        known = self._known.get(id(document))
        if known is None:
            size = len(canonical_json(document.value))
            known = self._known[id(document)] = (document, size)
        return known[1]


def check_quota(
    quota: Quota,
    matcher: Matcher,
    bundle: Bundle,
    documents: Documents,
    sizes: Sizes,
    secrets_at: SecretsAt,
) -> Iterator[Diagnostic]:
    """Check one quota of one bundle."""
    groups: dict[str, list[LinkedDocument]] = {}
    for name in matcher.documents_of(bundle, documents):
        namespace = name.rpartition("/")[0] if quota.scope.namespaces else ""
        groups.setdefault(namespace, []).append(documents[name])
    for namespace, group in groups.items():
        where = f"bundle {bundle.name}"
        if quota.scope.namespaces:
            where = f"namespace '{namespace}' of {where}"
        for counted, (limit, span) in quota.limits.items():
            used = _count(counted, group, sizes, secrets_at)
            of_what = counted if limit != 1 else counted.removesuffix("s")
            share = f"{used:,} of {limit:,}"
            if used > limit:
                yield Diagnostic(
                    "GCT821",
                    f"expected at most {limit:,} {of_what} in {where}, found {used:,}",
                    span,
                    label=share,
                    hint=_HINTS[counted],
                )
            elif used >= _NEAR * limit and limit > 1:
                yield Diagnostic(
                    "GCT822",
                    f"expected {where} to stay below 90 % of its {limit:,} {of_what}, "
                    f"found {used:,}",
                    span,
                    label=share,
                    hint=_HINTS[counted],
                )


def _count(
    counted: str, documents: Sequence[LinkedDocument], sizes: Sizes, secrets_at: SecretsAt
) -> int:
    if counted == "documents":
        return len(documents)
    if counted == "secrets":
        return len(
            {
                (secret.path, secret.pointer)
                for document in documents
                for link in document.secrets.values()
                for secret in secrets_at(link)
            }
        )
    return sum(map(sizes.of, documents))


_HINTS = {
    "documents": "join or remove documents, or raise the quota",
    "secrets": "remove links to secrets that are no longer needed, or raise the quota",
    "bytes": "shorten or remove documents, or raise the quota",
}
