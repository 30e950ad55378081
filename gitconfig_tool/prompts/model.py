"""The prompt versions of a project, and how a range chooses among them.

Versions are Semantic Versioning 2.0.0; ranges are npm's (`^1.2`, `~1`, `>=1 <2`, `1.x`, `*`). As
with npm, a pre-release is chosen only by a range that names a pre-release of the same version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Span


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One version of one prompt.

    `content` is the JSON object that is delivered: `id`, `version`, and the fields of the file but
    for `testData`, keys in alphabetical order. `span` is the place of the file's first line.
    """

    id: str
    version: str
    path: str
    content: Mapping[str, Any]
    span: Span


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompt versions of a project: id to versions, highest first."""

    by_id: Mapping[str, tuple[PromptVersion, ...]]

    def ids(self) -> tuple[str, ...]:
        """Return the ids in alphabetical order."""
        return tuple(sorted(self.by_id))

    def versions(self, prompt_id: str) -> tuple[PromptVersion, ...]:
        """Return the versions of a prompt, highest first; none for an id that does not exist."""
        return self.by_id.get(prompt_id, ())

    def resolve(self, prompt_id: str, version_range: str) -> PromptVersion | None:
        """Return the highest version within a range, or None.

        None also stands for an id that does not exist and for text that is no range; `versions` and
        `is_range` tell the three apart.
        """
        # The library takes long to import; only projects that use prompts wait for it.
        from semantic_version import NpmSpec, Version

        if not is_range(version_range):
            return None
        spec = NpmSpec(version_range)
        for found in self.versions(prompt_id):
            if spec.match(Version(found.version)):
                return found
        return None

    def suggest(self, prompt_id: str) -> str | None:
        """Return the id that is most like one that does not exist, or None."""
        near = get_close_matches(prompt_id, self.ids(), n=1)
        return near[0] if near else None


def is_range(text: str) -> bool:
    """Tell whether a text is a range of versions."""
    from semantic_version import NpmSpec

    if not text.strip():
        return False
    try:
        NpmSpec(text)
    except ValueError:
        return False
    return True
