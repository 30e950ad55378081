"""Numbers that carry a checksum: cards, bank accounts and national ids.

Each function takes what a pattern has found, and tells whether it is what it looks like.
"""

from datetime import date

# ISO/IEC 7812: how the numbers of each issuer begin, and how many digits they have.
_ISSUERS = (
    ((4, 4), (13, 16, 19)),  # Visa
    ((51, 55), (16,)),  # Mastercard
    ((2221, 2720), (16,)),
    ((34, 34), (15,)),  # American Express
    ((37, 37), (15,)),
    ((300, 305), (14,)),  # Diners Club
    ((36, 36), (14,)),
    ((38, 39), (14,)),
    ((6011, 6011), (16, 19)),  # Discover
    ((644, 659), (16, 19)),
    ((3528, 3589), (16, 19)),  # JCB
    ((62, 62), (16, 17, 18, 19)),  # UnionPay
    ((5018, 5018), (16, 18, 19)),  # Maestro
    ((5020, 5020), (16, 18, 19)),
    ((5038, 5038), (16, 18, 19)),
    ((6304, 6304), (16, 18, 19)),
    ((6759, 6763), (16, 18, 19)),
)
# ISO 13616, the registry of SWIFT: how long the account number of each country is.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FO", "FI", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
# Agenzia delle Entrate: the value of a character at an odd place of a codice fiscale.
_ODD_DIGITS = "1 0 5 7 9 13 15 17 19 21"
_ODD_LETTERS = f"{_ODD_DIGITS} 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23"
_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        map(int, f"{_ODD_DIGITS} {_ODD_LETTERS}".split()),
        strict=True,
    )
)
# HM Revenue & Customs, NIM39110: what no national insurance number begins with.
_NO_NINO = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
# Published as examples, and so refused by the Social Security Administration.
_NO_SSN = frozenset({"078051120", "219099999"})


def passes_luhn(digits: str) -> bool:
    """Tell whether digits end with their check digit (ISO/IEC 7812-1, annex B)."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(each - 9 * (each > 9) for each in doubled)) % 10 == 0


def is_card(found: str) -> bool:
    """Tell whether digits are the number of a payment card."""
    digits = _bare(found)
    return any(
        len(digits) in lengths and first <= int(digits[: len(str(first))]) <= last
        for (first, last), lengths in _ISSUERS
    ) and passes_luhn(digits)


def is_iban(found: str) -> bool:
    """Tell whether a text is an international bank account number (ISO 13616, mod 97)."""
    text = _bare(found)
    if len(text) != _IBAN_LENGTHS.get(text[:2]):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def is_ssn(found: str) -> bool:
    """Tell whether digits can be a social security number of the United States."""
    digits = _bare(found)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    is_area = area not in ("000", "666") and area < "900"
    return is_area and group != "00" and serial != "0000" and digits not in _NO_SSN


def is_nino(found: str) -> bool:
    """Tell whether a text can be a national insurance number of the United Kingdom."""
    return found[:2] not in _NO_NINO


def is_nir(found: str) -> bool:
    """Tell whether a text is a French social security number: the key is 97 less mod 97."""
    text = _bare(found)
    # Corsica's departments count as 19 and 18.
    number = text[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(text[13:])


def is_tax_id(found: str) -> bool:
    """Tell whether digits are a German tax id: ISO 7064 MOD 11,10, and how often digits occur."""
    digits = _bare(found)
    counts = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if counts[-1] not in (2, 3) or counts[:-1] != [1] * (len(counts) - 1):
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_dni(found: str) -> bool:
    """Tell whether a text is a Spanish DNI or NIE: its letter is the number mod 23."""
    text = _bare(found)
    first = {"X": "0", "Y": "1", "Z": "2"}.get(text[0], text[0])
    return _DNI_LETTERS[int(first + text[1:8]) % 23] == text[8]


def is_codice_fiscale(found: str) -> bool:
    """Tell whether a text is an Italian tax code: its last letter checks the others."""
    total = sum(_ODD[char] for char in found[0:15:2])
    total += sum(int(char) if char.isdigit() else ord(char) - 65 for char in found[1:15:2])
    return chr(65 + total % 26) == found[15]


def is_personnummer(found: str) -> bool:
    """Tell whether digits are a Swedish personal number: a date, and Luhn."""
    digits = _bare(found.replace("+", ""))
    try:
        # 60 is added to the day of a coordination number.
        date(2000 + int(digits[:2]), int(digits[2:4]), (int(digits[4:6]) - 1) % 60 + 1)
    except ValueError:
        return False
    return passes_luhn(digits)


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
