"""GCT580-GCT589: what the test data of prompts expects."""

from gitconfig_tool.diagnostics.model import Rule

_PROMPT = (
    "template: Hello {{ name }}\nvariables: {type: object, properties: {name: {type: string}}}\n"
)


def _case(expected: str, name: str = "Ada") -> str:
    return f"{_PROMPT}testData:\n  - {{variables: {{name: {name}}}, expected: {{{expected}}}}}"


RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT580",
        name="expectation",
        group="prompt-tests",
        summary="A test case expects something that does not exist or can never be.",
        why="The case would check less than it says.",
        failing=_case("contain: Ada"),
        fixed=_case("contains: Ada"),
    ),
    Rule(
        code="GCT581",
        name="expected-text",
        group="prompt-tests",
        summary="The rendered text lacks what a test case expects in it.",
        why="The model would not get what it needs.",
        failing=_case("contains: Grace"),
        fixed=_case("contains: Ada"),
    ),
    Rule(
        code="GCT582",
        name="forbidden-text",
        group="prompt-tests",
        summary="The rendered text holds what a test case forbids.",
        why="It was forbidden for a reason: a promise, a name, a blank that was not filled in.",
        failing=_case("forbidden: [hello]"),
        fixed=_case("forbidden: [goodbye]"),
    ),
    Rule(
        code="GCT583",
        name="expected-equal",
        group="prompt-tests",
        summary="The rendered text is not the one that a test case expects.",
        why="Something changed that was to stay, or the case was not brought along.",
        failing=_case("equals: Hello  Ada"),
        fixed=_case("equals: Hello Ada"),
    ),
    Rule(
        code="GCT584",
        name="expected-pattern",
        group="prompt-tests",
        summary="The rendered text does not match the pattern that a test case expects.",
        why="The text has not the form that readers rely on.",
        failing=_case("regex: '^Dear'"),
        fixed=_case("regex: '^Hello'"),
    ),
    Rule(
        code="GCT585",
        name="expected-json",
        group="prompt-tests",
        summary="The rendered text is no JSON, or does not fit the schema of a test case.",
        why="A program reads it before the model does, and would fail.",
        failing=_case("jsonSchema: {type: string}"),
        fixed="template: '{{ name | tojson }}'\n"
        "variables: {type: object, properties: {name: {type: string}}}\n"
        "testData:\n  - {variables: {name: Ada}, expected: {jsonSchema: {type: string}}}",
    ),
    Rule(
        code="GCT586",
        name="expected-length",
        group="prompt-tests",
        summary="The rendered text is shorter or longer than a test case expects.",
        why="Too long costs tokens with every request; too short means that something is missing.",
        failing=_case("maxLength: 5"),
        fixed=_case("maxLength: 20"),
    ),
)
