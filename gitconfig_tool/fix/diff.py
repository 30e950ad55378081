"""Changes as a unified diff that `git apply` and `patch` take. Takes bytes, returns lines."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from gitconfig_tool.fix.plan import Change

_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def diff_lines(change: Change) -> Iterator[str]:
    """Yield the lines of the diff of one file, each without its line break."""
    before, after = (
        _LINES.findall(data.decode("utf-8", "replace")) for data in (change.before, change.after)
    )
    old, new = f"a/{change.path}", f"b/{change.path}"
    for line in unified_diff(before, after, old, new, lineterm="\n"):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
