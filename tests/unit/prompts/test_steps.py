"""The step between two versions: each kind of change has its level, and its reason in words."""

from typing import Any

import pytest

from gitconfig_tool.prompts.numbering import Level, highest_below, level_between, next_version
from gitconfig_tool.prompts.steps import Step, step_between

TEXT = {"type": "string"}
BASE: dict[str, Any] = {"template": "Hello {{ name }}"}


def taking(*required: str, **properties: Any) -> dict[str, Any]:
    variables = {"type": "object", "properties": properties, "required": list(required)}
    return {**BASE, "variables": variables}


def answering(*required: str, **properties: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return {**BASE, "responseFormat": "json_schema", "jsonSchema": {"name": "a", "schema": schema}}


def saying(*roles: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": "Hello"} for role in roles]}


def only(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, str]:
    (reason,) = step_between(old, new).reasons
    return reason.level.word, reason.text


NAME = taking("name", name=TEXT)
CHANGES = [
    # Variables: what callers give.
    (NAME, taking("name", name=TEXT, tone=TEXT), "minor", "'tone' is new and optional"),
    (NAME, taking("name", "tone", name=TEXT, tone=TEXT), "major", "'tone' is new and required"),
    (taking(name=TEXT), NAME, "major", "'name' is required now"),
    (NAME, taking(name=TEXT), "minor", "'name' may be left out now"),
    (
        taking("name", name=TEXT, tone=TEXT),
        NAME,
        "major",
        "'tone' is gone: callers that give it are refused",
    ),
    (
        NAME,
        taking("name", name={"type": "string", "maxLength": 2}),
        "major",
        "'name' accepts less: 'maxLength' was not given and is 2; \"aaa\" is refused",
    ),
    (
        taking("name", name={"enum": ["a", "b"]}),
        taking("name", name={"enum": ["a"]}),
        "major",
        '\'name\' accepts less: the list of values is ["a"] and lacks ["b"]; "b" is refused',
    ),
    (
        taking("name", name={"enum": ["a"]}),
        taking("name", name={"enum": ["a", "b"]}),
        "minor",
        '\'name\' accepts more: the list of values was ["a"] and has ["b"] as well',
    ),
    (
        answering("a", a={"enum": ["x", "y"]}),
        answering("a", a={"enum": ["x", "y", "z"]}),
        "major",
        '\'a\' of answers may be more: the list of values was ["x", "y"] and has ["z"] as well; '
        'readers must cope with "z"',
    ),
    (
        NAME,
        taking("name", name={"type": ["string", "null"]}),
        "minor",
        '\'name\' accepts more: the type was "string" and is "null"',
    ),
    (
        taking("name", name={"type": "string", "pattern": "^ab"}),
        taking("name", name={"type": "string", "pattern": "^a"}),
        "major",
        "'name': 'pattern' was \"^ab\" and is \"^a\", which proves nothing, "
        "so the worst is assumed",
    ),
    (
        taking("name", name={**TEXT, "description": "Who"}),
        NAME,
        "patch",
        "what is said of the variables changed",
    ),
    (
        taking(name={**TEXT, "default": "you"}),
        taking(name=TEXT),
        "major",
        "'name' has no default any more: callers that leave it out relied on it",
    ),
    (
        taking(name={**TEXT, "default": "you"}),
        taking(name={**TEXT, "default": "friend"}),
        "patch",
        'the default of \'name\' was "you" and is "friend"',
    ),
    # A default lets callers leave out what is required.
    (
        taking("name", name={**TEXT, "default": "you"}),
        NAME,
        "major",
        "'name' is required now",
    ),
    # Answers: what readers get.
    (
        answering("score", score={"type": "integer"}, why=TEXT),
        answering("score", score={"type": "integer"}),
        "major",
        "answers have no 'why' any more: readers rely on it",
    ),
    (
        answering("score", score={"type": "integer"}),
        answering(score={"type": "integer"}),
        "major",
        "'score' may be missing from answers now",
    ),
    (
        answering("score", score={"type": "integer"}),
        answering("score", score={"type": "number"}),
        "major",
        '\'score\' of answers may be more: the type was "integer" and is "number"; '
        "readers must cope with 0.5",
    ),
    (
        answering("score", score={"type": "integer"}),
        answering("score", "why", score={"type": "integer"}, why=TEXT),
        "minor",
        "answers have 'why' now",
    ),
    (
        answering("mood", mood={"enum": ["good", "bad"]}),
        answering("mood", mood={"enum": ["good"]}),
        "minor",
        "answers are fewer than before: none is new",
    ),
    (
        BASE,
        {**BASE, "responseFormat": "json_object"},
        "major",
        'answers may be more: the type was "string" and is "object"; readers must cope with {}',
    ),
    # What is sent.
    (BASE, {"template": "Hi {{ name }}"}, "patch", "the text changed"),
    (
        saying("user"),
        saying("system", "user"),
        "major",
        "the roles of messages were user and are system, user",
    ),
    (
        BASE,
        saying("user"),
        "major",
        "'template' became 'messages': callers send it otherwise",
    ),
    (
        saying("system", "user"),
        {"messages": [saying("system")["messages"][0], {"role": "user", "content": "Hi"}]},
        "patch",
        "the text of the user message changed",
    ),
    ({**BASE, "modelParameters": {}}, BASE, "minor", "'modelParameters' is gone"),
    (BASE, {**BASE, "variants": []}, "minor", "'variants' is new"),
    ({**BASE, "owner": "a"}, {**BASE, "owner": "b"}, "patch", "'owner' changed"),
    (BASE, {**BASE, "deprecated": True}, "patch", "'deprecated' is new"),
]


@pytest.mark.parametrize(("old", "new", "level", "text"), CHANGES)
def test_each_change_has_its_level_and_reason(
    old: dict[str, Any], new: dict[str, Any], level: str, text: str
) -> None:
    assert only(old, new) == (level, text)


def test_schemas_that_are_none_prove_nothing() -> None:
    """Wrong variables are reported when they are loaded; of answers the worst is assumed."""
    wrong = {**BASE, "variables": {"type": "object", "properties": [1], "required": "name"}}
    assert only(NAME, wrong) == ("patch", "'variables' changed")

    draft_7 = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [TEXT]}
    (reason,) = step_between({**BASE, "jsonSchema": draft_7}, BASE).reasons[:1]
    assert (reason.level, reason.is_proved) == (Level.MAJOR, False)


def test_the_largest_change_decides() -> None:
    old = {**taking("name", name=TEXT), "owner": "a"}
    new = {**taking("name", "tone", name=TEXT, tone=TEXT), "owner": "b", "template": "Hi"}

    step = step_between(old, new)

    assert [reason.level.word for reason in step.reasons] == ["major", "patch", "patch"]
    assert [reason.text for reason in step.deciding] == ["'tone' is new and required"]
    assert step_between(old, old) == Step()


def test_an_include_counts_as_the_partial_does() -> None:
    old = {**BASE, "includes": {"tone": "house@1.0.0"}}
    new = {**BASE, "includes": {"tone": "house@2.0.0"}}
    partial = step_between(taking(a=TEXT), taking("b", a=TEXT, b=TEXT))

    assert only(old, new) == ("patch", "'tone' was house@1.0.0 and is house@2.0.0")
    (reason,) = step_between(old, new, lambda *_: partial).reasons
    assert (reason.level, reason.path) == (Level.MAJOR, ("includes", "tone"))
    assert reason.text.endswith("house@2.0.0 ('b' is new and required)")


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("1.0.0", "1.0.1", Level.PATCH),
        ("1.0.0", "1.4.0", Level.MINOR),
        ("1.9.3", "2.0.0", Level.MAJOR),
        # npm's ranges: ^0.2.3 takes 0.2.4 and not 0.3.0; ^0.0.3 takes nothing else.
        ("0.2.3", "0.2.4", Level.MINOR),
        ("0.2.3", "0.3.0", Level.MAJOR),
        ("0.0.3", "0.0.4", Level.MAJOR),
        ("0.9.0", "1.0.0", Level.MAJOR),
    ],
)
def test_the_step_between_two_numbers(old: str, new: str, level: Level) -> None:
    assert level_between(old, new) is level


@pytest.mark.parametrize(
    ("version", "level", "following"),
    [
        ("1.2.3", Level.PATCH, "1.2.4"),
        ("1.2.3", Level.MINOR, "1.3.0"),
        ("1.2.3", Level.MAJOR, "2.0.0"),
        ("0.2.3", Level.MINOR, "0.2.4"),
        ("0.2.3", Level.MAJOR, "0.3.0"),
        ("0.0.3", Level.MAJOR, "0.0.4"),
    ],
)
def test_the_next_number(version: str, level: Level, following: str) -> None:
    assert next_version(version, level) == following
    assert level_between(version, following) >= level


def test_a_version_follows_the_highest_lower_one_that_is_no_draft() -> None:
    versions = ["1.0.0", "1.1.0-rc.1", "1.10.0", "2.0.0"]

    assert highest_below(versions, "1.9.0") == "1.0.0"
    assert highest_below(versions, "2.0.0") == "1.10.0"
    assert highest_below(versions, "1.0.0") is None
