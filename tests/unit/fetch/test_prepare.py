"""A verified bundle to a delivery: every secret in its place, and none in an error."""

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.artifact import (
    Artifact,
    Blob,
    PackedDocument,
    namespace_layer,
    pack_bundle,
    prompt_layer,
    provenance_layer,
    schema_layer,
    sops_layer,
)
from gitconfig_tool.artifact.vocabulary import SECRETS_ALLOWED
from gitconfig_tool.fetch import Delivery, DeliveryError, prepare_delivery
from gitconfig_tool.fetch.validate import PlaintextError
from gitconfig_tool.sops import DecryptionError
from gitconfig_tool.stores import LayoutStore
from gitconfig_tool.trust import VerifiedBundle, verify_bundle
from tests.bundles import (
    BILLING,
    COMMIT,
    DELIVERED,
    MODEL,
    PLAINTEXT,
    SCHEMA_URI,
    SECRET_PATH,
    AgeKey,
    age_key,
    annotations,
    sample_bundle,
    sample_layers,
    secret,
    secret_bundle,
    signed_layout,
    signing_keys,
    sops_encrypt,
)


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def ciphertext(key: AgeKey) -> bytes:
    return sops_encrypt(PLAINTEXT, key.recipient)


def _verified(folder: Path, artifact: Artifact) -> VerifiedBundle:
    keys = signing_keys(folder / "release.key")
    layout = signed_layout(folder / "layout", {"production": artifact}, keys.signer)
    return verify_bundle(LayoutStore(layout), "production", keys.verifier)


def _with_document(
    ciphertext: bytes, key: AgeKey, document: PackedDocument, *more: Blob, **extra: str
) -> Artifact:
    layers: Sequence[Blob] = (
        namespace_layer("", {"doc": document}),
        sops_layer(SECRET_PATH, "yaml", [f"age:{key.recipient}"], ciphertext),
        provenance_layer({"documents": {}}),
        *more,
    )
    return pack_bundle(layers, annotations("production", **extra))


def _refused(folder: Path, artifact: Artifact, key: AgeKey) -> DeliveryError | DecryptionError:
    with pytest.raises((DeliveryError, DecryptionError)) as caught:
        prepare_delivery(_verified(folder, artifact), key.environment)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert "fake-" not in shown
    assert "5432" not in shown
    return caught.value


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_secrets_are_put_in_their_places(tmp_path: Path, key: AgeKey, format: str) -> None:
    delivery = prepare_delivery(
        _verified(tmp_path, secret_bundle(key, format=format)), key.environment
    )

    assert delivery.entries == DELIVERED
    assert type(delivery.entries[BILLING]["database"]["port"]) is int
    assert delivery.entries[BILLING]["database"]["tls"] is True
    assert (delivery.bundle, delivery.revision, delivery.version) == ("production", COMMIT, "1.4.0")
    assert delivery.secrets == 7
    assert "fake-" not in repr(delivery)


def test_without_secrets_neither_sops_nor_a_key_is_needed(tmp_path: Path) -> None:
    delivery = prepare_delivery(
        _verified(tmp_path, sample_bundle("production")), {"PATH": "/nonexistent"}
    )

    assert delivery.entries[BILLING] == {"currency": "EUR"}
    assert delivery.secrets == 0
    assert set(delivery.entries) == {BILLING, MODEL, "prompts/support/1.2.0"}


def test_each_file_is_decrypted_once(
    tmp_path: Path, key: AgeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample links one file seven times."""
    started = []
    popen = __import__("subprocess").Popen

    class Counted(popen):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            started.append(arguments)
            super().__init__(*arguments, **options)

    verified = _verified(tmp_path, secret_bundle(key))
    monkeypatch.setattr("subprocess.Popen", Counted)
    prepare_delivery(verified, key.environment)
    assert len(started) == 0  # A file for age is opened here.
    prepare_delivery(verified, {**key.environment, "SOPS_DECRYPTION_ORDER": "age"})
    assert len(started) == 1


def test_the_wrong_key(tmp_path: Path, key: AgeKey) -> None:
    error = _refused(tmp_path, secret_bundle(key), age_key())

    assert isinstance(error, DecryptionError)


def test_a_recipient_elsewhere_must_be_allowed_by_the_signer(
    tmp_path: Path, key: AgeKey, ciphertext: bytes
) -> None:
    vault = "hc_vault:https://vault.example.invalid/v1/transit/keys/x"
    recipients = [f"age:{key.recipient}", vault]
    layers = sample_layers(ciphertext, recipients)
    error = _refused(tmp_path, pack_bundle(layers, annotations("production")), key)
    assert "found 'hc_vault:" in error.message

    (tmp_path / "allowed").mkdir()
    named = annotations("production", **{SECRETS_ALLOWED: f'["{vault}"]'})
    delivery = prepare_delivery(
        _verified(tmp_path / "allowed", pack_bundle(layers, named)), key.environment
    )
    assert delivery.entries == DELIVERED


def test_an_allowance_that_is_none(tmp_path: Path, key: AgeKey, ciphertext: bytes) -> None:
    layers = sample_layers(ciphertext, [f"age:{key.recipient}"])
    named = annotations("production", **{SECRETS_ALLOWED: '{"a": 1}'})

    assert (
        "to be a list of recipients" in _refused(tmp_path, pack_bundle(layers, named), key).message
    )


@pytest.mark.parametrize(
    ("pointer", "type", "message"),
    [
        ("/database/nothing", "str", "found none after decryption"),
        ("/hosts/2", "str", "found none after decryption"),
        ("no pointer", "str", "found none after decryption"),
        ("/database/port", "str", "a value of the kind 'str'"),
        ("/database/tls", "int", "a value of the kind 'int'"),
        ("/database/ratio", "int", "a value of the kind 'int'"),
        ("/database", "seq", "a value of the kind 'seq'"),
        ("/provider/api_key", "null", "a value of the kind 'null'"),
        ("/provider/api_key", "unheard-of", "a value of the kind 'unheard-of'"),
    ],
)
def test_a_link_that_does_not_fit(
    tmp_path: Path, key: AgeKey, ciphertext: bytes, pointer: str, type: str, message: str
) -> None:
    document = PackedDocument({"x": None}, {"/x": secret(pointer, type)})
    error = _refused(tmp_path, _with_document(ciphertext, key, document), key)

    assert message in error.message
    assert "doc#/x" in error.message


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"x": "taken"}, "/x"),
        ({}, "/x"),
        ({"x": None}, "/x/y"),
        ({"x": [None]}, "/x/1"),
        ({"x": [None]}, "/x/-1"),
    ],
)
def test_a_place_that_is_not_free(
    tmp_path: Path, key: AgeKey, ciphertext: bytes, value: Any, pointer: str
) -> None:
    document = PackedDocument(value, {pointer: secret("/provider/api_key", "str")})
    error = _refused(tmp_path, _with_document(ciphertext, key, document), key)

    assert f"expected null at doc#{pointer}" in error.message


def test_a_secret_may_be_null(tmp_path: Path, key: AgeKey, ciphertext: bytes) -> None:
    document = PackedDocument({"x": None}, {"/x": secret("/provider/organization", "null")})

    delivery = prepare_delivery(
        _verified(tmp_path, _with_document(ciphertext, key, document)), key.environment
    )

    assert delivery.entries["doc"] == {"x": None}


def test_a_secret_may_be_a_whole_document_or_lie_in_a_list(
    tmp_path: Path, key: AgeKey, ciphertext: bytes
) -> None:
    layer = namespace_layer(
        "a~1b",
        {
            "whole": PackedDocument(None, {"": secret("/database", "map")}),
            "list": PackedDocument(
                {"a/b": [1, None]}, {"/a~1b/1": secret("/provider/api_key", "str")}
            ),
        },
    )
    document = PackedDocument({"plain": 1})
    delivery = prepare_delivery(
        _verified(tmp_path, _with_document(ciphertext, key, document, layer)), key.environment
    )

    assert delivery.entries["whole"] == PLAINTEXT["database"]
    assert delivery.entries["list"] == {"a/b": [1, "fake-api-key-0001"]}


# --- validation ---

SECRET_TEXT = PackedDocument(
    {"db": {"password": None}},
    {"/db/password": secret("/database/password", "str")},
    schemas=(SCHEMA_URI,),
)


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (
            {"properties": {"db": {"properties": {"password": {"maxLength": 3}}}}},
            "#/db/password fails the keyword 'maxLength'",
        ),
        (
            {"properties": {"db": {"properties": {"password": {"pattern": "^[0-9]+$"}}}}},
            "#/db/password fails the keyword 'pattern'",
        ),
        # Here the instance that jsonschema's message would quote is an ancestor of the secret.
        ({"properties": {"db": {"required": ["user"]}}}, "#/db fails the keyword 'required'"),
        ({"properties": {"db": {"maxProperties": 0}}}, "#/db fails the keyword 'maxProperties'"),
        ({"not": {}}, "# fails the keyword 'not'"),
        ({"oneOf": [{"type": "string"}]}, "# fails the keyword 'oneOf'"),
        ({"type": "array"}, "# fails the keyword 'type'"),
        (False, "# fails the keyword 'false'"),
    ],
)
def test_plaintext_is_held_to_the_schema(
    tmp_path: Path, key: AgeKey, ciphertext: bytes, schema: Any, found: str
) -> None:
    artifact = _with_document(ciphertext, key, SECRET_TEXT, schema_layer(0, SCHEMA_URI, schema))
    error = _refused(tmp_path, artifact, key)

    assert isinstance(error, PlaintextError)
    assert f"{found} ({SCHEMA_URI})" in error.message
    assert "doc " in error.message


def test_schemas_refer_to_one_another_by_uri(
    tmp_path: Path, key: AgeKey, ciphertext: bytes
) -> None:
    schemas = [
        schema_layer(0, SCHEMA_URI, {"properties": {"db": {"$ref": "common/db.json#/$defs/db"}}}),
        schema_layer(
            1,
            "schemas/common/db.json",
            {"$defs": {"db": {"properties": {"password": {"$ref": "gitconfig-tool:text"}}}}},
        ),
        schema_layer(
            2, "gitconfig-tool:text", {"$ref": "#/$defs/t", "$defs": {"t": {"maxLength": 2}}}
        ),
    ]
    error = _refused(tmp_path, _with_document(ciphertext, key, SECRET_TEXT, *schemas), key)

    assert "#/db/password fails the keyword 'maxLength'" in error.message


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"$ref": "https://example.invalid/schema.json"}, "which is not in the bundle"),
        ({"$ref": "#/$defs/nothing"}, "which is not in the bundle"),
        ({"properties": 5}, "is no valid JSON Schema"),
        ({"properties": {"db": {"type": "nonsense"}}}, "is no valid JSON Schema"),
        ({"properties": {"db": {"multipleOf": 0}}}, "is no valid JSON Schema"),
        ({"$schema": 5}, "is no valid JSON Schema"),
        ("text", "is no valid JSON Schema"),
        (5, "is no valid JSON Schema"),
        ({"properties": {"db": {"properties": {"password": {"pattern": "("}}}}}, "no valid JSON"),
        ({"$ref": "#"}, "refers to itself without end"),
    ],
)
def test_a_schema_that_cannot_be_used(
    tmp_path: Path, key: AgeKey, ciphertext: bytes, schema: Any, message: str
) -> None:
    artifact = _with_document(ciphertext, key, SECRET_TEXT, schema_layer(0, SCHEMA_URI, schema))

    assert message in _refused(tmp_path, artifact, key).message


def test_a_schema_that_is_not_shipped(tmp_path: Path, key: AgeKey, ciphertext: bytes) -> None:
    error = _refused(tmp_path, _with_document(ciphertext, key, SECRET_TEXT), key)

    assert f"expected the schema '{SCHEMA_URI}' in the bundle" in error.message


def test_an_older_draft_is_read_as_such(tmp_path: Path, key: AgeKey, ciphertext: bytes) -> None:
    """In draft 7, `items` may be a list; in 2020-12, that is no schema."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {"hosts": {"items": [{"maxLength": 3}]}},
    }
    document = PackedDocument(
        {"hosts": None}, {"/hosts": secret("/hosts", "seq")}, schemas=(SCHEMA_URI,)
    )
    artifact = _with_document(ciphertext, key, document, schema_layer(0, SCHEMA_URI, schema))

    assert "#/hosts/0 fails the keyword 'maxLength'" in _refused(tmp_path, artifact, key).message


def test_many_violations_are_counted(tmp_path: Path, key: AgeKey, ciphertext: bytes) -> None:
    names = [f"n{number:02}" for number in range(15)]
    document = PackedDocument(
        dict.fromkeys(names),
        {f"/{name}": secret("/provider/api_key", "str") for name in names},
        schemas=(SCHEMA_URI,),
    )
    schema = schema_layer(0, SCHEMA_URI, {"additionalProperties": {"type": "integer"}})
    error = _refused(tmp_path, _with_document(ciphertext, key, document, schema), key)

    assert "found 15 violations" in error.message
    assert error.message.endswith("and 5 more")


# --- names ---


@pytest.mark.parametrize(
    "name", ["", "a//b", "../x", "a/../b", ".bundle", "a/.b", "a\\b", "a\nb", "/x"]
)
def test_a_name_that_is_no_plain_path(tmp_path: Path, name: str) -> None:
    artifact = pack_bundle(
        [namespace_layer("", {name: PackedDocument({})})], annotations("production")
    )
    with pytest.raises(DeliveryError, match="as a plain path, found"):
        prepare_delivery(_verified(tmp_path, artifact), {})


@pytest.mark.parametrize("name", ["..", "production/../staging", "a//b"])
def test_a_bundle_whose_name_would_leave_its_place(tmp_path: Path, name: str) -> None:
    keys = signing_keys(tmp_path / "release.key")
    layout = signed_layout(tmp_path / "layout", {name: sample_bundle(name)}, keys.signer)
    verified = verify_bundle(LayoutStore(layout), name, keys.verifier)
    with pytest.raises(DeliveryError, match="expected the name of a bundle as a plain path"):
        prepare_delivery(verified, {})


def test_a_document_in_the_place_of_a_prompt(tmp_path: Path) -> None:
    artifact = pack_bundle(
        [
            namespace_layer("prompts/a", {"prompts/a/1.0.0": PackedDocument({})}),
            prompt_layer("a", "1.0.0", {}),
        ],
        annotations("production"),
    )
    with pytest.raises(DeliveryError, match="as a document and as a prompt"):
        prepare_delivery(_verified(tmp_path, artifact), {})


def test_a_delivery_shows_no_value() -> None:
    delivery = Delivery("b", "d", "r", "v", {"x": {"password": "fake-password"}})

    assert "fake-password" not in repr(delivery)
