"""Figures of prompts: sizes in characters and tokens, ages, and how many have test data.

Takes a `Library`; returns numbers. Renders test data; counts tokens for the models that get a
prompt, and for no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.compiler.prompt_dates import Dates
from gitconfig_tool.compiler.prompt_library import Library
from gitconfig_tool.models import Catalogue
from gitconfig_tool.models.budget import Budgets, Need, Room
from gitconfig_tool.models.tokens import Count, Tokenizers, estimate
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.prompts.rendering import Renderer, Rendering

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Figures:
    """The tokens of a version, or of a variant, with one model that gets it."""

    name: str
    provider: str
    model: str
    need: Need
    room: Room


@dataclass(frozen=True, slots=True)
class PromptFigures:
    """The newest version of a prompt in numbers.

    `characters` are those of its templates, `rendered` those of each test case that renders.
    `tokens` is the fixed text, for `model` where one gets the prompt. `days` is None for a file
    that is not committed.
    """

    version: PromptVersion
    versions: int
    tested_versions: int
    bundles: int
    characters: int
    tokens: Count
    model: str | None
    rendered: tuple[int, ...]
    cases: int
    days: int | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures; `unused` counts versions that no bundle uses."""

    prompts: tuple[PromptFigures, ...]
    unused: int
    deprecated: int
    is_exact: bool


def figures_of(library: Library, version: PromptVersion) -> tuple[Figures, ...]:
    """Return the tokens of a version with each model that gets it."""
    hops = library.hops_of(version)
    if not hops:
        return ()
    with Rendering(untrusted=library.untrusted) as rendering:
        budgets = Budgets(library.prompts, Catalogue(), renderer=rendering.render)
        return tuple(
            Figures(
                size.name,
                hop.provider,
                hop.model,
                budgets.need(size, hop.provider, hop.model),
                budgets.room(hop, size.content),
            )
            for size in budgets.sizes(version)
            for hop in hops
        )


def measure(library: Library, ids: Sequence[str], dates: Mapping[str, Dates], now: int) -> Stats:
    """Return the figures of prompts; `now` is in seconds since 1970."""
    tokenizers = Tokenizers()
    with Rendering(untrusted=library.untrusted) as rendering:
        renderer = rendering.render
        budgets = Budgets(library.prompts, Catalogue(), tokenizers, renderer=renderer)
        found = [
            _measure(library, budgets, each, dates[library.newest(each).path], now, renderer)
            for each in ids
        ]
    versions = [version for each in ids for version in library.prompts.versions(each)]
    return Stats(
        tuple(found),
        sum(not library.uses_of(version) for version in versions),
        sum(bool(version.content.get("deprecated")) for version in versions),
        tokenizers.can_be_exact,
    )


def _measure(
    library: Library,
    budgets: Budgets,
    prompt_id: str,
    dates: Dates,
    now: int,
    renderer: Renderer,
) -> PromptFigures:
    version = library.newest(prompt_id)
    versions = library.prompts.versions(prompt_id)
    templates = () if version.file is None else version.file.templates
    texts = [each.text for each in templates if each.variant is None]
    hops = library.hops_of(version)
    tokens, model = estimate("\n".join(texts)), None
    if hops:
        need = budgets.need(budgets.sizes(version)[0], hops[0].provider, hops[0].model)
        if need.fixed is not None:
            tokens, model = need.fixed, f"{hops[0].provider}/{hops[0].model}"
    return PromptFigures(
        version,
        len(versions),
        sum(each.file is not None and bool(each.file.tests) for each in versions),
        len(library.bundles_of(prompt_id)),
        sum(map(len, texts)),
        tokens,
        model,
        tuple(_rendered(version, renderer)),
        0 if version.file is None else len(version.file.tests),
        None if dates.added is None else max(now - dates.added.time, 0) // _DAY,
        dates.is_cut,
    )


def _rendered(version: PromptVersion, renderer: Renderer) -> list[int]:
    """Return the length of the text with each test case; what does not render is left out."""
    if version.file is None or not version.file.tests:
        return []
    from gitconfig_tool.prompts.render import RenderError, render

    found = []
    for case in version.file.tests:
        try:
            text = render(version, case.variables, renderer=renderer)
        except RenderError:
            continue  # `validate` and `prompts check` tell.
        parts = [text] if isinstance(text, str) else [each["content"] for each in text]
        found.append(sum(map(len, parts)))
    return found
