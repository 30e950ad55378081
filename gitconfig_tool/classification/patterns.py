"""What of a text looks as if it were sensitive: its kinds, and never the text itself.

Every pattern takes bounded steps at each place of a text, so the time grows with the text alone.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from gitconfig_tool.classification import checksums

# Nothing below is found in a text without one of these.
_WORTH_A_LOOK = re.compile(r"[0-9@]|::|-----BEGIN ")
# RFC 2606 and RFC 6761: names that are nobody's.
_RESERVED = (
    ".example",
    ".example.com",
    ".example.net",
    ".example.org",
    ".invalid",
    ".localhost",
    ".test",
)
# RFC 1918, RFC 3927, RFC 4193, RFC 4291 section 2.5.6.
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)


def _no_further_check(_: str) -> bool:
    return True


def _is_address(found: str) -> bool:
    domain = "." + found.rpartition("@")[2].lower()
    return not domain.endswith(_RESERVED)


def _is_private(found: str) -> bool:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    return any(address.version == net.version and address in net for net in _PRIVATE)


class _Pattern(NamedTuple):
    kind: str
    name: str
    regex: re.Pattern[str]
    check: Callable[[str], bool] = _no_further_check


# What a number must not be part of: a longer one, a word, a version, an id with hyphens.
_BEFORE = r"(?<![\w.+-])"
_AFTER = r"(?![\w-]|\.[0-9])"


def _number(kind: str, name: str, text: str, check: Callable[[str], bool]) -> _Pattern:
    return _Pattern(kind, name, re.compile(f"{_BEFORE}(?:{text}){_AFTER}"), check)


_ID = "national-id"
_PATTERNS = (
    _number(
        "card-number",
        "a card number",
        r"[0-9]{13,19}"
        r"|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?"
        r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}",
        checksums.is_card,
    ),
    _number(
        "iban",
        "a bank account (IBAN)",
        r"[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)",
        checksums.is_iban,
    ),
    _number(
        _ID,
        "a US social security number",
        r"[0-9]{3}-[0-9]{2}-[0-9]{4}",
        checksums.is_ssn,
    ),
    _number(
        _ID,
        "a UK national insurance number",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[0-9]{6}|(?: [0-9]{2}){3} )[A-D]",
        checksums.is_nino,
    ),
    _number(
        _ID,
        "a French social security number",
        r"[12][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:[0-9]{2}|2[AB])[0-9]{6}(?: ?)[0-9]{2}"
        r"|[12] [0-9]{2} (?:0[1-9]|1[0-2]|[2-9][0-9]) (?:[0-9]{2}|2[AB])(?: [0-9]{3}){2} [0-9]{2}",
        checksums.is_nir,
    ),
    _number(
        _ID,
        "a German tax id",
        r"[1-9][0-9]{10}|[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}",
        checksums.is_tax_id,
    ),
    _number(_ID, "a Spanish DNI or NIE", r"[0-9XYZ][0-9]{7}-?[A-HJ-NP-TV-Z]", checksums.is_dni),
    _number(
        _ID,
        "an Italian tax code",
        r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        checksums.is_codice_fiscale,
    ),
    _number(
        _ID,
        "a Swedish personal number",
        r"[0-9]{6}[-+][0-9]{4}",
        checksums.is_personnummer,
    ),
    _Pattern(
        "e-mail",
        "an e-mail address",
        # Not the user of a URL, nor that of an address of Git or SSH: `git@host:path`.
        re.compile(
            r"(?:(?<![A-Za-z0-9._%+/:@-])|(?<=mailto:))[A-Za-z0-9._%+-]{1,64}"
            r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@:/-]|\.[A-Za-z0-9])"
        ),
        _is_address,
    ),
    _Pattern(
        "private-ip",
        "a private IP address",
        re.compile(r"(?<![\w.-])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w-]|\.[0-9])"),
        _is_private,
    ),
    _Pattern(
        "private-ip",
        "a private IP address",
        re.compile(r"(?<![\w:.])[fF][cCdDeE][0-9a-fA-F]{2}:[0-9a-fA-F:]{1,34}(?![\w:])"),
        _is_private,
    ),
    _Pattern(
        "private-key",
        "a private key (PEM)",
        re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"),
    ),
    _Pattern(
        "pem-block",
        "a PEM block",
        re.compile(r"-----BEGIN (?![A-Z0-9 ]{0,30}PRIVATE KEY)[A-Z0-9 ]{1,40}-----"),
    ),
)


def kinds_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text holds: each kind of `project.PATTERNS`, and its name for a message."""
    if _WORTH_A_LOOK.search(text) is None:
        return
    for pattern in _PATTERNS:
        if any(pattern.check(match[0]) for match in pattern.regex.finditer(text)):
            yield pattern.kind, pattern.name
