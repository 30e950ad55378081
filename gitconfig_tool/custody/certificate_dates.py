"""The last day of a certificate that stands in the clear. Needs no key, only the library."""

import warnings

from cryptography import x509


def ends_at(text: str) -> int | None:
    """Return the last second of the first certificate of a PEM text; None where it is none.

    It is in seconds since 1970. The first one is the server's own (RFC 8446, section 4.4.2).
    """
    try:
        with warnings.catch_warnings():
            # Of serial numbers that are odd, and what else the library finds old-fashioned.
            warnings.simplefilter("ignore")
            found = x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        return None
    return int(found[0].not_valid_after_utc.timestamp()) if found else None
