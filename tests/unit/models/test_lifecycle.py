"""Where a model stands in its life on a day, what to use instead, and what is said of each hop."""

from collections.abc import Callable
from datetime import date

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.models import Catalogue, Chain, Hop, ModelFacts
from gitconfig_tool.models.lifecycle import (
    Standing,
    Term,
    check_lifecycle,
    replacement_of,
    standing_of,
)
from tests.unit.conftest import GitProject

DAY = date(2026, 3, 1)
TERM = Term(30, is_asked=False)


def _facts(**dates: date | None) -> ModelFacts:
    return ModelFacts("openai", "ours", "chat", **dates)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (_facts(), Standing.SERVED),
        (_facts(retires=date(2026, 3, 1)), Standing.RETIRED),
        (_facts(retires=date(2026, 3, 2)), Standing.ENDS_SOON),
        # 30 days after 1 March is 31 March.
        (_facts(retires=date(2026, 3, 31)), Standing.ENDS_SOON),
        (_facts(retires=date(2026, 4, 1)), Standing.SERVED),
        (_facts(retires=date(2026, 4, 1), deprecated=date(2026, 3, 1)), Standing.DEPRECATED),
        (_facts(retires=date(2026, 4, 1), deprecated=date(2026, 3, 2)), Standing.SERVED),
        (_facts(may_retire=date(2020, 1, 1)), Standing.MAY_END),
        (_facts(may_retire=date(2026, 3, 31)), Standing.MAY_END),
        (_facts(may_retire=date(2026, 4, 1)), Standing.SERVED),
    ],
)
def test_standing(facts: ModelFacts, standing: Standing) -> None:
    assert standing_of(facts, DAY, 30) is standing


def test_a_day_at_the_end_of_time() -> None:
    assert standing_of(_facts(), date.max, 30) is Standing.SERVED


def test_replacements_are_followed_until_one_is_served() -> None:
    catalogue = Catalogue(
        {
            "openai/a": {"retires": "2026-01-01", "replacement": "b"},
            "openai/b": {"retires": "2026-02-01", "replacement": "c"},
            # It ends within 30 days: the one after it is better.
            "openai/c": {"retires": "2026-03-20", "replacement": "d"},
            "openai/d": {},
            "openai/e": {"retires": "2026-01-01", "replacement": "f"},
            "openai/f": {"retires": "2026-03-20", "replacement": "nobody-knows"},
            "openai/g": {"retires": "2026-01-01", "replacement": "h"},
            "openai/h": {"retires": "2026-01-01", "replacement": "g"},
        },
        "models.yaml",
    )

    def replaced(name: str) -> str | None:
        facts = catalogue.find("openai", name)
        assert facts is not None
        return replacement_of(facts, catalogue, DAY, 30)

    assert replaced("a") == "d"
    assert replaced("e") == "f"
    assert replaced("g") is None
    assert replaced("d") is None


def _chain(provider: str, model: str, **fields: object) -> Chain:
    span = Span("base/model.yaml")
    hop = Hop(0, "model", (), provider, model, {}, fields, span, span)
    return Chain("model", (hop,))


def _codes(provider: str, model: str, catalogue: Catalogue, term: Term = TERM) -> list[str]:
    return [each.code for each in check_lifecycle(_chain(provider, model), catalogue, DAY, term)]


def test_each_hop_has_at_most_one_problem() -> None:
    own = {
        "openai/ends": {"deprecated": "2026-01-01", "retires": "2026-03-20"},
        "openai/old": {"deprecated": "2026-01-01", "retires": "2026-02-20"},
    }
    catalogue = Catalogue(own, "models.yaml")

    assert _codes("openai", "ends", catalogue) == ["GCT605"]
    assert _codes("openai", "ends", catalogue, Term(30, is_asked=True)) == ["GCT604"]
    assert _codes("openai", "ends", catalogue, Term(10, is_asked=True)) == ["GCT607"]
    assert _codes("openai", "old", catalogue, Term(0, is_asked=True)) == ["GCT603"]


@pytest.mark.parametrize("provider", ["vllm", "custom", "opnai"])
def test_what_nobody_can_know_is_not_looked_up(provider: str) -> None:
    """A provider that is misspelt is told by the schema."""
    assert _codes(provider, "our-own", Catalogue()) == []


def test_the_project_may_take_an_end_back() -> None:
    assert _codes("anthropic", "claude-2.1", Catalogue()) == ["GCT603"]
    own = {"anthropic/claude-2.1": {"retires": None, "deprecated": None}}
    assert _codes("anthropic", "claude-2.1", Catalogue(own, "models.yaml")) == []


def test_an_old_catalogue_is_told_once(git_project: Callable[..., GitProject]) -> None:
    project = (
        "apiVersion: gitconfig-tool/v1\nname: acme\ndimensions: {environment: {a: {}, b: {}}}\n"
        'layers: [base]\nbundles: [{name: "{environment}"}]\n'
        'schemas: [{match: "**", schema: gitconfig-tool:model-config}]\n'
    )
    vllm = "provider: vllm\nmodel: ours\nendpoint: https://models.acme.example\n"
    files = {"base/one.yaml": vllm, "base/two.yaml": vllm}
    day = Catalogue().day

    def found(as_of: date, more: str = "") -> list[str]:
        name = f"{as_of}{len(more)}"
        snapshot = git_project({"gitconfig.yaml": project + more, **files}, name).open().at_commit()
        return [each.code for each in compile_snapshot(snapshot, as_of=as_of).diagnostics]

    after_90, after_91 = (date.fromordinal(day.toordinal() + days) for days in (90, 91))
    assert found(after_90) == []
    assert found(after_91) == ["GCT608"]
    assert found(after_91, "models: {max_age: 91d}\n") == []


def test_without_models_the_catalogue_is_not_asked(
    git_project: Callable[..., GitProject], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> dict[str, object]:
        raise AssertionError(f"{name} was read")

    monkeypatch.setattr("gitconfig_tool.models.catalogue._read", refuse)
    project = (
        "apiVersion: gitconfig-tool/v1\nname: acme\nlayers: [base]\nbundles: [{name: default}]\n"
    )
    files = {"gitconfig.yaml": project, "base/one.yaml": "provider: openai\nmodel: claude-2.1\n"}
    snapshot = git_project(files).open().at_commit()

    assert compile_snapshot(snapshot, as_of=date(2040, 1, 1)).diagnostics == ()
