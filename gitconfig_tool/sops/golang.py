"""Values as Go writes and reads them, where sops lets that decide.

Takes and returns values of JSON and text. Says so where Go and Python may differ: the caller then
leaves the file to the program.
"""

import re
from datetime import datetime

# What every reader of numbers takes for the same number.
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# time.RFC3339Nano, as Go prints it: no zeros at the end of the fraction, and Z for no offset.
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,8}[1-9])?"
    r"(Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})"
)
_WHOLE_SECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

# The words of yaml.v3's table (resolve.go) that are no strings.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_BOOLEANS["FALSE"] = False
# With one of these yaml.v3 begins to think of a number or a time, and so on; see `yaml_scalar`.
_MAY_BE_NUMBER = frozenset("+-.0123456789")
_ONLY_IN_NUMBERS = re.compile(r"[0-9A-Fa-fINOPTXZinoptxz_.:+\- ]+")


def plain_float(value: float) -> str:
    """Write a finite number as `strconv.FormatFloat(value, 'f', -1, 64)`: no exponent, ever."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    digits, _, exponent = text.partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.removeprefix("-").partition(".")
    point = len(whole) + int(exponent)
    figures = whole + fraction
    if point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    if point >= len(figures):
        return f"{sign}{figures}{'0' * (point - len(figures))}"
    return f"{sign}{figures[:point]}.{figures[point:]}"


def is_time(text: str) -> bool:
    """Tell whether Go reads this time and prints it in the same characters."""
    if not _TIME.fullmatch(text):
        return False
    # Python knows no more than six digits of a second; the fraction is checked already.
    return _is_date(re.sub(r"\.[0-9]+", "", text))


def is_modification_time(text: str) -> bool:
    """Tell whether a `lastmodified` is as sops writes it: whole seconds of UTC."""
    return _WHOLE_SECONDS.fullmatch(text) is not None and _is_date(text)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def yaml_scalar(text: str) -> str | int | float | bool | None:
    """Return the value of a plain scalar as yaml.v3 decodes it.

    Raises ValueError where that takes more than a glance: octal numbers, times, infinities.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text == "<<":
        raise ValueError("a merge key")
    if text[0] not in _MAY_BE_NUMBER:
        return text
    if INTEGER.fullmatch(text) and text != "-0":
        return int(text)
    if "." in text and DECIMAL.fullmatch(text):
        return float(text)
    # A number or a time of YAML has no other characters than these, and one point at most.
    if not _ONLY_IN_NUMBERS.fullmatch(text) or (text.count(".") > 1 and ":" not in text):
        return text
    raise ValueError("a scalar that may be a number or a time")
