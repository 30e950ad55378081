"""Changes between two revisions for a terminal. Pure."""

import json

from gitconfig_tool.changes.model import Changes, Side


def changes_text(changes: Changes, width: int) -> list[str]:
    """Return the lines of all changes; `width` is that of the terminal in columns."""
    if changes.is_empty:
        return [f"no differences between {changes.base.name} and {changes.head.name}"]
    lines = []
    for change in changes.values:
        lines.append(f"{change.document}#{change.pointer}  ({', '.join(change.bundles)})")
        lines.append(f"  {_side(change.before)} -> {_side(change.after)}"[:width])
    return lines


def _side(side: Side | None) -> str:
    if side is None:
        return "nothing"
    return side.link or json.dumps(side.value, ensure_ascii=False)
