"""Chains through documents: their order, what each model is sent, and what is wrong with them."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest

from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.models import Catalogue, Chain, chains_of
from gitconfig_tool.models.compatibility import Sent, with_prompt
from gitconfig_tool.models.declared import is_capable, known_of
from tests.unit.conftest import GitProject

Make = Callable[..., GitProject]
PROJECT = """
apiVersion: gitconfig-tool/v1
name: chains
dimensions: {environment: {staging: {}, production: {}}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
schemas:
  - {match: "chains/*", schema: gitconfig-tool:model-chain}
  - {match: "endpoints/*", schema: gitconfig-tool:model-endpoint}
  - {match: "models/*", schema: gitconfig-tool:model-config}
  - {match: "parameters/*", schema: gitconfig-tool:model-parameters}
  - {match: "facts/*", schema: gitconfig-tool:model-metadata}
  - {match: "services/*", schema: gitconfig-tool:service}
"""
BUNDLE = "production"
PROMPT = {
    "prompts/greet/1.0.0.prompt.yaml": "template: Hi\nmodelParameters: {topP: 0.5, seed: 3}\n"
}


def compiled(make: Make, files: Mapping[str, str]) -> Compilation:
    """Compile a project whose base layer holds these documents, by id."""
    layers = {
        path if "/" in path and path.endswith(".yaml") else f"base/{path}.yaml": text
        for path, text in files.items()
    }
    project = make({"gitconfig.yaml": PROJECT, **layers}, "project")
    return compile_snapshot(project.open().at_commit())


def chain(make: Make, files: Mapping[str, str], name: str) -> Chain:
    """Return the chain that a document describes."""
    bundle = compiled(make, files).bundles[BUNDLE]
    return next(
        each for each in chains_of(bundle.documents, bundle.schemas) if each.document == name
    )


def models(found: Chain) -> list[str]:
    """Return the models of a chain in their order."""
    return [hop.model for hop in found.hops]


def codes(found: Compilation) -> list[str]:
    """Return the codes of what is said of chains."""
    return sorted(each.code for each in found.diagnostics if "GCT620" <= each.code < "GCT680")


def model(name: str, *more: str) -> str:
    """Return a document of a model."""
    return "\n".join(["provider: custom", f"model: {name}", "endpoint: http://h/v1", *more, ""])


def test_the_fallbacks_of_a_fallback_come_before_the_next(git_project: Make) -> None:
    found = chain(
        git_project,
        {
            "models/a": model("a", "fallbacks: [models/b, models/e]"),
            "models/b": model("b", "fallbacks: [models/c, models/d]"),
            "models/c": model("c"),
            "models/d": model("d"),
            "models/e": model("e"),
        },
        "models/a",
    )

    assert models(found) == ["a", "b", "c", "d", "e"]
    assert [hop.document for hop in found.hops] == [f"models/{each}" for each in "abcde"]
    assert [hop.index for hop in found.hops] == [0, 1, 2, 3, 4]
    assert found.problems == ()


def test_a_chain_in_documents_of_its_own(git_project: Make) -> None:
    found = chain(
        git_project,
        {
            "chains/support": "primary: endpoints/a\nfallbacks:\n  - endpoints/b\n"
            "  - {provider: custom, model: c, endpoint: http://h/v1}\n"
            "routing: {strategy: cost}\nparameters: {temperature: 0.3, seed: 1}\n"
            "traffic: {requests_per_month: 10, input_tokens: 20, output_tokens: 30}\n",
            "endpoints/a": model("a", "parameters: parameters/careful"),
            "endpoints/b": model("b", "drop_parameters: [seed]"),
            "parameters/careful": "description: Few surprises.\ntemperature: 0\n",
        },
        "chains/support",
    )
    sent = [
        {name: (each.value, each.source) for name, each in hop.parameters.items()}
        for hop in found.hops
    ]

    assert models(found) == ["a", "b", "c"]
    assert found.strategy == "cost"
    assert found.traffic is not None
    assert (found.traffic.requests_per_month, found.traffic.cached_input_tokens) == (10, 0)
    assert sent == [
        {"temperature": (0, "hop"), "seed": (1, "chain")},
        {"temperature": (0.3, "chain")},
        {"temperature": (0.3, "chain"), "seed": (1, "chain")},
    ]
    assert str(found.hops[0].parameters["temperature"].span) == "base/parameters/careful.yaml:2:14"


def test_an_endpoint_is_a_chain_where_nobody_names_it(git_project: Make) -> None:
    bundle = compiled(
        git_project,
        {
            "chains/support": "primary: endpoints/a\n",
            "endpoints/a": model("a"),
            "endpoints/b": model("b"),
        },
    ).bundles[BUNDLE]

    names = [each.document for each in chains_of(bundle.documents, bundle.schemas)]
    assert names == ["chains/support", "endpoints/b"]


def test_prompts_of_services_that_name_the_model(git_project: Make) -> None:
    files = {
        "models/a": model(
            "a", "parameters: {top_p: 0.9, temperature: 0.1}", "prompt: !prompt greet@1"
        ),
        "services/one": "owner: o\nmodel: models/a\nprompt: !prompt greet@^1.0\n",
        "services/two": "owner: o\nmodel: !ref models/a#\nprompts: {x: !prompt greet@1.0.0}\n",
        **PROMPT,
    }
    found = chain(git_project, files, "models/a")

    assert found.services == ("services/one", "services/two")
    assert found.prompts == (("greet", "1.0.0"),)
    assert set(found.used) == {"models/a", "services/one", "services/two"}


def test_what_only_one_provider_knows_goes_to_its_models_alone(git_project: Make) -> None:
    openai = "{provider: openai, model: gpt-4.1}"
    found = chain(
        git_project,
        {
            "models/a": "provider: openai\nmodel: gpt-4.1-mini\n"
            "parameters: {seed: 7, extra: {service_tier: flex}}\n"
            f"fallbacks: [{openai}, models/b]\n",
            "models/b": "provider: mistral\nmodel: mistral-small-latest\n"
            "fallbacks: [models/c, {provider: mistral, model: m, parameters: {extra: {x: 1}}}]\n",
            "models/c": "provider: openai\nmodel: gpt-4o\n",
        },
        "models/a",
    )

    sent = [hop.parameters.get("extra") for hop in found.hops]
    assert [None if each is None else each.value for each in sent] == [
        {"service_tier": "flex"},
        {"service_tier": "flex"},
        None,
        {"service_tier": "flex"},
        {"x": 1},
    ]
    assert [hop.parameters["seed"].value for hop in found.hops] == [7] * 5


def test_a_chain_without_a_provider_sends_everything_to_all(git_project: Make) -> None:
    found = chain(
        git_project,
        {
            "chains/a": "primary: {provider: openai, model: gpt-4.1}\n"
            "parameters: {extra: {x: 1}}\n"
            "fallbacks: [{provider: mistral, model: mistral-small-latest}]\n"
        },
        "chains/a",
    )

    assert [hop.parameters["extra"].value for hop in found.hops] == [{"x": 1}, {"x": 1}]


def test_a_prompt_sets_its_parameters_over_all(git_project: Make) -> None:
    found = chain(git_project, {"models/a": model("a", "parameters: {top_p: 0.9}")}, "models/a")
    content = {"modelParameters": {"topP": 0.5, "maxTokens": 7, "unheardOf": 1}}
    prompt = Sent("greet", "1.0.0", content, found.hops[0].span, {})
    sent = with_prompt(found, prompt).hops[0].parameters

    assert {name: (each.value, each.source) for name, each in sent.items()} == {
        "top_p": (0.5, "prompt"),
        "max_tokens": (7, "prompt"),
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"models/a": model("a", "fallbacks: [models/a]")}, ["GCT660"]),
        # One circle, found from each of its documents and from the one that leads into it.
        (
            {
                "models/a": model("a", "fallbacks: [models/b]"),
                "models/b": model("b", "fallbacks: [models/a]"),
                "models/c": model("c", "fallbacks: [models/b]"),
            },
            ["GCT660"],
        ),
        ({"models/a": model("a", "fallbacks: [models/b]")}, ["GCT661"]),
        ({"models/a": model("a", "metadata: facts/b")}, ["GCT661"]),
        ({"models/a": model("a", "parameters: models/b"), "models/b": model("b")}, ["GCT662"]),
        ({"models/a": model("a", "fallbacks: [other/b]"), "other/b": "x: 1\n"}, ["GCT662"]),
        (
            {
                "models/a": model("a", "fallbacks: [models/b, models/c]"),
                "models/b": model("b", "fallbacks: [models/c]"),
                "models/c": model("c"),
            },
            ["GCT663"],
        ),
    ],
)
def test_what_keeps_a_chain_from_being_one(
    files: Mapping[str, str], expected: list[str], git_project: Make
) -> None:
    assert codes(compiled(git_project, files)) == expected


def test_a_chain_through_too_many_documents(git_project: Make) -> None:
    """Also: documents that lead to one another without end must not exhaust the stack."""
    names = [f"m{number:04}" for number in range(60)]
    files = {
        f"models/{name}": model(name, f"fallbacks: [models/{after}]")
        for name, after in pairwise(names)
    }
    found = chain(git_project, {**files, f"models/{names[-1]}": model("last")}, "models/m0000")

    assert [each.code for each in found.problems] == ["GCT668"]
    assert str(found.problems[0].span) == "base/models/m0031.yaml:4:13"
    assert len(found.hops) == 32


def test_a_chain_of_too_many_models(git_project: Make) -> None:
    files = {"models/a": model("a", f"fallbacks: [{', '.join(f'models/b{n}' for n in range(16))}]")}
    for outer in range(16):
        inner = ", ".join(
            f"{{provider: custom, model: c{outer}-{n}, endpoint: http://h/v1}}" for n in range(4)
        )
        files[f"models/b{outer}"] = model(f"b{outer}", f"fallbacks: [{inner}]")
    found = chain(git_project, files, "models/a")

    assert [each.code for each in found.problems] == ["GCT668"]
    assert len(found.hops) == 64


def test_other_keys_make_another_call(git_project: Make) -> None:
    fallback = "{provider: custom, model: a, endpoint: http://h/v1, region: eu}"

    assert codes(compiled(git_project, {"models/a": model("a", f"fallbacks: [{fallback}]")})) == []


def test_nothing_follows_from_a_file_that_cannot_be_read(git_project: Make) -> None:
    """The model may stand in the file: who names it is not blamed."""
    files = {"models/a": model("a", "fallbacks: [models/b]"), "models/b": "provider: [\n"}

    assert [each.code for each in compiled(git_project, files).diagnostics] == ["GCT010"]


def test_a_model_that_nobody_knows_is_held_to_nothing_that_its_name_suggests(
    git_project: Make,
) -> None:
    """Its family may take no temperature; a later model of it may."""
    files = {
        "models/a": "provider: openai\nmodel: gpt-99\nparameters: {temperature: 0.3, top_k: 5}\n"
    }

    found = compiled(git_project, files)

    assert codes(found) == []
    assert "GCT601" in [each.code for each in found.diagnostics]


def test_a_problem_that_bundles_share_is_told_once(git_project: Make) -> None:
    files = {"models/a": "provider: openai\nmodel: gpt-4o\nparameters: {top_k: 5}\n"}
    (found,) = (each for each in compiled(git_project, files).diagnostics if each.code == "GCT620")

    assert found.bundles == ("staging", "production")


def test_a_project_without_models_reads_no_catalogue(
    git_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("the catalogue was read")

    monkeypatch.setattr("gitconfig_tool.models.catalogue.builtin_text", refuse)

    assert codes(compiled(git_project, {"other/b": "x: 1\n"})) == []


def test_what_a_document_declares_counts_over_the_catalogue(git_project: Make) -> None:
    found = chain(
        git_project,
        {
            "models/a": "provider: openai\nmodel: gpt-5.2\nmetadata: facts/a\n",
            "facts/a": "context_window_tokens: 1000\nvision: false\n"
            'cost: {input_usd_per_1m_tokens: "0.15", output_usd_per_1k_tokens: 0.0006}\n',
        },
        "models/a",
    )
    hop = found.hops[0]
    known = known_of(hop, Catalogue())

    assert known is not None
    assert known.context_window == 1000
    assert known.prices is not None
    assert str(known.prices.input) == "1.5E-7"
    assert known.prices.output * 1_000_000 == known.prices.input * 4_000_000
    assert is_capable(hop, known, "vision") is False
    assert is_capable(hop, known, "function_calling") is True
    assert is_capable(hop, None, "function_calling") is None


@pytest.mark.parametrize(
    ("entry", "capability", "expected"),
    [
        # What an entry of the project does not say is not held against its model.
        ({"max_output": 1024}, "function_calling", None),
        ({"max_output": 1024, "input_modalities": ["image"]}, "vision", True),
        ({"supports": ["reasoning"]}, "function_calling", False),
    ],
)
def test_what_a_project_says_of_its_own_model(
    git_project: Make, entry: dict[str, Any], capability: str, expected: bool | None
) -> None:
    (hop,) = chain(git_project, {"models/a": model("ours")}, "models/a").hops
    catalogue = Catalogue({"custom/ours": entry}, "models.yaml")

    assert is_capable(hop, known_of(hop, catalogue), capability) is expected
