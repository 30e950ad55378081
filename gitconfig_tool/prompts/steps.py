"""The step between two versions of a prompt or a partial: how large it is, and why.

Takes the content of both, as `written` gives it; returns a `Step` with a reason for every change.
docs/prompt-versions.md has the table. Knows no numbers: `numbering` does.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.contract import (
    defaults,
    fields,
    input_schema,
    is_schema,
    opened,
    output_schema,
)
from gitconfig_tool.prompts.numbering import Level
from gitconfig_tool.prompts.subsumption import ABSENT, Answer, Gap, subsumes
from gitconfig_tool.prompts.written import FREE_FIELDS, differences

# Takes two versions of one partial, `id`, old and new; returns the step, None where one is missing.
PartialStep = Callable[[str, str, str], "Step | None"]
_SENDING = frozenset({"messages", "template"})
_ANSWER = frozenset({"jsonSchema", "responseFormat"})
_LONGEST = 60
# What stands in a path for any item, or any other property.
_ANY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One change: its level, the place of it in the content, and what it means.

    `is_proved` is false where the schemas could not be compared, and the worst is assumed.
    """

    level: Level
    path: Path
    text: str
    is_proved: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What changed between two versions, the largest change first."""

    reasons: tuple[Reason, ...] = ()

    @property
    def level(self) -> Level:
        """The level that all changes together need."""
        return max((each.level for each in self.reasons), default=Level.NONE)

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons for the level."""
        return tuple(each for each in self.reasons if each.level is self.level)


def no_partials(_id: str, _old: str, _new: str) -> Step | None:
    """Know no partial."""
    return None


def step_between(
    old: Mapping[str, Any], new: Mapping[str, Any], partial_step: PartialStep = no_partials
) -> Step:
    """Return what changed between two versions; a field that is null counts as one that is not."""
    old, new = (
        {key: each for key, each in side.items() if each is not None} for side in (old, new)
    )
    reasons = [
        *_variables(old, new),
        *_answer(old, new),
        *_sending(old, new),
        *_includes(old, new, partial_step),
        *_others(old, new),
    ]
    told = {each.path[0] for each in reasons}
    for together in (_SENDING, _ANSWER):
        told |= together if told & together else frozenset()
    for key in dict.fromkeys([*new, *old]):
        # What is left is of a shape that is reported when the version is loaded.
        if key not in told and list(differences(old.get(key, ABSENT), new.get(key, ABSENT))):
            reasons.append(Reason(Level.PATCH, (key,), f"'{key}' changed"))
    return Step(tuple(sorted(reasons, key=lambda each: -each.level)))


def _variables(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    was, now = old.get("variables"), new.get("variables")
    if not list(differences(was, now)):
        return
    if not all(each is None or is_schema(each) for each in (was, now)):
        # That is reported where the variables are checked.
        yield Reason(Level.PATCH, ("variables",), "'variables' changed")
        return
    before, after = input_schema(old), input_schema(new)
    found = list(_narrowed(before, after))
    told = {each.path for each in found}
    found += (each for each in _widened(before, after) if each.path not in told)
    found += _defaults(old, new, {each.path for each in found})
    yield from found
    if not found:
        yield Reason(Level.PATCH, ("variables",), "what is said of the variables changed")


def _narrowed(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Reason]:
    """Say what callers may no longer leave out or give."""
    for gap in subsumes(before, after).gaps:
        name, path = _dotted(gap.path), _variable_path(gap.path)
        is_new = len(gap.path) == 1 and gap.path[0] not in before.get("properties", {})
        if gap.keyword == "required":
            text = f"'{name}' is {'new and required' if is_new else 'required now'}"
        elif gap.keyword == "false" and len(gap.path) == 1:
            text = f"'{name}' is gone: callers that give it are refused"
        else:
            text = f"{_subject(name)} accepts less: {_narrowing(gap)}"
        is_proved = bool(gap.witness)
        if not is_proved:
            text = f"{_subject(name)}: {_undecided(gap, gap.inner, gap.outer)}"
        elif gap.keyword not in ("required", "false"):
            text += f"; {_shown(_at(gap.witness[0], gap.path))} is refused"
        yield Reason(Level.MAJOR, path, text, is_proved)


def _widened(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Reason]:
    """Say what callers may give or leave out now."""
    known = before.get("properties", {})
    for gap in subsumes(after, before).gaps:
        name, path = _dotted(gap.path), _variable_path(gap.path)
        if len(gap.path) == 1 and gap.path[0] not in known:
            if gap.path[0] in after.get("required", ()):
                continue  # That is said already.
            yield Reason(Level.MINOR, path, f"'{name}' is new and optional")
        elif gap.keyword == "required":
            is_there = len(gap.path) > 1 or gap.path[0] in after.get("properties", {})
            if is_there:
                yield Reason(Level.MINOR, path, f"'{name}' may be left out now")
        elif gap.witness:
            yield Reason(Level.MINOR, path, f"{_subject(name)} accepts more: {_widening(gap)}")
        else:
            change = _change(gap.keyword, gap.outer, gap.inner)
            yield Reason(Level.MINOR, path, f"{_subject(name)} may accept more: {change}", False)


def _defaults(old: Mapping[str, Any], new: Mapping[str, Any], told: set[Path]) -> Iterator[Reason]:
    was, now = defaults(old), defaults(new)
    given = new.get("variables")
    present = given.get("properties", {}) if isinstance(given, Mapping) else {}
    for name in dict.fromkeys([*now, *was]):
        path: Path = ("variables", "properties", name, "default")
        if name not in present or path[:-1] in told:
            continue
        if name not in now:
            text = f"'{name}' has no default any more: callers that leave it out relied on it"
            yield Reason(Level.MAJOR, path[:-1], text)
        elif name in was and list(differences(was[name], now[name])):
            change = f"was {_shown(was[name])} and is {_shown(now[name])}"
            yield Reason(Level.PATCH, path, f"the default of '{name}' {change}")
        elif name not in was:
            yield Reason(Level.PATCH, path, f"'{name}' has a default: {_shown(now[name])}")


def _answer(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    if not any(list(differences(old.get(key), new.get(key))) for key in sorted(_ANSWER)):
        return
    at: Path = ("jsonSchema",) if "jsonSchema" in new else ("responseFormat",)
    before, after = output_schema(old), output_schema(new)
    if not (is_schema(before) and is_schema(after)):
        text = "the schema of answers is none of draft 2020-12, so the worst is assumed"
        yield Reason(Level.MAJOR, at, text, is_proved=False)
        return
    was, now = fields(before), fields(after)
    found = []
    gone = [path for path in was if path not in now and path[:-1] not in (set(was) - set(now))]
    for path in gone:
        text = f"answers have no '{_dotted(path)}' any more: readers rely on it"
        found.append(Reason(Level.MAJOR, at, text))
    for gap in subsumes(after, opened(before)).gaps:
        if any(gap.path[: len(path)] == path for path in gone):
            continue
        name = _dotted(gap.path)
        where = f"'{name}' of answers" if name else "answers"
        if gap.keyword == "required":
            text = f"'{name}' may be missing from answers now"
        elif gap.witness:
            text = f"{where} may be more: {_widening(gap)}"
            text += f"; readers must cope with {_shown(_at(gap.witness[0], gap.path))}"
        else:
            text = f"{where}: {_undecided(gap, gap.outer, gap.inner)}"
        found.append(Reason(Level.MAJOR, at, text, bool(gap.witness)))
    new_fields = [
        path for path in now if path not in was and path[:-1] not in (set(now) - set(was))
    ]
    found += [Reason(Level.MINOR, at, f"answers have '{_dotted(path)}' now") for path in new_fields]
    if subsumes(before, after).answer is not Answer.YES and not found:
        found.append(Reason(Level.MINOR, at, "answers are fewer than before: none is new"))
    yield from found
    if not found:
        yield Reason(Level.MINOR, at, "the way in which the answer is asked for changed")


def _sending(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    was, now = _SENDING & old.keys(), _SENDING & new.keys()
    if was and now and was != now:
        (one, *_), (other, *_) = sorted(was), sorted(now)
        yield Reason(Level.MAJOR, (other,), f"'{one}' became '{other}': callers send it otherwise")
        return
    if list(differences(old.get("template"), new.get("template"))):
        yield Reason(Level.PATCH, ("template",), "the text changed")
    before, after = _messages(old), _messages(new)
    roles = [[each.get("role") for each in side] for side in (before, after)]
    if roles[0] != roles[1]:
        text = f"the roles of messages were {_listed(roles[0])} and are {_listed(roles[1])}"
        yield Reason(Level.MAJOR, ("messages",), text)
        return
    for index, (one_message, other_message) in enumerate(zip(before, after, strict=True)):
        if list(differences(one_message, other_message)):
            text = f"the text of the {other_message.get('role')} message changed"
            yield Reason(Level.PATCH, ("messages", index, "content"), text)


def _includes(
    old: Mapping[str, Any], new: Mapping[str, Any], partial_step: PartialStep
) -> Iterator[Reason]:
    was, now = (_mapping(each.get("includes")) for each in (old, new))
    for alias in dict.fromkeys([*now, *was]):
        path: Path = ("includes", alias)
        before, after = was.get(alias), now.get(alias)
        if before == after:
            continue
        if not isinstance(before, str) or not isinstance(after, str):
            text = f"'{alias}' is {'not included any more' if after is None else 'included now'}"
            yield Reason(Level.PATCH, path, text)
            continue
        (one, _, from_version), (other, _, to_version) = before.partition("@"), after.partition("@")
        step = partial_step(one, from_version, to_version) if one == other else None
        level = max(Level.PATCH, Level.NONE if step is None else step.level)
        why = f" ({step.deciding[0].text})" if step is not None and level > Level.PATCH else ""
        yield Reason(level, path, f"'{alias}' was {before} and is {after}{why}")


def _others(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    told = _SENDING | _ANSWER | {"variables", "includes", "id", "version"}
    for key in dict.fromkeys([*new, *old]):
        if key in told or not list(differences(old.get(key, ABSENT), new.get(key, ABSENT))):
            continue
        level = Level.PATCH if key in FREE_FIELDS else Level.MINOR
        verb = "is new" if key not in old else "is gone" if key not in new else "changed"
        yield Reason(level, (key,), f"'{key}' {verb}")


def _messages(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = content.get("messages")
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _variable_path(path: Path) -> Path:
    """Return the place in the file of a place in a value."""
    found: Path = ("variables",)
    for token in path:
        found = (*found, "items") if token in _ANY else (*found, "properties", token)
    return found


def _at(value: Any, path: Path) -> Any:
    """Return what a value that shows a difference holds at the place of it."""
    for token in path:
        if isinstance(value, dict):
            if token not in value and token not in _ANY:
                return value
            value = next(iter(value.values())) if token in _ANY else value[token]
        elif isinstance(value, list) and value:
            value = value[token] if isinstance(token, int) and token < len(value) else value[-1]
    return value


def _change(keyword: str, was: Any, now: Any) -> str:
    if keyword == "false":
        return "other fields are refused" if now is False else "other fields are allowed"
    names = {"enum": "the list of values", "type": "the type"}
    return f"{names.get(keyword, repr(keyword))} was {_shown(was)} and is {_shown(now)}"


def _narrowing(gap: Gap) -> str:
    """Say how the second schema takes less; of a list, which values are gone from it."""
    if _is_of_lists(gap):
        return f"the list of values is {_shown(gap.outer)} and lacks {_shown(gap.inner)}"
    return _change(gap.keyword, gap.inner, gap.outer)


def _widening(gap: Gap) -> str:
    """Say how the first schema takes more; of a list, which values are new in it."""
    if _is_of_lists(gap):
        return f"the list of values was {_shown(gap.outer)} and has {_shown(gap.inner)} as well"
    return _change(gap.keyword, gap.outer, gap.inner)


def _is_of_lists(gap: Gap) -> bool:
    # Then `inner` holds the values that the other list lacks.
    return gap.keyword == "enum" and isinstance(gap.inner, list) and isinstance(gap.outer, list)


def _undecided(gap: Gap, was: Any, now: Any) -> str:
    if gap.keyword == "complexity":
        return "the schemas are too complex to compare, so the worst is assumed"
    return f"{_change(gap.keyword, was, now)}, which proves nothing, so the worst is assumed"


def _subject(name: str) -> str:
    return f"'{name}'" if name else "the variables together"


def _dotted(path: Path) -> str:
    return ".".join(str(token) for token in path)


def _listed(roles: list[Any]) -> str:
    return ", ".join(str(role) for role in roles) or "none"


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "not given"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
