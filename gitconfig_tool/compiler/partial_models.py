"""Chains of models, and the files that are made of them, in a partial check.

Takes the stages of the check, a bundle, and the documents of it that a change affects; what is
wrong goes to `found` of the stages. What no change can have made other is not looked at.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.assembly import Assembled
from gitconfig_tool.compiler.listed_prompts import used_prompts
from gitconfig_tool.compiler.partial_stages import PartialStages
from gitconfig_tool.project import Bundle, Matcher
from gitconfig_tool.project.llm_reader import GATEWAYS

if TYPE_CHECKING:
    from gitconfig_tool.project.llm import EmitRule

# Documents with these schemas describe models, or services that ask them.
_MODELS = ("gitconfig-tool:model-", "gitconfig-tool:service")


def check_models(stages: PartialStages, bundle: Bundle, affected: frozenset[str]) -> None:
    """Check the chains of models that depend on what changed.

    What came or went may be named by a chain as well.
    """
    if not any(rule.schema.startswith(_MODELS) for rule in stages.project.schemas):
        return
    if not (_came_or_went(stages, bundle, affected) or _has_models(stages, affected)):
        return
    given, documents = stages.of(bundle)
    chained = documents.narrowed(name for name in given.names() if _has_models(stages, [name]))
    incomplete = frozenset(name for name in chained if given.is_unreadable(name))
    assembled = Assembled(bundle, chained, {}, incomplete)
    stages.found.add(stages.modelling.check_bundle(assembled, affected), bundle.name)


def check_emitted(stages: PartialStages, bundle: Bundle, affected: frozenset[str]) -> None:
    """Make the files for other programs anew where what they are made of may be another."""
    entries = stages.project.llm.emit
    if not any(_is_emitted(stages, entry, bundle, affected) for entry in entries):
        return
    from gitconfig_tool.compiler.emitting import emit_bundle

    documents = dict(stages.of(bundle)[1])
    used = used_prompts(documents, stages.prompts)
    _, found = emit_bundle(stages.project, bundle, documents, used, stages.schemas)
    stages.found.add(found, bundle.name)


def _is_emitted(
    stages: PartialStages, entry: "EmitRule", bundle: Bundle, affected: frozenset[str]
) -> bool:
    matcher = Matcher(entry.scope, stages.project.dimensions) if entry.scope else None
    if matcher is not None and not matcher.is_for_bundle(bundle):
        return False
    # A chain may lead to a document that the entry does not name.
    if _has_models(stages, affected):
        return True
    if entry.target in GATEWAYS and not _came_or_went(stages, bundle, affected):
        affected &= stages.touched.uses_prompts
    return bool(affected if matcher is None else matcher.documents_of(bundle, affected))


def _came_or_went(stages: PartialStages, bundle: Bundle, affected: frozenset[str]) -> bool:
    """Tell whether a document of a bundle may be new, or gone; encrypted ones are no matter."""
    given, documents = stages.of(bundle)
    came = stages.touched.came.get(bundle.name, frozenset())
    return any(name in documents for name in came if given.has(name)) or any(
        not given.has(name) for name in affected
    )


def _has_models(stages: PartialStages, names: Iterable[str]) -> bool:
    """Tell whether a document among these describes a model, or a service that asks one."""
    uris = (uri for name in names for uri in stages.schemas.for_document(name))
    return any(uri.startswith(_MODELS) for uri in uris)
