"""When secrets are due: intervals, boundaries, and which field's age counts."""

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project import SECRET_TYPES, Rotation, SecretRule, SecretSettings
from gitconfig_tool.secrets import Age, Secret
from gitconfig_tool.secrets.rotation import (
    DEFAULTS,
    HOUR,
    Interval,
    age_of,
    carriers,
    interval_of,
    schedule,
)
from gitconfig_tool.source import Commit

DAY = 24 * HOUR


def _secret(
    kind: str, *fields: str, pointer: str = "/x", rotation: Rotation | None = None
) -> Secret:
    rule = None
    if rotation is not None:
        rule = SecretRule("s", pointer, kind, rotation, {}, Span("gitconfig.yaml"))
    return Secret("s", "base/s.sops.yaml", pointer, kind, rule, fields or (pointer,), ())


def _age(time: int) -> Age:
    return Age(Commit(f"{time:040x}", time, "Test", "x"))


def test_the_defaults_of_the_contract() -> None:
    assert DEFAULTS["api-key"] == Interval(90 * 24, 7 * 24)
    assert DEFAULTS["database"] == Interval(30 * 24, 24)
    assert DEFAULTS["oauth-token"].every == 24
    assert set(DEFAULTS) == set(SECRET_TYPES)


def test_the_rule_of_the_secret_wins_over_its_type_and_that_over_the_default() -> None:
    settings = SecretSettings(rotation={"api-key": Rotation(every=48)})
    rule = Rotation(grace=5)

    assert interval_of(_secret("api-key"), SecretSettings()) == Interval(90 * 24, 7 * 24)
    assert interval_of(_secret("api-key"), settings) == Interval(48, 7 * 24)
    assert interval_of(_secret("api-key", rotation=rule), settings) == Interval(48, 5)
    assert interval_of(_secret("database", rotation=rule), settings) == Interval(30 * 24, 5)


def test_due_and_overdue_begin_with_their_own_second() -> None:
    at = schedule(1_000_000, Interval(24, 2))

    assert at.due == 1_000_000 + 24 * 3600
    assert at.overdue == 1_000_000 + 26 * 3600
    assert at.standing(at.due - 1) == "ok"
    assert at.standing(at.due) == "due"
    assert at.standing(at.overdue - 1) == "due"
    assert at.standing(at.overdue) == "overdue"


def test_without_grace_nothing_is_ever_only_due() -> None:
    at = schedule(0, Interval(24, 0))

    assert [at.standing(time) for time in (DAY - 1, DAY)] == ["ok", "overdue"]


def test_the_end_of_a_certificate_counts_and_not_its_age() -> None:
    ends = 400 * DAY

    at = schedule(0, Interval(1, 7 * 24), ends)

    assert (at.due, at.overdue) == (370 * DAY, 377 * DAY)


def test_the_field_that_was_replaced_longest_ago_counts() -> None:
    secret = _secret("aws-credentials", "/x/access_key_id", "/x/secret_access_key")

    assert age_of(secret, {"/x/secret_access_key": _age(5)}) == _age(5)
    assert age_of(
        _secret("generic", "/x/a", "/x/b"), {"/x/a": _age(9), "/x/b": _age(3), "/y": _age(1)}
    ) == _age(3)


def test_what_is_no_secret_of_its_type_has_no_say() -> None:
    secret = _secret("database", "/x/username", "/x/password")

    assert carriers(secret) == ("/x/password",)
    assert age_of(secret, {"/x/username": _age(1), "/x/password": _age(7)}) == _age(7)


def test_a_value_alone_and_a_current_one() -> None:
    assert carriers(_secret("api-key")) == ("/x",)
    assert carriers(_secret("api-key", "/x/current")) == ("/x/current",)


def test_what_is_not_committed_has_no_age_until_all_of_it_has() -> None:
    secret = _secret("generic", "/x/a", "/x/b")

    assert age_of(secret, {"/x/a": Age(None), "/x/b": Age(None)}).commit is None
    assert age_of(secret, {"/x/a": Age(None), "/x/b": _age(3)}) == _age(3)
