"""Both versions of a secret that is being replaced: what is delivered, and what is checked."""

import copy
from typing import Any

from gitconfig_tool.artifact import (
    PackedDocument,
    PackedSecret,
    PreviousValue,
    canonical_json,
    namespace_layer,
    parse_json,
    read_contents,
    sops_layer,
)
from gitconfig_tool.artifact.overlap import previous_pointer
from gitconfig_tool.fetch.overlap import (
    current_only,
    has_previous,
    previous_in_place,
    with_previous,
    without_waiting_keys,
)
from gitconfig_tool.pointer import resolve_pointer

FILE = {
    "key": "new",
    "key_previous": "old",
    "pair": {"current": "new-2", "previous": "old-2", "user": "u"},
    "jwt": {"id": 2, "secret": "s2"},
    "jwt_previous": {"id": 1, "secret": "s1"},
}


def secret(pointer: str, kind: str = "str", *pairs: tuple[str, str]) -> PackedSecret:
    previous = tuple(PreviousValue(current, old, "str") for current, old in pairs)
    return PackedSecret("secrets/keys", "base/secrets/keys.sops.yaml", pointer, kind, previous)


def plaintext(_: str, __: PackedSecret, previous: PreviousValue) -> Any:
    return copy.deepcopy(resolve_pointer(FILE, previous.pointer))


KEY = secret("/key", "str", ("/key", "/key_previous"))


def delivered(value: Any, **secrets: PackedSecret) -> Any:
    document = PackedDocument(value, {f"/{name}": each for name, each in secrets.items()})
    return with_previous(value, document, plaintext)


def test_a_link_in_a_mapping_has_the_previous_version_beside_it() -> None:
    assert delivered({"a": "new"}, a=KEY) == {"a": "new", "a_previous": "old"}
    assert delivered({"current": "new"}, current=KEY) == {"current": "new", "previous": "old"}


def test_a_key_of_the_document_itself_stays() -> None:
    value = {"a": "new", "a_previous": "mine"}

    assert delivered(value, a=KEY) == value


def test_a_list_and_a_whole_document_have_no_place_for_it() -> None:
    value = {"list": ["new"]}
    document = PackedDocument(value, {"/list/0": KEY})
    assert with_previous(value, document, plaintext) == value
    assert with_previous("new", PackedDocument(None, {"": KEY}), plaintext) == "new"


def test_a_mapping_that_was_replaced_as_a_whole() -> None:
    link = secret("/jwt", "map", ("/jwt", "/jwt_previous"))
    value = {"jwt": FILE["jwt"]}
    document = PackedDocument(value, {"/jwt": link})

    assert current_only(value, document) == value
    assert previous_in_place(value, document, plaintext) == {"jwt": FILE["jwt_previous"]}
    assert with_previous(value, document, plaintext) == {
        "jwt": FILE["jwt"],
        "jwt_previous": FILE["jwt_previous"],
    }


def test_a_mapping_whose_fields_are_replaced_holds_both() -> None:
    link = secret("/pair", "map", ("/pair/current", "/pair/previous"))
    value = {"p": FILE["pair"]}
    document = PackedDocument(value, {"/p": link})
    current = current_only(value, document)

    assert has_previous(document)
    assert current == {"p": {"current": "new-2", "user": "u"}}
    assert previous_in_place(current, document, plaintext) == {
        "p": {"current": "old-2", "user": "u"}
    }
    assert with_previous(value, document, plaintext) == value


def test_a_whole_file_with_both_kinds_of_pairs() -> None:
    link = secret(
        "",
        "map",
        ("/key", "/key_previous"),
        ("/pair/current", "/pair/previous"),
        ("/jwt", "/jwt_previous"),
    )
    document = PackedDocument(None, {"": link})
    current = current_only(FILE, document)

    assert current == {
        "key": "new",
        "pair": {"current": "new-2", "user": "u"},
        "jwt": {"id": 2, "secret": "s2"},
    }
    assert previous_in_place(current, document, plaintext) == {
        "key": "old",
        "pair": {"current": "old-2", "user": "u"},
        "jwt": {"id": 1, "secret": "s1"},
    }
    assert with_previous(FILE, document, plaintext) == FILE


def test_where_a_previous_version_stands() -> None:
    assert previous_pointer("/a/api_key") == "/a/api_key_previous"
    assert previous_pointer("/a/current") == "/a/previous"
    assert previous_pointer("/a~1b") == "/a~1b_previous"
    assert previous_pointer("") is None


def test_the_layer_says_nothing_new_where_nothing_is_replaced() -> None:
    plain = secret("/key")
    layer = namespace_layer("", {"a": PackedDocument({"a": None}, {"/a": plain})})
    written = parse_json(layer.data, "the layer")["documents"]["a"]["secrets"]["/a"]

    # What bundles held before there were previous versions, byte for byte.
    assert canonical_json(written) == (
        b'{"document":"secrets/keys","path":"base/secrets/keys.sops.yaml",'
        b'"pointer":"/key","type":"str"}'
    )


def test_the_layer_is_read_as_it_was_written() -> None:
    document = PackedDocument({"a": None}, {"/a": KEY})
    layers = [
        namespace_layer("", {"a": document}),
        sops_layer("base/secrets/keys.sops.yaml", "yaml", ["age:age1x"], b"x"),
    ]

    assert read_contents(layers).documents["a"] == document


def test_only_a_key_that_waits_for_its_certificate_is_left_out() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----\n"
    certificate = "-----BEGIN CERTIFICATE-----\nfake\n-----END CERTIFICATE-----\n"
    pair = {"certificate": certificate, "private_key": key}

    assert without_waiting_keys({"tls": {**pair, "private_key_next": key}}) == {"tls": pair}
    assert without_waiting_keys([{**pair, "private_key_next": key}]) == [pair]
    for stays in (
        {"private_key": key, "private_key_next": key},  # such as two keys for signing tokens
        {**pair, "page_next": "2", "page": "1"},
        {**pair, "other_next": key},
    ):
        assert without_waiting_keys(stays) == stays
