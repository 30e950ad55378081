"""How easily a password is guessed, as far as its text tells.

Takes a text; returns a reason, which says nothing of the text that is not true of all such ones.
"""

import math
import re
from itertools import pairwise

# NIST SP 800-63B-4, section 3.1.1.2, asks for 15 characters where a password is all that there is;
# 12 is what most databases' own rules ask for. Passwords in here are made by programs.
LEAST = 12
# A text whose letters could be guessed in so many bits is guessed offline within hours.
_LEAST_BITS = 40.0
# The first of the lists of what was found in breaches ("rockyou", SecLists), without what is
# shorter than 6 anyway, and what the documentation of databases has as a password.
_COMMON = frozenset(
    {
        "password",
        "passwort",
        "passw0rd",
        "motdepasse",
        "contrasena",
        "letmein",
        "welcome",
        "monkey",
        "dragon",
        "sunshine",
        "princess",
        "iloveyou",
        "football",
        "baseball",
        "superman",
        "batman",
        "trustno",
        "starwars",
        "whatever",
        "michael",
        "shadow",
        "master",
        "hunter",
        "computer",
        "internet",
        "freedom",
        "cheese",
        "secret",
        "access",
        "login",
        "admin",
        "administrator",
        "root",
        "toor",
        "guest",
        "user",
        "default",
        "postgres",
        "mysql",
        "mariadb",
        "oracle",
        "redis",
        "mongo",
        "mongodb",
        "rabbitmq",
        "elastic",
        "changeme",
        "changeit",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "azerty",
        "asdfghjkl",
        "zxcvbnm",
        "abcdef",
        "abcdefgh",
        "supersecret",
        "topsecret",
        "mypassword",
        "yourpassword",
        "newpassword",
        "testpassword",
        "database",
        "development",
        "production",
        "staging",
        "company",
        "correcthorsebatterystaple",
    }
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_LETTERS = re.compile(r"[a-z](?:.*[a-z])?", re.DOTALL)
# Whoever counts up so far will count on; a key of thousands of letters is no password.
_LOOKED_AT = 256
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def password_fault(text: str) -> tuple[str, str] | None:
    """Return what is expected of a password and what was found; None where nothing is wrong."""
    if _is_common(text):
        return "a password that is in no list of common ones", "one that is"
    if len(text) < LEAST:
        return f"a password of at least {LEAST} characters", "a shorter one"
    if _is_repeated(text) or _is_sequence(text) or _bits(text) < _LEAST_BITS:
        return "a password that was drawn at random", "one that repeats itself or counts up"
    return None


def _is_common(text: str) -> bool:
    """Tell whether a text is a common password, with digits around it or letters replaced."""
    small = text.lower()
    plain = _within(small)
    letters = re.sub(r"[^a-z]", "", small.translate(_LEET))
    return not _COMMON.isdisjoint((small, plain, letters, _within(plain.translate(_LEET))))


def _within(text: str) -> str:
    """Return a text from its first letter to its last."""
    found = _LETTERS.search(text)
    return found[0] if found else ""


def _is_repeated(text: str) -> bool:
    """Tell whether a text is a shorter one, several times."""
    return text in (text + text)[1:-1]


def _is_sequence(text: str) -> bool:
    """Tell whether most of a text counts up or down, or follows a row of a keyboard."""
    small = text[:_LOOKED_AT].lower()
    steps = sum(
        any(pair in row or pair[::-1] in row for row in _SEQUENCES)
        for pair in map("".join, pairwise(small))
    )
    return steps >= 0.75 * (len(small) - 1)


def _bits(text: str) -> float:
    """Return how many bits the text has, if each character were drawn from those that it uses."""
    return len(text) * math.log2(len(set(text)))
