"""What a model makes of the parameters that a hop sends: taken, refused, out of range.

Takes a hop and what is known of its model; returns one `Verdict` for each parameter, and those of
parameters that do not go together. Has no places: `compatibility` reports, `models check` shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.models.model import Hop, ModelFacts, Parameter
from gitconfig_tool.models.parameters import PARAMETERS, Accepts, Family, family_of

# What is sent prompts; of a model that is `unknown`, only its dates are.
_CHAT = frozenset({"chat", "completion", "responses", "unknown"})

# The level of reasoning effort that a model has only where the catalogue says so.
_OPT_IN = "xhigh"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one parameter.

    `outcome` is `sent`, `unsupported`, `out-of-range`, `too-many`, `not-a-value`, `fixed` (a model
    that reasons takes one value only), `reasoning` (this one does while it reasons), `exclusive` or
    `above-ceiling`. `expected` says what would be taken.
    """

    name: str
    parameter: Parameter
    outcome: str
    expected: str = ""


def judge(hop: Hop, facts: ModelFacts | None) -> tuple[Verdict, ...]:
    """Return a verdict on each parameter of a hop, in the order in which they are set."""
    family = family_of(hop.provider, hop.model)
    if facts is not None and facts.mode not in _CHAT:
        family = None
    return tuple(
        _judge_one(name, parameter, hop, facts, family)
        for name, parameter in hop.parameters.items()
        # `extra` is for its provider alone; what else there is, the schema reports.
        if name in PARAMETERS
    )


def missing(hop: Hop, facts: ModelFacts | None) -> tuple[str, ...]:
    """Return the parameters that the API of a hop's model demands and nobody sets."""
    family = family_of(hop.provider, hop.model)
    if family is None or (facts is not None and facts.mode not in _CHAT):
        return ()
    return tuple(name for name in family.required if name not in hop.parameters)


def _judge_one(
    name: str, parameter: Parameter, hop: Hop, facts: ModelFacts | None, family: Family | None
) -> Verdict:
    ceiling = None if facts is None else facts.max_output
    is_bounded = name == "max_tokens" and ceiling is not None and _is_number(parameter.value)
    if is_bounded and parameter.value > ceiling:
        return Verdict(name, parameter, "above-ceiling", f"{ceiling:,}")
    if family is None:
        return Verdict(name, parameter, "sent")
    accepts = family.accepts(name, facts)
    if accepts is None:
        return Verdict(name, parameter, "unsupported")
    together = [other for other in family.exclusive if other in hop.parameters]
    if len(together) > 1 and name == together[-1]:
        return Verdict(name, parameter, "exclusive", " or ".join(together))
    outcome, expected = _judge(name, parameter.value, accepts, family, hop.parameters)
    if outcome == "sent" and _is_refused_effort(name, parameter.value, facts):
        outcome, expected = "not-a-value", _or(_without(accepts.values, _OPT_IN))
    return Verdict(name, parameter, outcome, expected)


def _judge(
    name: str,
    value: Any,
    accepts: Accepts,
    family: Family,
    parameters: Mapping[str, Parameter],
) -> tuple[str, str]:
    reasons = _effort(parameters, family) != "none"
    if accepts.without_reasoning and reasons and value != accepts.reasoning_value:
        return "reasoning", f"{accepts.reasoning_value:g}"
    if accepts.values and value not in accepts.values:
        if all(isinstance(each, str) for each in accepts.values):
            # What is no text at all is told by the schema.
            return ("not-a-value" if isinstance(value, str) else "sent"), _or(accepts.values)
        return ("fixed" if _is_number(value) else "sent"), _or(accepts.values)
    if accepts.at_most is not None and isinstance(value, list) and len(value) > accepts.at_most:
        return "too-many", str(accepts.at_most)
    if _is_number(value):
        low, high = accepts.low, accepts.high
        if (low is not None and value < low) or (high is not None and value > high):
            return "out-of-range", bounds(accepts)
    return "sent", ""


def _is_refused_effort(name: str, value: Any, facts: ModelFacts | None) -> bool:
    if name != "reasoning_effort" or value != _OPT_IN or facts is None or not facts.supports:
        return False
    return f"reasoning_effort_{_OPT_IN}" not in facts.supports


def _without(values: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    return tuple(each for each in values if each != value)


def bounds(accepts: Accepts) -> str:
    """Say what a number may be: `between 0 and 1`, `of 0 or more`."""
    if accepts.low is not None and accepts.high is not None:
        return f"between {accepts.low:g} and {accepts.high:g}"
    if accepts.low is not None:
        return f"of {accepts.low:g} or more"
    return "" if accepts.high is None else f"of at most {accepts.high:g}"


def _effort(parameters: Mapping[str, Parameter], family: Family) -> str:
    given = parameters.get("reasoning_effort")
    return given.value if given is not None and isinstance(given.value, str) else family.effort


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _or(values: tuple[Any, ...]) -> str:
    texts = [each if isinstance(each, str) else f"{each:g}" for each in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
