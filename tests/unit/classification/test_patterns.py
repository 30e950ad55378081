"""What looks sensitive: numbers with checksums that were published as examples, and near misses.

The numbers are examples of the bodies that issue them, or were worked out by their rules. None of
them is anybody's.
"""

import time

import pytest

from gitconfig_tool.classification.checksums import passes_luhn
from gitconfig_tool.classification.patterns import kinds_in
from gitconfig_tool.project.governance import PATTERNS


def kinds(text: str) -> list[str]:
    """Return the kinds that are found in a text."""
    return [kind for kind, _ in kinds_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",  # Visa's test number
        "pay 4111 1111 1111 1111 now",
        "4111-1111-1111-1111",
        "5555555555554444",  # Mastercard's
        "2223003122003222",  # Mastercard's, of the series from 2017
        "3782 822463 10005",  # American Express's
        "371449635398431",
        "30569309025904",  # Diners Club's, of 14 digits
        "6011111111111117",  # Discover's
        "3530111333300000",  # JCB's
        "4222222222222",  # Visa's, of 13 digits
        "card=4111111111111111.",
    ],
)
def test_card_numbers(text: str) -> None:
    assert kinds(text) == ["card-number"]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # the check digit is wrong
        "0000000000000000",  # passes Luhn; no issuer
        "1111111111111117",  # the same
        "1700000000000",  # milliseconds since 1970
        "411111111111111",  # Visa has no 15 digits
        "41111111111111111111111",  # part of a longer number
        "x4111111111111111",  # part of a word
        "0.4111111111111111",  # digits of a fraction
        "00000000-4111-1111-1111-111100000000",  # part of a UUID
        "4111 1111-1111 1111",  # two separators
        "sha256:4111111111111111abcdef",
        "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱",  # other digits than ASCII's
    ],
)
def test_what_is_no_card_number(text: str) -> None:
    assert "card-number" not in kinds(text)


def test_luhn() -> None:
    # ISO/IEC 7812-1 annex B works out 3 for 7992739871.
    assert passes_luhn("79927398713")
    assert not any(passes_luhn(f"7992739871{digit}") for digit in range(10) if digit != 3)


@pytest.mark.parametrize(
    "text",
    [
        "GB29 NWBK 6016 1331 9268 19",  # the examples of the SWIFT registry
        "DE89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NL91ABNA0417164300",
        "NO93 8601 1117 947",
    ],
)
def test_bank_accounts(text: str) -> None:
    assert kinds(text) == ["iban"]


@pytest.mark.parametrize(
    "text",
    [
        "DE88370400440532013000",  # the check digits are wrong
        "DE8937040044053201300",  # too short for Germany
        "ZZ89370400440532013000",  # no country
        "ARN12345678901234567",
    ],
)
def test_what_is_no_bank_account(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("123-45-6789", "a US social security number"),
        ("AB 12 34 56 C", "a UK national insurance number"),
        ("AB123456C", "a UK national insurance number"),
        # INSEE: the key is 97 - 2550814168025 mod 97 = 38.
        ("255081416802538", "a French social security number"),
        ("2 55 08 14 168 025 38", "a French social security number"),
        # Corsica: 2A counts as 19; 97 - 1840119004004 mod 97 = 63.
        ("1 84 01 2A 004 004 63", "a French social security number"),
        ("86095742719", "a German tax id"),  # the example of the tax office
        ("47 036 892 816", "a German tax id"),
        ("12345678Z", "a Spanish DNI or NIE"),  # 12345678 mod 23 = 14: Z
        ("X1234567L", "a Spanish DNI or NIE"),
        ("RSSMRA85T10A562S", "an Italian tax code"),
        ("811218-9876", "a Swedish personal number"),  # the example of the tax agency
    ],
)
def test_national_ids(text: str, name: str) -> None:
    assert list(kinds_in(f"id: {text},")) == [("national-id", name)]


@pytest.mark.parametrize(
    "text",
    [
        "000-45-6789",
        "666-45-6789",
        "900-45-6789",
        "123-00-6789",
        "123-45-0000",
        "078-05-1120",  # printed on a card that was sold with wallets
        "GB123456C",
        "QQ123456C",  # the example of the tax office, made to be none
        "AB123456E",
        "255081416802539",
        "86095742718",
        "12345678901",
        "11111111111",
        "12345678A",
        "RSSMRA85T10A562T",
        "811218-9875",
        "819918-9876",  # no month
        "2024-05-01",
        "10.20.30-4444",
        "555-1234",
    ],
)
def test_what_is_no_national_id(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada@acme.io", ["e-mail"]),
        ("mailto:ada.lovelace+news@mail.acme.co.uk", ["e-mail"]),
        ("Ask Ada <ada@acme.io>.", ["e-mail"]),
        ("alerts@example.com", []),
        ("ops@llm.example", []),
        ("postgres://app:x@db.acme.io/app", []),
        ("ssh://git@git.acme.io", []),
        ("git@git.acme.io:acme/config.git", []),
        ("support-assistant@1.2.3", []),
        ("image@sha256:0123", []),
        ("a@b", []),
    ],
)
def test_e_mail_addresses(text: str, found: list[str]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1.2.3", ["private-ip"]),
        ("http://192.168.0.10:8080/x", ["private-ip"]),
        ("172.16.0.0/12", ["private-ip"]),
        ("172.32.0.1", []),
        ("169.254.169.254", ["private-ip"]),
        ("fd12:3456:789a::1", ["private-ip"]),
        ("[fe80::1%eth0]", ["private-ip"]),
        ("2001:db8::1", []),
        ("8.8.8.8", []),
        ("127.0.0.1", []),
        ("10.1.2.3.4", []),
        ("v10.1.2.3", []),
        ("10.1.2.300", []),
    ],
)
def test_private_addresses(text: str, found: list[str]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("PRIVATE KEY", ["private-key"]),
        ("EC PRIVATE KEY", ["private-key"]),
        ("PGP PRIVATE KEY BLOCK", ["private-key"]),
        ("CERTIFICATE", ["pem-block"]),
        ("PUBLIC KEY", ["pem-block"]),
    ],
)
def test_pem_blocks(label: str, found: list[str]) -> None:
    assert kinds(f"-----BEGIN {label}-----\n...\n-----END {label}-----\n") == found


def test_every_kind_has_a_level() -> None:
    text = (
        "4111111111111111 123-45-6789 DE89370400440532013000 ada@acme.io 10.0.0.1 "
        "-----BEGIN PRIVATE KEY----- -----BEGIN CERTIFICATE-----"
    )

    assert set(kinds(text)) == set(PATTERNS)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 1_000_000,
        "1-" * 500_000,
        "1234 " * 200_000,
        "a" * 1_000_000,
        "a@" * 500_000,
        "a." * 500_000,
        "@" + "a." * 500_000,
        "a@" + "a." * 500_000,
        "AB12 " * 200_000,
        "A" * 1_000_000 + "1",
        "fe80:" * 200_000,
        "-----BEGIN " * 100_000,
        "1.1." * 250_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_takes_time_that_grows_with_it(text: str) -> None:
    started = time.process_time()
    kinds(text)

    # A million characters; a pattern that tries again from each place would take hours.
    assert time.process_time() - started < 5
