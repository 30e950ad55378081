"""The layers of a bundle: what is written is read again, and nothing else is."""

from typing import Any

import pytest

from gitconfig_tool.artifact import (
    ArtifactError,
    Blob,
    PackedDocument,
    PackedSecret,
    SopsFile,
    canonical_json,
    emitted_layer,
    namespace_layer,
    prompt_layer,
    provenance_layer,
    read_contents,
    schema_layer,
    sops_layer,
)
from gitconfig_tool.artifact.vocabulary import (
    EMITTED_PATH,
    EMITTED_TYPE,
    NAMESPACE_TYPE,
    SOPS_RECIPIENTS,
    TITLE,
)

SECRET = PackedSecret("platform/keys", "base/keys.sops.yaml", "/api", "str")


def test_what_is_written_is_read_again() -> None:
    document = PackedDocument({"a": None}, {"/a": SECRET}, {"/p": "x@1.0.0"}, ("s:1",))
    contents = read_contents(
        [
            namespace_layer("ml", {"ml/a": document}),
            namespace_layer("", {"top": PackedDocument([1, 2.5, "x"])}),
            sops_layer("base/keys.sops.yaml", "yaml", ["age:age1x"], b"cipher"),
            prompt_layer("team/x", "1.0.0", {"m": 1}),
            schema_layer(0, "s:1", True),
            provenance_layer({"documents": {}}),
        ]
    )

    assert contents.documents == {"ml/a": document, "top": PackedDocument([1, 2.5, "x"])}
    assert contents.sops_files == {
        "base/keys.sops.yaml": SopsFile("base/keys.sops.yaml", "yaml", ("age:age1x",), b"cipher")
    }
    assert contents.prompts == {"team/x@1.0.0": {"m": 1}}
    assert contents.schemas == {"s:1": True}


def test_a_namespace_layer_as_the_format_says() -> None:
    layer = namespace_layer("ml", {"ml/a": PackedDocument({"t": 0.7})})

    assert layer.annotations == {
        "dev.gitconfig-tool.namespace": "ml",
        "org.opencontainers.image.title": "config/ml.json",
    }
    assert layer.data == (
        b'{"documents":{"ml/a":{"prompts":{},"schemas":[],"secrets":{},"value":{"t":0.7}}}}'
    )


def test_titles_of_different_kinds_never_meet() -> None:
    # A project may hold an encrypted file at config/ml.json, beside the namespace ml.
    titles = [
        namespace_layer("ml", {}).title,
        sops_layer("config/ml.json", "json", ["age:x"], b"").title,
        sops_layer("provenance.json", "json", ["age:x"], b"").title,
        provenance_layer({}).title,
    ]

    assert len(set(titles)) == 4


def _namespace(content: Any) -> Blob:
    return Blob(NAMESPACE_TYPE, canonical_json(content), {TITLE: "config/a.json"})


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"documents": []},
        {"documents": {"a": 1}},
        {"documents": {"a": {}}},
        {"documents": {"a": {"value": 1, "secrets": []}}},
        {"documents": {"a": {"value": 1, "prompts": {"/p": 1}}}},
        {"documents": {"a": {"value": 1, "prompts": []}}},
        {"documents": {"a": {"value": 1, "schemas": "x"}}},
        {"documents": {"a": {"value": 1, "secrets": {"/x": {"document": "d"}}}}},
        {"documents": {"a": {"value": 1, "secrets": {"/x": "d"}}}},
    ],
)
def test_a_namespace_of_another_shape_is_refused(content: Any) -> None:
    with pytest.raises(ArtifactError, match=r"expected .*config/a\.json"):
        read_contents([_namespace(content)])


def test_what_is_given_twice_is_refused() -> None:
    layer = namespace_layer("a", {"x": PackedDocument(1)})
    with pytest.raises(ArtifactError, match="each document once in the bundle, found 'x' twice"):
        read_contents([layer, layer])


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(ArtifactError, match="expected a known media type in the layer 'x'"):
        read_contents([Blob("text/plain", b"", {TITLE: "x"})])


def test_a_secret_needs_its_file() -> None:
    layer = namespace_layer("a", {"x": PackedDocument({"k": None}, {"/k": SECRET})})
    with pytest.raises(ArtifactError, match=r"expected the encrypted file 'base/keys.sops.yaml'"):
        read_contents([layer])


def test_recipients_must_be_a_list_of_texts() -> None:
    layer = sops_layer("a.sops.yaml", "yaml", ["age:x"], b"")
    for text in ("{}", "[1]", "nonsense"):
        annotations = {**layer.annotations, SOPS_RECIPIENTS: text}
        with pytest.raises(ArtifactError, match="the recipients of the layer"):
            read_contents([Blob(layer.media_type, b"", annotations)])
    annotations = {key: text for key, text in layer.annotations.items() if key != SOPS_RECIPIENTS}
    with pytest.raises(ArtifactError, match=r"expected the annotation .*sops.recipients"):
        read_contents([Blob(layer.media_type, b"", annotations)])


def test_only_known_formats_are_sealed() -> None:
    with pytest.raises(ValueError, match="a format of sops, found 'toml'"):
        sops_layer("a.toml", "toml", ["age:x"], b"")
    layer = sops_layer("a.yaml", "yaml", ["age:x"], b"")
    annotations = {**layer.annotations, "dev.gitconfig-tool.sops.format": "toml"}
    with pytest.raises(ArtifactError, match="in a format of sops, found 'toml'"):
        read_contents([Blob(layer.media_type, b"", annotations)])


def test_ciphertext_stays_out_of_repr() -> None:
    assert "cipher" not in repr(SopsFile("p", "yaml", (), b"cipher"))


def test_an_emitted_file_is_read_back_as_it_was() -> None:
    layer = emitted_layer("gateway/config.yaml", b"a: 1\n")

    assert layer.media_type == "application/vnd.gitconfig-tool.emitted.v1"
    assert layer.annotations == {
        "dev.gitconfig-tool.emitted.path": "gateway/config.yaml",
        "org.opencontainers.image.title": "emit/gateway/config.yaml",
    }
    assert read_contents([layer]).emitted == {"gateway/config.yaml": b"a: 1\n"}


@pytest.mark.parametrize("path", ["", "/a", "a//b", "../a", "a/.b", "a\\b", "a\nb"])
def test_an_emitted_file_has_a_plain_path(path: str) -> None:
    with pytest.raises(ValueError, match="plain path"):
        emitted_layer(path, b"")
    layer = Blob(EMITTED_TYPE, b"", {EMITTED_PATH: path, TITLE: "emit/x"})
    with pytest.raises(ArtifactError, match="expected a plain path for the layer 'emit/x'"):
        read_contents([layer])


def test_an_emitted_file_stands_in_a_bundle_once() -> None:
    layer = emitted_layer("a", b"")

    with pytest.raises(ArtifactError, match="each emitted file once"):
        read_contents([layer, layer])
