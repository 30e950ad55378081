"""Plain scalars that YAML 1.1 reads as something else than YAML 1.2 does.

Takes the text of a scalar and the value that YAML 1.2 gives it; says what YAML 1.1 gives it, after
its type repository (yaml.org/type: bool, int, float, timestamp, value, merge). Changes no value.
"""

import re

from gitconfig_tool.document.nodes import JsonScalar

# yaml.org/type/bool.html without `y` and `n`: PyYAML, Psych and SnakeYAML take neither for a
# boolean, and `y` is a common key.
WORDS = {
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false"),
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), "true"),
    "=": "the default of a mapping",
    "<<": "a merge key",
}
# What every other scalar that differs begins with.
NUMERIC = frozenset("-+.0123456789")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_OCTAL = re.compile(r"[-+]?0[0-7_]+")
_HEXADECIMAL = re.compile(r"[-+]?0x[0-9a-fA-F_]+")
_BINARY = re.compile(r"[-+]?0b[01_]+")
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
# yaml.org/type/float.html has `[0-9.]*` behind the point; every program takes that for a slip.
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)
# No time and no number that a person means is longer, and int() of a long text is slow.
_MAX_LENGTH = 100


def reading_of_yaml_1_1(text: str, value: JsonScalar) -> str | None:
    """Say what YAML 1.1 makes of a plain scalar; None where it is the `value` that YAML 1.2 gives.

    The answer is shown to a person: `false`, `8`, `45000 (base 60)`, `text`, `a date`.
    """
    if type(value) is str:
        if text[:1] not in NUMERIC:
            return WORDS.get(text)
    elif type(value) is int:
        # `0`, `1024` and `-5` are the same everywhere.
        if text.lstrip("-+")[:1] != "0" or value == 0:
            return None
    elif type(value) is not float:
        return None
    return _number(text, value) if len(text) <= _MAX_LENGTH else None


def unambiguous(value: JsonScalar) -> str:
    """Write a number so that both versions of YAML read it alike."""
    text = str(value)
    if isinstance(value, float) and "e" in text and "." not in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}.0e{exponent}"
    return text


def _number(text: str, value: JsonScalar) -> str | None:
    plain = text.replace("_", "")
    if _DECIMAL.fullmatch(text):
        read, note = str(int(plain)), ""
        if type(value) is int:
            return None
    elif _OCTAL.fullmatch(text):
        read, note = str(_of_base(plain, 8)), " (octal)"
    elif _HEXADECIMAL.fullmatch(text):
        read, note = str(_of_base(plain.replace("0x", ""), 16)), " (hexadecimal)"
    elif _BINARY.fullmatch(text):
        read, note = str(_of_base(plain.replace("0b", ""), 2)), " (binary)"
    elif _BASE_60.fullmatch(text) and ("." in text or text.lstrip("-+")[:1] != "0"):
        return f"{_base_60(plain)} (base 60)"
    elif _FLOAT.fullmatch(text):
        if type(value) is float:
            return None
        return repr(float(plain))
    elif _DATE.fullmatch(text):
        return "a date"
    elif _TIME.fullmatch(text):
        return "a time"
    else:
        return None if type(value) is str else "text"
    return None if type(value) is int and str(value) == read else read + note


def _of_base(text: str, base: int) -> int:
    """Return an integer; `0_` and the like leave no digit behind, which is zero."""
    sign = -1 if text.startswith("-") else 1
    return sign * int(text.lstrip("-+") or "0", base)


def _base_60(text: str) -> str:
    sign = "-" if text.startswith("-") else ""
    whole, point, fraction = text.lstrip("-+").partition(".")
    total = 0
    for part in whole.split(":"):
        total = total * 60 + int(part)
    return f"{sign}{total}{'.' + fraction if point and fraction else ''}"
