"""What can be asked for when a secret is replaced: pure data, for the command line as well.

Loads nothing of what makes the values: see `generators`.
"""

import string
from collections.abc import Mapping

GENERATORS = (
    "password",
    "value",
    "age",
    "ssh",
    "private-key",
    "jwt",
    "self-signed",
    "csr",
    "signed",
)
# Those whose new value comes from somebody else, through standard input.
FROM_INPUT = ("value", "signed")
# Letters and digits stand in every URL, shell and configuration file without quotes.
ALPHABETS: Mapping[str, str] = {
    "alphanumeric": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "digits": string.digits,
    "hex": "0123456789abcdef",
    "symbols": string.ascii_letters + string.digits + "!#$%&()*+,-./:;<=>?@[]^_{|}~",
}
# 32 letters and digits hold 190 bits.
PASSWORD_LENGTH = 32
# CA/Browser Forum, Baseline Requirements, section 6.3.2, allow no longer ones in public.
CERTIFICATE_DAYS = 90
