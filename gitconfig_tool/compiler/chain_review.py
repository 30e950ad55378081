"""The chains of a compilation, each with what becomes of every parameter: for `models check`.

Takes a compilation; returns each chain once, with the bundles that share it. Judges nothing itself,
and reports nothing: the diagnostics of the compilation do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.model_catalogue import read_catalogue
from gitconfig_tool.compiler.pipeline import Compilation
from gitconfig_tool.models import Catalogue, Chain, Hop, ModelFacts, chains_of
from gitconfig_tool.models.compatibility import Sent, with_prompt
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.models.judging import Verdict, judge, missing
from gitconfig_tool.prompts import PromptVersion


@dataclass(frozen=True, slots=True)
class ReviewedHop:
    """A hop, what is known of its model, and what becomes of each parameter; `missing` ones too."""

    hop: Hop
    facts: ModelFacts | None
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent through a chain with one prompt, `ID@VERSION`; "" where no prompt is known."""

    prompt: str
    hops: tuple[ReviewedHop, ...]


@dataclass(frozen=True, slots=True)
class ReviewedChain:
    """A chain as some bundles have it; requests that send the same parameters stand once."""

    chain: Chain
    bundles: tuple[str, ...]
    requests: tuple[Request, ...]


def review_chains(compilation: Compilation) -> tuple[ReviewedChain, ...]:
    """Return the chains of all bundles of a compilation, by document."""
    if compilation.project is None:
        return ()
    catalogue, _ = read_catalogue(compilation.project, ProjectFiles(compilation.snapshot))
    chains: dict[Any, tuple[Chain, tuple[Request, ...], list[str]]] = {}
    for name, bundle in compilation.bundles.items():
        prompts = {(each.id, each.version): each for each in bundle.prompts}
        for chain in chains_of(bundle.documents, bundle.schemas):
            requests = _requests(chain, prompts, catalogue)
            key = (chain.document, chain.strategy, chain.prompts, *map(_what_is_sent, requests))
            chains.setdefault(key, (chain, requests, []))[2].append(name)
    return tuple(
        ReviewedChain(chain, tuple(bundles), requests)
        for chain, requests, bundles in sorted(chains.values(), key=lambda each: each[0].document)
    )


def _what_is_sent(request: Request) -> Any:
    """Return what tells two requests apart, wherever it is written."""
    return (
        request.prompt,
        *(
            (
                each.hop.name,
                str(each.hop.fields.get("region")),
                tuple((v.name, str(v.parameter.value), v.outcome) for v in each.verdicts),
                each.missing,
                each.hop.dropped,
            )
            for each in request.hops
        ),
    )


def _requests(
    chain: Chain, prompts: Mapping[tuple[str, str], PromptVersion], catalogue: Catalogue
) -> tuple[Request, ...]:
    found: dict[Any, Request] = {}
    sent: list[PromptVersion | None] = []
    sent += [prompts[each] for each in chain.prompts if each in prompts]
    for version in sent or [None]:
        name, asked = "", chain
        if version is not None:
            prompt = Sent(version.id, version.version, version.content, version.span, {})
            asked = with_prompt(chain, prompt)
            # A prompt that sets nothing sends what every other such prompt does.
            name = f"{version.id}@{version.version}" if asked is not chain else ""
        if name not in found:
            found[name] = Request(name, tuple(_review(hop, catalogue) for hop in asked.hops))
    return tuple(found.values())


def _review(hop: Hop, catalogue: Catalogue) -> ReviewedHop:
    facts = known_of(hop, catalogue)
    return ReviewedHop(hop, facts, judge(hop, facts), missing(hop, facts))
