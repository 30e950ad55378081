"""What a change does to the models that documents ask. Prices are the project's own here."""

from pathlib import Path

from gitconfig_tool.changes.model import Effect, Level, ModelChange
from tests.comparisons import PROJECT, compared
from tests.projects import make_project, write

SCHEMAS = """\
schemas:
  - {match: "models/chat", schema: gitconfig-tool:model-config}
  - {match: "models/chain", schema: gitconfig-tool:model-chain}
  - {match: "models/end/*", schema: gitconfig-tool:model-endpoint}
models: {catalogue: models.yaml}
"""
OWN = """\
custom/small: {context_window: 8000, max_output: 1000, prices: {input: 1, output: 2}}
custom/large:
  context_window: 32000
  max_output: 4000
  prices: {input: 2.5, output: 10}
  retires: 2030-01-01
"""
CHAT = """\
provider: custom
model: small
endpoint: https://models.example.com
"""


def _project(folder: Path, **more: str) -> Path:
    files = {"base/models/chat.yaml": CHAT, "models.yaml": OWN, **more}
    return make_project(folder / "p", files, PROJECT + SCHEMAS)


def _only(folder: Path) -> ModelChange:
    (found,) = compared(folder).models
    return found


def test_another_model_in_one_bundle(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"environments/production/models/chat.yaml": "model: large\n"})

    changes = compared(folder)

    assert changes.models == (
        ModelChange(
            "models/chat",
            ("production",),
            (
                Effect("model", "custom/small", "custom/large"),
                Effect(
                    "price",
                    "$1.00 in, $2.00 out per million tokens",
                    "$2.50 in, $10.00 out per million tokens",
                    is_worse=True,
                ),
                Effect("context window", "8,000 tokens", "32,000 tokens", is_worse=False),
                Effect("longest answer", "1,000 tokens", "4,000 tokens", is_worse=False),
                Effect("retirement", "none announced", "2030-01-01", is_worse=True),
            ),
        ),
    )
    assert changes.risk.level is Level.HIGH
    assert changes.risk.reasons[0].text == (
        "another model answers: models/chat, model: custom/small -> custom/large"
    )


def test_fallbacks_and_their_order(tmp_path: Path) -> None:
    one = "  - {provider: custom, model: large, endpoint: https://models.example.com}\n"
    two = "  - {provider: custom, model: other, endpoint: https://models.example.com}\n"
    folder = _project(tmp_path, **{"base/models/chat.yaml": CHAT + "fallbacks:\n" + one + two})
    write(folder, {"base/models/chat.yaml": CHAT + "fallbacks:\n" + two + one})

    assert _only(folder).effects[0] == Effect(
        "fallbacks", "custom/large then custom/other", "custom/other then custom/large"
    )

    write(folder, {"base/models/chat.yaml": CHAT + "fallbacks:\n" + one})

    assert _only(folder).effects == (
        Effect("fallbacks", "custom/large then custom/other", "custom/large", is_worse=True),
    )


def test_fallbacks_that_only_changed_places_do_nothing_else(tmp_path: Path) -> None:
    one = "  - {provider: custom, model: large, endpoint: https://one.example.com}\n"
    two = "  - {provider: custom, model: small, endpoint: https://two.example.com, region: eu}\n"
    folder = _project(tmp_path, **{"base/models/chat.yaml": CHAT + "fallbacks:\n" + one + two})
    write(folder, {"base/models/chat.yaml": CHAT + "fallbacks:\n" + two + one})

    assert _only(folder).effects == (
        Effect("fallbacks", "custom/large then custom/small", "custom/small then custom/large"),
    )


def test_a_fallback_that_moved_and_changed_is_compared_with_what_it_was(tmp_path: Path) -> None:
    one = "  - {provider: custom, model: large, endpoint: https://one.example.com}\n"
    two = "  - {provider: custom, model: small, endpoint: https://two.example.com, region: eu}\n"
    folder = _project(tmp_path, **{"base/models/chat.yaml": CHAT + "fallbacks:\n" + one + two})
    moved = two.replace("region: eu", "region: us")
    write(folder, {"base/models/chat.yaml": CHAT + "fallbacks:\n" + moved + one})

    assert _only(folder).effects == (
        Effect("fallbacks", "custom/large then custom/small", "custom/small then custom/large"),
        Effect("region of fallback 1", "eu", "us"),
    )


def test_a_chain_that_leads_to_a_document_that_changed(tmp_path: Path) -> None:
    end = "provider: custom\nmodel: small\nendpoint: https://models.example.com\n"
    folder = _project(
        tmp_path,
        **{
            "base/models/chain.yaml": "primary: models/end/one\n",
            "base/models/end/one.yaml": end,
        },
    )
    write(folder, {"base/models/end/one.yaml": end.replace("small", "large")})

    found = _only(folder)

    # The endpoint is told with the chain that leads to it, and not by itself as well.
    assert (found.document, found.bundles) == ("models/chain", ("development", "production"))
    assert found.effects[0] == Effect("model", "custom/small", "custom/large")


def test_times_places_and_traffic(tmp_path: Path) -> None:
    traffic = "traffic: {requests_per_month: 1000, input_tokens: 1000, output_tokens: 500}\n"
    before = CHAT + "timeout_seconds: 10\nretries: {max_attempts: 2}\nregion: eu\n" + traffic
    after = CHAT + "timeout_seconds: 30\nretries: {max_attempts: 3}\nregion: us\n"
    folder = _project(tmp_path, **{"base/models/chat.yaml": before})
    write(folder, {"base/models/chat.yaml": after + traffic.replace("1000,", "2000,", 1)})

    # 1000 requests of 1000 x $1 + 500 x $2 per million tokens cost $2.
    assert _only(folder).effects == (
        Effect("region", "eu", "us"),
        Effect("timeout", "10 s", "30 s"),
        Effect("retries: max attempts", "2", "3"),
        Effect("cost of a month", "$2.00", "$4.00", is_worse=True),
        Effect("cost of a month at worst", "$2.00", "$4.00", is_worse=True),
    )


def test_a_parameter_that_the_new_model_refuses(tmp_path: Path) -> None:
    before = "provider: openai\nmodel: gpt-4.1\nparameters: {temperature: 0.5}\n"
    folder = _project(tmp_path, **{"base/models/chat.yaml": before})
    write(folder, {"base/models/chat.yaml": before.replace("gpt-4.1", "o3")})

    effects = {each.what: each for each in _only(folder).effects}

    refused = effects["parameter temperature"]
    assert (refused.before, refused.is_worse) == ("sent", True)
    assert refused.after.startswith("refused (")


def test_an_address_is_shown_without_its_password(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    other = CHAT.replace("https://", "https://ada:plainly-fake@")
    write(folder, {"base/models/chat.yaml": other})

    (effect,) = _only(folder).effects

    assert effect == Effect(
        "endpoint", "https://models.example.com", "https://...@models.example.com"
    )


def test_the_projects_own_prices_concern_every_chain(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"models.yaml": OWN.replace("input: 1,", "input: 0.5,")})

    assert _only(folder) == ModelChange(
        "models/chat",
        ("development", "production"),
        (
            Effect(
                "price",
                "$1.00 in, $2.00 out per million tokens",
                "$0.50 in, $2.00 out per million tokens",
                is_worse=False,
            ),
        ),
    )


def test_what_says_the_same_has_no_effect(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"base/models/chat.yaml": CHAT + "description: The same model.\n"})

    changes = compared(folder)

    assert changes.models == ()
    assert [each.pointer for each in changes.values] == ["/description"]


def test_a_document_that_is_new_and_one_that_is_gone(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    (folder / "base/models/chat.yaml").unlink()

    effects = _only(folder).effects

    assert effects[0] == Effect("model", "custom/small", "none")
