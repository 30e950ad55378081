"""Values with their origins behind them: always the same value as without."""

from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.document import Mark, ScalarNode, parse_document, plain_value
from gitconfig_tool.merge import MergedValue, Origin
from gitconfig_tool.report.origins import value_yaml_with_origins
from gitconfig_tool.report.values import value_yaml
from tests.layered import merged

_CHARACTERS = list("ab \n\t#:-|>'\"\r\x85\u2028é日{}[]&*!%@`,?\x07~.")
_TEXT = st.text(alphabet=st.sampled_from(_CHARACTERS), max_size=12)
_LEAF = st.one_of(
    _TEXT, st.integers(-9, 9), st.booleans(), st.none(), st.floats(allow_nan=False, width=16)
)
_VALUE = st.recursive(
    _LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=8,
)


def _merged(content: Any, layer: str) -> MergedValue:
    chain = (Origin(layer, "a.yaml", ScalarNode("x", Mark(3, 1, 3, 2))),)
    if isinstance(content, dict):
        inner = {key: _merged(item, layer) for key, item in content.items()}
        return MergedValue(MappingProxyType(inner), chain)
    if isinstance(content, list):
        return MergedValue(tuple(_merged(item, layer) for item in content), chain)
    return MergedValue(content, chain)


@given(_VALUE.filter(lambda value: "inf" not in repr(value)), _TEXT)
def test_comments_change_no_value(content: Any, layer: str) -> None:
    for text in (value_yaml(content), value_yaml_with_origins(_merged(content, layer))):
        document, diagnostics = parse_document("a.yaml", text.encode())
        assert diagnostics == ()
        found = None if document.root is None else plain_value(document.root)
        assert repr(found) == repr(content)


def test_long_values_do_not_push_the_column_out() -> None:
    root = merged(f"a: 1\nlong: {'x' * 60}\nfolded: {'word ' * 30}\nb: [[1], {{}}]\n").root

    assert value_yaml_with_origins(root) == (
        "a: 1   # l0:1\n"
        f"long: {'x' * 60}  # l0:2\n"
        f"folded: {'word ' * 18}word\n"
        f"  {'word ' * 10}word  # l0:3\n"
        "b:\n"
        "- - 1  # l0:4\n"
        "- {}   # l0:4\n"
    )


def test_wide_characters_take_two_columns() -> None:
    assert value_yaml_with_origins(merged("名: 日本\nabcdefg: 1\n").root) == (
        "名: 日本    # l0:1\nabcdefg: 1  # l0:2\n"
    )
