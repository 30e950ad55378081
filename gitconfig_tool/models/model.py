"""Chains of models as they will be called, and what is known of a model. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.pointer import Path


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a hop gets it.

    `source` is `hop` where the hop sets it itself, `chain` where it inherits it from the primary,
    and `prompt` where a prompt version of the request sets it.
    """

    value: Any
    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One model of a chain: the primary is the hop 0, fallbacks follow in their order.

    `document` and `path` are where it is written. `parameters` are those in force at this hop, by
    the names of the schema `gitconfig-tool:model-config`; `dropped` are those that the hop asks not
    to be sent. `fields` is the JSON of the hop as linked, `metadata` what it declares of the model.
    """

    index: int
    document: str
    path: Path
    provider: str
    model: str
    parameters: Mapping[str, Parameter]
    fields: Mapping[str, Any]
    span: Span
    model_span: Span
    region_span: Span | None = None
    dropped: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The hop as messages name it: `openai/gpt-4.1-mini`."""
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong about a value: what `Diagnostic` needs but for the bundles."""

    code: str
    message: str
    span: Span
    label: str = ""
    hint: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """Declared volumes, for what a month costs: requests, and tokens of an average request."""

    requests_per_month: int
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A primary and its fallbacks, as one document of a bundle describes them.

    `strategy` is `priority`, `latency`, `cost`, `quality` or `random`. `prompts` are the prompt
    versions, `(id, version)`, that are sent through the chain as far as documents say so: its own,
    and those of the `services` (ids of documents) that name it. `used` are the ids that the chain
    was looked up by, there or not: it is the same wherever they are the same. `problems` says why
    the chain is not what it was meant to be.
    """

    document: str
    hops: tuple[Hop, ...]
    strategy: str = "priority"
    prompts: tuple[tuple[str, str], ...] = ()
    traffic: Traffic | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """Prices that hold for requests of more than `above` input tokens; None as the base price."""

    above: int
    input: Decimal | None
    output: Decimal | None
    cached_input: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for one token, exact."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of one model of one provider; None where it is not known.

    `context_window` counts input and output together, `max_input` and `max_output` each alone.
    `supports` holds names such as `function_calling`, `vision`, `reasoning`, `response_schema`,
    `prompt_caching`, `streaming`; `fixed_sampling` says that temperature and its like are refused.
    `retires` is the day of an announced end, and `may_retire` the last day that the provider
    promises. `source` is `catalogue` or the file of the project.
    """

    provider: str
    model: str
    mode: str
    context_window: int | None = None
    max_input: int | None = None
    max_output: int | None = None
    supports: frozenset[str] = frozenset()
    input_modalities: frozenset[str] = frozenset({"text"})
    output_modalities: frozenset[str] = frozenset({"text"})
    regions: tuple[str, ...] | None = None
    prices: Prices | None = None
    deprecated: date | None = None
    retires: date | None = None
    may_retire: date | None = None
    replacement: str | None = None
    source: str = "catalogue"
