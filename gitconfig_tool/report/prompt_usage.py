"""Who uses which prompt version, as text and as JSON. Pure; prints nothing."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.compiler.prompt_library import Library, PromptUse
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.prompt_tables import is_deprecated, no_prompts
from gitconfig_tool.report.tables import count, printable

# Bundles that a line names; the rest is counted.
_MAX_NAMES = 6


def usage_text(
    library: Library, versions: Sequence[PromptVersion], width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines: for each version, the documents that ask for it, with their bundles."""
    if not versions:
        return [no_prompts(library)]
    lines = []
    unused = deprecated = 0
    for version in versions:
        uses = library.uses_of(version)
        marks = _marks(version)
        lines.append(style.strong(f"{version.id}@{version.version}") + marks)
        if not uses:
            unused += 1
            lines.append(style.faint("  used by no bundle"))
        elif is_deprecated(version):
            deprecated += 1
        for (document, pointer, wanted), bundles in _places(uses).items():
            lines.append(f"  {printable(document)}#{printable(pointer)}  !prompt {wanted}")
            names = ", ".join(bundles[:_MAX_NAMES])
            more = f" and {len(bundles) - _MAX_NAMES:,} more" if len(bundles) > _MAX_NAMES else ""
            text = f"{count(len(bundles), 'bundle')}: {names}{more}"
            lines += [style.faint(f"    {line}") for line in wrap(text, width - 4, indent="  ")]
    summary = f"{count(len(versions), 'version')}; {unused:,} used by no bundle"
    if deprecated:
        summary += f"; {deprecated:,} deprecated but in use"
    return [*lines, "", summary]


def usage_json(library: Library, version: PromptVersion) -> dict[str, Any]:
    """Return who uses one version as JSON."""
    return {
        "id": version.id,
        "version": version.version,
        "path": version.path,
        "deprecated": version.content.get("deprecated", False),
        "replacedBy": version.content.get("replacedBy"),
        "uses": [
            {
                "bundle": use.bundle,
                "document": use.document,
                "pointer": use.pointer,
                "range": use.range,
            }
            for use in library.uses_of(version)
        ],
    }


def _marks(version: PromptVersion) -> str:
    if not is_deprecated(version):
        return ""
    replaced = version.content.get("replacedBy")
    return f"  deprecated{f', replaced by {replaced}' if replaced else ''}"


def _places(uses: Sequence[PromptUse]) -> dict[tuple[str, str, str], list[str]]:
    places: dict[tuple[str, str, str], list[str]] = {}
    for use in uses:
        key = (use.document, use.pointer, f"{use.id}@{use.range}")
        places.setdefault(key, []).append(use.bundle)
    return places
