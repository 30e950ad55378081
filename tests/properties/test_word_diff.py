"""Two texts compared word by word: both can be put together again."""

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.report.word_diff import pieces

from .strategies import EXAMPLES

TEXTS = st.lists(st.sampled_from(["a", "b", "word", " ", "\n", "  ", ".", "\r\n"])).map("".join)


@EXAMPLES
@given(old=TEXTS, new=TEXTS)
def test_nothing_is_lost(old: str, new: str) -> None:
    found = pieces(old, new)

    assert "".join(each.text for each in found if each.kind != "added") == old
    assert "".join(each.text for each in found if each.kind != "removed") == new
    assert (old == new) == all(each.kind == "kept" for each in found)
