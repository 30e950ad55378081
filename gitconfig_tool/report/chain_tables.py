"""Chains of models, and what a model takes, as text and as JSON. docs/json.md describes the latter.

Takes what `compiler.chain_review` and the table of parameters say; returns lines, or JSON.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from gitconfig_tool.compiler.chain_review import Request, ReviewedChain, ReviewedHop
from gitconfig_tool.models import ModelFacts
from gitconfig_tool.models.judging import Verdict
from gitconfig_tool.models.parameters import PARAMETERS, Accepts, Family
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import Style
from gitconfig_tool.report.tables import count, table

_SOURCES = {"hop": "", "chain": "from the chain", "prompt": "from the prompt"}
_MAX_BUNDLES = 3


def chains_text(chains: Sequence[ReviewedChain], width: int, style: Style) -> Iterator[str]:
    """Yield the lines of all chains: the models in their order, with what each is sent."""
    for number, reviewed in enumerate(chains):
        if number:
            yield ""
        chain = reviewed.chain
        yield style.strong(chain.document)
        yield from map(style.faint, _wrapped(_bundles(reviewed.bundles), width))
        yield style.faint(f"  {count(len(chain.hops), 'model')}, called by {chain.strategy}")
        for request in reviewed.requests:
            if request.prompt:
                yield f"  with the prompt {request.prompt}"
            yield from _request(request, width, style)


def _request(request: Request, width: int, style: Style) -> Iterator[str]:
    for reviewed in request.hops:
        hop = reviewed.hop
        yield f"  {hop.index + 1}. {style.strong(hop.name)}{_limits(reviewed.facts)}"
        rows = [_row(verdict) for verdict in reviewed.verdicts]
        rows += [[name, "", "left out as asked", ""] for name in sorted(hop.dropped)]
        rows += [[name, "", "demanded, and missing", ""] for name in reviewed.missing]
        wrong = [verdict.outcome != "sent" for verdict in reviewed.verdicts]
        wrong += [False] * len(hop.dropped) + [True] * len(reviewed.missing)
        for line, is_wrong in zip(table(rows, width=width - 3, cut=1), wrong, strict=True):
            yield f"   {style.error(line) if is_wrong else line}"


def _row(verdict: Verdict) -> list[str]:
    parameter = verdict.parameter
    outcome = {
        "sent": "sent",
        "unsupported": "NOT TAKEN",
        "out-of-range": f"OUT OF RANGE, {verdict.expected}",
        "too-many": f"TOO MANY, at most {verdict.expected}",
        "not-a-value": f"NOT KNOWN, {verdict.expected}",
        "fixed": f"ONLY {verdict.expected}",
        "reasoning": f"ONLY {verdict.expected} while it reasons",
        "exclusive": f"NOT BOTH, {verdict.expected}",
        "above-ceiling": f"TOO MANY, at most {verdict.expected}",
    }[verdict.outcome]
    return [verdict.name, _value(parameter.value), outcome, _SOURCES[parameter.source]]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _limits(facts: ModelFacts | None) -> str:
    if facts is None:
        return "  not in the catalogue"
    window = facts.context_window or facts.max_input
    parts = [f"window {window:,}"] if window else []
    parts += [f"answer {facts.max_output:,}"] if facts.max_output else []
    return "  " + (", ".join(parts) or "limits not known")


def _bundles(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MAX_BUNDLES])
    more = len(names) - _MAX_BUNDLES
    return f"in {shown}" + (f" and {more} more" if more > 0 else "")


def chain_json(reviewed: ReviewedChain) -> dict[str, Any]:
    """Return one chain."""
    chain = reviewed.chain
    return {
        "document": chain.document,
        "bundles": list(reviewed.bundles),
        "strategy": chain.strategy,
        "prompts": [f"{name}@{version}" for name, version in chain.prompts],
        "requests": [
            {"prompt": each.prompt or None, "hops": [_hop_json(hop) for hop in each.hops]}
            for each in reviewed.requests
        ],
    }


def _hop_json(reviewed: ReviewedHop) -> dict[str, Any]:
    hop, facts = reviewed.hop, reviewed.facts
    return {
        "provider": hop.provider,
        "model": hop.model,
        "document": hop.document,
        "pointer": format_pointer(hop.path),
        "region": hop.fields.get("region"),
        "known": facts is not None,
        "contextWindow": None if facts is None else facts.context_window,
        "maxOutput": None if facts is None else facts.max_output,
        "parameters": [
            {
                "name": each.name,
                "value": each.parameter.value,
                "source": each.parameter.source,
                "outcome": each.outcome,
                "expected": each.expected or None,
            }
            for each in reviewed.verdicts
        ],
        "dropped": sorted(hop.dropped),
        "missing": list(reviewed.missing),
    }


def parameters_text(
    name: str, family: Family | None, facts: ModelFacts | None, width: int, style: Style
) -> Iterator[str]:
    """Yield what a model takes; `name` is `PROVIDER/MODEL`."""
    about = family.name if family is not None else "whatever its server takes"
    yield f"{style.strong(name)}  {about}{_limits(facts)}"
    if family is None:
        return
    rows, refused = [], []
    for parameter in PARAMETERS:
        accepts = family.accepts(parameter, facts)
        if accepts is None:
            refused.append(parameter)
        else:
            ceiling = facts.max_output if facts is not None and parameter == "max_tokens" else None
            rows.append([parameter, _accepted(accepts, family, parameter, ceiling)])
    yield from table(rows, width=width)
    word = "ignored" if family.refusal == "ignores" else "not taken"
    if refused:
        yield from _wrapped(f"{word}: {', '.join(refused)}", width)
    if family.exclusive:
        yield from _wrapped(f"not together: {', '.join(family.exclusive)}", width)
    yield from _wrapped(f"source: {family.source}", width)


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in wrap(text, width - 2, indent="  "):
        yield f"  {line}"


def _accepted(accepts: Accepts, family: Family, name: str, ceiling: int | None) -> str:
    parts = ["demanded"] if name in family.required else []
    if accepts.values:
        parts.append(", ".join(str(value) for value in accepts.values))
    elif accepts.low is not None:
        high = "or more" if accepts.high is None else f"to {accepts.high:g}"
        parts.append(f"{accepts.low:g} {high}")
    if accepts.at_most is not None:
        parts.append(f"at most {accepts.at_most:,}")
    if ceiling is not None:
        parts.append(f"at most {ceiling:,}")
    if accepts.without_reasoning:
        parts.append("only with reasoning_effort none")
    return "; ".join(parts) or "any"


def parameters_json(
    provider: str, model: str, family: Family | None, facts: ModelFacts | None
) -> dict[str, Any]:
    """Return what a model takes."""
    return {
        "provider": provider,
        "model": model,
        "known": facts is not None,
        "family": None if family is None else family.name,
        "contextWindow": None if facts is None else facts.context_window,
        "maxOutput": None if facts is None else facts.max_output,
        "parameters": [] if family is None else list(_each_json(family, facts)),
        "exclusive": [] if family is None else list(family.exclusive),
        "source": None if family is None else family.source,
    }


def _each_json(family: Family, facts: ModelFacts | None) -> Iterator[dict[str, Any]]:
    for name in PARAMETERS:
        accepts = family.accepts(name, facts)
        if accepts is None:
            yield {"name": name, "outcome": family.refusal}
            continue
        yield {
            "name": name,
            "outcome": "takes",
            "demanded": name in family.required,
            "minimum": accepts.low,
            "maximum": accepts.high,
            "values": list(accepts.values) or None,
            "maxItems": accepts.at_most,
            "onlyWithoutReasoning": accepts.without_reasoning,
        }
