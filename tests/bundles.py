"""Bundles packed by hand, small and real: the secrets in them are encrypted by sops to age keys.

No value in here is a credential; keys are made anew for each run.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from gitconfig_tool.artifact import (
    Artifact,
    Blob,
    PackedDocument,
    PackedSecret,
    canonical_json,
    namespace_layer,
    pack_bundle,
    prompt_layer,
    provenance_layer,
    schema_layer,
    sha256_digest,
    sops_layer,
)
from gitconfig_tool.artifact.vocabulary import (
    BUNDLE,
    CREATED,
    DIMENSION_PREFIX,
    REVISION,
    SOURCE,
    TITLE,
    VERSION,
)
from gitconfig_tool.sops.program import find_sops
from gitconfig_tool.stores import write_layout
from gitconfig_tool.trust import (
    Verifier,
    generate_key_pair,
    load_signer,
    load_verifier,
    sign_bundle,
)
from gitconfig_tool.trust.keys import FileSigner

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SECRET_PATH = "environments/production/platform/credentials.sops.yaml"
SCHEMA_URI = "schemas/billing.schema.json"
MODEL = "ml-service/inference/model"
BILLING = "billing"

# What the SOPS file holds before encryption; every value is plainly no credential.
PLAINTEXT: Mapping[str, Any] = {
    "database": {
        "password": "fake-database-password",
        "port": 5432,
        "ratio": 0.5,
        "tls": True,
        "url": "postgresql://user:fake-database-password@db.invalid/app",
    },
    "provider": {"api_key": "fake-api-key-0001", "organization": None},
    "hosts": ["one.invalid", "two.invalid"],
}
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["database"],
    "properties": {
        "database": {
            "type": "object",
            "properties": {
                "password": {"type": "string", "minLength": 8},
                "port": {"type": "integer", "minimum": 1024},
            },
        }
    },
}
# What a fetcher must hand out for the bundle `sample_layers` makes of the above.
DELIVERED: Mapping[str, Any] = {
    BILLING: {
        "currency": "EUR",
        "database": PLAINTEXT["database"],
        "hosts": ["one.invalid", "two.invalid"],
    },
    MODEL: {
        "api_key": "fake-api-key-0001",
        "prompt": {"id": "support", "version": "1.2.0"},
        "temperature": 0.7,
    },
    "prompts/support/1.2.0": {"messages": [{"content": "Hello {{ name }}", "role": "system"}]},
}


@dataclass(frozen=True, slots=True)
class AgeKey:
    """An age key pair of this run."""

    identity: str = field(repr=False)
    recipient: str

    @property
    def environment(self) -> dict[str, str]:
        """What sops needs to decrypt with it, and a home without other keys."""
        return {"SOPS_AGE_KEY": self.identity, "HOME": "/nonexistent", "PATH": os.environ["PATH"]}


def age_key() -> AgeKey:
    """Make an age key pair."""
    identity = pyrage.x25519.Identity.generate()
    return AgeKey(str(identity), str(identity.to_public()))


def sops_encrypt(plaintext: Any, recipient: str, format: str = "yaml") -> bytes:
    """Encrypt a JSON value with the real sops, as a YAML or JSON file."""
    # JSON is YAML as well; as YAML, sops keeps large integers as they are.
    command = [str(find_sops()), "encrypt", "--input-type", "yaml", "--output-type", format]
    return subprocess.run(
        [*command, "--age", recipient, "--filename-override", f"file.{format}"],
        input=json.dumps(plaintext).encode(),
        capture_output=True,
        check=True,
        cwd="/",
    ).stdout


def sample_layers(
    ciphertext: bytes | None = None,
    recipients: Sequence[str] = (),
    *,
    temperature: float = 0.7,
    format: str = "yaml",
    schema: Any = SCHEMA,
) -> list[Blob]:
    """Return the layers of a bundle; without a ciphertext, it has no secrets."""
    model: dict[str, Any] = {
        "temperature": temperature,
        "prompt": {"id": "support", "version": "1.2.0"},
    }
    layers = [
        prompt_layer("support", "1.2.0", DELIVERED["prompts/support/1.2.0"]),
        provenance_layer({"documents": {}}),
    ]
    model_secrets: dict[str, PackedSecret] = {}
    billing = PackedDocument({"currency": "EUR"})
    if ciphertext is not None:
        model["api_key"] = None
        model_secrets["/api_key"] = secret("/provider/api_key", "str")
        billing = PackedDocument(
            {
                "currency": "EUR",
                "database": dict.fromkeys(PLAINTEXT["database"]),
                "hosts": None,
            },
            {
                "/database/password": secret("/database/password", "str"),
                "/database/port": secret("/database/port", "int"),
                "/database/ratio": secret("/database/ratio", "float"),
                "/database/tls": secret("/database/tls", "bool"),
                "/database/url": secret("/database/url", "str"),
                "/hosts": secret("/hosts", "seq"),
            },
            schemas=(SCHEMA_URI,),
        )
        layers += [
            sops_layer(SECRET_PATH, format, recipients, ciphertext),
            schema_layer(0, SCHEMA_URI, schema),
        ]
    layers += [
        namespace_layer("", {BILLING: billing}),
        namespace_layer(
            "ml-service/inference",
            {MODEL: PackedDocument(model, model_secrets, {"/prompt": "support@1.2.0"})},
        ),
    ]
    return layers


def secret(pointer: str, type: str) -> PackedSecret:
    """Return a link into the SOPS file of the sample."""
    return PackedSecret("platform/credentials", SECRET_PATH, pointer, type)


def annotations(bundle: str, **more: str) -> dict[str, str]:
    """Return the annotations of a bundle of the sample project."""
    return {
        BUNDLE: bundle,
        CREATED: "2026-01-02T03:04:05Z",
        REVISION: COMMIT,
        SOURCE: "https://git.example.invalid/acme/config",
        TITLE: "acme-llm",
        VERSION: "1.4.0",
        f"{DIMENSION_PREFIX}environment": bundle.split("/")[0],
        **more,
    }


def sample_bundle(bundle: str = "production", *, temperature: float = 0.7) -> Artifact:
    """Pack a bundle without secrets."""
    return pack_bundle(sample_layers(temperature=temperature), annotations(bundle))


def secret_bundle(key: AgeKey, bundle: str = "production", *, format: str = "yaml") -> Artifact:
    """Pack a bundle with secrets that are encrypted to a key."""
    ciphertext = sops_encrypt(PLAINTEXT, key.recipient, format)
    layers = sample_layers(ciphertext, [f"age:{key.recipient}"], format=format)
    return pack_bundle(layers, annotations(bundle))


def sign(artifact: Artifact, bundle: str, signer: FileSigner) -> Artifact:
    """Sign a bundle as `compile --sign` does."""
    return sign_bundle(
        artifact,
        bundle=bundle,
        source="https://git.example.invalid/acme/config",
        revision=COMMIT,
        dimensions={"environment": bundle.split("/")[0]},
        compiler_version="0.1.0",
        signer=signer,
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """A signing key pair in files."""

    signer: FileSigner
    verifier: Verifier
    private: Path
    public: Path


def signing_keys(prefix: Path) -> Keys:
    """Make a signing key pair at a path."""
    private, public = generate_key_pair(prefix)
    return Keys(load_signer(private), load_verifier(public), private, public)


def signed_layout(directory: Path, bundles: Mapping[str, Artifact], signer: FileSigner) -> Path:
    """Write bundles and their signatures to a layout and return it."""
    signatures = [sign(artifact, name, signer) for name, artifact in bundles.items()]
    write_layout(directory, bundles, signatures)
    return directory


# --- what an attacker does who can write to the layout ---


def blob_path(layout: Path, digest: str) -> Path:
    """Return the file of a blob."""
    return layout / "blobs" / "sha256" / digest.removeprefix("sha256:")


def read_blob(layout: Path, digest: str) -> Any:
    """Return a blob that is JSON."""
    return json.loads(blob_path(layout, digest).read_bytes())


def put_blob(layout: Path, data: bytes) -> str:
    """Store a blob and return its digest."""
    digest = sha256_digest(data)
    blob_path(layout, digest).write_bytes(data)
    return digest


def read_index(layout: Path) -> Any:
    """Return index.json."""
    return json.loads((layout / "index.json").read_bytes())


def write_index(layout: Path, index: Any) -> None:
    """Replace index.json."""
    (layout / "index.json").write_bytes(canonical_json(index))


def bundle_line(index: Any, name: str) -> Any:
    """Return the index's descriptor of a bundle."""
    for line in index["manifests"]:
        if line.get("annotations", {}).get("org.opencontainers.image.ref.name") == name:
            return line
    raise KeyError(name)


def signature_lines(index: Any) -> list[Any]:
    """Return the index's descriptors of signatures."""
    return [line for line in index["manifests"] if "annotations" not in line]


def rewrite_manifest(
    layout: Path, name: str, change: Callable[[Any], None], *, follow: bool = True
) -> str:
    """Change the manifest of a bundle, and point the index to it; return its new digest.

    With `follow`, the subject of each signature of the old manifest is changed as well: all that an
    attacker without the key can do.
    """
    index = read_index(layout)
    line = bundle_line(index, name)
    old = line["digest"]
    manifest = read_blob(layout, old)
    change(manifest)
    data = canonical_json(manifest)
    line["digest"], line["size"] = put_blob(layout, data), len(data)
    if follow:
        for signature in signature_lines(index):
            content = read_blob(layout, signature["digest"])
            if content["subject"]["digest"] == old:
                content["subject"]["digest"] = line["digest"]
                content["subject"]["size"] = line["size"]
                rewritten = canonical_json(content)
                signature["digest"] = put_blob(layout, rewritten)
                signature["size"] = len(rewritten)
    write_index(layout, index)
    return str(line["digest"])
