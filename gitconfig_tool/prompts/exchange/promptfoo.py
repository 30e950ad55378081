"""promptfoo: a configuration with a prompt, and the prompt's test data as its tests.

As promptfoo's documentation has it (pages "Configuration reference", "Prompts", "Assertions",
"Echo provider" and "Test cases", read November 2026). promptfoo renders with Nunjucks, which writes
most of Jinja2's syntax but has a runtime of its own: only what both render alike is exported. The
provider is `echo`, which answers with the prompt, because expectations are about the rendered text;
add providers to see what models make of it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import nodes

from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.prompts.exchange.model import ExchangeError, Exported, NotCarried
from gitconfig_tool.prompts.exchange.nunjucks import TOJSON, TOJSON_FILE
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.parts import TestCase
from gitconfig_tool.prompts.templates import parse_template

# Nunjucks 3.2, "Templating": what it has with the same meaning.
_FILTERS = frozenset({"default", "d", "first", "join", "last", "length", "lower", "trim", "upper"})
_TESTS = frozenset({"defined", "undefined"})
_LOOP = frozenset({"first", "index", "index0", "last", "length", "revindex", "revindex0"})
_ALIKE: tuple[type[nodes.Node], ...] = (
    nodes.Add,
    nodes.And,
    nodes.Compare,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.List,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Sub,
    nodes.Template,
    nodes.TemplateData,
)
# promptfoo loads what such a value names.
_LOADED = re.compile(r"\s*(?:file|https?|package|huggingface|env)://|\s*package:")
_SYNTAX = re.compile(r"[\^$\\.*+?()\[\]{}|/]")
# Notations of patterns that JavaScript lacks: flags within, absolute ends, classes by name.
_NOT_OF_JAVASCRIPT = re.compile(r"\(\?[a-zA-Z-]|\(\?P|\\[AzZ]|\[\[:")
_SCHEME = re.compile(r"\s*[a-z]+:")
# The text of a conversation is that of its messages, an empty line between them.
_JOIN = "JSON.parse(output).map((message) => message.content).join('\\n\\n')"
_LEFT_OUT: Mapping[str, str] = {
    "owner": "promptfoo has no such field",
    "classification": "promptfoo has no such field",
    "tags": "promptfoo has no such field for a prompt",
    "modelParameters": "promptfoo sets them with a provider: add them there",
    "responseFormat": "promptfoo sets it with a provider: add it there",
    "jsonSchema": "promptfoo sets it with a provider: add it there",
    "deprecated": "promptfoo knows no deprecated prompts",
    "replacedBy": "promptfoo knows no deprecated prompts",
    "variants": "export one version for each variant",
    "experiment": "promptfoo knows no experiments",
}


def to_promptfoo(version: PromptVersion) -> Exported:
    """Return `promptfooconfig.yaml` with the prompt in it."""
    content = version.content
    left = [NotCarried(field, reason) for field, reason in _LEFT_OUT.items() if field in content]
    if "variables" in content:
        left.append(NotCarried("variables", "promptfoo has no types and bounds of variables"))
    templates = list(_templates(content))
    for field, text in templates:
        left += _check(f"{version.path}: {field}", field, text, _texts(content))
    messages = content.get("messages")
    if isinstance(messages, list):
        pairs = [{"role": each["role"], "content": each["content"]} for each in messages]
        prompt = json.dumps(pairs, indent=2, ensure_ascii=False) + "\n"
    else:
        prompt = _as_text(str(content.get("template", "")))
    name = f"{version.id}@{version.version}"
    echo = {"id": "echo", "transform": _JOIN} if isinstance(messages, list) else "echo"
    tests = list(_tests(version, left))
    uses_tojson = any(_uses_tojson(text) for _, text in templates)
    filters = {"nunjucksFilters": {"tojson": f"./{TOJSON_FILE}"}} if uses_tojson else {}
    config = {
        "description": str(content.get("description") or name),
        # In a file of its own, a text would lose white space, and be split where it has '---'.
        "prompts": [{"id": name, "label": name, "raw": prompt}],
        **filters,
        "providers": [echo],
        # Else a list would make one test for each of its items.
        "defaultTest": {"options": {"disableVarExpansion": True}},
        "tests": tests,
    }
    files = [("promptfooconfig.yaml", write_yaml(config))]
    if filters:
        files.append((TOJSON_FILE, TOJSON))
    return Exported(tuple(files), tuple(dict.fromkeys(left)))


def _as_text(template: str) -> str:
    """Return a template that promptfoo takes for text.

    It takes a single line for a path where that is possible, `exec:` for a program, and formats
    JSON anew (`src/prompts/utils.ts`, `src/evaluatorHelpers.ts`). A comment of two lines at the
    beginning, which renders to nothing, keeps it from all that.
    """
    try:
        json.loads(template)
        is_json = True
    except (ValueError, RecursionError):
        is_json = False
    is_safe = "\n" in template and not _SCHEME.match(template) and not is_json
    return template if is_safe else "{#\n#}" + template


def _uses_tojson(template: str) -> bool:
    parsed, _ = parse_template(template, RenderLimits())
    return parsed is not None and any(map(_is_tojson, parsed.tree.find_all(nodes.Filter)))


def _templates(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    messages = content.get("messages")
    if isinstance(messages, list):
        for index, message in enumerate(messages):
            yield f"messages[{index}].content", str(message["content"])
    else:
        yield "template", str(content.get("template", ""))


def _texts(content: Mapping[str, Any]) -> frozenset[str]:
    """Return the variables that are text."""
    variables = content.get("variables")
    properties = variables.get("properties") if isinstance(variables, Mapping) else None
    return frozenset(
        name
        for name, schema in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(schema, Mapping) and schema.get("type") == "string"
    )


def _check(where: str, field: str, template: str, texts: frozenset[str]) -> Iterator[NotCarried]:
    """Raise where Nunjucks would render something else; yield what depends on the values."""
    parsed, problems = parse_template(template, RenderLimits())
    if parsed is None:
        raise ExchangeError(f"{where}: {problems[0].message}", hint=problems[0].hint)
    if any(use.name == "env" for use in parsed.uses):
        raise ExchangeError(
            f"{where}: expected another name of a variable, found 'env'",
            hint="promptfoo puts environment variables in its place",
        )
    for node in _walk(parsed.tree):
        found = _foreign(node)
        if found is not None:
            line = template.count("\n", 0, node.lineno) + 1
            raise ExchangeError(
                f"{where}: expected what Nunjucks has too, found {found} in line {line}",
                hint="promptfoo renders with Nunjucks: write it in another way, or give the "
                "result as a variable",
            )
        if isinstance(node, (nodes.If, nodes.CondExpr)) and _tests_a_value(node.test, texts):
            yield NotCarried(
                field, "an empty list or mapping counts as true in a condition of Nunjucks"
            )
        if isinstance(node, nodes.Output) and not all(_is_text(each, texts) for each in node.nodes):
            yield NotCarried(
                field,
                "a value that is no text: Nunjucks writes true, 1 and nothing where Jinja2 writes "
                "True, 1.0 and an error",
            )


def _tests_a_value(test: nodes.Node, texts: frozenset[str]) -> bool:
    """Tell whether a condition asks for the truth of a value that may be no text."""
    if isinstance(test, (nodes.And, nodes.Or)):
        return _tests_a_value(test.left, texts) or _tests_a_value(test.right, texts)
    if isinstance(test, nodes.Not):
        return _tests_a_value(test.node, texts)
    return not isinstance(test, (nodes.Compare, nodes.Test, nodes.Const)) and not _is_text(
        test, texts
    )


def _is_text(node: nodes.Node, texts: frozenset[str]) -> bool:
    if isinstance(node, nodes.Name):
        return node.name in texts
    if _is_tojson(node):
        return True
    return isinstance(node, nodes.TemplateData) or (
        isinstance(node, nodes.Const) and isinstance(node.value, str)
    )


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _is_tojson(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Filter) and node.name == "tojson" and not (node.args or node.kwargs)
    )


def _foreign(node: nodes.Node) -> str | None:
    """Name what Nunjucks lacks, or has with another meaning."""
    if _is_tojson(node):
        return None
    if isinstance(node, nodes.Filter):
        return None if node.name in _FILTERS and not node.kwargs else f"the filter '{node.name}'"
    if isinstance(node, nodes.Test):
        return None if node.name in _TESTS else f"the test '{node.name}'"
    if isinstance(node, nodes.Getattr):
        is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
        return f"'loop.{node.attr}'" if is_loop and node.attr not in _LOOP else None
    if isinstance(node, nodes.Getitem):
        return "a slice" if isinstance(node.arg, nodes.Slice) else None
    if isinstance(node, nodes.For) and (node.test is not None or node.recursive):
        return "a loop with a condition"
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Tuple):
        return "a loop over pairs"
    if isinstance(node, nodes.Operand) and node.op in ("in", "notin"):
        return None
    if isinstance(node, nodes.Const) and isinstance(node.value, (str, int, bool, float)):
        return None
    if isinstance(node, _ALIKE):
        return None
    return f"'{type(node).__name__.lower()}'"


def _tests(version: PromptVersion, left: list[NotCarried]) -> Iterator[dict[str, Any]]:
    cases: Sequence[TestCase] = version.file.tests if version.file is not None else ()
    for index, case in enumerate(cases):
        field = f"testData[{index}]"
        if _is_changed(case.variables):
            reason = "promptfoo would load or render a value of it: it begins as an address, or "
            left.append(NotCarried(field, f"{reason}holds braces"))
            continue
        expected = case.expected if isinstance(case.expected, Mapping) else {}
        test: dict[str, Any] = {
            "description": case.name,
            "vars": {**_defaults(version.content), **case.variables},
        }
        checks = []
        for name, value in expected.items():
            found = list(_asserts(name, value))
            many = value if isinstance(value, list) and name != "jsonSchema" else [value]
            if len(found) < len(many):
                left.append(NotCarried(f"{field}.expected.{name}", "promptfoo has no such check"))
            checks += found
        if checks:
            test["assert"] = checks
        yield test


def _defaults(content: Mapping[str, Any]) -> dict[str, Any]:
    variables = content.get("variables")
    properties = variables.get("properties") if isinstance(variables, Mapping) else None
    return {
        name: schema["default"]
        for name, schema in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(schema, Mapping) and "default" in schema
    }


def _is_changed(value: Any) -> bool:
    """Tell whether promptfoo would make something else of a value."""
    if isinstance(value, str):
        return _LOADED.match(value) is not None or any(each in value for each in ("{{", "{%", "{#"))
    if isinstance(value, Mapping):
        return any(map(_is_changed, value.values()))
    return isinstance(value, list) and any(map(_is_changed, value))


def _asserts(name: str, value: Any) -> Iterator[dict[str, Any]]:
    """Yield what promptfoo asserts for one expectation; nothing where it has no such check."""
    texts = value if isinstance(value, list) else [value]
    if name == "forbidden":
        # Whole words, in small letters or large.
        for text in texts:
            word = _SYNTAX.sub(r"\\\g<0>", str(text))
            pattern = json.dumps(rf"(?<![\p{{L}}\p{{N}}_]){word}(?![\p{{L}}\p{{N}}_])")
            test = f"!new RegExp({_hidden(pattern)}, 'iu').test(output)"
            yield {"type": "javascript", "value": test}
        return
    if name in ("minLength", "maxLength"):
        sign = ">=" if name == "minLength" else "<="
        # Characters, not UTF-16 units.
        yield {"type": "javascript", "value": f"[...output].length {sign} {value}"}
        return
    kind = {"contains": "contains", "notContains": "not-contains", "regex": "regex"}.get(name)
    if name == "equals":
        yield from _compared("equals", value)
    elif name == "jsonSchema":
        yield {"type": "is-json", "value": value}
    elif kind is not None:
        for text in texts:
            if kind != "regex" or not _NOT_OF_JAVASCRIPT.search(str(text)):
                yield from _compared(kind, text)


def _hidden(constant: str) -> str:
    """Write a constant of JavaScript so that nothing in it looks like a template."""
    return constant.replace("{", "\\u007b")


def _compared(kind: str, text: Any) -> Iterator[dict[str, Any]]:
    if isinstance(text, str) and _is_changed(text):
        # As a constant of JavaScript, nothing in it is rendered or loaded.
        constant = _hidden(json.dumps(text))
        body = {
            "contains": f"output.includes({constant})",
            "not-contains": f"!output.includes({constant})",
            "equals": f"output === {constant}",
            "regex": f"new RegExp({constant}).test(output)",
        }
        yield {"type": "javascript", "value": body[kind]}
        return
    yield {"type": kind, "value": text}
