"""A compiled bundle to an artifact: every byte of it follows from the input.

The manifest and the layers are read back with the JSON parser of the standard library and compared
with what the bundle format says, written out by hand.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from gitconfig_tool.artifact import Artifact, SopsFile
from gitconfig_tool.bundle import (
    CompiledBundle,
    Origins,
    Packer,
    colliding_paths,
    pack,
)
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import (
    LinkedDocument,
    PromptLink,
    SecretLink,
    linked_without_links,
)
from gitconfig_tool.merge import LayerDocument, MergedValue, merge_documents
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.source import Commit
from tests.layered import parse

COMMIT = Commit("0123456789abcdef0123456789abcdef01234567", 1_709_294_400, "Ada", "First")
ORIGINS = Origins("acme-llm", None, None, COMMIT, worktree=False)
SCHEMA = "https://schemas.example.invalid/model"


def document(name: str, *texts: str) -> LinkedDocument:
    """Return a document without links, of the layers `base` and `production`."""
    layers = [
        LayerDocument(layer, f"{layer}/{name}.yaml", parse(text), frozenset())
        for layer, text in zip(("base", "production"), texts, strict=False)
    ]
    merged, diagnostics = merge_documents(name, layers)
    assert merged is not None
    assert diagnostics == ()
    return linked_without_links(merged)


def with_links(name: str) -> LinkedDocument:
    """Return a document with a secret at `/key` and a prompt at `/prompt`."""
    plain = document(name, "key: null\nprompt: null\n")
    secret = SecretLink("secrets/db", "base/secrets/db.sops.yaml", "/password", "str")
    prompt = PromptLink("greeting", "^1", "1.2.0")
    content = {
        key: MergedValue(link, plain.root.content[key].chain)
        for key, link in {"key": secret, "prompt": prompt}.items()
    }
    return replace(
        plain,
        value={"key": None, "prompt": {"id": "greeting", "version": "1.2.0"}},
        secrets=MappingProxyType({"/key": secret}),
        prompts=MappingProxyType({"/prompt": prompt}),
        root=MergedValue(MappingProxyType(content), plain.root.chain),
    )


def compiled(*documents: LinkedDocument, **fields: Any) -> CompiledBundle:
    given: dict[str, Any] = {
        "name": "production/acme",
        "dimensions": {"environment": "production", "tenant": "acme"},
        "protected": True,
        "documents": {each.id: each for each in documents},
        "prompts": (),
        "sealed": (),
        "schemas": {},
    }
    return CompiledBundle(**{**given, **fields})


def packed(
    bundle: CompiledBundle,
    origins: Origins = ORIGINS,
    schemas: Mapping[str, Any] | None = None,
) -> Artifact:
    return pack(bundle, origins, schemas or {}, Packer())


def manifest_of(artifact: Artifact) -> Any:
    return json.loads(artifact.manifest)


def layers_of(artifact: Artifact) -> dict[str, tuple[dict[str, Any], bytes]]:
    """Return the descriptor and the bytes of each layer, by title, digests checked."""
    blobs = {hashlib.sha256(blob.data).hexdigest(): blob.data for blob in artifact.blobs}
    found = {}
    for descriptor in manifest_of(artifact)["layers"]:
        data = blobs[descriptor["digest"].removeprefix("sha256:")]
        assert descriptor["size"] == len(data)
        found[descriptor["annotations"]["org.opencontainers.image.title"]] = (descriptor, data)
    return found


def test_the_manifest() -> None:
    artifact = packed(compiled(document("model", "a: 1\n")))

    manifest = manifest_of(artifact)

    layers = manifest.pop("layers")
    empty = hashlib.sha256(b"{}").hexdigest()
    assert manifest == {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactType": "application/vnd.gitconfig-tool.bundle.v1",
        "config": {
            "mediaType": "application/vnd.oci.empty.v1+json",
            "digest": f"sha256:{empty}",
            "size": 2,
        },
        "annotations": {
            # date -u -d @1709294400
            "org.opencontainers.image.created": "2024-03-01T12:00:00Z",
            "org.opencontainers.image.revision": COMMIT.id,
            "org.opencontainers.image.version": "0123456789ab",
            "org.opencontainers.image.title": "acme-llm",
            "dev.gitconfig-tool.bundle": "production/acme",
            "dev.gitconfig-tool.dimension.environment": "production",
            "dev.gitconfig-tool.dimension.tenant": "acme",
        },
    }
    assert [each["annotations"]["org.opencontainers.image.title"] for each in layers] == [
        "config/.json",
        "provenance.json",
    ]


def test_version_source_and_work_tree() -> None:
    origins = Origins("acme-llm", "2.1", "https://git.example.invalid/llm", COMMIT, worktree=True)

    annotations = manifest_of(packed(compiled(), origins))["annotations"]

    assert annotations["org.opencontainers.image.version"] == "2.1"
    assert annotations["org.opencontainers.image.source"] == "https://git.example.invalid/llm"
    assert annotations["dev.gitconfig-tool.worktree"] == "true"


@pytest.mark.parametrize(
    ("time", "created"),
    [(0, "1970-01-01T00:00:00Z"), (2**62, "9999-12-31T23:59:59Z")],
)
def test_the_time_of_a_commit_may_be_odd(time: int, created: str) -> None:
    origins = replace(ORIGINS, commit=replace(COMMIT, time=time))

    annotations = manifest_of(packed(compiled(), origins))["annotations"]

    assert annotations["org.opencontainers.image.created"] == created


def test_one_layer_for_each_namespace() -> None:
    artifact = packed(
        compiled(
            document("top", "z: 1\na: 2\n"),
            document("ml/inference/model", "x: 0.5\n"),
            document("ml/inference/limits", "y: [1, null]\n"),
            document("ml/other", "w: é\n"),
        )
    )

    layers = layers_of(artifact)

    assert list(layers) == [
        "config/.json",
        "config/ml.json",
        "config/ml/inference.json",
        "provenance.json",
    ]
    descriptor, data = layers["config/ml/inference.json"]
    assert descriptor["mediaType"] == "application/vnd.gitconfig-tool.namespace.v1+json"
    assert descriptor["annotations"]["dev.gitconfig-tool.namespace"] == "ml/inference"
    assert layers["config/.json"][0]["annotations"]["dev.gitconfig-tool.namespace"] == ""
    # Canonical JSON, RFC 8785: no space, sorted keys, UTF-8 as it is.
    assert data == (
        b'{"documents":{"ml/inference/limits":{"prompts":{},"schemas":[],"secrets":{},'
        b'"value":{"y":[1,null]}},"ml/inference/model":{"prompts":{},"schemas":[],"secrets":{},'
        b'"value":{"x":0.5}}}}'
    )
    assert b'"value":{"a":2,"z":1}' in layers["config/.json"][1]
    assert '"value":{"w":"é"}'.encode() in layers["config/ml.json"][1]


def test_links_prompts_schemas_and_encrypted_files() -> None:
    sealed = SopsFile(
        "base/secrets/db.sops.yaml", "yaml", ("age:age1fake", "pgp:FAKE"), b"\x00 verbatim: x\r\n"
    )
    prompt = PromptVersion(
        "greeting",
        "1.2.0",
        "prompts/greeting/1.2.0.prompt.yaml",
        {"id": "greeting", "version": "1.2.0", "template": "Hello"},
        Span("prompts/greeting/1.2.0.prompt.yaml"),
    )
    artifact = packed(
        compiled(
            with_links("app/service"),
            document("app/plain", "a: 1\n"),
            prompts=(prompt,),
            sealed=(sealed,),
            schemas={"app/service": (SCHEMA,), "app/plain": (SCHEMA,)},
        ),
        schemas={SCHEMA: {"type": "object"}, "https://a.example.invalid/": True},
    )

    layers = layers_of(artifact)

    assert json.loads(layers["config/app.json"][1]) == {
        "documents": {
            # Only documents that hold secrets name schemas: the fetcher checks no others.
            "app/plain": {"value": {"a": 1}, "secrets": {}, "prompts": {}, "schemas": []},
            "app/service": {
                "value": {"key": None, "prompt": {"id": "greeting", "version": "1.2.0"}},
                "secrets": {
                    "/key": {
                        "document": "secrets/db",
                        "path": "base/secrets/db.sops.yaml",
                        "pointer": "/password",
                        "type": "str",
                    }
                },
                "prompts": {"/prompt": "greeting@1.2.0"},
                "schemas": [SCHEMA],
            },
        }
    }
    descriptor, data = layers["sops/base/secrets/db.sops.yaml"]
    assert descriptor["mediaType"] == "application/vnd.gitconfig-tool.sops.v1"
    assert data == b"\x00 verbatim: x\r\n"
    assert descriptor["annotations"] == {
        "dev.gitconfig-tool.sops.path": "base/secrets/db.sops.yaml",
        "dev.gitconfig-tool.sops.format": "yaml",
        "dev.gitconfig-tool.sops.recipients": '["age:age1fake","pgp:FAKE"]',
        "org.opencontainers.image.title": "sops/base/secrets/db.sops.yaml",
    }
    descriptor, data = layers["prompts/greeting/1.2.0.json"]
    assert descriptor["annotations"]["dev.gitconfig-tool.prompt"] == "greeting@1.2.0"
    assert data == b'{"id":"greeting","template":"Hello","version":"1.2.0"}'
    # Schemas are numbered in the order of their URIs.
    assert layers["schemas/0.json"][1] == b"true"
    assert layers["schemas/1.json"][1] == b'{"type":"object"}'
    assert layers["schemas/1.json"][0]["annotations"]["dev.gitconfig-tool.schema.uri"] == SCHEMA
    assert "dev.gitconfig-tool.secrets.allowed" not in manifest_of(artifact)["annotations"]


def test_recipients_that_the_fetcher_would_have_to_contact() -> None:
    files = tuple(
        SopsFile(f"base/{name}.sops.yaml", "yaml", recipients, b"x: 1\n")
        for name, recipients in {
            "a": ("age:age1fake", "hc_vault:https://vault.example.invalid:8200/v1/transit/keys/k"),
            "b": ("kms:arn:aws:kms:eu-west-1:000000000000:key/fake", "pgp:FAKE"),
        }.items()
    )

    annotations = manifest_of(packed(compiled(sealed=files)))["annotations"]

    assert json.loads(annotations["dev.gitconfig-tool.secrets.allowed"]) == [
        "hc_vault:https://vault.example.invalid:8200/v1/transit/keys/k",
        "kms:arn:aws:kms:eu-west-1:000000000000:key/fake",
    ]


def test_provenance() -> None:
    artifact = packed(
        compiled(document("model", "a: 1\nb: {x: [1, 2], y: {}}\n", "a: 2\nb:\n  x: [3]\n"))
    )

    descriptor, data = layers_of(artifact)["provenance.json"]

    def place(layer: str, line: int, column: int) -> dict[str, Any]:
        return {"layer": layer, "path": f"{layer}/model.yaml", "line": line, "column": column}

    assert descriptor["mediaType"] == "application/vnd.gitconfig-tool.provenance.v1+json"
    assert json.loads(data) == {
        "documents": {
            "model": {
                "/a": [place("production", 1, 4), place("base", 1, 4)],
                "/b/x/0": [place("production", 3, 7)],
                "/b/y": [place("base", 2, 19)],
            }
        }
    }


def test_the_same_input_gives_the_same_bytes() -> None:
    def build(*order: str) -> Artifact:
        documents = {
            "b/x": document("b/x", "k: 1\nl: 2\n"),
            "a/y": document("a/y", "m: 1\n"),
            "a/x": document("a/x", "n: 1\n"),
        }
        return packed(
            compiled(
                *(documents[name] for name in order),
                sealed=(SopsFile("z.sops.yaml", "yaml", ("age:age1fake",), b"z"),),
            ),
            schemas={name: {} for name in order},
        )

    first, second = build("b/x", "a/y", "a/x"), build("a/x", "a/y", "b/x")

    assert first.manifest == second.manifest
    assert [blob.data for blob in first.blobs] == [blob.data for blob in second.blobs]
    assert first.digest == f"sha256:{hashlib.sha256(first.manifest).hexdigest()}"


def test_bundles_share_the_layers_of_shared_documents() -> None:
    packer = Packer()
    shared, own = document("a/x", "k: 1\n"), document("b/x", "k: 1\n")

    one = packer.namespaces(compiled(shared, own))
    two = packer.namespaces(compiled(shared, document("b/x", "k: 2\n"), name="staging"))

    assert one[0] is two[0]
    assert one[1] is not two[1]
    assert one[1].data != two[1].data


def test_an_empty_bundle() -> None:
    assert list(layers_of(packed(compiled()))) == ["provenance.json"]
    assert json.loads(layers_of(packed(compiled()))["provenance.json"][1]) == {"documents": {}}


def test_a_value_that_json_cannot_say_is_a_bug() -> None:
    broken = replace(document("a", "k: 1\n"), value={"k": float("nan")})

    with pytest.raises(ValueError, match="nan"):
        packed(compiled(broken))


# --- paths of publication ----------------------------------------------------------------------


def test_documents_that_would_lie_where_another_bundle_lies() -> None:
    production = compiled(
        document("acme/model", "a: 1\n"), document("other", "a: 1\n"), name="production"
    )
    acme = compiled(document("model", "a: 1\n"), name="production/acme")
    acme_2 = compiled(document("model", "a: 1\n"), name="production/acme-2")

    assert colliding_paths([production, acme, acme_2], Span("gitconfig.yaml")) == (
        Diagnostic(
            "GCT701",
            "expected the bundles production and production/acme to keep apart, "
            "found the document acme/model of production at a path of production/acme",
            Span("base/acme/model.yaml"),
            hint="rename the folder of the document, or one of the bundles",
            bundles=("production", "production/acme"),
        ),
    )


def test_the_place_of_a_collision_is_the_strongest_file() -> None:
    outer = compiled(document("x/y/model", "a: 1\n", "a: 2\n"), name="p")
    inner = compiled(name="p/x/y")
    no_files = replace(document("x/y/model", "a: 1\n"), files=())

    found = colliding_paths([inner, outer], Span("gitconfig.yaml"))
    assert [each.span for each in found] == [Span("production/x/y/model.yaml")]
    found = colliding_paths([inner, compiled(no_files, name="p")], Span("gitconfig.yaml"))
    assert [each.span for each in found] == [Span("gitconfig.yaml")]


def test_bundles_that_keep_apart() -> None:
    bundles = [
        compiled(document("acme", "a: 1\n"), document("acmex/y", "a: 1\n"), name="production"),
        compiled(document("model", "a: 1\n"), name="production/acme"),
        compiled(document("production/acme/x", "a: 1\n"), name="staging"),
    ]

    assert colliding_paths(bundles, Span("gitconfig.yaml")) == ()
