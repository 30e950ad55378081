"""Emitted files on their way out: byte for byte into a folder, as text into Vault."""

from pathlib import Path

import pytest

from gitconfig_tool.artifact import (
    Artifact,
    Blob,
    PackedDocument,
    emitted_layer,
    namespace_layer,
    pack_bundle,
)
from gitconfig_tool.fetch import Delivery, DeliveryError, open_folder, prepare_delivery
from gitconfig_tool.fetch.vault import VaultTarget
from gitconfig_tool.fetch.vault_client import VaultSettings
from gitconfig_tool.stores import LayoutStore
from gitconfig_tool.trust import verify_bundle
from tests.bundles import annotations, sample_layers, signed_layout, signing_keys

FILES = {"gateway/config.yaml": b"a: 1\n", "gateway/prompts.json": b"{}\n", "raw": b"\xff\x00"}


def _artifact(*more: Blob) -> Artifact:
    layers = [*sample_layers(), *(emitted_layer(path, data) for path, data in FILES.items())]
    return pack_bundle([*layers, *more], annotations("production"))


def _delivery(folder: Path, artifact: Artifact) -> Delivery:
    keys = signing_keys(folder / "release.key")
    layout = signed_layout(folder / "layout", {"production": artifact}, keys.signer)
    return prepare_delivery(verify_bundle(LayoutStore(layout), "production", keys.verifier))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_folder_gets_the_files_as_they_are(tmp_path: Path) -> None:
    delivery = _delivery(tmp_path, _artifact())
    target = open_folder(tmp_path / "target")

    first, second = target.deliver(delivery), target.deliver(delivery)

    for path, data in FILES.items():
        assert (tmp_path / "target" / "emit" / path).read_bytes() == data
    names = {f"emit/{path}" for path in FILES}
    assert names <= set(first.written)
    assert second.written == ()
    assert names <= set(second.unchanged)


def test_a_file_that_is_no_longer_emitted_goes(tmp_path: Path) -> None:
    target = open_folder(tmp_path / "target")
    target.deliver(_delivery(tmp_path, _artifact()))
    without = pack_bundle(sample_layers(), annotations("production"))

    report = target.deliver(_delivery(_made(tmp_path / "later"), without))

    assert report.removed == tuple(sorted(f"emit/{path}" for path in FILES))
    assert not (tmp_path / "target" / "emit").exists()


@pytest.mark.parametrize("document", ["emit/gateway/prompts", "emit/gateway/prompts.json"])
def test_a_document_may_not_stand_where_a_file_does(tmp_path: Path, document: str) -> None:
    artifact = _artifact(namespace_layer("emit/gateway", {document: PackedDocument({"a": 1})}))

    with pytest.raises(DeliveryError, match=r"found 'emit/gateway/prompts.json' as an emitted"):
        _delivery(tmp_path, artifact)


def test_vault_takes_text_and_no_other_bytes(tmp_path: Path) -> None:
    delivery = _delivery(tmp_path, _artifact())
    settings = VaultSettings("http://127.0.0.1:1", "fake-token-of-a-test")
    target = VaultTarget("vault+http://127.0.0.1:1/secret/app", settings, "secret/app")

    with pytest.raises(DeliveryError, match="emit/raw to be text"):
        target.deliver(delivery)
