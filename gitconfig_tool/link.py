"""Resolving `!ref`, `!secret` and `!prompt` within one bundle.

Takes the merged documents of a bundle, the SOPS documents that its layers hold and the prompt
versions, and returns one `LinkedDocument` for each document. Does not decrypt, render or check
schemas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.merge import MergedValue, Origin


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A value in a SOPS file: the file's project path, the pointer in it, and SOPS's type of it.

    `type` is `str`, `int`, `float`, `bool` or `bytes` as SOPS writes it, or `map` or `seq` for a whole subtree.
    """

    document: str
    path: str
    pointer: str
    type: str


@dataclass(frozen=True, slots=True)
class PromptLink:
    """A prompt version: `range` as written, `version` as resolved."""

    id: str
    range: str
    version: str


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """One document of a bundle, ready to be checked and packed.

    `value` is JSON. A `!ref` is replaced by what it refers to, a `!prompt` by
    `{"id", "version"}`, a `!secret` by null; `secrets` and `prompts` say where, by JSON Pointer.
    """

    id: str
    value: Any
    secrets: Mapping[str, SecretLink]
    prompts: Mapping[str, PromptLink]
    root: MergedValue
    files: tuple[str, ...]

    def chain_at(self, path: tuple[str | int, ...]) -> tuple[Origin, ...]:
        """Return who set the value at a path, strongest first; the nearest ancestor's where it is absent."""
        value = self.root
        for token in path:
            content = value.content
            if isinstance(content, Mapping) and token in content:
                value = content[token]
            elif isinstance(content, tuple) and str(token).isdecimal() and int(token) < len(content):
                value = content[int(token)]
            else:
                break
        return value.chain

    def span_at(self, path: tuple[str | int, ...]) -> Span:
        """Return the place of the value at a path: where the strongest layer set it."""
        return self.chain_at(path)[0].span
