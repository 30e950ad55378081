"""Making the catalogue: from the lists of others to ours, and the same bytes each time."""

import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tools.catalogue.__main__ import changes, main, write_entries
from tools.catalogue.joining import join
from tools.catalogue.litellm_map import per_million, read_map
from tools.catalogue.retirements import Ending, read_llm_sunset, read_model_retire

LICENSE = "MIT License\n\nPermission is hereby granted, free of charge, to any person ...\n"
MAP = {
    "gpt-x": {
        "litellm_provider": "openai",
        "mode": "chat",
        "max_input_tokens": 128000,
        "max_output_tokens": 16384,
        "input_cost_per_token": 1.1e-06,
        "output_cost_per_token": 4.4e-06,
        "input_cost_per_token_above_200k_tokens": 2.2e-06,
        "output_cost_per_token_above_200k_tokens": 6.6e-06,
        "input_cost_per_token_batches": 5e-07,
        "supports_vision": True,
        "supports_function_calling": True,
        "supports_native_streaming": False,
    },
    "gpt-x-2026-01-02": {"litellm_provider": "openai", "mode": "chat"},
    "free": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 0.0,
        "output_cost_per_token": 0,
    },
    "bedrock/eu-west-1/acme.model-v1:0": {
        "litellm_provider": "bedrock",
        "mode": "chat",
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 2e-06,
    },
    "bedrock/us-east-1/acme.model-v1:0": {
        "litellm_provider": "bedrock",
        "mode": "chat",
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 3e-06,
    },
    "bedrock/eu-west-1/1-month-commitment/acme.model-v1:0": {
        "litellm_provider": "bedrock",
        "mode": "chat",
    },
    "groq/other": {"litellm_provider": "groq", "mode": "chat"},
    "1024-x-1024/dall-e-2": {"litellm_provider": "openai", "mode": "image_generation"},
}
RETIRE = {
    "updated": "2026-10-16",
    "models": [
        {
            "provider": "openai",
            "id": "gpt-x-2026-01-02",
            "status": "deprecated",
            "deprecated_on": "2026-09-01",
            "retires_on": "2027-03-01",
            "replacement": "gpt-gone or gpt-x (reasoning.mode: pro)",
        },
        {
            "provider": "google-gemini-api",
            "id": "gemini-x",
            "status": "deprecated",
            "retires_on": "2027-05-07",
            "note": "The provider lists this as the earliest possible shutdown date and announces "
            "the exact date with notice.",
        },
        {"provider": "groq", "id": "other", "status": "retired", "retires_on": "2026-01-01"},
    ],
}
SUNSET = [
    {
        "provider": "Azure",
        "model_id": "gpt-x",
        "shutdown_date": "2026-12-09",
        "deprecation_date": "2026-12-09",
        "replacement_models": None,
    },
    {
        "provider": "xAI",
        "model_id": "grok-x",
        "shutdown_date": "2026-05-15",
        "deprecation_date": "2026-04-15",
        "replacement_models": ["grok-y"],
    },
]


def test_the_map() -> None:
    entries = read_map(json.dumps(MAP))

    assert entries["openai/gpt-x"] == {
        "mode": "chat",
        "context_window": 128000,
        "max_output": 16384,
        "supports": ["function_calling", "vision"],
        "input_modalities": ["image", "text"],
        "prices": {
            "input": "1.1",
            "output": "4.4",
            "tiers": [{"above": 200000, "input": "2.2", "output": "6.6"}],
        },
    }
    # A price of 0 is one that nobody entered.
    assert "prices" not in entries["openai/free"]
    assert set(entries) == {
        "openai/gpt-x",
        "openai/gpt-x-2026-01-02",
        "openai/free",
        "aws-bedrock/eu-west-1/acme.model-v1:0",
        "aws-bedrock/us-east-1/acme.model-v1:0",
        "aws-bedrock/acme.model-v1:0",
    }


def test_a_model_of_single_regions_has_no_price_of_its_own_where_they_differ() -> None:
    entry = read_map(json.dumps(MAP))["aws-bedrock/acme.model-v1:0"]
    assert entry["regions"] == ["eu-west-1", "us-east-1"]
    assert "prices" not in entry


@pytest.mark.parametrize(
    ("per_token", "expected"),
    [("1.1E-6", "1.1"), ("0.00001", "10"), ("2.5e-05", "25"), ("7.5E-8", "0.075"), ("0", "0")],
)
def test_prices(per_token: str, expected: str) -> None:
    assert per_million(Decimal(per_token)) == expected


def test_the_lists() -> None:
    assert list(read_model_retire(json.dumps(RETIRE))) == [
        Ending(
            "openai",
            "gpt-x-2026-01-02",
            "2026-09-01",
            "2027-03-01",
            True,
            ("gpt-gone", "gpt-x"),
        ),
        Ending("google-gemini", "gemini-x", None, "2027-05-07", False, ()),
    ]
    assert list(read_llm_sunset(json.dumps(SUNSET))) == [
        Ending("azure-openai", "gpt-x", None, "2026-12-09", False, ()),
        Ending("xai", "grok-x", "2026-04-15", "2026-05-15", True, ("grok-y",)),
    ]


def test_joining() -> None:
    endings = [*read_llm_sunset(json.dumps(SUNSET)), *read_model_retire(json.dumps(RETIRE))]
    joined = join(read_map(json.dumps(MAP)), endings, "2026-10-16")

    dated = joined["openai/gpt-x-2026-01-02"]
    assert (dated["deprecated"], dated["retires"]) == ("2026-09-01", "2027-03-01")
    # The first suggestion is not in the catalogue.
    assert dated["replacement"] == "gpt-x"
    # Its only dated version ends then; it may be moved to another one.
    assert joined["openai/gpt-x"]["may_retire"] == "2027-03-01"
    # A model that the map no longer has is retired, and not unknown.
    assert joined["xai/grok-x"] == {
        "mode": "unknown",
        "deprecated": "2026-04-15",
        "retires": "2026-05-15",
        "replacement": "grok-y",
    }


def test_dates_of_the_map_count_where_no_list_has_the_model() -> None:
    dated = {
        "openai/a": {"mode": "chat", "litellm_date": "2026-12-11"},
        "aws-bedrock/b": {"mode": "chat", "litellm_date": "2026-12-11"},
        "aws-bedrock/eu.c": {"mode": "chat", "litellm_date": "2026-12-11"},
    }
    ending = Ending("aws-bedrock", "c", "2026-10-08", "2027-04-08", True, ())

    assert join(dated, [ending], "2026-10-16") == {
        "openai/a": {"mode": "chat", "retires": "2026-12-11"},
        "aws-bedrock/b": {"mode": "chat", "may_retire": "2026-12-11"},
        "aws-bedrock/eu.c": {"mode": "chat", "deprecated": "2026-10-08", "retires": "2027-04-08"},
        "aws-bedrock/c": {"mode": "unknown", "deprecated": "2026-10-08", "retires": "2027-04-08"},
    }


def _wheel(folder: Path, name: str, file: str, data: object, text: str = LICENSE) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(file, json.dumps(data))
        archive.writestr(f"{name}-1.0.dist-info/licenses/LICENSE", text)
    return path


def test_the_same_wheels_give_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheels = [
        "--litellm",
        str(
            _wheel(tmp_path, "litellm", "litellm/model_prices_and_context_window_backup.json", MAP)
        ),
        "--model-retire",
        str(_wheel(tmp_path, "model_retire", "model_retire/models.json", RETIRE)),
        "--llm-sunset",
        str(_wheel(tmp_path, "llm_sunset", "llm_sunset/snapshot.json", SUNSET)),
        "-o",
        str(tmp_path / "out"),
    ]
    assert main(wheels) == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert capsys.readouterr().out.startswith("9 models: 9 new, 0 gone, 0 changed\n")
    assert main(wheels) == 0
    assert capsys.readouterr().out == "9 models: 0 new, 0 gone, 0 changed\n"

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first
    assert set(first) == {"models.json", "about.json", "NOTICES.txt"}
    assert json.loads(first["about.json"])["day"] == "2026-10-16"


def test_another_licence_stops_it(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "model_retire", "model_retire/models.json", RETIRE, "All rights ...")
    arguments = ["--litellm", str(wheel), "--model-retire", str(wheel), "--llm-sunset", str(wheel)]
    with pytest.raises(SystemExit, match="expected litellm/model_prices"):
        main(arguments)
    from tools.catalogue.__main__ import read_source

    with pytest.raises(SystemExit, match="expected the MIT licence"):
        read_source(wheel, "model_retire/models.json")


def test_changes_are_told() -> None:
    before = {"a/1": {"retires": "2026-01-01"}, "a/2": {}}
    after = {"a/1": {"retires": "2026-06-01"}, "a/3": {}}
    assert changes(before, after) == [
        "2 models: 1 new, 1 gone, 1 changed",
        "  + a/3",
        "  - a/2",
        "  ~ a/1: retires: 2026-01-01 -> 2026-06-01",
    ]


def test_one_model_per_line() -> None:
    assert write_entries({"b/1": {"mode": "chat"}, "a/1": {}}) == (
        '{\n"a/1": {},\n"b/1": {"mode":"chat"}\n}\n'
    )
