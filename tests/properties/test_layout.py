"""Whatever sops changes: the kept layout says the same, and no other line is touched."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.custody.layout import keep_layout

KEYS = st.text(alphabet="abcdef_", min_size=1, max_size=4).filter(lambda key: key != "f")
LEAVES = st.one_of(
    st.integers(0, 9),
    st.none(),
    st.booleans(),
    st.text("xyz ,=/+", max_size=8),
    st.just("ENC[a,b]"),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)


class _Indented(yaml.SafeDumper):
    """Writes lists as sops does: four spaces within their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def as_sops(value: Any) -> bytes:
    text: str = yaml.dump(value, Dumper=_Indented, indent=4, sort_keys=False, width=10_000)
    return text.encode()


def as_written(value: Any, flow: bool | None) -> bytes:
    text: str = yaml.safe_dump(value, indent=2, sort_keys=False, default_flow_style=flow)
    return text.encode()


@given(value=DOCUMENTS, key=KEYS, new=TREES, flow=st.sampled_from([False, None]))
def test_a_value_that_is_set(value: Any, key: str, new: Any, flow: bool | None) -> None:
    changed = {**value, key: new}
    kept = keep_layout(as_written(value, flow), as_sops(changed), "yaml")

    if kept is None:
        return  # sops's own text is taken then.
    assert list(yaml.safe_load(kept).items()) == list(changed.items())
    if key not in value:
        # What is new comes behind: every other byte is where it was.
        assert kept.startswith(as_written(value, flow).rstrip(b"\n"))


@given(value=DOCUMENTS, new=st.text("xyz", min_size=1, max_size=5))
def test_setting_a_single_value_again_is_always_followed(value: Any, new: str) -> None:
    value = {**value, "f": "ENC[old]", "g": 1}
    old = as_written(value, False)

    assert keep_layout(old, as_sops({**value, "f": f"ENC[{new}]"}), "yaml") == old.replace(
        b"f: ENC[old]", f"f: ENC[{new}]".encode()
    )


@given(value=DOCUMENTS)
def test_what_did_not_change_stays_byte_for_byte(value: Any) -> None:
    old = as_written(value, None)

    assert keep_layout(old, as_sops(value), "yaml") in (old, None)
    assert keep_layout(as_written(value, False), as_sops(value), "yaml") == as_written(value, False)
