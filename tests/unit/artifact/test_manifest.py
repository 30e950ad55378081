"""Manifests and descriptors: what is taken, and what is refused in which words."""

from typing import Any

import pytest

from gitconfig_tool.artifact import (
    ArtifactError,
    Descriptor,
    Manifest,
    OversizeError,
    canonical_json,
)
from gitconfig_tool.artifact.vocabulary import (
    BUNDLE_TYPE,
    MAX_BLOB_BYTES,
    MAX_LAYERS,
    MAX_MANIFEST_BYTES,
)

DIGEST = "sha256:" + "a" * 64
EMPTY = {
    "mediaType": "application/vnd.oci.empty.v1+json",
    # echo -n '{}' | sha256sum
    "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "size": 2,
}


def _manifest(**changes: Any) -> dict[str, Any]:
    value = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactType": BUNDLE_TYPE,
        "config": EMPTY,
        "layers": [{"mediaType": "text/plain", "digest": DIGEST, "size": 3}],
        "annotations": {"a": "b"},
    }
    value.update(changes)
    return {key: item for key, item in value.items() if item is not None}


def test_a_manifest_is_read() -> None:
    manifest = Manifest.from_bytes(
        canonical_json(_manifest(subject={"mediaType": "a/b", "digest": DIGEST, "size": 9}))
    )

    assert manifest.artifact_type == BUNDLE_TYPE
    assert manifest.layers == (Descriptor("text/plain", DIGEST, 3),)
    assert manifest.annotations == {"a": "b"}
    assert manifest.subject == Descriptor("a/b", DIGEST, 9)
    assert [item.size for item in manifest.references] == [3, 2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schemaVersion": 1}, "expected schemaVersion 2"),
        ({"mediaType": "application/vnd.oci.image.index.v1+json"}, "expected schemaVersion 2"),
        ({"artifactType": None}, "to have an artifactType, found nothing"),
        ({"artifactType": 5}, "to have an artifactType"),
        ({"config": None}, "the config of the manifest to be an object, found nothing"),
        ({"config": {**EMPTY, "size": 3}}, "expected the empty config"),
        ({"layers": None}, "expected the manifest to list layers, found nothing"),
        ({"layers": []}, "expected the manifest to list layers, found a list"),
        ({"layers": [[]]}, "expected layer 1 of the manifest to be an object, found a list"),
        ({"layers": [{"mediaType": "x", "digest": DIGEST, "size": 1}]}, "to have a media type"),
        ({"layers": [{"mediaType": "a/b", "digest": "sha256:zz", "size": 1}]}, "to have a digest"),
        (
            {"layers": [{"mediaType": "a/b", "digest": "sha256:../../etc/passwd", "size": 1}]},
            "to have a digest",
        ),
        ({"layers": [{"mediaType": "a/b", "digest": DIGEST, "size": -1}]}, "a size in bytes"),
        ({"layers": [{"mediaType": "a/b", "digest": DIGEST, "size": True}]}, "a size in bytes"),
        ({"annotations": {"a": 1}}, "expected the annotations of the manifest"),
        ({"annotations": []}, "expected the annotations of the manifest"),
        ({"subject": "x"}, "expected the subject to be an object, found text"),
    ],
)
def test_a_manifest_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        Manifest.from_bytes(canonical_json(_manifest(**changes)))

    assert message in caught.value.message


def test_bounds() -> None:
    layer = {"mediaType": "a/b", "digest": DIGEST, "size": 1}
    for data, message in [
        (b" " * (MAX_MANIFEST_BYTES + 1), "a manifest of at most 4,194,304 bytes"),
        (canonical_json(_manifest(layers=[layer] * (MAX_LAYERS + 1))), "at most 10,000 layers"),
        (
            canonical_json(_manifest(layers=[{**layer, "size": MAX_BLOB_BYTES + 1}])),
            "expected layers of at most 67,108,864 bytes",
        ),
        (
            canonical_json(_manifest(annotations={str(n): "" for n in range(1001)})),
            "at most 1,000 annotations",
        ),
    ]:
        with pytest.raises(OversizeError) as caught:
            Manifest.from_bytes(data)
        assert message in caught.value.message


def test_a_list_is_no_manifest() -> None:
    with pytest.raises(ArtifactError, match="expected the manifest to be an object, found a list"):
        Manifest.from_bytes(b"[]")


def test_a_descriptor_round_trips() -> None:
    for descriptor in (
        Descriptor("a/b", DIGEST, 0),
        Descriptor("a/b", DIGEST, 7, {"x": "y"}, "c/d"),
    ):
        assert Descriptor.from_json(descriptor.to_json()) == descriptor


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(ArtifactError) as caught:
        Descriptor.from_json({"mediaType": "x" * 500})

    assert len(caught.value.message) < 200
