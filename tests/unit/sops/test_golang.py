"""Numbers, times and plain scalars as Go has them; each expected value is what Go's sources say."""

import pytest

from gitconfig_tool.sops.golang import is_modification_time, is_time, plain_float, yaml_scalar


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (100.0, "100"),
        (1.5, "1.5"),
        (-2.25, "-2.25"),
        (1e-7, "0.0000001"),
        (1.5e-7, "0.00000015"),
        (-1e-7, "-0.0000001"),
        (1e16, "10000000000000000"),
        (1.25e17, "125000000000000000"),
        (1e22, "10000000000000000000000"),
        (123456789.125, "123456789.125"),
    ],
)
def test_a_float_never_has_an_exponent(number: float, text: str) -> None:
    assert plain_float(number) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("on", "on"),
        ("text", "text"),
        ("0", 0),
        ("-17", -17),
        ("1.5", 1.5),
        ("1.50", 1.5),
        ("5m", "5m"),
        ("10.0.0.1", "10.0.0.1"),
        ("a-b", "a-b"),
        ("nullable", "nullable"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    found = yaml_scalar(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        *("<<", "0x1F", "0o17", "017", "0b1", "1_000", "1e3", ".5", "5.", "+1", "-0", ".inf"),
        *("-.INF", ".nan", "2024-01-01", "2024-01-01T10:00:00Z", "12:30", "12345678901234567890"),
    ],
)
def test_what_takes_more_than_a_glance_is_left_to_go(text: str) -> None:
    with pytest.raises(ValueError, match=r"merge key|may be a number"):
        yaml_scalar(text)


def test_times() -> None:
    assert is_time("2024-02-29T10:00:00Z")
    assert is_time("2024-02-29T10:00:00.123456789+02:00")
    assert not is_time("2023-02-29T10:00:00Z")
    assert not is_time("2024-02-29T10:00:00.50Z")  # Go prints .5
    assert not is_time("2024-02-29T10:00:00+00:00")  # Go prints Z
    assert is_modification_time("2024-02-29T10:00:00Z")
    assert not is_modification_time("2024-02-29T10:00:00.5Z")
    assert not is_modification_time("2023-02-30T10:00:00Z")
