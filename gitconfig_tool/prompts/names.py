"""How ids, versions and files of prompts are named. Patterns only."""

import re

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# semver.org, the regular expression that it suggests, without build metadata: two files that
# differ only there would be the same version.
_NUMBER = r"(?:0|[1-9]\d*)"
_IDENTIFIER = rf"(?:{_NUMBER}|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"

PROMPT_ENDING = ".prompt.yaml"
PARTIAL_ENDING = ".partial.yaml"
# `ID@VERSION`: one version and no other.
EXACT = rf"(?P<id>{_ID})@(?P<version>{_VERSION})"
# What a template calls a partial.
ALIAS = r"[A-Za-z][A-Za-z0-9_-]*"
_FILE = re.compile(
    rf"(?P<id>{_ID})/(?P<version>{_VERSION})\.(?P<kind>prompt|partial)\.yaml", re.ASCII
)


def split_name(path: str) -> tuple[str, str, str] | None:
    """Return id, version and kind (`prompt` or `partial`) of a file below the folder, or None."""
    match = _FILE.fullmatch(path)
    return None if match is None else (match["id"], match["version"], match["kind"])
