"""Whether each model of a chain takes what is sent to it.

Takes a chain, with the parameters of one prompt over its own, and what is known of its models;
returns problems. A problem with a value is shown where the value is set, and says by which way it
reaches the model. Does not look for circles or dangling ids: `expansion` does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.models.declared import CAPABILITIES, is_capable
from gitconfig_tool.models.judging import Verdict, judge, missing
from gitconfig_tool.models.model import Chain, Hop, ModelFacts, Parameter, Problem
from gitconfig_tool.models.names import is_knowable
from gitconfig_tool.models.parameters import family_of

Known = Callable[[Hop], ModelFacts | None]
# The names of parameters in prompt files of other tools; those of the schema stand for themselves.
_PROMPT_NAMES = {
    "topP": "top_p",
    "topK": "top_k",
    "maxTokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "maxCompletionTokens": "max_tokens",
    "maxOutputTokens": "max_tokens",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "stopSequences": "stop",
    "stop_sequences": "stop",
    "reasoningEffort": "reasoning_effort",
}
_PROMPT_PARAMETERS = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "stop",
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "reasoning_effort",
    }
)
# The bounds of the schema gitconfig-tool:model-config: what lies outside is reported by its check.
_SCHEMA_BOUNDS: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "top_k": (1, 100_000),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A prompt version as a chain sends it: `content`, and the place of each of its parameters."""

    id: str
    version: str
    content: Mapping[str, Any]
    span: Span
    places: Mapping[str, Span]


# What a family takes or refuses as a whole; a later model of it often does otherwise.
_OF_THE_FAMILY = frozenset({"unsupported", "fixed", "reasoning", "exclusive"})


def with_prompt(chain: Chain, prompt: Sent) -> Chain:
    """Return a chain with the parameters of a prompt version over those of every hop."""
    given = prompt.content.get("modelParameters")
    over = {}
    for key, value in given.items() if isinstance(given, dict) else ():
        name = _PROMPT_NAMES.get(key, key)
        if name in _PROMPT_PARAMETERS and value is not None:
            over[name] = Parameter(value, prompt.places.get(key, prompt.span), "prompt")
    if not over:
        return chain
    return replace(
        chain,
        hops=tuple(
            replace(
                hop,
                parameters={
                    **hop.parameters,
                    **{key: each for key, each in over.items() if key not in hop.dropped},
                },
            )
            for hop in chain.hops
        ),
    )


def check_compatibility(
    chain: Chain, known: Known, prompts: Sequence[Sent] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with the parameters and the models of a chain, each once."""
    found: dict[tuple[str, Span, str], Problem] = {}
    for each in [with_prompt(chain, prompt) for prompt in prompts] or [chain]:
        for hop in each.hops:
            for problem in _check_parameters(each, hop, known(hop)):
                found.setdefault((problem.code, problem.span, problem.message), problem)
    for problem in (*_check_windows(chain, known, prompts), *_check_needs(chain, known, prompts)):
        found.setdefault((problem.code, problem.span, problem.message), problem)
    yield from found.values()


def place_in(chain: Chain, hop: Hop) -> str:
    """Say which hop it is: `the first model of support/model`, `fallback 2 of support/model`."""
    which = "the first model" if hop.index == 0 else f"fallback {hop.index}"
    return f"{which} of {chain.document}"


def _check_parameters(chain: Chain, hop: Hop, facts: ModelFacts | None) -> Iterator[Problem]:
    # A model that only its name makes one of a family may differ from those that were known then.
    is_guess = facts is None and is_knowable(hop.provider, hop.model)
    for verdict in judge(hop, facts):
        if verdict.outcome == "sent" or _is_outside_schema(verdict):
            continue
        if not (is_guess and verdict.outcome in _OF_THE_FAMILY):
            yield _of_verdict(chain, hop, verdict)
    for name in () if is_guess else missing(hop, facts):
        yield Problem(
            "GCT625",
            f"expected {name} for {hop.name}, whose API demands it, found none",
            hop.model_span,
            label=f"without {name}",
            hint="set it under 'parameters': else the gateway chooses it, and each another one",
        )


def _of_verdict(chain: Chain, hop: Hop, verdict: Verdict) -> Problem:
    name, parameter, expected = verdict.name, verdict.parameter, verdict.expected
    value = parameter.value
    code, message, label, hint = {
        "unsupported": (
            "GCT620",
            f"expected parameters that {hop.name} takes, found {name}, {_fate(hop)}",
            f"not taken by {hop.name}",
            _remedy(hop, name, parameter),
        ),
        "out-of-range": (
            "GCT621",
            f"expected {name} {expected} for {hop.name}, found {_shown(value)}",
            f"{hop.name} takes {name} {expected}",
            _own_value(hop, name, parameter),
        ),
        "too-many": (
            "GCT622",
            f"expected at most {expected} stop sequences for {hop.name}, "
            f"found {len(value) if isinstance(value, list) else 1}",
            f"{hop.name} takes {expected}",
            f"keep {expected} of them"
            if parameter.source == "hop"
            else _own_value(hop, name, parameter),
        ),
        "fixed": (
            "GCT623",
            f"expected {name} {expected} or none for {hop.name}, which reasons, "
            f"found {_shown(value)}",
            "a model that reasons takes no other",
            _without(hop, name, parameter),
        ),
        "reasoning": (
            "GCT623",
            f"expected {name} {expected} or none for {hop.name} while it reasons, "
            f"found {_shown(value)}",
            "taken only without reasoning",
            f"set 'reasoning_effort: none', or {_without(hop, name, parameter)}",
        ),
        "exclusive": (
            "GCT624",
            f"expected {expected} for {hop.name}, found both",
            "the other is set too",
            "keep one of the two: the API refuses a request with both",
        ),
        "above-ceiling": (
            "GCT626",
            f"expected at most {expected} max_tokens for {hop.name}, found {_shown(value)}",
            f"{hop.name} ends at {expected}",
            f"set max_tokens of {expected.replace(',', '')} or less"
            + _for_this_model_alone(parameter),
        ),
        "not-a-value": (
            "GCT629",
            f"expected {name} {expected} for {hop.name}, found {_shown(value)}",
            f"not known to {hop.name}",
            _own_value(hop, name, parameter),
        ),
    }[verdict.outcome]
    notes = _way(chain, hop, parameter)
    if verdict.outcome == "exclusive":
        other = expected.split(" or ")[0]
        notes = (Note(f"{other} is set here", hop.parameters[other].span), *notes)
    return Problem(code, message, parameter.span, label, hint, notes)


def _fate(hop: Hop) -> str:
    family = family_of(hop.provider, hop.model)
    if family is not None and family.refusal == "ignores":
        return "which its API ignores"
    return "which its API refuses and a gateway may drop without a word"


def _remedy(hop: Hop, name: str, parameter: Parameter) -> str:
    where = (
        "remove it"
        if parameter.source == "hop"
        else f"if this model may go without, list it: 'drop_parameters: [{name}]' at {hop.name}"
    )
    return f"{where}; see gitconfig-tool models params {hop.name}"


def _own_value(hop: Hop, name: str, parameter: Parameter) -> str:
    if parameter.source == "hop":
        return "correct the value"
    if parameter.source == "prompt":
        return f"correct the value, or write 'drop_parameters: [{name}]' at {hop.name}"
    return f"correct the value, or give this model a {name} of its own under its 'parameters'"


def _for_this_model_alone(parameter: Parameter) -> str:
    if parameter.source == "chain":
        return " for this model alone, under its own 'parameters'"
    return "" if parameter.source == "hop" else " in the prompt"


def _without(hop: Hop, name: str, parameter: Parameter) -> str:
    if parameter.source == "hop":
        return "remove it"
    return f"write 'drop_parameters: [{name}]' at {hop.name}"


def _way(chain: Chain, hop: Hop, parameter: Parameter) -> tuple[Note, ...]:
    """Say how a value reaches the hop; nothing where it stands at the hop itself."""
    if parameter.source == "hop":
        return ()
    how = (
        "the prompt is sent to every model of the chain"
        if parameter.source == "prompt"
        else "a gateway sends to a fallback what the chain sets"
    )
    return (Note(f"it reaches {place_in(chain, hop)}: {how}", hop.model_span),)


def _is_outside_schema(verdict: Verdict) -> bool:
    """Tell whether the schema of the document reports a value already; prompts have none."""
    bounds = _SCHEMA_BOUNDS.get(verdict.name)
    value = verdict.parameter.value
    if bounds is None or verdict.parameter.source == "prompt" or verdict.outcome == "unsupported":
        return False
    return isinstance(value, int | float) and not bounds[0] <= value <= bounds[1]


def _check_windows(chain: Chain, known: Known, prompts: Sequence[Sent]) -> Iterator[Problem]:
    """Compare windows: with what requests may need, else with that of the first model.

    Where the prompts are known, `budget` says of each model whether they fit.
    """
    needed: Any = chain.fields.get("longest_request_tokens")
    first = chain.hops[0] if chain.hops else None
    primary = None if first is None else _window(known(first))
    smaller: list[tuple[int, Hop]] = []
    for hop in chain.hops:
        facts = known(hop)
        window = _window(facts)
        if facts is None or window is None:
            continue
        if _is_whole(needed):
            limit = hop.parameters.get("max_tokens")
            answer: int = limit.value if limit is not None and _is_whole(limit.value) else 0
            most = min(window - answer, facts.max_input or window)
            if needed > most:
                yield Problem(
                    "GCT630",
                    f"expected room for requests of {needed:,} tokens at {hop.name}, "
                    f"found {max(most, 0):,}",
                    hop.model_span,
                    label=f"a context window of {window:,}, {answer:,} of them for the answer",
                    hint="choose a model with a larger window, or lower 'longest_request_tokens'",
                    notes=(Note(f"{place_in(chain, hop)}", None),),
                )
        elif primary is not None and window < primary and not prompts:
            smaller.append((window, hop))
    if first is not None and primary is not None and smaller:
        yield _smaller(chain, (primary, first), smaller)


def _smaller(chain: Chain, primary: tuple[int, Hop], smaller: Sequence[tuple[int, Hop]]) -> Problem:
    """Report the smallest window; one bound of the chain is the answer for the others too."""
    window, hop = min(smaller, key=lambda each: each[0])
    most, first = primary
    return Problem(
        "GCT627",
        f"expected a context window of at least {most:,} tokens, that of {first.name}, "
        f"found {window:,} at {hop.name}",
        hop.model_span,
        label="smaller than that of the first model",
        hint="say how long a request may be: with 'longest_request_tokens' it is checked; "
        "or choose a model with a larger window",
        notes=(
            Note(f"{first.name} is the first model of {chain.document}", first.model_span),
            *(
                Note(f"{other.name} has {its:,}", other.model_span)
                for its, other in smaller
                if other is not hop
            ),
        ),
    )


def _window(facts: ModelFacts | None) -> int | None:
    return None if facts is None else facts.context_window or facts.max_input


def _check_needs(chain: Chain, known: Known, prompts: Sequence[Sent]) -> Iterator[Problem]:
    """Check what requests need: `requires` of the chain, and structured answers of prompts."""
    requires = chain.fields.get("requires")
    wanted = {
        name: f"{chain.document} requires it"
        for name in (requires if isinstance(requires, list) else ())
        if name in CAPABILITIES
    }
    for prompt in prompts:
        if _wants_schema(prompt.content):
            wanted.setdefault(
                "response_schema",
                f"the prompt {prompt.id}@{prompt.version} has an answer with a JSON Schema",
            )
    for hop in chain.hops:
        facts = known(hop)
        needs = dict(wanted)
        form = hop.parameters.get("response_format")
        if form is not None and form.value == "json-schema":
            needs.setdefault("response_schema", "response_format is json-schema")
        for name, why in needs.items():
            if is_capable(hop, facts, name) is False:
                yield Problem(
                    "GCT628",
                    f"expected a model that supports {name}, found {hop.name}, which does not",
                    hop.model_span,
                    label=f"no {name}",
                    hint="choose another model; if the catalogue is wrong, say so: "
                    f"'metadata: {{{name}: true}}'",
                    notes=(Note(f"{why}; this is {place_in(chain, hop)}"),),
                )


def _wants_schema(content: Mapping[str, Any]) -> bool:
    form = content.get("responseFormat")
    kind = form.get("type") if isinstance(form, dict) else form
    return kind in ("json_schema", "json-schema")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return f"{value:,}" if _is_whole(value) else str(value)
