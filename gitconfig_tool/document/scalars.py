"""Plain scalars to values, by the core schema of YAML 1.2.2 (section 10.3.2).

Takes text and returns a value; whether the value is one that we allow is for `reader` to say.
"""

import re

from gitconfig_tool.document.nodes import JsonScalar

# YAML 1.2.2 section 10.3.2, table of tag resolution.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+")
_OCT = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2
# A plain number of more digits than this is out of range whatever it says, and int() of a long text
# takes quadratic time.
_MAX_DIGITS = 400


def resolve(text: str) -> JsonScalar:
    """Resolve a plain scalar by the core schema; a number too long for int() stays out of range."""
    first = text[:1]
    if first not in "-+.0123456789":
        if text in _NULL:
            return None
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        return text
    if text == "":
        return None
    if _INT.fullmatch(text):
        return int(text) if len(text) <= _MAX_DIGITS else MAX_SAFE_INTEGER + 1
    if _OCT.fullmatch(text):
        return int(text, 8)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if NOT_FINITE.fullmatch(text):
        return float("inf")
    return text


def kind_of(value: JsonScalar) -> str:
    if value is None:
        return "null"
    return {bool: "bool", int: "int", float: "float", str: "str"}[type(value)]
