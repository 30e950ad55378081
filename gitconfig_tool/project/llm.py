"""What the project file says of prompts, models and emitted files. Pure data.

`llm_reader` reads it. What it means is the work of `prompts`, `models` and `emit`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project.governance import Scope


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """The key `prompts`: a folder, or a mapping.

    `releases` is a glob of tag names: what is tagged so is released, and its prompt versions must
    not change. `untrusted` asks that templates are rendered in a process of their own, which the
    operating system limits. `portable` is `jinja` or `variables`: how little the programs know that
    are to render the prompts; empty if it does not matter.
    """

    folder: str = "prompts"
    releases: str = "*"
    untrusted: bool = False
    portable: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """How many days before its retirement a model must be gone from the bundles of a scope."""

    scope: Scope
    days: int


@dataclass(frozen=True, slots=True)
class RegionRule:
    """The regions, as globs, that models may run in for the bundles and documents of a scope."""

    scope: Scope
    allow: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The section `models`.

    `catalogue` is a file of the project with models that the built-in catalogue lacks, or has
    otherwise. `max_age` is the days after which the catalogue counts as old. Of the `notices` that
    are for a bundle, the longest counts; `default_notice` holds where none is.
    """

    catalogue: str | None = None
    catalogue_span: Span | None = None
    max_age: int = 90
    default_notice: int = 30
    notices: tuple[Notice, ...] = ()
    regions: tuple[RegionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class EmitRule:
    """One entry of `emit`: what is written for other programs, and becomes part of bundles.

    `to` is a folder in the bundle. `options` are the target's own.
    """

    target: str
    to: str
    scope: Scope | None
    options: Mapping[str, Any]
    span: Span


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """All three."""

    prompts: PromptSettings = field(default_factory=PromptSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    emit: tuple[EmitRule, ...] = ()
