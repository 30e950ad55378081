"""Prompts of other formats: text stays text, and no file makes a reader fail in another way."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import PromptVersion, load_prompts
from gitconfig_tool.prompts.exchange import curly, doubled, fstring
from gitconfig_tool.prompts.exchange.formats import READERS, WRITERS
from gitconfig_tool.prompts.exchange.jinja import Code, Text, escape, write
from gitconfig_tool.prompts.exchange.model import ExchangeError
from gitconfig_tool.prompts.exchange.planning import plan
from gitconfig_tool.prompts.exchange.source import Source
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import render_template
from tests.properties.strategies import EXAMPLES

# What templates are made of, so that braces meet.
BRACES = st.lists(
    st.sampled_from(["{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "-", "a", " ", "\n", "'", "\\"])
).map("".join)
NAMES = st.sampled_from(["a", "b_1", "Name"])
# The fields of all formats.
KEYS = (
    st.sampled_from(
        ["_type", "config", "content", "format", "id", "input", "input_variables", "inputs"]
    )
    | st.sampled_from(
        ["output", "parameters", "partial_variables", "prompt", "response_format", "role", "sample"]
    )
    | st.sampled_from(
        [
            "instructions",
            "jsonSchema",
            "kwargs",
            "lc",
            "messages",
            "metadata",
            "model",
            "name",
            "options",
        ]
    )
    | st.sampled_from(["schema", "tags", "template", "testData", "text", "type", "variables"])
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | BRACES
    | st.sampled_from(["PromptTemplate", "ChatPromptTemplate", "system", "chat", "jinja2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def rendered(template: str, **values: Any) -> str:
    return render_template(template, values, RenderLimits())


@EXAMPLES
@given(BRACES)
def test_escaped_text_renders_to_itself(text: str) -> None:
    assert rendered(escape(text)) == text.replace("\r\n", "\n")


@EXAMPLES
@given(st.lists(st.tuples(BRACES, NAMES)), BRACES)
def test_an_f_string_renders_as_python_formats_it(parts: list[tuple[str, str]], end: str) -> None:
    def literal(text: str) -> str:
        return text.replace("{", "{{").replace("}", "}}")

    source = "".join(f"{literal(text)}{{{name}}}" for text, name in parts) + literal(end)
    values = {"a": "{{x}}", "b_1": "{% y %}", "Name": "z"}

    assert rendered(write(list(fstring.pieces_of("t", source))), **values) == source.format(
        **values
    )


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from(["x", "}", "{% a %}", "{# b #}", "\n"]), NAMES)))
def test_doubled_braces_render_as_a_plain_replacement(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"{text}{{{{{name}}}}}" for text, name in parts)
    values = {"a": "1", "b_1": "2", "Name": "3"}
    expected = "".join(f"{text}{values[name]}" for text, name in parts)

    assert rendered(write(list(doubled.pieces_of("t", source))), **values) == expected


@EXAMPLES
@given(BRACES)
def test_tags_are_found_or_refused(text: str) -> None:
    for is_handlebars in (False, True):
        with suppress(ExchangeError):
            list(curly.tokens_of("t", text, handlebars=is_handlebars))


@EXAMPLES
@given(st.dictionaries(KEYS, VALUES, max_size=6), BRACES, st.sampled_from(sorted(READERS)))
def test_whatever_a_file_holds_a_reader_reads_or_refuses_it(
    value: dict[str, Any], body: str, form: str
) -> None:
    for kind in ("json", "front matter"):
        with suppress(ExchangeError):
            READERS[form].read(Source("a", kind, value, body))
    for reader in READERS.values():
        reader.is_it(Source("a", "json", value))


@EXAMPLES
@given(BRACES, BRACES)
def test_what_langfuse_can_say_comes_back_as_it_was(before: str, after: str) -> None:
    template = write([Text(before), Code("{{ a }}"), Text(after)])
    version = _version({"template": template, "variables": _variables("a")})
    try:
        ((_, text),) = WRITERS["langfuse"].write(version).files
    except ExchangeError:
        assert "{" in before + after
        return
    planned = plan("a.json", text.encode(), "prompts")

    assert rendered(str(planned.draft.content["template"]), a="x") == rendered(template, a="x")
    assert planned.version == "1.0.0"


@EXAMPLES
@given(BRACES, st.sampled_from(["mlflow", "litellm"]))
def test_other_targets_take_any_text(text: str, target: str) -> None:
    template = write([Text(f"x{text}"), Code("{{ a }}")])
    version = _version({"template": template, "variables": _variables("a")})
    ((_, written),) = WRITERS[target].write(version).files

    if target == "mlflow":
        assert isinstance(json.loads(written)["template"], str)
    else:
        back = plan("a.prompt", written.encode(), "prompts", form="litellm")
        content = back.draft.content
        lines = "\n".join(each.strip() for each in f"x{text}y".strip().split("\n"))
        assert rendered(str(content["template"]), a="y") == lines


def _variables(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"}},
        "required": [name],
        "additionalProperties": False,
    }


def _version(content: dict[str, Any]) -> PromptVersion:
    path = "prompts/a/1.0.0.prompt.yaml"
    data = json.dumps(content).encode()
    document, problems = parse_document(path, data)
    prompts, found = load_prompts({path: document}, {path: data})
    assert (problems, found) == ((), ())
    return prompts.versions("a")[0]
