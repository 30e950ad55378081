"""A verified bundle to a delivery: decrypt, put each secret in its place, validate.

Opens each file that a secret links to once, and starts sops only where that takes it. Delivers
nothing.
"""

import copy
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from gitconfig_tool.artifact import (
    BundleContents,
    PackedDocument,
    PackedSecret,
    PreviousValue,
    SopsFile,
    is_plain_path,
    parse_json,
    read_contents,
)
from gitconfig_tool.artifact.vocabulary import REVISION, SECRETS_ALLOWED, VERSION
from gitconfig_tool.fetch.model import EMITTED, PROMPTS, Delivery, DeliveryError
from gitconfig_tool.fetch.overlap import (
    current_only,
    has_previous,
    previous_in_place,
    with_previous,
    without_waiting_keys,
)
from gitconfig_tool.pointer import format_pointer, parse_pointer, resolve_pointer
from gitconfig_tool.sops import DecryptionError, check_recipients, decrypt_files
from gitconfig_tool.trust import VerifiedBundle

# What SOPS calls a value (stores/stores.go), and what it is in JSON. `bool` is an `int` to Python.
_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
    "bytes": (str,),
    "time": (str,),
    "map": (dict,),
    "seq": (list,),
}


def prepare_delivery(
    verified: VerifiedBundle,
    environment: Mapping[str, str] = os.environ,
    on_file: Callable[[SopsFile], None] | None = None,
) -> Delivery:
    """Return the entries of a bundle, ready to be delivered.

    `environment` is what sops gets, with the variables that name its keys; `on_file` is called
    after each file that was opened. Raises `DeliveryError`
    (of which `PlaintextError` is a kind), `DecryptionError` and `ArtifactError`; none of them holds
    a secret.
    """
    _check_name(verified.name, "name of a bundle")
    contents = read_contents(verified.layers)
    plaintexts = _decrypt(verified, contents, environment, on_file)
    entries: dict[str, Any] = {}
    registry = None
    for document_id, document in sorted(contents.documents.items()):
        value = _fill(document_id, document, plaintexts)
        previous = partial(_previous, document_id, plaintexts)
        if document.secrets and document.schemas:
            from gitconfig_tool.fetch.validate import build_registry, validate_document

            registry = registry or build_registry(contents.schemas)
            current = current_only(value, document)
            validate_document(document_id, current, document.schemas, registry)
            if has_previous(document):
                # Whoever still uses the previous version must be able to.
                former = previous_in_place(current, document, previous)
                validate_document(
                    document_id, former, document.schemas, registry, with_previous=True
                )
        _add(entries, document_id, with_previous(value, document, previous))
    for reference, prompt in sorted(contents.prompts.items()):
        prompt_id, _, version = reference.rpartition("@")
        _add(entries, f"{PROMPTS}/{prompt_id}/{version}", prompt)
    files = {f"{EMITTED}/{path}": data for path, data in sorted(contents.emitted.items())}
    for name in files:
        _check_emitted(name, entries)
    return Delivery(
        bundle=verified.name,
        digest=verified.digest,
        revision=verified.manifest.annotations.get(REVISION, ""),
        version=verified.manifest.annotations.get(VERSION, ""),
        entries=entries,
        secrets=sum(len(document.secrets) for document in contents.documents.values()),
        files=files,
    )


def _decrypt(
    verified: VerifiedBundle,
    contents: BundleContents,
    environment: Mapping[str, str],
    on_file: Callable[[SopsFile], None] | None,
) -> Mapping[str, Any]:
    """Decrypt each file that a secret links to, and return the plaintexts by path."""
    paths = {
        secret.path
        for document in contents.documents.values()
        for secret in document.secrets.values()
    }
    files = [contents.sops_files[path] for path in sorted(paths)]
    if not files:
        return {}
    allowed = _allowed_recipients(verified.manifest.annotations)
    # All of them first: a bundle with one bad recipient is refused before any of it is opened.
    for file in files:
        check_recipients(file, allowed)
    results = decrypt_files(files, environment=environment, allowed=allowed, on_file=on_file)
    for file in files:
        if isinstance(error := results[file.path], DecryptionError):
            raise error
    return results


def _allowed_recipients(annotations: Mapping[str, str]) -> frozenset[str]:
    value = parse_json(
        annotations.get(SECRETS_ALLOWED, "[]").encode(), f"the annotation {SECRETS_ALLOWED}"
    )
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DeliveryError(f"expected the annotation {SECRETS_ALLOWED} to be a list of recipients")
    return frozenset(value)


def _fill(document_id: str, document: PackedDocument, plaintexts: Mapping[str, Any]) -> Any:
    """Return the value of a document with each secret in its place."""
    if not document.secrets:
        return document.value
    value = copy.deepcopy(document.value)
    for pointer, secret in sorted(document.secrets.items()):
        plaintext = _plaintext(document_id, pointer, secret, plaintexts[secret.path])
        value = _put(value, pointer, without_waiting_keys(copy.deepcopy(plaintext)), document_id)
    return value


def _previous(
    document_id: str,
    plaintexts: Mapping[str, Any],
    pointer: str,
    secret: PackedSecret,
    previous: PreviousValue,
) -> Any:
    """Return the previous version of a secret, of the kind that SOPS said it has."""
    former = replace(secret, pointer=previous.pointer, type=previous.type)
    return copy.deepcopy(_plaintext(document_id, pointer, former, plaintexts[secret.path]))


def _plaintext(document_id: str, pointer: str, secret: PackedSecret, file: Any) -> Any:
    place = f"{secret.path}#{secret.pointer}"
    try:
        value = resolve_pointer(file, secret.pointer)
    except (KeyError, ValueError):
        raise DeliveryError(
            f"expected a value at {place}, for {document_id}#{pointer}; found none after"
            " decryption",
            hint="the link and the file do not belong together; compile and sign again",
        ) from None
    kinds = _TYPES.get(secret.type, ())
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise DeliveryError(
            f"expected a value of the kind {secret.type!r} at {place}, for {document_id}#{pointer};"
            " found another kind after decryption",
            hint="the file was changed without sops; restore it, compile and sign again",
        )
    return value


def _put(value: Any, pointer: str, plaintext: Any, document_id: str) -> Any:
    """Put a secret where the bundle has null; returns the document."""
    tokens = parse_pointer(pointer)
    if not tokens:
        return plaintext
    try:
        parent = resolve_pointer(value, format_pointer(tokens[:-1]))
        if resolve_pointer(value, pointer) is not None:
            raise KeyError(pointer)
    except KeyError:
        raise DeliveryError(
            f"expected null at {document_id}#{pointer}, as the place of a secret; found something"
            " else",
            hint="the bundle is none that this tool compiles; compile and sign again",
        ) from None
    parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]] = plaintext
    return value


def _add(entries: dict[str, Any], name: str, value: Any) -> None:
    """Take up an entry."""
    _check_name(name, "id of a document or prompt")
    if name in entries:
        raise DeliveryError(
            f"expected each entry once, found {name!r} as a document and as a prompt",
            hint=f"rename the document: {PROMPTS}/ID/VERSION is where prompts are delivered",
        )
    entries[name] = value


def _check_emitted(name: str, entries: Mapping[str, Any]) -> None:
    """Refuse an emitted file that a target could not tell from an entry."""
    if name in entries or name.removesuffix(".json") in entries:
        raise DeliveryError(
            f"expected each path once, found {name!r} as an emitted file and as a document",
            hint=f"rename the document: {EMITTED}/ is where emitted files are delivered",
        )


def _check_name(name: str, what: str) -> None:
    """Refuse a name that is not safe as a path below any target."""
    if not is_plain_path(name):
        raise DeliveryError(
            f"expected the {what} as a plain path, found {name!r}",
            hint="no part of it may be empty, begin with '.' or hold control characters",
        )
