"""The built-in catalogue: it is what its sources said, and a model is found by any of its names."""

import hashlib
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gitconfig_tool.models import Catalogue
from gitconfig_tool.models.facts import facts_of

PROVIDERS = {
    "openai",
    "anthropic",
    "aws-bedrock",
    "azure-openai",
    "google-vertex",
    "google-gemini",
    "mistral",
    "cohere",
    "xai",
}


@pytest.fixture(scope="module")
def snapshot(checkout: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        (checkout / "catalogue" / "models.json").read_text(encoding="utf-8")
    )
    return found


def test_the_snapshot_is_the_one_that_is_described(checkout: Path) -> None:
    about = json.loads((checkout / "catalogue" / "about.json").read_text(encoding="utf-8"))
    data = (checkout / "catalogue" / "models.json").read_bytes()

    assert hashlib.sha256(data).hexdigest() == about["sha256"]
    assert len(json.loads(data)) == about["models"]
    notices = (checkout / "catalogue" / "NOTICES.txt").read_text(encoding="utf-8")
    for source in about["sources"]:
        assert f"--- {source['package']} {source['version']} ---" in notices
        assert len(source["sha256"]) == 64
    assert notices.count("Permission is hereby granted, free of charge") == len(about["sources"])


def test_every_entry_can_be_read(snapshot: dict[str, dict[str, object]]) -> None:
    for key, entry in snapshot.items():
        provider, _, model = key.partition("/")
        facts = facts_of(provider, model, entry)

        assert provider in PROVIDERS
        assert facts.prices is None or facts.prices.input >= 0
        for limit in (facts.context_window, facts.max_input, facts.max_output):
            assert limit is None or limit > 0
        # Input and output together are never less than the input alone.
        if facts.context_window is not None and facts.max_input is not None:
            assert facts.context_window >= facts.max_input
    assert list(snapshot) == sorted(snapshot)


def test_each_model_has_a_line_of_its_own(checkout: Path) -> None:
    lines = (checkout / "catalogue" / "models.json").read_text(encoding="utf-8").splitlines()
    assert (
        len(lines) == json.loads((checkout / "catalogue" / "about.json").read_text())["models"] + 2
    )


def test_a_window_is_told_from_the_most_input() -> None:
    catalogue = Catalogue()
    # OpenAI's page of GPT-5: a context window of 400,000, of which 128,000 may be output.
    gpt_5 = catalogue.find("openai", "gpt-5")
    # GPT-4.1's: 1,047,576 in all.
    gpt_4_1 = catalogue.find("openai", "gpt-4.1")
    # Gemini's: 1,048,576 tokens of input, and 65,536 of output beside them.
    gemini = catalogue.find("google-gemini", "gemini-2.5-pro")

    assert gpt_5 is not None
    assert gpt_4_1 is not None
    assert gemini is not None
    assert (gpt_5.max_input, gpt_5.max_output, gpt_5.context_window) == (272000, 128000, 400000)
    assert (gpt_4_1.max_input, gpt_4_1.context_window) == (None, 1047576)
    assert (gemini.max_input, gemini.max_output, gemini.context_window) == (
        1048576,
        65536,
        1048576 + 65536,
    )


def test_prices_are_exact() -> None:
    facts = Catalogue().find("openai", "gpt-4.1-mini")
    assert facts is not None
    assert facts.prices is not None
    # $0.40, $1.60 and $0.10 for a million.
    assert facts.prices.input == Decimal("0.0000004")
    assert facts.prices.output == Decimal("0.0000016")
    assert facts.prices.cached_input == Decimal("0.0000001")


def test_tiers() -> None:
    facts = Catalogue().find("openai", "gpt-5.4")
    assert facts is not None
    assert facts.prices is not None
    (tier,) = facts.prices.tiers
    assert tier.above == 272_000
    assert tier.input == Decimal("0.000005")
    assert tier.output == Decimal("0.0000225")
    assert tier.cached_input == Decimal("0.0000005")


@pytest.mark.parametrize(
    ("provider", "written", "same"),
    [
        (
            "aws-bedrock",
            "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/"
            "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
            "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
        ("aws-bedrock", "sa.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
        ("google-vertex", "claude-haiku-4-5@20300101", "claude-haiku-4-5"),
        ("google-vertex", "publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("google-gemini", "models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("openai", "ft:gpt-4o-2024-08-06:acme::abc123", "ft:gpt-4o-2024-08-06"),
    ],
)
def test_other_names_of_a_model(provider: str, written: str, same: str) -> None:
    catalogue = Catalogue()
    found, expected = catalogue.find(provider, written), catalogue.find(provider, same)

    assert found is not None
    assert expected is not None
    assert found.model == written
    assert (found.context_window, found.prices) == (expected.context_window, expected.prices)


def test_a_region_has_its_own_prices() -> None:
    catalogue = Catalogue()
    there = catalogue.find("aws-bedrock", "meta.llama3-8b-instruct-v1:0", "ap-south-1")
    base = catalogue.find("aws-bedrock", "meta.llama3-8b-instruct-v1:0")

    assert there is not None
    assert base is not None
    assert there.prices is not None
    assert base.prices is not None
    assert there.prices.input == Decimal("0.00000036")
    assert base.prices.input == Decimal("0.0000003")


def test_announced_ends_and_earliest_ends_are_two_things() -> None:
    catalogue = Catalogue()
    retired = catalogue.find("anthropic", "claude-3-opus-20240229")
    promised = catalogue.find("aws-bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0")

    assert retired is not None
    assert (retired.deprecated, retired.retires) == (date(2025, 6, 30), date(2026, 1, 5))
    assert promised is not None
    assert (promised.retires, promised.may_retire) == (None, date(2026, 10, 15))


@pytest.mark.parametrize(
    ("provider", "model", "suggestion"),
    [
        ("anthropic", "claude-sonet-4-5", "claude-sonnet-4-5"),
        ("openai", "gpt-4.1mini", "gpt-4.1-mini"),
        ("mistral", "mistral-large-lastest", "mistral-large-latest"),
        ("openai", "gpt-4.2-mini", None),  # a number differs: a model that is not known yet
        ("openai", "our-own-model", None),
    ],
)
def test_suggestions(provider: str, model: str, suggestion: str | None) -> None:
    assert Catalogue().suggest(provider, model) == suggestion


def test_a_model_of_another_provider() -> None:
    assert Catalogue().elsewhere("anthropic", "gpt-4o") == ("azure-openai", "openai")


def test_what_a_catalogue_cannot_know() -> None:
    catalogue = Catalogue({"vllm/our-llama": {"context_window": 8192}}, "models/catalogue.yaml")
    profile = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3"

    assert not catalogue.knows("custom", "anything")
    assert not catalogue.knows("aws-bedrock", profile)
    assert catalogue.knows("vllm", "our-llama")
    assert catalogue.knows("openai", "gpt-9")


def test_the_projects_own_entry_counts_field_by_field() -> None:
    own = {"openai/gpt-4.1": {"prices": {"input": "1.5", "output": "6"}}}
    catalogue = Catalogue(own, "models/catalogue.yaml")
    facts = catalogue.find("openai", "gpt-4.1")

    assert facts is not None
    assert facts.prices is not None
    assert facts.prices.input == Decimal("0.0000015")
    assert facts.context_window == 1047576
    assert facts.source == "models/catalogue.yaml"


def test_it_is_read_when_a_model_is_asked_for(checkout: Path) -> None:
    script = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "from gitconfig_tool.models import Catalogue\n"
        "catalogue = Catalogue()\n"
        "catalogue.day\n"
        "print(any(name.endswith('models.json') for name in opened))\n"
        "catalogue.find('openai', 'gpt-4.1')\n"
        "print(any(name.endswith('models.json') for name in opened))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
