"""Globs of the project file: for the ids of documents and the paths of SOPS files.

Globs of bundle names on the command line are another kind, `fnmatch`'s: their `*` crosses `/`.
"""

import re

_WILDCARDS = {"**/": "(?:[^/]+/)*", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def compile_glob(glob: str) -> re.Pattern[str]:
    """Return a pattern for `fullmatch`: `*` and `?` stay within a folder, `**` crosses folders."""
    pieces = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", glob)
    return re.compile("".join(_WILDCARDS.get(piece) or re.escape(piece) for piece in pieces))
