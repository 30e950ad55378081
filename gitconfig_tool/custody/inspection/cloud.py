"""Credentials of AWS, Azure and Google Cloud: that their parts belong together.

Takes a secret; yields findings. Asks no cloud.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from gitconfig_tool.custody.inspection.signing import inspect_service_key
from gitconfig_tool.custody.inspection.subject import PEM_BEGIN, Finding, Subject, Terms
from gitconfig_tool.custody.inspection.tokens import is_placeholder

# IAM user guide, "Unique identifiers". All that AWS gives out have 20 characters of base 32, and
# a secret half of 40 characters of base 64.
_AWS_ID = re.compile(r"(AKIA|ASIA)[A-Z2-7]{16}")
_AWS_SECRET = re.compile(r"[A-Za-z0-9+/]{40}")
_SESSION = "ASIA"
# cloud.google.com/iam/docs, "Service account keys": the fields of the JSON file.
_GCP_FIELDS = ("type", "project_id", "private_key_id", "private_key", "client_email")
_GCP_ACCOUNT = ".gserviceaccount.com"
# learn.microsoft.com/azure/storage: a key has 64 bytes in base 64.
_AZURE_ACCOUNT_KEY = re.compile(r"[A-Za-z0-9+/]{86}==")
_AZURE_PARTS = ("accountkey=", "sharedaccesskey=", "sharedaccesssignature=", "password=")


def inspect_aws(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look whether id, secret and session of an access key belong together."""
    if subject.is_placeholder:
        return
    name = subject.known("access_key_id")
    found = _AWS_ID.fullmatch(name) if isinstance(name, str) else None
    if isinstance(name, str) and found is None and not is_placeholder(name):
        yield _odd(
            "access_key_id",
            "an access key id of AWS (AKIA... or ASIA..., as long as AWS makes them)",
            "put the id in whole; the secret half belongs in secret_access_key",
        )
    secret = subject.text("secret_access_key")
    if secret and not _AWS_SECRET.fullmatch(secret.strip()) and not is_placeholder(secret):
        yield _odd(
            "secret_access_key",
            "a secret access key, as long as AWS makes them",
            "put it in whole, without quotes or spaces",
        )
    if found is None:
        return
    has_session = subject.text("session_token") is not None
    if (found[1] == _SESSION) != has_session:
        yield Finding(
            "GCT458",
            "access_key_id",
            "a session_token with an ASIA... key, and none with an AKIA... key",
            "an ASIA... key without one" if not has_session else "an AKIA... key with one",
            "put in all parts of one key; AWS refuses parts of two",
        )


def inspect_azure(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at the key, the connection string or the private key for Azure."""
    if subject.is_placeholder:
        return
    key = subject.text("account_key")
    if key and not _AZURE_ACCOUNT_KEY.fullmatch(key.strip()) and not is_placeholder(key):
        yield _odd("account_key", "a key of a storage account", "put it in whole, in base64")
    text = subject.text("connection_string")
    if text and not any(part in text.lower() for part in _AZURE_PARTS):
        yield _odd(
            "connection_string",
            "a connection string with a key in it (AccountKey=..., SharedAccessKey=...)",
            "copy it whole from the portal",
        )
    yield from inspect_service_key(subject, terms)


def inspect_gcp(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at the key of a service account, also where it is a JSON file in one text."""
    if subject.is_placeholder:
        return
    text = subject.text("service_account_json")
    if text is not None:
        fields = _json_fields(text)
        missing = [name for name in _GCP_FIELDS if name not in fields]
        if missing:
            yield _odd(
                "service_account_json",
                f"the JSON file of a service account with {', '.join(missing)}",
                "put the file in whole, as Google gave it out",
                found="text that is no JSON" if not fields else "one without",
            )
            return
        inner = replace(subject, values={**fields, **subject.values})
        for each in _service_account(inner, terms):
            yield replace(each, name="service_account_json")
        return
    yield from _service_account(subject, terms)


def _service_account(subject: Subject, terms: Terms) -> Iterator[Finding]:
    email = subject.known("client_email")
    if isinstance(email, str) and not email.endswith(_GCP_ACCOUNT):
        yield _odd(
            "client_email",
            f"a service account (...{_GCP_ACCOUNT})",
            "take the address out of the JSON file that Google gave out",
            found="another address",
        )
    key = subject.text("private_key")
    if key is not None and PEM_BEGIN in key:
        yield from inspect_service_key(subject, terms)


def _json_fields(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _odd(name: str, expected: str, hint: str, found: str = "one of another form") -> Finding:
    return Finding("GCT458", name, expected, found, hint)
