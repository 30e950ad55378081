"""Values of other commits: what of them this commit can hold, and who sets them here.

Takes merged values; returns them as the reference that names them gives them. Does not look them
up.
"""

from dataclasses import replace
from types import MappingProxyType

from gitconfig_tool.link.model import PromptLink, SecretLink
from gitconfig_tool.link.targets import PromptVersions
from gitconfig_tool.link.values import UNKNOWN, Sized
from gitconfig_tool.merge import MergedValue, leaves
from gitconfig_tool.pointer import Path


def unusable_part(value: MergedValue, prompts: PromptVersions) -> tuple[Path, str] | None:
    """Return the first part of an old value that this commit cannot hold, and what it is."""
    for path, leaf in leaves(value):
        content = leaf.content
        if content is UNKNOWN:
            return path, "a link that led nowhere then"
        if isinstance(content, SecretLink):
            return path, "a secret: old ciphertext is not in the bundle"
        if isinstance(content, PromptLink) and prompts.resolve(content.id, content.version) is None:
            return path, f"the prompt {content.id}@{content.version}, which is no longer there"
    return None


def as_past(value: MergedValue, reference: MergedValue, commit: str) -> Sized:
    """Return a value of another commit as the reference gives it.

    Every part has the reference as the place that set it, for that is what stands in this commit.
    """
    origins = tuple(replace(origin, commit=origin.commit or commit) for origin in value.chain)
    content = value.content
    size, height = 1, 0
    if isinstance(content, MappingProxyType):
        mapping = {}
        height = 1
        for key, item in content.items():
            found = as_past(item, reference, commit)
            mapping[key] = MergedValue(found.value.content, (*reference.chain, *found.value.chain))
            size += found.size
            height = max(height, found.height + 1)
        content = MappingProxyType(mapping)
    elif isinstance(content, tuple):
        items = []
        height = 1
        for item in content:
            found = as_past(item, reference, commit)
            items.append(MergedValue(found.value.content, (*reference.chain, *found.value.chain)))
            size += found.size
            height = max(height, found.height + 1)
        content = tuple(items)
    return Sized(MergedValue(content, origins), size, height)
