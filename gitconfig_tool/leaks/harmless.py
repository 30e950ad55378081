"""What looks like a credential and is public by its form: covered before a text is scanned.

Encrypted values of SOPS, blobs that age and PGP encrypted, certificates, public keys, digests and
pictures. Each is recognised by its whole form; what only begins like one is scanned. Covering keeps
every line and column where it was.
"""

import re

from gitconfig_tool.sops.values import MalformedValueError, encrypted_type

# RFC 7468, RFC 9580 section 6.2 and age(1): blocks that hold ciphertext or what is public.
_PUBLIC_BLOCKS = (
    "AGE ENCRYPTED FILE",
    "CERTIFICATE",
    "CERTIFICATE REQUEST",
    "PGP MESSAGE",
    "PGP PUBLIC KEY BLOCK",
    "PGP SIGNATURE",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "TRUSTED CERTIFICATE",
    "X509 CRL",
)
_FORMS = (
    # Lines of base64 or of headers, as they stand in a file or, with `\n` spelt out, in JSON.
    rf"-----BEGIN (?P<label>{'|'.join(_PUBLIC_BLOCKS)})-----"
    # Nothing is given back (`++`): a block without an end would take seconds, and a gigabyte.
    r"(?:[A-Za-z0-9+/=:,.()\s]++|\\n)*+-----END (?P=label)-----",
    r"(?P<sops>ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]*,tag:[A-Za-z0-9+/=]*,"
    r"type:[a-z0-9]+\])",
    r"\bage1[02-9ac-hj-np-z]{58}\b",
    r"\bssh-(?:rsa|ed25519) AAAA[A-Za-z0-9+/]{40,}={0,2}",
    r"\becdsa-sha2-nistp\d{3} AAAA[A-Za-z0-9+/]{40,}={0,2}",
    r"\bsha(?:256|384|512)[:-](?:[0-9a-f]{64,128}|[A-Za-z0-9+/]{43,86}={0,2})(?![A-Za-z0-9+/])",
    # A digest under a name of one: of a tokenizer, of a file with secrets.
    r"(?i:(?<=sha1)|(?<=sha224)|(?<=sha256)|(?<=sha384)|(?<=sha512)|(?<=md5)|(?<=hash)|(?<=etag)"
    r"|(?<=digest)|(?<=checksum)|(?<=integrity)|(?<=fingerprint))[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
    r"[0-9a-fA-F]{32,128}\b",
    r"\bdata:(?:image|font|audio|video)/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/]{20,}={0,2}",
)
_HARMLESS = re.compile("|".join(_FORMS))
# A comment with these makes the scanner itself look away: only the project file may ask for that.
_OTHERS_COMMENTS = re.compile(r"(?i)(?:git|better)leaks:allow")
_ANY_BUT_BREAK = re.compile(r"[^\n]")


def cover_harmless(text: str) -> str:
    """Return a text of the same length and lines with what is public by its form blanked out."""
    text = _OTHERS_COMMENTS.sub(lambda found: "-" * len(found[0]), text)
    return _HARMLESS.sub(_covered, text)


def _covered(found: re.Match[str]) -> str:
    sealed = found["sops"]
    if sealed is not None:
        try:
            encrypted_type(sealed)
        except MalformedValueError:
            return found[0]
    return _ANY_BUT_BREAK.sub(" ", found[0])
