"""Whatever is done to the bytes of a layout, a bundle is refused or is the one that was signed.

Never a traceback, and never other bytes than the signed ones.
"""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.stores import LayoutStore
from gitconfig_tool.trust import VerifiedBundle, verify_bundle
from tests.bundles import Keys, sample_bundle, signed_layout, signing_keys


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return signing_keys(tmp_path_factory.mktemp("keys") / "release.key")


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    bundles = {name: sample_bundle(name) for name in ("production", "staging")}
    return signed_layout(tmp_path_factory.mktemp("layout") / "out", bundles, keys.signer)


def _verify(layout: Path, keys: Keys) -> VerifiedBundle | None:
    """Return the verified bundle, or None when it is refused."""
    try:
        return verify_bundle(LayoutStore(layout), "production", keys.verifier)
    except GitConfigError:
        return None


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files(layout: Path, keys: Keys, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    genuine = _verify(layout, keys)
    names = sorted(path.relative_to(layout) for path in layout.rglob("*") if path.is_file())
    refused = 0
    for name in names:
        copy = tmp_path / "copy"
        shutil.copytree(layout, copy)
        data = bytearray((copy / name).read_bytes())
        act = chance.choice(["flip", "cut", "grow", "remove", "swap"])
        if act == "flip":
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif act == "cut":
            del data[chance.randrange(len(data)) :]
        elif act == "grow":
            data += chance.randbytes(3)
        elif act == "swap":
            data = bytearray((layout / chance.choice(names)).read_bytes())
        (copy / name).unlink() if act == "remove" else (copy / name).write_bytes(data)
        verified = _verify(copy, keys)
        assert verified in (None, genuine)
        refused += verified is None
        shutil.rmtree(copy)
    assert refused >= len(names) // 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(data=st.data())
def test_any_other_index(layout: Path, keys: Keys, data: Any) -> None:
    """Replace a random part of the index by random JSON."""
    original = (layout / "index.json").read_bytes()
    genuine = _verify(layout, keys)
    index = json.loads(original)
    parent: Any = index
    while True:
        keys_here = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
        key = data.draw(st.sampled_from(keys_here))
        if not isinstance(parent[key], dict | list) or not parent[key] or data.draw(st.booleans()):
            parent[key] = data.draw(json_values)
            break
        parent = parent[key]
    try:
        (layout / "index.json").write_bytes(canonical_json(index))
        assert _verify(layout, keys) in (None, genuine)
    finally:
        (layout / "index.json").write_bytes(original)
