"""The prompt versions of a project, and how a range chooses among them.

Versions are Semantic Versioning 2.0.0; ranges are npm's (`^1.2`, `~1`, `>=1 <2`, `1.x`, `*`). As
with npm, a pre-release is chosen only by a range that names a pre-release of the same version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from gitconfig_tool.diagnostics import Span

if TYPE_CHECKING:
    from gitconfig_tool.prompts.parts import PartialFile, PromptFile

# What a variant says of itself, and what a prompt says of its variants.
_OF_VARIANT = frozenset({"description", "id", "weight"})
_EXPERIMENTING = frozenset({"experiment", "variants"})


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One version of one prompt.

    `content` is the JSON object that is delivered: `id`, `version`, and the fields of the file but
    for `testData`, keys in alphabetical order. In each template, that of a variant too, files and
    partials are in their places. `span` is the place of the file's first line. `file` has the
    places of the fields, and the test data; None where the file is no mapping, or only its path is
    known.
    """

    id: str
    version: str
    path: str
    content: Mapping[str, Any]
    span: Span
    file: "PromptFile | None" = field(default=None, compare=False, repr=False)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the files that it is made of, its own first."""
        return (self.path,) if self.file is None else (self.path, *self.file.paths)

    def content_of(self, variant: str | None) -> Mapping[str, Any]:
        """Return the content with what a variant has otherwise, and without `variants`.

        None stands for the prompt itself. Raises `KeyError` for a variant that does not exist.
        """
        base = {key: value for key, value in self.content.items() if key not in _EXPERIMENTING}
        if variant is None:
            return base
        entries = self.content.get("variants")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping) and entry.get("id") == variant:
                own = {key: value for key, value in entry.items() if key not in _OF_VARIANT}
                for one, other in (("template", "messages"), ("messages", "template")):
                    if one in own:
                        base.pop(other, None)
                return dict(sorted({**base, **own}.items()))
        raise KeyError(variant)


@dataclass(frozen=True, slots=True)
class PartialVersion:
    """One version of one partial: a text that prompts include.

    `content` is what the file says, keys in alphabetical order, with the text of `{file: ...}` in
    its place; partials that it includes itself are in their places in `text`. `text` is None where
    it cannot be told, which is reported.
    """

    id: str
    version: str
    path: str
    content: Mapping[str, Any]
    text: str | None
    span: Span
    file: "PartialFile | None" = field(default=None, compare=False, repr=False)


_V = TypeVar("_V", bound=PromptVersion | PartialVersion)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompt versions of a project: id to versions, highest first; and all partials."""

    by_id: Mapping[str, tuple[PromptVersion, ...]]
    partials: Mapping[str, tuple[PartialVersion, ...]] = field(default_factory=dict)

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
        return best_version(self.versions(prompt_id), version_range)

    def partial(self, partial_id: str, version: str) -> PartialVersion | None:
        """Return one version of a partial, or None."""
        versions = self.partials.get(partial_id, ())
        return next((each for each in versions if each.version == version), None)

    def suggest(self, prompt_id: str) -> str | None:
        """Return the id that is most like one that does not exist, or None."""
        near = get_close_matches(prompt_id, self.ids(), n=1)
        return near[0] if near else None


def named_version(prompt_id: str, version: str, path: str) -> PromptVersion:
    """Return a prompt version of which no more is known than its path says."""
    content = {"id": prompt_id, "version": version}
    return PromptVersion(prompt_id, version, path, content, Span(path))


def highest_first(versions: Iterable[_V]) -> tuple[_V, ...]:
    """Return versions of one prompt or partial in their order."""
    from semantic_version import Version

    return tuple(sorted(versions, key=lambda each: Version(each.version), reverse=True))


def best_version(versions: Sequence[_V], version_range: str) -> _V | None:
    """Return the first of versions, highest first, that lies within a range; or None."""
    # The library takes long to import; only projects that use prompts wait for it.
    from semantic_version import NpmSpec, Version

    if not versions or not is_range(version_range):
        return None
    spec = NpmSpec(version_range)
    return next((each for each in versions if spec.match(Version(each.version))), None)


def is_within(version: str, version_range: str) -> bool:
    """Tell whether a version lies within a range."""
    from semantic_version import NpmSpec, Version

    return bool(NpmSpec(version_range).match(Version(version)))


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
