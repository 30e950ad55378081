"""Experiments as a whole project has them: users that move, days, environments, salts."""

from collections.abc import Callable
from datetime import date

import pytest

from gitconfig_tool.compiler import compile_snapshot
from tests.unit.conftest import GitProject

PATH = "prompts/greeting/1.0.0.prompt.yaml"
NEXT = "prompts/greeting/1.1.0.prompt.yaml"
USE = {"base/service.yaml": "prompt: !prompt greeting@^1\n"}
DAY = date(2026, 5, 15)


def _prompt(*variants: tuple[str, float], experiment: str = "") -> str:
    lines = ["template: Greet in full sentences.", "variants:"]
    for name, weight in variants:
        own = "" if name == "control" else f", template: Greet like {name}."
        lines.append(f"  - {{id: {name}, weight: {weight}{own}}}")
    if experiment:
        lines.append(f"experiment: {{{experiment}}}")
    return "\n".join(lines) + "\n"


HALVES = (("control", 50), ("short", 50))


def _warnings(project: GitProject, day: date = DAY) -> list[str]:
    found = compile_snapshot(project.open().at_worktree(), as_of=day).diagnostics
    return [f"{each.code} {each.span}: {each.message}" for each in found]


def _moves(git_project: Callable[..., GitProject], before: str, after: str) -> list[str]:
    project = git_project({**USE, PATH: before})
    project.git("checkout", "-q", "-b", "work")
    # Not the last commit alone: the whole branch is compared with where it began.
    project.commit({NEXT: after})
    project.commit({"base/other.yaml": "a: 1\n"})
    return _warnings(project)


def test_a_new_version_that_moves_users(git_project: Callable[..., GitProject]) -> None:
    assert _moves(git_project, _prompt(*HALVES), _prompt(("control", 40), ("short", 60))) == [
        f"GCT558 {NEXT}:2:1: expected users to keep their variant, "
        "found that 10% get another than in 1.0.0"
    ]


def test_a_new_salt(git_project: Callable[..., GitProject]) -> None:
    # Half of the users are in the same half by chance.
    assert _moves(git_project, _prompt(*HALVES), _prompt(*HALVES, experiment="salt: b")) == [
        f"GCT558 {NEXT}:5:20: expected users to keep their variant, "
        "found that 50% get another than in 1.0.0"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The default salt, written out.
        (_prompt(*HALVES), _prompt(*HALVES, experiment="salt: greeting")),
        # Nobody is in an experiment that has not begun, or has ended.
        (
            _prompt(*HALVES, experiment="start: '2026-06-01'"),
            _prompt(("control", 1), ("short", 99)),
        ),
        (
            _prompt(*HALVES, experiment="end: '2026-05-14'"),
            _prompt(("control", 1), ("short", 99)),
        ),
        # There was none.
        ("template: Greet.\n", _prompt(*HALVES)),
        # It ends.
        (_prompt(*HALVES), "template: Greet like short.\n"),
    ],
)
def test_nobody_moves(git_project: Callable[..., GitProject], before: str, after: str) -> None:
    assert _moves(git_project, before, after) == []


def test_a_version_that_changes_itself(git_project: Callable[..., GitProject]) -> None:
    project = git_project({**USE, PATH: _prompt(*HALVES)})
    project.write({PATH: _prompt(("short", 50), ("control", 50))})
    found = _warnings(project)
    assert (
        f"GCT558 {PATH}:2:1: expected users to keep their variant, "
        "found that 100% get another than before"
    ) in found


def test_a_version_that_takes_the_place_of_the_one_before(
    git_project: Callable[..., GitProject],
) -> None:
    project = git_project({**USE, PATH: _prompt(*HALVES)})
    (project.root / PATH).unlink()
    project.write({NEXT: _prompt(("short", 50), ("control", 50))})
    assert (
        f"GCT558 {NEXT}:2:1: expected users to keep their variant, "
        "found that 100% get another than in 1.0.0"
    ) in _warnings(project)


def test_the_end_is_judged_at_the_day(git_project: Callable[..., GitProject]) -> None:
    project = git_project({**USE, PATH: _prompt(*HALVES, experiment="end: '2026-05-15'")})
    assert _warnings(project, date(2026, 5, 15)) == []
    assert [each.partition(" ")[0] for each in _warnings(project, date(2026, 5, 16))] == ["GCT556"]


def test_what_no_bundle_has_may_have_ended(git_project: Callable[..., GitProject]) -> None:
    old = _prompt(*HALVES, experiment="end: '2020-01-01', environments: [nowhere], salt: s")
    project = git_project({**USE, PATH: old, NEXT: "template: Greet.\n"})
    assert _warnings(project) == []


def test_an_environment_needs_the_dimension(git_project: Callable[..., GitProject]) -> None:
    project = git_project({**USE, PATH: _prompt(*HALVES, experiment="environments: [production]")})
    (found,) = compile_snapshot(project.open().at_worktree(), as_of=DAY).diagnostics
    assert found.code == "GCT557"
    assert found.hint == "the project has no dimension 'environment': leave 'environments' out"


def test_versions_of_one_prompt_share_their_salt(git_project: Callable[..., GitProject]) -> None:
    use = {"base/service.yaml": "a: !prompt greeting@1.0.0\nb: !prompt greeting@1.1.0\n"}
    project = git_project({**use, PATH: _prompt(*HALVES)})
    project.commit({NEXT: _prompt(*HALVES)})
    assert _warnings(project) == []


def test_variants_are_delivered(git_project: Callable[..., GitProject]) -> None:
    """Whoever fetches chooses: all that it takes is in the bundle."""
    text = _prompt(*HALVES, experiment="salt: s, key: user_id, end: '2026-12-31'")
    project = git_project({**USE, PATH: text})
    compiled = compile_snapshot(project.open().at_worktree(), as_of=DAY)
    (version,) = compiled.bundles["default"].prompts
    assert version.content["variants"] == [
        {"id": "control", "weight": 50},
        {"id": "short", "weight": 50, "template": "Greet like short."},
    ]
    assert version.content["experiment"] == {"salt": "s", "key": "user_id", "end": "2026-12-31"}


def test_variants_are_rendered_on_the_test_data(git_project: Callable[..., GitProject]) -> None:
    text = (
        "template: Greet {{ name }}.\n"
        "variables: {type: object, properties: {name: {type: string}}}\n"
        "variants:\n  - {id: control, weight: 50}\n"
        "  - {id: short, weight: 50, template: '{{ name.first }}'}\n"
        "testData:\n  - {name: Ada, variables: {name: Ada}}\n"
    )
    project = git_project({**USE, PATH: text})
    found = compile_snapshot(project.open().at_worktree(), as_of=DAY).diagnostics
    assert [(each.code, each.span.line) for each in found if each.span] == [("GCT512", 5)]
