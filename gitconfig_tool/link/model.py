"""What linking returns, and what it asks of its surroundings. Pure data; resolves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gitconfig_tool.artifact import PreviousValue
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.merge import MergedValue, Origin
from gitconfig_tool.pointer import Path, is_index


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A value in a SOPS file: the file's project path, and the pointer in it.

    `type` is `str`, `int`, `float`, `bool` or `bytes` as SOPS writes it, `null` where it leaves
    null as it is, or `map` or `seq` for a whole subtree. `previous` are the fields at or below the
    pointer whose previous version the file holds too, see `artifact.overlap`.
    """

    document: str
    path: str
    pointer: str
    type: str
    previous: tuple[PreviousValue, ...] = ()


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
    `unknown` are the pointers whose value could not be found, which is already reported: later
    stages have nothing to say about them. `refers_to` names the documents that its references and
    secrets lead to or through, there or not. `depends_on` holds what else it depends on: the names
    that a `!format` uses with their values, and the values of other commits. `written` is the value
    before linking; `references_of` reads from it what refers to what.
    """

    id: str
    value: Any
    secrets: Mapping[str, SecretLink]
    prompts: Mapping[str, PromptLink]
    root: MergedValue
    files: tuple[str, ...]
    written: MergedValue
    unknown: frozenset[str] = frozenset()
    refers_to: frozenset[str] = frozenset()
    depends_on: tuple[tuple[str, str], ...] = ()

    def chain_at(self, path: Path) -> tuple[Origin, ...]:
        """Return who set the value at a path, strongest first.

        Where nothing stands there, the nearest value around it answers.
        """
        value, _ = walk(self.root, path)
        return value.chain

    def span_at(self, path: Path) -> Span:
        """Return the place of the value at a path: where the strongest layer set it."""
        return self.chain_at(path)[0].span


def child_at(value: MergedValue, token: str | int) -> MergedValue | None:
    """Return the value under a key or an index, or None."""
    content = value.content
    if isinstance(content, MappingProxyType):
        found = content.get(str(token))
        return found if isinstance(found, MergedValue) else None
    if isinstance(content, tuple) and is_index(str(token)) and int(token) < len(content):
        item = content[int(token)]
        return item if isinstance(item, MergedValue) else None
    return None


def walk(value: MergedValue, path: Sequence[str | int]) -> tuple[MergedValue, int]:
    """Follow a path as far as there are values; also return how many tokens were followed."""
    for depth, token in enumerate(path):
        inner = child_at(value, token)
        if inner is None:
            return value, depth
        value = inner
    return value, len(path)


@dataclass(frozen=True, slots=True)
class FormatNames:
    """What a `!format` may name in one bundle: `environment`, `tenant.region`, ...

    `values` holds what the bundle binds. `unbound` are the names that other bundles have.
    """

    bundle: str
    values: Mapping[str, str]
    unbound: frozenset[str]


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value as it was at a commit; None where there is none, and then `why` and `hint` tell."""

    value: MergedValue | None
    commit: str = ""
    why: str = ""
    hint: str = ""
