"""Certificates that no authority would make today."""

import base64
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gitconfig_tool.custody.generators import self_signed
from gitconfig_tool.custody.inspection.certificates import inspect_certificate
from gitconfig_tool.custody.inspection.subject import Subject, Terms
from gitconfig_tool.secrets.types import secret_type

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# RFC 8017, appendix C: sha256WithRSAEncryption and md2WithRSAEncryption, in DER.
SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
MD2_WITH_RSA = bytes.fromhex("06092a864886f70d010102")


def test_a_signature_of_a_kind_that_nobody_knows_is_no_good_one() -> None:
    made = self_signed(["a.example"], now=NOW, algorithm="rsa-3072").parts["certificate"]
    der = x509.load_pem_x509_certificate(made.encode()).public_bytes(Encoding.DER)
    old = base64.encodebytes(der.replace(SHA256_WITH_RSA, MD2_WITH_RSA)).decode()
    text = f"-----BEGIN CERTIFICATE-----\n{old}-----END CERTIFICATE-----\n"
    subject = Subject(secret_type("certificate"), {"certificate": text}, {}, False)

    found = [
        each.found
        for each in inspect_certificate(subject, Terms(NOW, timedelta(days=30)))
        if each.code == "GCT454"
    ]

    assert found == ["one signed with the algorithm 1.2.840.113549.1.1.2"]
