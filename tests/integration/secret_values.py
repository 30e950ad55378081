"""Secrets of every type, right and wrong, made anew for each run; none of them opens anything."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def pem(key: Any, passphrase: str = "") -> str:
    """Write a private key as PKCS #8."""
    return _text(key, PrivateFormat.PKCS8, passphrase)


def openssh(key: Any, passphrase: str = "") -> str:
    """Write a private key as OpenSSH does."""
    return _text(key, PrivateFormat.OpenSSH, passphrase)


def _text(key: Any, form: PrivateFormat, passphrase: str) -> str:
    lock: KeySerializationEncryption = NoEncryption()
    if passphrase:
        lock = BestAvailableEncryption(passphrase.encode())
    return str(key.private_bytes(Encoding.PEM, form, lock).decode())


def public(key: Any) -> str:
    """Write the public half in PEM."""
    spki = PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(Encoding.PEM, spki).decode())


def ssh_public(key: Any) -> str:
    """Write the public half as in authorized_keys."""
    return str(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode())


def jwk(key: Any, **more: Any) -> str:
    """Write a private key as JSON (RFC 7517); None takes a member out."""
    value: dict[str, Any]
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        of = numbers.public_numbers
        value = {"kty": "RSA", "n": _number(of.n), "e": _number(of.e), "d": _number(numbers.d)}
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        point, d = key.public_key().public_numbers(), key.private_numbers().private_value
        curve = {"secp256r1": "P-256", "secp384r1": "P-384"}[key.curve.name]
        value = {"kty": "EC", "crv": curve, "x": _number(point.x), "y": _number(point.y)}
        value["d"] = _number(d)
    else:
        own, its = key.private_bytes_raw(), key.public_key().public_bytes_raw()
        value = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(its), "d": _base64url(own)}
    return json.dumps({name: each for name, each in (value | more).items() if each is not None})


def _number(number: int) -> str:
    return _base64url(number.to_bytes((number.bit_length() + 7) // 8))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Signed:
    """A certificate with its key."""

    key: Any
    certificate: x509.Certificate

    @property
    def text(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


def certificate(
    subject: str,
    issuer: "Signed | None" = None,
    *,
    key: Any = None,
    first: datetime = NOW - 30 * DAY,
    last: datetime = NOW + 300 * DAY,
    names: Sequence[str] = ("canary.example",),
    is_authority: bool = False,
) -> Signed:
    """Make a certificate; without an issuer it signs itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer.certificate.subject if issuer else name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if names:
        san = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(san, critical=False)
    return Signed(key, builder.sign(signer, hashes.SHA256()))


@dataclass(frozen=True)
class Case:
    """One secret: its type, its value, what the rule says, and the codes with their fields."""

    type: str
    value: Any
    found: tuple[str, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)


def _password() -> str:
    return token_urlsafe(24)


def _key(prefix: str, length: int = 40) -> str:
    return prefix + token_hex(length)[:length]


def cases() -> dict[str, Case]:
    """Return every secret by the key that it stands under."""
    found: dict[str, Case] = {}
    for part in (_certificates(), _jwt(), _ssh(), _tokens(), _passwords(), _cloud()):
        assert found.keys().isdisjoint(part)
        found |= part
    return found


def _certificates() -> dict[str, Case]:
    root = certificate("canary root", is_authority=True, names=(), last=NOW + 3000 * DAY)
    middle = certificate("canary middle", root, is_authority=True, names=())
    leaf = certificate("canary leaf", middle)
    other = certificate("canary leaf", middle)
    false_root = certificate("canary root", is_authority=True, names=())
    clerk = certificate("canary clerk", root, names=())  # It is no authority.
    by_clerk = certificate("canary below", clerk)

    def of(*chain: Signed, key: Any = None) -> dict[str, str]:
        text = "".join(each.text for each in chain)
        return {"certificate": text, "private_key": pem(key or chain[0].key)}

    def kind(value: Any, *codes: str, **said: Any) -> Case:
        return Case("certificate", value, codes, said)

    expired = certificate("canary leaf", middle, last=NOW - DAY)
    soon = certificate("canary leaf", middle, last=NOW + 29 * DAY)
    future = certificate("canary leaf", middle, first=NOW + DAY)
    old_root = certificate("canary old", is_authority=True, names=(), last=NOW - DAY)
    under_old = certificate("canary leaf", old_root)
    small = certificate("canary leaf", middle, key=rsa.generate_private_key(65537, 1024))
    medium = certificate("canary leaf", middle, key=rsa.generate_private_key(65537, 2048))
    locked = {"certificate": leaf.text, "private_key": pem(leaf.key, "canary-passphrase-1")}
    return {
        "cert_good": kind(of(leaf, middle, root)),
        "cert_one_text": kind(leaf.text + middle.text + pem(leaf.key)),
        "cert_key_first": kind(pem(leaf.key) + leaf.text + middle.text),
        "cert_fields": kind(
            {**of(leaf), "chain": middle.text, "ca_certificate": root.text},
        ),
        "cert_expired": kind(of(expired, middle), "GCT448 certificate"),
        "cert_future": kind(of(future, middle), "GCT448 certificate"),
        "cert_soon": kind(of(soon, middle), "GCT449 certificate"),
        "cert_old_root": kind(of(under_old, old_root), "GCT448 certificate"),
        "cert_other_key": kind(of(leaf, middle, key=other.key), "GCT450 private_key"),
        "cert_order": kind(of(leaf, root, middle), *["GCT451 certificate"] * 2),
        "cert_reversed": kind(
            of(middle, leaf, key=leaf.key), "GCT451 certificate", "GCT451 certificate"
        ),
        "cert_false_issuer": kind(of(middle, false_root), "GCT451 certificate"),
        "cert_no_authority": kind(of(by_clerk, clerk), "GCT451 certificate"),
        "cert_nameless": kind(of(clerk, root), "GCT453 certificate"),
        "cert_self_signed": kind(of(certificate("canary self")), "GCT452 certificate"),
        "cert_self_meant": kind(of(certificate("canary self")), self_signed=True),
        "cert_weak": kind(of(small, middle), "GCT454 certificate"),
        "cert_ageing": kind(of(medium, middle), "GCT455 certificate"),
        "cert_cut": kind(
            {**of(leaf), "certificate": leaf.text[:200] + leaf.text[-40:]}, "GCT456 certificate"
        ),
        "cert_locked": kind(locked, "GCT456 private_key"),
        "cert_unlocked": kind({**locked, "passphrase": "canary-passphrase-1"}),
        "cert_no_pem": kind({**of(leaf), "private_key": _key("canary")}, "GCT447 private_key"),
    }


def _jwt() -> dict[str, Case]:
    p256 = ec.generate_private_key(ec.SECP256R1())
    p384 = ec.generate_private_key(ec.SECP384R1())
    koblitz = ec.generate_private_key(ec.SECP256K1())
    edwards = ed25519.Ed25519PrivateKey.generate()
    large = rsa.generate_private_key(65537, 3072)

    def kind(algorithm: str, value: Any, *codes: str) -> Case:
        text = {"private_key": value} if isinstance(value, str) else value
        return Case("jwt-signing-key", {**text, "algorithm_unencrypted": algorithm}, codes)

    wrong = "GCT457 private_key"
    return {
        "jwt_es256": kind("ES256", pem(p256)),
        "jwt_es256_of_p384": kind("ES256", pem(p384), wrong),
        "jwt_es384": kind("ES384", pem(p384)),
        "jwt_es256k": kind("ES256K", pem(koblitz)),
        "jwt_eddsa": kind("EdDSA", pem(edwards)),
        "jwt_eddsa_of_ec": kind("EdDSA", pem(p256), wrong),
        "jwt_rs256": kind("RS256", pem(large)),
        "jwt_ps512": kind("PS512", pem(large)),
        "jwt_rs256_of_ec": kind("RS256", pem(p256), wrong),
        "jwt_hs256_of_key": kind("HS256", pem(p256), wrong),
        "jwt_hs256": kind("HS256", {"secret": token_hex(16)}),
        "jwt_hs512_short": kind("HS512", {"secret": token_hex(16)}, "GCT457 secret"),
        "jwt_hs256_short": kind("HS256", {"secret": token_hex(8)}, "GCT457 secret"),
        "jwt_rs256_of_text": kind("RS256", {"secret": token_hex(32)}, "GCT457 secret"),
        "jwt_said_by_rule": Case(
            "jwt-signing-key", pem(p256), ("GCT457 ",), {"algorithm": "RS256"}
        ),
        "jwt_public": kind("ES256", {"private_key": pem(p256), "public_key": public(p256)}),
        "jwt_other_public": kind(
            "ES256", {"private_key": pem(p256), "public_key": public(p384)}, "GCT450 public_key"
        ),
        "jwk_es256": kind("ES256", jwk(p256)),
        "jwk_es256_of_p384": kind("ES256", jwk(p384), wrong),
        "jwk_says_another": kind("ES256", jwk(p256, alg="RS256"), wrong),
        "jwk_weak": kind("RS256", jwk(rsa.generate_private_key(65537, 1024)), "GCT454 private_key"),
        "jwk_eddsa": kind("EdDSA", jwk(ed25519.Ed25519PrivateKey.generate())),
        "jwk_of_two_keys": kind("ES256", jwk(p256, d=_number(7)), "GCT450 private_key"),
        "jwk_public": kind("ES256", jwk(p256, d=None), "GCT456 private_key"),
        "jwk_set": kind("ES256", json.dumps({"keys": [json.loads(jwk(p256))]})),
        "jwk_hs256": kind(
            "HS256", {"secret": json.dumps({"kty": "oct", "k": "c2hvcnQ"})}, "GCT457 secret"
        ),
        "jwt_earlier_of_another": kind(
            "ES256",
            {"private_key": pem(p256), "private_key_previous": pem(p384)},
            "GCT457 private_key_previous",
        ),
        "jwt_damaged": kind("ES256", pem(p256).replace("M", "-", 3), "GCT456 private_key"),
    }


def _ssh() -> dict[str, Case]:
    edwards = ed25519.Ed25519PrivateKey.generate()
    old = dsa.generate_private_key(1024)

    def kind(value: Any, *codes: str) -> Case:
        return Case("ssh-key", value, codes)

    return {
        "ssh_good": kind(openssh(edwards)),
        "ssh_pair": kind({"private_key": openssh(edwards), "public_key": ssh_public(edwards)}),
        "ssh_other": kind(
            {
                "private_key": openssh(edwards),
                "public_key": ssh_public(ed25519.Ed25519PrivateKey.generate()),
            },
            "GCT450 public_key",
        ),
        "ssh_small": kind(openssh(rsa.generate_private_key(65537, 1024)), "GCT454 "),
        "ssh_dsa": kind(pem(old), "GCT454 "),
        "ssh_small_curve": kind(pem(ec.generate_private_key(ec.SECP192R1())), "GCT454 "),
        "ssh_ageing": kind(openssh(rsa.generate_private_key(65537, 2048)), "GCT455 "),
        "ssh_locked_pem": kind(pem(edwards, "canary-passphrase-2"), "GCT456 "),
        "ssh_unlocked_pem": kind(
            {
                "private_key": pem(edwards, "canary-passphrase-2"),
                "passphrase": "canary-passphrase-2",
            }
        ),
        "ssh_cut": kind(
            openssh(edwards)[:150] + "\n-----END OPENSSH PRIVATE KEY-----\n", "GCT456 "
        ),
    }


def _tokens() -> dict[str, Case]:
    def kind(value: Any, *codes: str, **said: Any) -> Case:
        return Case("api-key", value, codes, said)

    def token(value: Any, *codes: str) -> Case:
        return Case("oauth-token", value, codes)

    day = "GCT448 expires_on_unencrypted"
    return {
        "key_openai": kind({"api_key": _key("sk-proj-")}, provider="openai"),
        "key_anthropic": kind({"api_key": _key("sk-ant-api03-")}, provider="anthropic"),
        "key_swapped": kind({"api_key": _key("sk-ant-")}, "GCT458 api_key", provider="openai"),
        "key_cut": kind({"api_key": _key("AIza", 12)}, "GCT458 api_key", provider="google"),
        "key_groq": kind(_key("gsk_"), provider="groq"),
        "key_not_groq": kind(_key("hf_"), "GCT458 ", provider="groq"),
        "key_aws": kind("AKIA" + "ABCDEFGH23456723", provider="aws"),
        "key_aws_short": kind("AKIA" + "ABCDEFGH2345672", "GCT458 ", provider="aws"),
        "key_unknown": kind(_key("canary"), provider="acme"),
        "key_in_clear_metadata": kind(
            {"token": _key("xai-"), "provider_unencrypted": "groq"}, "GCT458 token"
        ),
        "key_break": kind({"api_key": _key("canary") + "\n"}, "GCT461 api_key"),
        "key_space": kind({"api_key": " " + _key("canary")}, "GCT461 api_key"),
        "key_two_lines": kind({"api_key": _key("a", 9) + "\n" + _key("b", 9)}, "GCT461 api_key"),
        "key_todo": kind({"api_key": "TODO"}, "GCT460 api_key"),
        "key_demo": kind({"api_key": _key("demo-key-")}, "GCT460 api_key", provider="openai"),
        "key_angle": kind({"api_key": "<your key>"}, "GCT460 api_key"),
        "key_meant": kind({"api_key": _key("demo-")}, provider="openai", placeholder=True),
        "key_meant_no_more": kind({"api_key": _key("sk-")}, "GCT464 api_key", placeholder=True),
        "key_ended": kind({"api_key": _key("x"), "expires_on_unencrypted": "2026-05-31"}, day),
        "key_last_day": kind(
            {"api_key": _key("x"), "expires_on_unencrypted": "2026-06-01"},
            "GCT449 expires_on_unencrypted",
        ),
        "key_ends_by_rule": kind(_key("x"), "GCT449 ", expires_on="2026-06-15"),
        "key_not_replaced": kind(
            {"api_key": "canary-same-0001", "api_key_previous": "canary-same-0001"},
            "GCT463 api_key",
        ),
        "key_versions": kind({"current": _key("x"), "previous": _key("y")}),
        "key_long": kind(
            {"api_key": _key("x"), "organization": "canary" * 50}, "GCT447 organization"
        ),
        "oauth_good": token(
            {"access_token": _key("x"), "expires_at_unencrypted": "2027-06-01T00:00:00Z"}
        ),
        "oauth_ended": token(
            {"access_token": _key("x"), "expires_at_unencrypted": "2026-05-31T23:59:59Z"},
            "GCT448 expires_at_unencrypted",
        ),
        "oauth_ended_unix": token(
            {"access_token": _key("x"), "expires_at": int((NOW - DAY).timestamp())},
            "GCT448 expires_at",
        ),
        "oauth_short_lived": token(
            {
                "access_token": _key("x"),
                "refresh_token": _key("y"),
                "expires_at_unencrypted": "2026-06-01T01:00:00Z",
            }
        ),
    }


def _passwords() -> dict[str, Case]:
    def kind(value: Any, *codes: str) -> Case:
        return Case("database", value, codes)

    return {
        "db_good": kind({"username": "canary-user", "password": _password()}),
        "db_short": kind({"password": "Zk3!qW9"}, "GCT459 password"),
        "db_common": kind({"password": "Postgres2024!"}, "GCT459 password"),
        "db_leet": kind({"password": "p4ssw0rd12345678"}, "GCT459 password"),
        "db_repeated": kind({"password": "xkqxkqxkqxkqxkq"}, "GCT459 password"),
        "db_counting": kind({"password": "abcdefghijklmnop"}, "GCT459 password"),
        "db_few": kind({"password": "aabababbaabab"}, "GCT459 password"),
        "db_default": kind({"password": "your-canary-password-here"}, "GCT460 password"),
        "db_url": kind({"url": f"postgresql://canary:{_password()}@db.example:5432/app"}),
        "db_url_weak": kind({"url": "postgresql://canary:hunter2@db.example/app"}, "GCT459 url"),
        "db_scalar": kind(_password()),
        "db_port": kind({"password": _password(), "port": 70000}, "GCT447 port"),
        "any_generic": Case(
            "generic",
            {
                "file": "canary line\nanother canary line\n",
                "note_unencrypted": "TODO: db.example.com",
            },
        ),
        "any_generic_todo": Case("generic", {"a": {"b": "c"}, "d": "<fill in>"}, ("GCT460 d",)),
        "any_untyped_text": Case("", "demo-canary-text"),
        "any_untyped_todo": Case("", "CHANGE_ME", ("GCT460 ",)),
    }


def _cloud() -> dict[str, Case]:
    def aws(value: Any, *codes: str) -> Case:
        return Case("aws-credentials", value, codes)

    def azure(value: Any, *codes: str) -> Case:
        return Case("azure-credentials", value, codes)

    def gcp(value: Any, *codes: str) -> Case:
        return Case("gcp-credentials", value, codes)

    lasting, session = "AKIA" + "ABCDEFGH23456723", "ASIA" + "ABCDEFGH23456723"
    secret = token_hex(20)
    account = {
        "type": "service_account",
        "project_id": "canary-project",
        "private_key_id": token_hex(20),
        "private_key": pem(rsa.generate_private_key(65537, 3072)),
        "client_email": "canary@canary-project.iam.gserviceaccount.com",
    }
    small = {**account, "private_key": pem(rsa.generate_private_key(65537, 1024))}
    directory = {
        "tenant_id_unencrypted": "00000000-0000-4000-8000-000000000001",
        "client_id_unencrypted": "00000000-0000-4000-8000-000000000002",
    }
    storage = base64.b64encode(bytes(range(64))).decode()
    return {
        "aws_good": aws({"access_key_id": lasting, "secret_access_key": secret}),
        "aws_prefixed": aws({"AWS_ACCESS_KEY_ID": lasting, "AWS_SECRET_ACCESS_KEY": secret}),
        "aws_bad_id": aws(
            {"access_key_id": "AKIACANARY", "secret_access_key": secret}, "GCT458 access_key_id"
        ),
        "aws_cut": aws(
            {"access_key_id": lasting, "secret_access_key": secret[:30]},
            "GCT458 secret_access_key",
        ),
        "aws_no_session": aws(
            {"access_key_id": session, "secret_access_key": secret}, "GCT458 access_key_id"
        ),
        "aws_published": aws(
            {
                "access_key_id": lasting,
                "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            },
            "GCT460 secret_access_key",
        ),
        "azure_good": azure({**directory, "client_secret": _password()}),
        "azure_bad_tenant": azure(
            {"tenant_id": "canary", "client_id": "canary", "client_secret": _password()},
            "GCT447 tenant_id",
            "GCT447 client_id",
        ),
        "azure_storage": azure({"storage_account": "canary", "account_key": storage}),
        "azure_connection": azure(
            {"connection_string": "Endpoint=sb://canary.example/"}, "GCT458 connection_string"
        ),
        "gcp_text": gcp(json.dumps(account)),
        "gcp_fields": gcp(account),
        "gcp_weak": gcp(small, "GCT454 private_key"),
        "gcp_weak_text": gcp(json.dumps(small), "GCT454 "),
        "gcp_other_email": gcp({**account, "client_email": "canary@canary.example"},
                               "GCT458 client_email"),
        "gcp_no_json": gcp("{canary", "GCT458 "),
        "gcp_user": gcp(json.dumps({"type": "authorized_user", "client_id": "canary"}), "GCT458 "),
    }  # fmt: skip
