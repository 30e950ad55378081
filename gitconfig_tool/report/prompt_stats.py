"""Figures of prompts as text and as JSON. Pure; prints nothing."""

from typing import Any

from gitconfig_tool.compiler.prompt_stats import PromptFigures, Stats
from gitconfig_tool.models.tokens import Count
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import count, table

EXTRA = "pip install 'gitconfig-tool[tokens]' counts exactly for models of OpenAI"


def stats_text(stats: Stats, width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines: a prompt each, and what holds for all."""
    if not stats.prompts:
        return ["no prompts; gitconfig-tool prompts new ID makes one"]
    head = ("prompt", "versions", "tested", "characters", "tokens", "rendered", "days")
    rows = [head, *(_row(each) for each in stats.prompts)]
    title, *lines = table(rows, width=width, cut=0)
    versions = sum(each.versions for each in stats.prompts)
    tested = sum(each.tested_versions for each in stats.prompts)
    text = [
        f"{count(len(stats.prompts), 'prompt')} with {count(versions, 'version')}, "
        f"{versions / len(stats.prompts):.1f} each",
        f"{tested:,} of {versions:,} versions have test data ({100 * tested // versions}%)",
        f"{stats.unused:,} used by no bundle, {stats.deprecated:,} deprecated",
    ]
    if not stats.is_exact:
        text.append(EXTRA)
    return [style.faint(title), *lines, "", *text]


def stats_json(stats: Stats) -> dict[str, Any]:
    """Return all figures as JSON."""
    return {
        "versions": sum(each.versions for each in stats.prompts),
        "testedVersions": sum(each.tested_versions for each in stats.prompts),
        "unusedVersions": stats.unused,
        "deprecatedVersions": stats.deprecated,
        "prompts": [
            {
                "id": each.version.id,
                "newest": each.version.version,
                "versions": each.versions,
                "testedVersions": each.tested_versions,
                "bundles": each.bundles,
                "characters": each.characters,
                "model": each.model,
                "tokens": count_json(each.tokens),
                "testCases": each.cases,
                "renderedCharacters": list(each.rendered),
                "ageDays": each.days,
                "ageIsAtLeast": each.is_cut,
            }
            for each in stats.prompts
        ],
    }


def count_json(counted: Count | None) -> dict[str, Any] | None:
    """Return a count as JSON; `encoding` is null where it is estimated."""
    if counted is None:
        return None
    return {
        "tokens": counted.tokens,
        "least": counted.least,
        "most": counted.most,
        "encoding": counted.encoding,
    }


def count_text(counted: Count) -> str:
    """Write a count; what is estimated has `~` before it."""
    return f"{'' if counted.is_exact else '~'}{counted.tokens:,}"


def _row(figures: PromptFigures) -> tuple[str, ...]:
    rendered = figures.rendered
    mean = sum(rendered) // len(rendered) if rendered else 0
    days = ("?" if figures.is_cut else "new") if figures.days is None else f"{figures.days:,}"
    return (
        figures.version.id,
        f"{figures.versions:,}",
        f"{figures.tested_versions:,}",
        f"{figures.characters:,}",
        count_text(figures.tokens),
        (f"{mean:,}" if len(rendered) == 1 else f"{mean:,} to {max(rendered):,}")
        if rendered
        else "-",
        f"{'>' if figures.is_cut and figures.days is not None else ''}{days}",
    )
