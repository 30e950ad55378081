"""Prompts against windows: what is fixed, what is possible, and what nobody can tell.

Estimates: letters 0.16 to 0.46 each, around a text at most 16; docs/token-budget.md has them all.
"""

import time
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import parse_document
from gitconfig_tool.models import Catalogue, Chain, Hop, Parameter, Problem
from gitconfig_tool.models.budget import Budgets
from gitconfig_tool.models.tokens import Tokenizers
from gitconfig_tool.prompts import Prompts, load_prompts
from gitconfig_tool.prompts.rendering import Rendering

AT = Span("base/model.yaml")
PATH = "prompts/p/1.0.0.prompt.yaml"


def prompts(text: str) -> Prompts:
    document, problems = parse_document(PATH, text.encode())
    assert problems == ()
    return load_prompts({PATH: document}, {PATH: text.encode()})[0]


def hop(window: int | None, answer: int | None = None, **fields: Any) -> Hop:
    parameters = {} if answer is None else {"max_tokens": Parameter(answer, AT, "hop")}
    given = {} if window is None else {"context_window_tokens": window}
    return Hop(0, "model", (), "custom", "m", parameters, {**given, **fields}, AT, AT)


def check(text: str, *hops: Hop) -> list[Problem]:
    chain = Chain("model", hops, prompts=(("p", "1.0.0"),))
    with Rendering(untrusted=False) as rendering:
        budgets = Budgets(prompts(text), Catalogue(), renderer=rendering.render)
        return list(budgets.check(chain))


def codes(text: str, *hops: Hop) -> list[str]:
    return [each.code for each in check(text, *hops)]


def one(schema: str, template: str = "{{ it }}", more: str = "") -> str:
    return (
        f"template: '{template}'\nvariables: {{type: object, properties: {{it: {schema}}}}}\n{more}"
    )


# A text of 100 letters is 16 tokens at the least, and 46 at most.
LONG = f"template: {'a' * 100}\n"


def test_fixed_text_and_answer_must_fit() -> None:
    assert codes(LONG, hop(115, 100)) == ["GCT590"]
    assert codes(LONG, hop(116, 100)) == ["GCT591"]
    assert codes(LONG, hop(162, 100)) == []


def test_nothing_is_counted_where_a_token_for_each_byte_would_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To load a vocabulary takes longer than all the rest of a check."""

    def refuse(*_: Any) -> Any:
        raise AssertionError("a text was counted")

    monkeypatch.setattr(Tokenizers, "count", refuse)

    # 100 letters, 16 around them, and 100 for the answer.
    assert codes(LONG, hop(216, 100)) == []
    with pytest.raises(AssertionError):
        codes(LONG, hop(215, 100))


def test_the_prompts_own_max_tokens_goes_first() -> None:
    assert codes(LONG + "modelParameters: {max_tokens: 10}\n", hop(116, 100)) == []
    assert codes(LONG + "modelParameters: {max_tokens: 200}\n", hop(162, 100)) == ["GCT590"]


def test_each_hop_is_held_against_its_own_window() -> None:
    found = check(LONG, hop(1000, 100), hop(100, 100))

    assert [each.code for each in found] == ["GCT590"]
    assert "which takes 100 tokens in all, found at least 116" in found[0].message


def test_a_model_of_which_nothing_is_known_is_passed_over() -> None:
    assert codes(LONG, hop(None, 10**9)) == []


def test_the_bound_is_that_of_the_largest_values() -> None:
    # 50 characters of 4 tokens, and at most 16 around them.
    text = one("{type: string, maxLength: 50}")

    assert codes(text, hop(216)) == []
    assert codes(text, hop(215)) == ["GCT591"]
    (found,) = check(text, hop(215))
    assert "found up to 216 tokens (estimated); 'it' alone makes 200" in found.message


def test_a_condition_may_make_the_text_longer_without_a_value() -> None:
    text = one(
        "{type: string, maxLength: 1}",
        "{% if it is defined %}{{ it }}{% else %}" + "b" * 100 + "{% endif %}",
    )

    # 100 letters are 46 at most.
    assert codes(text, hop(61)) == ["GCT591"]
    assert codes(text, hop(62)) == []


def test_a_variable_without_a_bound() -> None:
    (found,) = check(one("{type: string}"), hop(1000))

    assert found.code == "GCT592"
    assert "found none for 'it'" in found.message
    assert (found.span.path, found.span.line) == (PATH, 2)


def test_a_variable_without_a_bound_is_fine_where_a_book_fits() -> None:
    assert codes(one("{type: string}"), hop(99_999)) == ["GCT592"]
    assert codes(one("{type: string}"), hop(100_000)) == []


def test_variants_are_held_against_the_window_too() -> None:
    text = (
        "template: Hi\nvariants:\n  - {id: control, weight: 50}\n"
        f"  - {{id: long, weight: 50, template: {'a' * 1000}}}\n"
    )
    (found,) = check(text, hop(150))

    # 1,000 letters are 160 at the least.
    assert found.code == "GCT590"
    assert "p@1.0.0 (variant long)" in found.message


@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, maxLength: 1000000000}",
        "{type: array, maxItems: 1000000000, items: {type: string, maxLength: 1000}}",
        "{type: array, maxItems: 9000, items: {type: array, maxItems: 9000, items: "
        "{type: array, maxItems: 9000, items: {type: string, maxLength: 9000}}}}",
    ],
)
def test_huge_bounds_take_no_time(schema: str) -> None:
    began = time.monotonic()
    (found,) = check(one(schema, "{{ it | tojson }}"), hop(1000))

    assert found.code == "GCT591"
    assert "found values of more than 1,000,000 characters" in found.message
    assert time.monotonic() - began < 20
