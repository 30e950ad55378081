"""The OCI image layout: what is written, in which order, and what reading refuses."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gitconfig_tool.artifact import Descriptor, OversizeError, canonical_json, pack_signature
from gitconfig_tool.artifact.vocabulary import MAX_MANIFEST_BYTES
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.stores import (
    BlobChangedError,
    BlobMissingError,
    BundleNotFoundError,
    LayoutStore,
    StoreError,
    layout_path,
    merge_layout,
    open_store,
    write_layout,
)
from tests.bundles import blob_path, read_index, sample_bundle, write_index


def _tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return modes and contents of all that is in a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            stat.S_IMODE(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    former = os.umask(mask)
    try:
        yield
    finally:
        os.umask(former)


def test_what_is_written_is_found_again(tmp_path: Path) -> None:
    production, acme = sample_bundle("production"), sample_bundle("production/acme")
    signature = pack_signature(acme.descriptor, b"{}")
    write_layout(tmp_path / "out", {"production/acme": acme, "production": production}, [signature])
    store = open_store(f"layout:{tmp_path / 'out'}")

    assert store.bundles() == ("production", "production/acme")
    assert store.resolve("production/acme").digest == acme.digest
    assert store.signatures() == (signature.descriptor,)
    assert store.referrers(acme.digest) == (signature.descriptor,)
    assert store.referrers(production.digest) == ()
    assert store.read(store.resolve("production"), MAX_MANIFEST_BYTES) == production.manifest
    for blob in acme.blobs:
        assert store.read(blob.descriptor, 10_000) == blob.data


def test_the_layout_is_as_the_specification_says(tmp_path: Path) -> None:
    artifact = sample_bundle("production")
    write_layout(tmp_path / "out", {"production": artifact})

    assert (tmp_path / "out/oci-layout").read_bytes() == b'{"imageLayoutVersion":"1.0.0"}'
    assert read_index(tmp_path / "out") == {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            {
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "artifactType": "application/vnd.gitconfig-tool.bundle.v1",
                "digest": artifact.digest,
                "size": len(artifact.manifest),
                "annotations": {"org.opencontainers.image.ref.name": "production"},
            }
        ],
    }
    assert {path.name for path in (tmp_path / "out/blobs/sha256").iterdir()} == {
        digest.removeprefix("sha256:")
        for digest in (artifact.digest, *(blob.digest for blob in artifact.blobs))
    }


def test_bytes_and_modes_depend_on_nothing_else(tmp_path: Path) -> None:
    bundles = {name: sample_bundle(name) for name in ("a", "b", "c/d")}
    signatures = [pack_signature(artifact.descriptor, b"{}") for artifact in bundles.values()]
    with _umask(0o000):
        write_layout(tmp_path / "one", bundles, signatures)
    with _umask(0o077):
        (tmp_path / "two").mkdir()
        write_layout(tmp_path / "two", {"old": sample_bundle("old", temperature=0.1)})
        write_layout(tmp_path / "two", dict(reversed(bundles.items())), signatures[::-1])

    assert _tree(tmp_path / "one") == _tree(tmp_path / "two")
    modes = {mode for mode, _ in _tree(tmp_path / "one").values()}
    assert modes == {0o644, 0o755}
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o755


def test_writing_again_touches_nothing(tmp_path: Path) -> None:
    bundles = {"production": sample_bundle()}
    write_layout(tmp_path / "out", bundles)
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    write_layout(tmp_path / "out", bundles)

    assert {path: path.stat().st_ino for path in tmp_path.rglob("*")} == before


def test_a_damaged_blob_is_written_anew(tmp_path: Path) -> None:
    artifact = sample_bundle()
    write_layout(tmp_path / "out", {"production": artifact})
    before = _tree(tmp_path / "out")
    blob_path(tmp_path / "out", artifact.blobs[0].digest).write_bytes(b"damaged")
    blob_path(tmp_path / "out", artifact.blobs[1].digest).chmod(0o600)
    write_layout(tmp_path / "out", {"production": artifact})

    assert _tree(tmp_path / "out") == before


def test_blobs_that_nothing_needs_go_and_foreign_files_stay(tmp_path: Path) -> None:
    layout = tmp_path / "out"
    write_layout(layout, {"a": sample_bundle("a"), "b": sample_bundle("b", temperature=0.1)})
    (layout / "README").write_text("mine")
    (layout / "blobs/sha256/.gitconfig-tool-0123456789abcdef.tmp").write_text("left by a crash")
    (layout / ".gitconfig-tool-0123456789abcdef.tmp").write_text("left by a crash")
    artifact = sample_bundle("a")
    write_layout(layout, {"a": artifact})

    assert (
        len(list((layout / "blobs/sha256").iterdir()))
        == len({b.digest for b in artifact.blobs}) + 1
    )
    assert (layout / "README").read_text() == "mine"
    assert not list(layout.glob(".gitconfig-tool-*"))


def test_a_foreign_folder_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    before = _tree(tmp_path)
    with pytest.raises(StoreError) as caught:
        write_layout(tmp_path, {"a": sample_bundle("a")})

    assert "expected an empty folder or an OCI image layout" in caught.value.message
    assert "'notes.txt'" in caught.value.message
    assert _tree(tmp_path) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match=r"expected a folder at .*out, found a file"):
        write_layout(tmp_path / "out", {"a": sample_bundle("a")})
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"expected a folder at .*link, found a file"):
        write_layout(tmp_path / "link", {"a": sample_bundle("a")})


def test_a_link_in_place_of_the_blobs_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    layout = tmp_path / "out"
    layout.mkdir()
    (layout / "oci-layout").write_text("{}")
    (layout / "blobs").symlink_to(elsewhere)
    with pytest.raises(StoreError, match="expected to write the layout"):
        write_layout(layout, {"a": sample_bundle("a")})

    assert list(elsewhere.iterdir()) == []


def test_a_link_in_place_of_a_file_is_replaced_not_written_through(tmp_path: Path) -> None:
    layout, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_text("precious")
    write_layout(layout, {"a": sample_bundle("a")})
    for name in ("index.json", "oci-layout"):
        (layout / name).unlink()
        (layout / name).symlink_to(victim)
    write_layout(layout, {"a": sample_bundle("a")})

    assert victim.read_text() == "precious"
    assert not (layout / "index.json").is_symlink()


@pytest.mark.parametrize("fail_at", range(1, 9))
def test_a_failure_leaves_the_former_layout_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int
) -> None:
    """Let the disk be full at each rename in turn: the index must be the old or the new one."""
    layout = tmp_path / "out"
    old, new = sample_bundle("a"), sample_bundle("a", temperature=0.1)
    write_layout(layout, {"a": old})
    renames = 0
    rename = os.rename

    def fail(*arguments: object, **options: object) -> None:
        nonlocal renames
        renames += 1
        if renames == fail_at:
            raise OSError(28, "No space left on device")
        rename(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", fail)
    error = None
    try:
        write_layout(layout, {"a": new})
    except StoreError as caught:
        error = caught
    monkeypatch.undo()
    if error is not None:
        assert "No space left on device" in error.message
        assert "what the layout held before is still valid" in error.hint
    failed = error is not None

    # Two blobs differ (namespace and manifest), then comes the index.
    assert failed == (fail_at <= 3)
    current = old if failed else new
    store = LayoutStore(layout)
    assert store.resolve("a").digest == current.digest
    for blob in current.blobs:
        store.read(blob.descriptor, 10_000)
    assert not list(layout.rglob(".gitconfig-tool-*"))
    write_layout(layout, {"a": new})
    assert store.resolve("a").digest == new.digest


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    write_layout(tmp_path, {"a": sample_bundle("a")})
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        with pytest.raises(StoreError, match="expected to be alone in writing"):
            write_layout(tmp_path, {})
    finally:
        os.close(folder)


def test_merging_keeps_the_others(tmp_path: Path) -> None:
    a, b, new_a = sample_bundle("a"), sample_bundle("b"), sample_bundle("a", temperature=0.1)
    signatures = {
        artifact.digest: pack_signature(artifact.descriptor, b"{}") for artifact in (a, b, new_a)
    }
    merge_layout(tmp_path / "out", {"a": a}, [signatures[a.digest]])
    merge_layout(tmp_path / "out", {"b": b}, [signatures[b.digest]])
    merge_layout(tmp_path / "out", {"a": new_a}, [signatures[new_a.digest]])
    merge_layout(tmp_path / "out", {"a": new_a}, [signatures[new_a.digest]])
    write_layout(
        tmp_path / "once", {"a": new_a, "b": b}, [signatures[b.digest], signatures[new_a.digest]]
    )

    assert _tree(tmp_path / "out") == _tree(tmp_path / "once")


def test_merging_into_a_damaged_layout_is_refused_untouched(tmp_path: Path) -> None:
    b = sample_bundle("b")
    write_layout(tmp_path, {"b": b})
    blob_path(tmp_path, b.digest).unlink()
    before = _tree(tmp_path)
    with pytest.raises(BlobMissingError):
        merge_layout(tmp_path, {"a": sample_bundle("a")})

    assert _tree(tmp_path) == before


def _no_folder(layout: Path) -> None:
    for path in sorted(layout.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    layout.rmdir()


def _no_marker(layout: Path) -> None:
    (layout / "oci-layout").unlink()


def _other_version(layout: Path) -> None:
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "2.0.0"}')


def _no_index(layout: Path) -> None:
    (layout / "index.json").unlink()


def _no_manifests(layout: Path) -> None:
    write_index(layout, {"manifests": {}})


def _bad_descriptor(layout: Path) -> None:
    write_index(layout, {"manifests": [{"mediaType": "a/b"}]})


def _named_twice(layout: Path) -> None:
    index = read_index(layout)
    write_index(layout, {**index, "manifests": index["manifests"] * 2})


def _index_is_a_link(layout: Path) -> None:
    (layout / "index.json").rename(layout / "other.json")
    (layout / "index.json").symlink_to("other.json")


def _index_is_a_pipe(layout: Path) -> None:
    (layout / "index.json").unlink()
    os.mkfifo(layout / "index.json")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_no_folder, "expected a folder with an OCI image layout at"),
        (_no_marker, "found no file 'oci-layout'"),
        (_other_version, "found '2.0.0'"),
        (_no_index, "expected the file 'index.json'"),
        (_no_manifests, "expected a list of manifests"),
        (_bad_descriptor, "expected manifest 1 of"),
        (_named_twice, "expected the bundle 'a' once"),
        (_index_is_a_link, "expected to read the ordinary file"),
        (_index_is_a_pipe, "to be an ordinary file, found something else"),
    ],
)
def test_reading_refuses(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    layout = tmp_path / "out"
    write_layout(layout, {"a": sample_bundle("a")})
    damage(layout)
    with pytest.raises(GitConfigError) as caught:
        LayoutStore(layout).resolve("a")

    assert message in caught.value.message


def test_blobs_are_checked_and_bounded(tmp_path: Path) -> None:
    artifact = sample_bundle("a")
    write_layout(tmp_path, {"a": artifact})
    store = LayoutStore(tmp_path)
    blob = artifact.blobs[0]
    path = blob_path(tmp_path, blob.digest)
    with pytest.raises(OversizeError, match="at most 3 bytes"):
        store.read(blob.descriptor, 3)
    for data in (blob.data[:-1], blob.data + b"x", b"X" + blob.data[1:]):
        path.write_bytes(data)
        with pytest.raises(BlobChangedError) as changed:
            store.read(blob.descriptor, 10_000)
        assert changed.value.digest == blob.digest
    path.unlink()
    with pytest.raises(BlobMissingError) as missing:
        store.read(blob.descriptor, 10_000)
    assert missing.value.digest == blob.digest
    path.symlink_to("/etc/hostname")
    with pytest.raises(StoreError, match="expected to read the ordinary file"):
        store.read(blob.descriptor, 10_000)


def test_a_linked_blobs_folder_is_refused(tmp_path: Path) -> None:
    artifact = sample_bundle("a")
    write_layout(tmp_path, {"a": artifact})
    (tmp_path / "blobs").rename(tmp_path / "moved")
    (tmp_path / "blobs").symlink_to("moved")
    with pytest.raises(StoreError, match="expected to read the ordinary file"):
        LayoutStore(tmp_path).read(artifact.descriptor, MAX_MANIFEST_BYTES)


def test_an_unknown_bundle_gets_a_suggestion(tmp_path: Path) -> None:
    write_layout(tmp_path, {"production": sample_bundle(), "staging": sample_bundle("staging")})
    with pytest.raises(BundleNotFoundError) as caught:
        LayoutStore(tmp_path).resolve("prodution")

    assert "found 'production', 'staging'" in caught.value.message
    assert caught.value.hint == "did you mean 'production'?"


def test_an_index_without_artifact_types_is_read(tmp_path: Path) -> None:
    """Copying tools drop the field from the index; the manifest still has it."""
    write_layout(tmp_path, {"a": sample_bundle("a")})
    index = read_index(tmp_path)
    del index["manifests"][0]["artifactType"]
    write_index(tmp_path, index)

    assert LayoutStore(tmp_path).bundles() == ("a",)


def test_a_damaged_signature_refers_to_nothing(tmp_path: Path) -> None:
    artifact = sample_bundle("a")
    signature = pack_signature(artifact.descriptor, b"{}")
    write_layout(tmp_path, {"a": artifact}, [signature])
    store = LayoutStore(tmp_path)
    assert store.referrers(artifact.digest) == (signature.descriptor,)
    blob_path(tmp_path, signature.digest).write_bytes(b"{}")
    index = read_index(tmp_path)
    write_index(tmp_path, {**index, "annotations": {"changed": "so that it is read again"}})

    assert store.referrers(artifact.digest) == ()
    assert store.signatures() == (signature.descriptor,)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("oci://registry.example/x", "found the scheme 'oci'"),
        ("s3://bucket/x", "found the scheme 's3'"),
        ("dist", "found 'dist'"),
        ("layout:", "expected a folder after 'layout:'"),
    ],
)
def test_an_address_of_another_kind_is_refused(address: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address)

    assert message in caught.value.message
    assert "layout:" in caught.value.hint


def test_a_bare_folder_is_told_how_to_write_it() -> None:
    with pytest.raises(StoreError) as caught:
        layout_path("build/bundles")

    assert caught.value.hint.endswith("write layout:build/bundles")


def test_a_descriptor_outside_the_layout_cannot_be_named() -> None:
    with pytest.raises(GitConfigError):
        Descriptor.from_json({"mediaType": "a/b", "digest": "sha256:../x", "size": 1})


def test_the_index_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_layout(tmp_path, {"a": sample_bundle("a")})
    (tmp_path / "index.json").write_bytes(canonical_json({"manifests": [], "x": "y" * 1000}))
    monkeypatch.setattr("gitconfig_tool.stores.layout.MAX_INDEX_BYTES", 1000)
    with pytest.raises(OversizeError, match=r"index\.json to have at most 1,000 bytes"):
        LayoutStore(tmp_path).bundles()
