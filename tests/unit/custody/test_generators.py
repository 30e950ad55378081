"""New values: their shapes, by the libraries and programs that will read them."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gitconfig_tool.custody import generators
from gitconfig_tool.custody.choices import ALPHABETS
from gitconfig_tool.custody.generators import GeneratorError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_password_is_made_of_its_alphabet() -> None:
    made = generators.password(40, ALPHABETS["hex"]).parts["password"]

    assert len(made) == 40
    assert set(made) <= set("0123456789abcdef")
    assert generators.password().parts != generators.password().parts
    assert made not in repr(generators.password(40))


@pytest.mark.parametrize(("length", "alphabet"), [(13, "digits"), (19, "hex"), (1, "symbols")])
def test_a_password_that_could_be_tried_is_refused(length: int, alphabet: str) -> None:
    # 80 bits: 20 hexadecimal digits, 25 decimal ones.
    with pytest.raises(GeneratorError, match="at least 80 bits"):
        generators.password(length, ALPHABETS[alphabet])


def test_20_hexadecimal_digits_are_just_enough() -> None:
    assert generators.password(20, ALPHABETS["hex"]).parts


def test_an_age_identity_opens_what_its_recipient_is_sent() -> None:
    made = generators.age_identity()
    recipient = pyrage.x25519.Recipient.from_str(made.public)
    identity = pyrage.x25519.Identity.from_str(made.parts["private_key"])

    assert pyrage.decrypt(pyrage.encrypt(b"x", [recipient]), [identity]) == b"x"


@pytest.mark.parametrize("algorithm", generators.KEY_ALGORITHMS)
def test_kinds_of_keys_are_told_again(algorithm: str) -> None:
    made = generators.private_key(algorithm, "passphrase of a test")
    key = made.parts["private_key"]

    assert generators.algorithm_of(key, "passphrase of a test") == algorithm
    assert generators.algorithm_of(key) is None
    assert made.public.startswith("-----BEGIN PUBLIC KEY-----")


@pytest.mark.parametrize("algorithm", ["ed25519", "rsa-3072", "ecdsa-p521"])
def test_ssh_keygen_reads_the_ssh_key(algorithm: str, tmp_path: Path) -> None:
    made = generators.ssh_key(algorithm, "deploy@example")
    file = tmp_path / "key"
    file.touch(0o600)
    file.write_text(made.parts["private_key"])
    try:
        done = subprocess.run(
            ["ssh-keygen", "-y", "-f", str(file)], check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        pytest.skip("expected the program ssh-keygen")

    assert done.stdout.split()[:2] == made.public.split()[:2]
    assert made.public.endswith(" deploy@example")
    assert generators.algorithm_of(made.parts["private_key"]) == algorithm


@pytest.mark.parametrize(("algorithm", "length"), [("HS256", 43), ("HS384", 64), ("HS512", 86)])
def test_secrets_of_hmac_are_as_long_as_the_hash(algorithm: str, length: int) -> None:
    # Base64 without padding: 4 characters for 3 bytes.
    assert len(generators.jwt_key(algorithm).parts["secret"]) == length


@pytest.mark.parametrize(
    ("algorithm", "kind"), [("RS256", "rsa-3072"), ("ES512", "ecdsa-p521"), ("EdDSA", "ed25519")]
)
def test_keys_of_jwt_fit_their_algorithm(algorithm: str, kind: str) -> None:
    made = generators.jwt_key(algorithm)

    assert generators.algorithm_of(made.parts["private_key"]) == kind
    assert len(made.parts["key_id"]) == 43  # SHA-256 in base64


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    # RFC 8037, appendix A.1 and A.3: a key and its thumbprint.
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(d + "="))

    assert generators._thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(GeneratorError, match="'XS256'"):
        generators.jwt_key("XS256")
    with pytest.raises(GeneratorError, match="'rsa-1024'"):
        generators.private_key("rsa-1024")


def test_a_self_signed_certificate_fits_its_key() -> None:
    made = generators.self_signed(["a.example", "*.a.example"], now=NOW, days=10)
    certificate = x509.load_pem_x509_certificate(made.public.encode())
    other = generators.private_key().parts["private_key"]

    assert generators.names_of(made.public) == ("a.example", "*.a.example")
    assert generators.is_self_signed(made.public)
    assert generators.fits(made.public, made.parts["private_key"])
    assert not generators.fits(made.public, other)
    assert not generators.fits("no certificate", other)
    assert certificate.not_valid_after_utc == datetime(2026, 1, 11, tzinfo=UTC)


def test_a_request_is_signed_by_its_key() -> None:
    made = generators.signing_request(["a.example"], algorithm="ed25519", passphrase="of a test")
    request = x509.load_pem_x509_csr(made.public.encode())

    assert request.is_signature_valid
    assert load_pem_private_key(made.parts["private_key"].encode(), b"of a test")


@pytest.mark.parametrize("names", [[], ["gr\u00fc\u00dfe.example"], ["x" * 65]])
def test_names_that_no_certificate_can_have(names: list[str]) -> None:
    with pytest.raises(GeneratorError):
        generators.self_signed(names, now=NOW)
