"""The snippets on the pages of the catalogue tell the truth: the failing one gives its code, the
fixed one gives no problem at all.

A snippet is a part of a project. `AROUND` says what stands around it, code by code; what is not
there stands by itself in a document of `base`, or in the layers that its comments name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import RULES
from tests.unit.conftest import GitProject

# What no text can show: the name or the kind of a file, or what is too large for a page.
NOT_RUN = {
    **dict.fromkeys([f"GCT00{number}" for number in range(1, 10)], "names and kinds of files"),
    **dict.fromkeys(["GCT102", "GCT109", "GCT114", "GCT116"], "names of files"),
    **dict.fromkeys(["GCT507", "GCT701", "GCT702"], "names of files"),
    **dict.fromkeys([f"GCT40{number}" for number in range(1, 10)], "the ciphertext is cut off"),
    **dict.fromkeys([f"GCT41{number}" for number in range(10)], "two files: tests/cases"),
    **dict.fromkeys([f"GCT{number}" for number in range(425, 434)], "two commits are compared"),
    **dict.fromkeys([f"GCT4{number}" for number in range(40, 46)], "the ciphertext is cut off"),
    **dict.fromkeys([f"GCT4{number}" for number in range(46, 65)], "needs a key"),
    **dict.fromkeys([f"GCT46{number}" for number in range(5, 9)], "the ciphertext is cut off"),
    **dict.fromkeys(
        ["GCT018", "GCT019", "GCT040", "GCT155", "GCT668"], "what is large is left out"
    ),
    **dict.fromkeys(["GCT801", "GCT803", "GCT804"], "several files: tests/cases"),
    **dict.fromkeys([f"GCT81{number}" for number in range(1, 5)], "several files: tests/cases"),
    **dict.fromkeys(["GCT821", "GCT822", "GCT831"], "several files: tests/cases"),
    **dict.fromkeys(["GCT435", "GCT436", "GCT437"], "secrets scan: tests/unit/cli/test_scan.py"),
    "GCT523": "no text can show bytes: tests/cases",
    **dict.fromkeys(["GCT535", "GCT536", "GCT538"], "two commits are compared"),
    "GCT537": "two versions: tests/cases",
    "GCT558": "two commits are compared",
    "GCT559": "several files: tests/cases",
    **dict.fromkeys([f"GCT{number}" for number in range(750, 761)], "several files: tests/cases"),
    "GCT904": "found by `test` alone: tests/unit/cli/test_value_tests.py",
    "GCT107": "the fixed one is the name of a folder",
    "GCT157": "needs a tag of the repository: tests/unit/compiler/test_revisions.py",
}
PROJECT: dict[str, Any] = {
    "apiVersion": "gitconfig-tool/v1",
    "name": "snippets",
    "dimensions": {
        "environment": {"production": {}},
        "tenant": {"acme": {}, "demo-1": {}},
    },
    "layers": ["base", "environments/{environment}"],
    "bundles": [{"name": "{environment}"}],
}
BASE = "base/doc.yaml"
PRODUCTION = "environments/production/doc.yaml"
PROMPT = "prompts/greeting/1.0.0.prompt.yaml"
POLICY = "policies/p.rego"
CASES = Path(__file__).parents[2] / "cases"
_PART = re.compile(r"^# (base|production|gitconfig\.yaml|the layer)\n", re.MULTILINE)


@dataclass(frozen=True)
class Around:
    """Where a snippet lies, what stands before and behind it, and the rest of the project.

    `keys` leads to the place in gitconfig.yaml that a snippet stands for. `also` are the codes that
    the snippets cannot do without. `as_of` is the day to judge at, where it is not the commit's.
    """

    at: str = BASE
    before: str = ""
    behind: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    project: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] | None = None
    also: frozenset[str] = frozenset()
    as_of: date | None = None


def _schema(text: str) -> Around:
    rule = {"match": "doc", "schema": "schemas/doc.yaml"}
    return Around(files={"schemas/doc.yaml": text}, project={"schemas": [rule]})


def _is_schema() -> Around:
    """A schema of a document that does not exist: only the schema itself is looked at."""
    rule = {"match": "other", "schema": "schemas/doc.yaml"}
    common = {"schemas/common.schema.json": '{"type": "object"}'}
    return Around(
        "schemas/doc.yaml",
        files={BASE: "a: 1\n", **common},
        project={"schemas": [rule]},
        also=frozenset({"GCT216"}),
    )


def _policy() -> Around:
    return Around(
        POLICY,
        before="package p\n\n",
        files={BASE: "port: http\ndebug: true\n"},
        project={"policies": ["policies/"]},
    )


def _prompt(behind: str = "", *, also: str = "", files: Mapping[str, str] | None = None) -> Around:
    around = {BASE: "a: 1\n", **(files or {})}
    return Around(PROMPT, behind=f"\n{behind}\n", files=around, also=frozenset(also.split()))


def _keys(
    *names: str,
    files: Mapping[str, str] | None = None,
    project: Mapping[str, Any] | None = None,
) -> Around:
    return Around(keys=names, files={BASE: "a: 1\n", **(files or {})}, project=project or {})


def _links() -> Around:
    """Documents that links lead to; the SOPS file is that of a case."""
    sops = CASES / "GCT153" / "key" / "base" / "secrets" / "providers.sops.yaml"
    text = sops.read_text(encoding="utf-8")
    return Around(
        files={
            "base/secrets/providers.sops.yaml": text,
            "base/secrets/db.sops.yaml": text.replace("openai:", "password:"),
            "base/platform/db.yaml": "host: db.example.com\n",
        },
        # Two files of one ciphertext.
        also=frozenset({"GCT425"}),
    )


def _model(day: str = "", **around: Any) -> Around:
    """A document of a model, judged at a day."""
    as_of = date.fromisoformat(day) if day else None
    project = {"schemas": [MODEL_RULE], **around.pop("project", {})}
    # What Anthropic demands beside the model is not what these snippets are about.
    return Around(project=project, as_of=as_of, also=frozenset({"GCT625"}), **around)


MODEL_RULE = {"match": "doc", "schema": "gitconfig-tool:model-config"}
MODEL = {BASE: "provider: anthropic\nmodel: claude-haiku-4-5\n"}


def _models(*others: str, at: str = BASE) -> Around:
    """A model's document, `doc`, and others beside it."""
    texts = {
        "base/doc.yaml": "provider: mistral\nmodel: mistral-large-2512\ntimeout_seconds: 15\n"
        "fallbacks: [another]\n",
        "base/another.yaml": "provider: openai\nmodel: gpt-5.2\ntimeout_seconds: 15\n",
        "base/limits.yaml": "requests_per_minute: 60\n",
    }
    around = {path: texts[path] for path in others}
    names = [name for name in ("doc", "another") if f"base/{name}.yaml" in {at, *around}]
    rules = [{"match": name, "schema": "gitconfig-tool:model-config"} for name in names]
    if at == "base/service.yaml":
        rules.append({"match": "service", "schema": "gitconfig-tool:service"})
    return Around(at, files=around, project={"schemas": rules})


ANOTHER = "base/another.yaml"
CUSTOMER = "variables: {type: object, properties: {customer: {type: string}}}"
NAMES = "variables: {type: object, properties: {names: {type: array, items: {type: string}}}}"
BASELINE = Around(project={"policies": ["gitconfig-tool:security-baseline"]})
DEVELOPMENT: dict[str, Any] = {
    "dimensions": {
        "environment": {"development": {}, "production": {}},
        "tenant": {"acme": {}, "demo-1": {}},
    }
}
STAGING: dict[str, Any] = {"dimensions": {"environment": {"staging": {}}}}
USE = {BASE: "prompt: !prompt greeting@^1\n"}
REPLACEMENT = {"prompts/greeting/2.0.0.prompt.yaml": "template: Good day\n"}
HOUSE_STYLE = {"prompts/house-style/1.2.0.partial.yaml": "template: Be brief.\n"}
TONED = (
    "variables: {type: object, properties: {tone: {type: string}}}\ntemplate: 'Be {{ tone }}.'\n"
)
OLD_STYLE = "template: Be brief.\ndeprecated: true\nreplacedBy: house-style@^1\n"
TO_MODEL: dict[str, Any] = {"schemas": [{"match": "doc", "schema": "gitconfig-tool:model-config"}]}
BOUNDED = (
    "template: Hello {{ customer }}\nvariables:\n  type: object\n"
    "  properties: {customer: {type: string, maxLength: 80}}\n"
)
SENT = (
    "provider: custom\nmodel: m\nendpoint: https://m.example.com\n"
    "context_window_tokens: 9000\nprompt: !prompt greeting@^1\n"
)
AROUND = {
    **{
        f"GCT{number}": Around("tests/doc.test.yaml", files={BASE: "a: 1\n"})
        for number in range(900, 904)
    },
    "GCT590": Around(files={PROMPT: BOUNDED}, project=TO_MODEL),
    "GCT591": Around(files={PROMPT: BOUNDED}, project=TO_MODEL),
    "GCT592": Around(PROMPT, files={BASE: SENT}, project=TO_MODEL),
    "GCT013": _links(),
    "GCT030": _keys(files={POLICY: "package p\n"}),
    "GCT031": _keys(),
    "GCT032": Around("gitconfig.yaml", files={BASE: "a: 1\n"}),
    "GCT033": _keys(),
    "GCT034": _keys(project={"layers": ["base"], "bundles": [{"name": "default"}]}),
    "GCT035": _keys("dimensions", "environment", project=STAGING),
    "GCT036": _keys("dimensions", "environment"),
    "GCT037": _keys(files={PRODUCTION: "b: 1\n"}),
    "GCT038": _keys(files={"shared/doc.yaml": "b: 1\n"}),
    "GCT039": _keys(),
    "GCT041": _keys("dimensions", files={"tenants/acme/doc.yaml": "b: 1\n"}),
    "GCT042": _keys("bundles", project=DEVELOPMENT),
    "GCT043": _keys("bundles", project=DEVELOPMENT),
    "GCT045": Around(PRODUCTION, files={BASE: "a: 1\n"}, also=frozenset({"GCT106"})),
    "GCT046": Around(PRODUCTION, files={BASE: "audit: !final true\n"}, also=frozenset({"GCT105"})),
    "GCT047": _keys("bundles", project=DEVELOPMENT),
    "GCT108": Around(files={BASE: "a: 1\n"}, keys=()),
    "GCT115": Around(files={BASE: "a: 1\n", PRODUCTION: "a: 2\n"}, keys=()),
    "GCT216": Around(
        files={"base/model.yaml": "provider: openai\nmodel: gpt-4.1\n"},
        keys=(),
    ),
    "GCT110": _schema(
        "properties: {fallbacks: {type: array, x-kubernetes-list-type: map, "
        "x-kubernetes-list-map-keys: [name], items: {required: [name], "
        "properties: {name: {type: string}}}}}"
    ),
    "GCT111": Around(PRODUCTION, files={BASE: "limits: {burst: 10, daily: 50}\n"}),
    "GCT151": Around(files={"base/platform/rate-limits.yaml": "requests_per_minute: 60\n"}),
    "GCT154": Around(files={"prompts/support-assistant/1.3.0.prompt.yaml": "template: Hello\n"}),
    "GCT153": _links(),
    "GCT156": _links(),
    "GCT159": Around(
        files={
            "base/platform/limits.yaml": "{old_timeout: 5, timeout_seconds: 5}",
            "schemas/doc.yaml": "properties: {old_timeout: {deprecated: true}}",
        },
        project={"schemas": [{"match": "platform/limits", "schema": "schemas/doc.yaml"}]},
        also=frozenset({"GCT215"}),
    ),
    "GCT160": _links(),
    "GCT201": _schema("properties: {max_tokens: {type: integer}}"),
    "GCT202": _schema("required: [provider, model]"),
    "GCT203": _schema("properties: {provider: {enum: [openai, azure]}}"),
    "GCT204": _schema("properties: {temperature: {maximum: 2}}"),
    "GCT205": _schema("properties: {expires_on: {pattern: '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$'}}"),
    "GCT206": _schema(
        "properties: {parameters: {additionalProperties: false, properties: {temperature: {}}}}"
    ),
    "GCT207": _schema("properties: {audience: {minItems: 1}}"),
    "GCT208": _schema("properties: {stop: {anyOf: [{type: string}, {type: array}]}}"),
    "GCT209": _schema("properties: {limits: {minProperties: 1}}"),
    "GCT210": _is_schema(),
    "GCT211": replace(_keys(), also=frozenset({"GCT216"})),
    "GCT212": _is_schema(),
    "GCT213": _schema("x-key-order: [provider, model]"),
    "GCT214": _is_schema(),
    "GCT215": _schema("properties: {max_length: {deprecated: true}}"),
    "GCT301": Around(
        files={
            POLICY: "package p\n\ndeny contains msg if {\n\tnot input.parameters.max_tokens\n"
            '\tmsg := "expected a limit"\n}\n'
        },
        project={"policies": ["policies/"]},
    ),
    "GCT302": BASELINE,
    "GCT303": _policy(),
    "GCT304": _policy(),
    "GCT305": _keys(),
    "GCT306": _policy(),
    "GCT501": _prompt(),
    "GCT502": _prompt(),
    "GCT503": _prompt(CUSTOMER),
    "GCT504": _prompt(NAMES),
    "GCT505": _prompt(),
    "GCT506": _prompt(),
    "GCT508": _prompt("template: Hello {{ customer }}"),
    "GCT509": _prompt("template: Hello {{ customer }}"),
    "GCT510": _prompt("template: Hello {{ customer }}\n" + CUSTOMER),
    "GCT511": _prompt("template: You have {{ count }} messages."),
    "GCT512": _prompt(NAMES),
    "GCT514": _prompt(
        "variables: {type: object, properties: {greeting: {type: string}}}", also="GCT502"
    ),
    **{f"GCT{number}": _models() for number in range(620, 631)},
    **{f"GCT{number}": _models() for number in range(663, 667)},
    **dict.fromkeys(["GCT660", "GCT661"], _models(ANOTHER)),
    "GCT662": _models(ANOTHER, "base/limits.yaml"),
    "GCT667": _models(BASE, ANOTHER, at="base/service.yaml"),
    "GCT515": _prompt("template: Hello", files=REPLACEMENT),
    **dict.fromkeys([f"GCT51{number}" for number in range(6, 10)], _prompt(files=HOUSE_STYLE)),
    "GCT520": Around("prompts/house-style/1.2.0.partial.yaml", files={BASE: "a: 1\n"}),
    "GCT521": _prompt(files={**HOUSE_STYLE, "prompts/old-style/1.0.0.partial.yaml": OLD_STYLE}),
    "GCT524": _prompt(),
    **{f"GCT{number}": _prompt() for number in (*range(550, 558), *range(565, 571))},
    **{f"GCT{number}": _prompt() for number in range(580, 587)},
    "GCT556": _prompt(files=USE),
    "GCT557": _prompt(files=USE),
    "GCT526": replace(_prompt(NAMES), project={"prompts": {"portable": "jinja"}}),
    "GCT527": _prompt(files={"prompts/house-style/1.0.0.partial.yaml": TONED}),
    "GCT522": _prompt(files={"prompts/greeting/system.md.j2": "Be brief.\n"}),
    "GCT601": _model(),
    "GCT602": _model(),
    "GCT603": _model("2026-01-01"),
    "GCT604": _model("2025-06-01"),
    "GCT605": _model("2025-07-01"),
    "GCT606": _model("2026-12-20"),
    "GCT607": _model("2025-03-01"),
    "GCT608": _model("2027-03-01", keys=(), files=MODEL),
    "GCT609": _model(keys=(), files={**MODEL, "models.yaml": "openai/gpt-9: {max_output: 4096}\n"}),
    "GCT610": _model(
        at="models.yaml", files=MODEL, project={"models": {"catalogue": "models.yaml"}}
    ),
    "GCT611": _model(keys=(), files=MODEL),
    "GCT680": _model(),
    "GCT681": _model(),
    "GCT682": _model(),
}


# A policy that is right denies what the one with a mistake could not.
FIXED_GIVES = {"GCT304": ["GCT301"], "GCT306": ["GCT301"]}


def _lay_out(snippet: str, around: Around) -> dict[str, str | bytes]:
    """Return the files of the project that a snippet is a part of."""
    project = {**PROJECT, **around.project}
    files: dict[str, str | bytes] = dict(around.files)
    parts = _PART.split(snippet)
    if around.keys is not None:
        project = _with_keys(project, yaml.safe_load(snippet), around.keys)
    elif len(parts) == 1:
        files[around.at] = f"{around.before}{snippet}{around.behind}"
    for name, part in zip(parts[1::2], parts[2::2], strict=True):
        if name == "gitconfig.yaml":
            project |= yaml.safe_load(part)
        else:
            files[{"base": BASE, "production": PRODUCTION, "the layer": around.at}[name]] = part
    return {"gitconfig.yaml": yaml.safe_dump(project, sort_keys=False), **files}


def _with_keys(project: Mapping[str, Any], keys: Any, path: tuple[str, ...]) -> dict[str, Any]:
    """Return a project with the keys of a snippet at a place; what else is there stays."""
    if path == ("bundles",):
        return {**project, "bundles": [{"name": "{environment}/{tenant}", **keys}]}
    if path:
        keys = {path[0]: _with_keys(project.get(path[0], {}), keys, path[1:])}
    return {**project, **keys}


@pytest.mark.parametrize("code", [code for code in RULES if code not in NOT_RUN])
def test_failing_and_fixed(code: str, git_project: Callable[..., GitProject]) -> None:
    around = AROUND.get(code, Around())
    found = {}
    for name in ("failing", "fixed"):
        files = _lay_out(getattr(RULES[code], name), around)
        snapshot = git_project(files, name).open().at_commit()
        compilation = compile_snapshot(snapshot, as_of=around.as_of)
        found[name] = [each.code for each in compilation.diagnostics]

    allowed = around.also.union(FIXED_GIVES.get(code, ()))
    assert set(found["failing"]) - around.also == {code}
    assert [each for each in found["fixed"] if each not in allowed] == []


def test_what_is_not_run_exists() -> None:
    assert [code for code in (*NOT_RUN, *AROUND) if code not in RULES] == []
