"""What a certificate must be: valid, with the key that belongs to it, and in the right order.

Takes a secret of the type `certificate`, or fields of that kind; yields findings. Contacts nobody:
whether a certificate was revoked is not looked at.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.x509.oid import ExtendedKeyUsageOID

from gitconfig_tool.custody.inspection.keys import (
    UnreadableKeyError,
    key_of,
    read_private_key,
    unreadable,
    weaknesses,
)
from gitconfig_tool.custody.inspection.subject import Finding, Subject, Terms
from gitconfig_tool.secrets.types.attributes import SELF_SIGNED

# Where a private key begins among certificates (RFC 7468, sections 10 and 11; what OpenSSL wrote).
_KEY_BEGINS = re.compile(r"-----BEGIN ([A-Z ]{0,20})PRIVATE KEY-----")
_SERVES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


@dataclass(frozen=True, slots=True)
class _Link:
    """One certificate of the chain, and the field that it stands in."""

    certificate: x509.Certificate
    name: str
    words: str


def inspect_certificate(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at the certificate of a secret, at its chain and at its key."""
    chain: list[_Link] = []
    for name in ("pem", "certificate", "chain", "ca_certificate"):
        text = subject.text(name)
        if text is None:
            continue
        found = _read(text)
        if not found:
            yield Finding(
                "GCT456",
                name,
                "certificates in PEM",
                "text that holds none that can be read",
                "put the text in whole, with its BEGIN and END lines",
            )
            return
        known = [link.certificate for link in chain]
        for each in found:
            # The end of the chain often stands in two fields.
            if each not in known:
                chain.append(_Link(each, name, _words(len(chain))))
    if not chain:
        return
    for link in chain:
        yield from _dates(link, terms)
        yield from weaknesses(
            key_of(link.certificate.public_key()), link.name, f"{link.words} with a key"
        )
        yield from _signature(link)
    yield from _order(chain)
    yield from _trust(chain[0], subject)
    yield from _private_key(subject, chain)


def _words(at: int) -> str:
    return "a certificate" if at == 0 else f"certificate {at + 1} of the chain"


def _read(text: str) -> list[x509.Certificate]:
    try:
        with warnings.catch_warnings():
            # Of serial numbers that are odd, and what else the library finds old-fashioned.
            warnings.simplefilter("ignore")
            return x509.load_pem_x509_certificates(text.encode("utf-8", "replace"))
    except ValueError:
        return []


def _dates(link: _Link, terms: Terms) -> Iterator[Finding]:
    certificate = link.certificate
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if first > terms.as_of:
        yield Finding(
            "GCT448",
            link.name,
            f"{link.words} that is valid on {terms.day}",
            f"that it begins on {first.date()}",
            "wait for that day, or check the clock of the machine that made it",
        )
    elif last < terms.as_of:
        yield Finding(
            "GCT448",
            link.name,
            f"{link.words} that is valid on {terms.day}",
            f"that it ended on {last.date()}",
            "have a new one made, and put it in with its key",
        )
    elif last < terms.as_of + terms.soon:
        yield Finding(
            "GCT449",
            link.name,
            f"{link.words} that is valid for {_days(terms)} after {terms.day}",
            f"that it ends on {last.date()}",
            "have a new one made while this one works",
        )


def _days(terms: Terms) -> str:
    return f"{terms.soon.days} day{'' if terms.soon.days == 1 else 's'}"


def _signature(link: _Link) -> Iterator[Finding]:
    if _signs_itself(link.certificate):
        return  # Nobody looks at the signature of a root.
    weak: str | None = None
    try:
        algorithm = link.certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        # What the library knows no more, such as MD2, nobody accepts.
        weak = f"the algorithm {link.certificate.signature_algorithm_oid.dotted_string}"
    else:
        # RFC 9155 for TLS 1.2; browsers have refused them since 2017.
        if isinstance(algorithm, MD5 | SHA1):
            weak = algorithm.name.upper()
    if weak is not None:
        yield Finding(
            "GCT454",
            link.name,
            f"{link.words} signed with SHA-256 or better",
            f"one signed with {weak}",
            "have a new one made: today's programs refuse this one",
        )


def _order(chain: Sequence[_Link]) -> Iterator[Finding]:
    for below, above in pairwise(chain):
        fault = _fault(below.certificate, above.certificate)
        if fault is not None:
            yield Finding(
                "GCT451",
                above.name,
                f"{above.words} to be the one that signed the certificate before it",
                fault,
                "put the certificate first, then each intermediate after the one that it signed",
            )


def _fault(below: x509.Certificate, above: x509.Certificate) -> str | None:
    """Say why one certificate did not sign another; None where it did, and may."""
    if below.issuer != above.subject:
        return "one with the name of another issuer"
    try:
        below.verify_directly_issued_by(above)
    except InvalidSignature:
        return "one of the right name whose key did not make the signature"
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return "one whose key cannot have made the signature"
    return None if _is_authority(above) else "one that may not sign others (it is no CA)"


def _signs_itself(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _trust(leaf: _Link, subject: Subject) -> Iterator[Finding]:
    """Say why a client of a server would not take the certificate, its dates aside."""
    is_meant = subject.said.get(SELF_SIGNED) is True
    if subject.is_protected and not is_meant and _signs_itself(leaf.certificate):
        yield Finding(
            "GCT452",
            leaf.name,
            "a certificate of an authority in a protected environment",
            "one that signs itself",
            f"have it signed, or say that it is meant: {SELF_SIGNED}: true in its rule",
        )
    if _is_for_a_server(leaf.certificate) and not _has_names(leaf.certificate):
        # RFC 9525, section 2: the common name is not looked at.
        yield Finding(
            "GCT453",
            leaf.name,
            "a certificate with the names that it is for (subjectAltName)",
            "one without any",
            "have it made with subjectAltName: clients do not look at the common name",
        )


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return constraints.value.ca


def _is_for_a_server(certificate: x509.Certificate) -> bool:
    """Tell whether a server may show it; one that says nothing is for everything but signing."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return not _is_authority(certificate)
    except (x509.DuplicateExtension, ValueError):
        return False
    return any(each in _SERVES for each in usage.value)


def _has_names(certificate: x509.Certificate) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return any(True for _ in names.value)


def _private_key(subject: Subject, chain: Sequence[_Link]) -> Iterator[Finding]:
    name = "private_key" if "private_key" in subject.values else "pem"
    text = subject.text(name)
    if text is None:
        return
    block = _key_block(text)
    try:
        key = read_private_key(block, subject.text("passphrase"))
    except UnreadableKeyError as error:
        yield unreadable(name, error)
        return
    holders = [at for at, link in enumerate(chain) if _public(link) == key.public]
    if 0 in holders:
        return
    if holders:
        yield Finding(
            "GCT451",
            chain[0].name,
            "the certificate of the private key first",
            f"it as number {holders[0] + 1} of {len(chain)}",
            "put the certificate first, then each intermediate after the one that it signed",
        )
        return
    yield Finding(
        "GCT450",
        name,
        "the private key of the certificate",
        "that of another one",
        "put certificate and key in together, from the same request",
    )


def _key_block(text: str) -> str:
    """Return the first private key in a text with certificates; the text where there is none."""
    begins = _KEY_BEGINS.search(text)
    if begins is None:
        return text
    last = f"-----END {begins[1]}PRIVATE KEY-----"
    end = text.find(last, begins.end())
    return text[begins.start() : end + len(last)] if end >= 0 else text


def _public(link: _Link) -> bytes:
    return key_of(link.certificate.public_key()).public
