"""Lists of prompts as text and as JSON. Pure; prints nothing."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.compiler.prompt_library import Library
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import count, shorten, table

_OWNER = 20
_TAGS = 4  # the number of the column that is cut


def list_text(library: Library, ids: Sequence[str], width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines of a list: a prompt each, and how many there are."""
    if not ids:
        return [no_prompts(library)]
    rows = [("prompt", "newest", "versions", "bundles", "tags", "owner")]
    for each in ids:
        newest = library.newest(each)
        rows.append(
            (
                each,
                newest.version + (" (deprecated)" if is_deprecated(newest) else ""),
                f"{len(library.prompts.versions(each)):,}",
                f"{len(library.bundles_of(each)):,}" if library.bundles_of(each) else "none",
                ", ".join(_tags(newest)) or "-",
                shorten(str(newest.content.get("owner") or "-"), _OWNER),
            )
        )
    head, *lines = table(rows, width=width, cut=_TAGS)
    versions = sum(len(library.prompts.versions(each)) for each in ids)
    unused = sum(not library.bundles_of(each) for each in ids)
    summary = f"{count(len(ids), 'prompt')} with {count(versions, 'version')}"
    summary += f"; {unused:,} in use by no bundle" if unused else ""
    return [style.faint(head), *lines, "", summary]


def listed_json(library: Library, prompt_id: str) -> dict[str, Any]:
    """Return one prompt of a list as JSON."""
    newest = library.newest(prompt_id)
    return {
        "id": prompt_id,
        "newest": newest.version,
        "versions": [each.version for each in library.prompts.versions(prompt_id)],
        "bundles": list(library.bundles_of(prompt_id)),
        "description": newest.content.get("description"),
        "owner": newest.content.get("owner"),
        "tags": list(_tags(newest)),
        "deprecated": newest.content.get("deprecated", False),
        "replacedBy": newest.content.get("replacedBy"),
        "path": newest.path,
    }


def no_prompts(library: Library) -> str:
    """Say that there are none, and how to begin."""
    kind = "work tree" if library.snapshot.kind == "worktree" else "commit"
    return f"no prompts in the {kind}; gitconfig-tool prompts new ID makes one"


def is_deprecated(version: PromptVersion) -> bool:
    """Tell whether a version says that it should not be used any more."""
    return bool(version.content.get("deprecated"))


def _tags(version: PromptVersion) -> tuple[str, ...]:
    tags = version.content.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()
