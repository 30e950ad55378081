"""Which models the bundles of a compilation call, and what is known of each.

Takes a compilation; returns one `Call` for each hop of each chain of each bundle, and the costs of
chains by bundle. Judges nothing but where a model stands in its life, on a day that it is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gitconfig_tool.compiler.model_catalogue import Terms
from gitconfig_tool.compiler.pipeline import Compilation
from gitconfig_tool.models import Chain, Hop, ModelFacts, chains_of
from gitconfig_tool.models.cost import ChainCost, cost_of_chain
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.models.lifecycle import Standing, Term, replacement_of, standing_of


@dataclass(frozen=True, slots=True)
class Call:
    """One hop of a chain in one bundle.

    `facts` is None where nothing is known. `standing` is judged with the project's own notice,
    `term`; it is None where nothing is known.
    """

    bundle: str
    document: str
    hop: Hop
    facts: ModelFacts | None
    term: Term
    standing: Standing | None
    replacement: str | None


def calls_of(compilation: Compilation, as_of: date) -> Iterator[Call]:
    """Yield what each bundle calls, the primary of a chain first."""
    if compilation.project is None:
        return
    terms = Terms(compilation.project)
    bundles = {bundle.name: bundle for bundle in compilation.bound}
    catalogue = compilation.catalogue
    for name in compilation.bundles:
        rules = terms.of_bundle(bundles[name])
        for chain in chains_in(compilation, name):
            term = terms.term_of(rules, chain.document)
            for hop in chain.hops:
                facts = known_of(hop, catalogue)
                yield Call(
                    name,
                    chain.document,
                    hop,
                    facts,
                    term,
                    None if facts is None else standing_of(facts, as_of, term.days),
                    None if facts is None else replacement_of(facts, catalogue, as_of, term.days),
                )


def costs_of(compilation: Compilation) -> dict[str, tuple[ChainCost, ...]]:
    """Return what the chains of each bundle cost; those that declare no traffic are left out."""

    def known(hop: Hop) -> ModelFacts | None:
        return known_of(hop, compilation.catalogue)

    found = {}
    for name in compilation.bundles:
        costs = (cost_of_chain(chain, known) for chain in chains_in(compilation, name))
        found[name] = tuple(cost for cost in costs if cost is not None)
    return found


def without_traffic(compilation: Compilation) -> list[str]:
    """Return the documents whose chains declare no traffic, so that they have no cost."""
    found = {
        chain.document
        for name in compilation.bundles
        for chain in chains_in(compilation, name)
        if chain.traffic is None
    }
    return sorted(found)


def chains_in(compilation: Compilation, bundle: str) -> Iterator[Chain]:
    """Yield the chains of one bundle."""
    compiled = compilation.bundles[bundle]
    return chains_of(compiled.documents, compiled.schemas)
