"""The project's own file of models: what it may say, exactly as it is written."""

from decimal import Decimal

import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.models import Catalogue
from gitconfig_tool.models.own import read_own


def _read(text: str) -> tuple[dict[str, dict[str, object]], list[str]]:
    document, problems = parse_document("models.yaml", text.encode())
    assert not problems
    entries, diagnostics = read_own(document)
    return entries, [f"{found.span} {found.message}" for found in diagnostics]


def test_every_field() -> None:
    entries, problems = _read(
        """\
vllm/our/llama:
  mode: chat
  context_window: 131072
  max_input: 100000
  max_output: 8192
  supports: [function_calling, vision]
  input_modalities: [text, image]
  output_modalities: [text]
  regions: [eu-west-1]
  prices:
    input: 2.50
    output: "10.10"
    cached_input: 1
    tiers:
      - {above: 200000, input: 0.1, output: 1.0e-7}
      - {above: 100000, input: 3}
  deprecated: "2026-01-02"
  retires: "2027-03-31"
  may_retire: "2027-01-31"
  replacement: our/llama-2
"""
    )
    assert problems == []
    facts = Catalogue(entries, "models.yaml").find("vllm", "our/llama")

    assert facts is not None
    assert facts.prices is not None
    assert facts.source == "models.yaml"
    assert (facts.max_input, facts.regions) == (100000, ("eu-west-1",))
    # What stands in the file, and not what a float made of it.
    assert facts.prices.input == Decimal("0.0000025")
    assert facts.prices.output == Decimal("0.0000101")
    assert [tier.above for tier in facts.prices.tiers] == [100000, 200000]
    assert facts.prices.tiers[1].input == Decimal("0.0000001")
    assert facts.prices.tiers[1].output == Decimal("0.0000000000001")
    assert facts.prices.tiers[0].output is None


def test_null_takes_back_what_the_catalogue_says() -> None:
    entries, problems = _read(
        "openai/gpt-4.1: {prices: null, may_retire: null, context_window: null}\n"
    )
    assert problems == []
    facts = Catalogue(entries, "models.yaml").find("openai", "gpt-4.1")

    assert facts is not None
    assert (facts.prices, facts.may_retire, facts.context_window) == (None, None, None)
    assert facts.max_output == 32768


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- openai/gpt-4.1\n", "1:1 expected a mapping of models for the catalogue, found a list"),
        (
            "openai/: {}\n",
            "1:1 expected PROVIDER/MODEL, such as 'openai/gpt-4.1', found 'openai/'",
        ),
        (
            "openai/a: {mode: null}\n",
            "1:18 expected a text for 'mode', found nothing",
        ),
        (
            "openai/a: {mode: chatt}\n",
            "1:18 expected a value of 'mode', found 'chatt'",
        ),
        (
            "openai/a: {context_window: 0}\n",
            "1:28 expected a number of tokens for 'context_window', found 0",
        ),
        (
            "openai/a: {context_window: true}\n",
            "1:28 expected a number of tokens for 'context_window', found true",
        ),
        (
            "openai/a: {prices: 3}\n",
            "1:20 expected a mapping with 'input' and 'output' for 'prices', found 3",
        ),
        (
            "openai/a: {prices: {input: cheap, output: 1}}\n",
            "1:28 expected US dollars for a million tokens, such as 2.50 for the price 'input', "
            "found 'cheap'",
        ),
        (
            "openai/a: {prices: {input: 1, output: 1, tiers: [{input: 2}]}}\n",
            "1:50 expected a mapping with 'above', in tokens, and prices for a tier, found a "
            "mapping with input",
        ),
        (
            "openai/a: {supports: vision}\n",
            "1:22 expected a list for 'supports', found 'vision'",
        ),
        (
            'openai/a: {retires: "soon"}\n',
            "1:21 expected a day such as \"2027-03-31\" for 'retires', found 'soon'",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, message: str) -> None:
    assert _read(text)[1] == [f"models.yaml:{message}"]


def test_an_empty_file_says_nothing() -> None:
    assert _read("# nothing yet\n") == ({}, [])
