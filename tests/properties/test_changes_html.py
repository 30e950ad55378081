"""Whatever text a repository holds, the page of a comparison shows it as text."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from gitconfig_tool.changes.model import PromptChange
from gitconfig_tool.prompts.cases import Case, Message, Side
from gitconfig_tool.report.changes_html import changes_html
from gitconfig_tool.report.html.markup import element, is_hidden, plain
from tests.changes import comparison, place, rich, side, value
from tests.pages import Element, read_page

from .strategies import EXAMPLES

# All code points, half characters too, and what a page could be broken with.
_PIECES = st.text(st.characters(codec=None), max_size=8) | st.sampled_from(
    ["</script>", "<script>", "<!--", "-->", '"', "'", ">", "&lt;", "&#0;", "\u202e", "\0", "</td>"]
)
TEXTS = st.lists(_PIECES, max_size=4).map("".join)


@cache
def _calm_page() -> Element:
    return read_page(changes_html(rich()))


@EXAMPLES
@given(text=TEXTS)
def test_text_comes_back(text: str) -> None:
    read = read_page(element("p", text, title=text).text).one("p")

    assert read.attributes["title"] == plain(text)
    assert not any(is_hidden(char) for char in read.text)
    assert read.text == plain(text)


@settings(EXAMPLES, max_examples=40)
@given(text=TEXTS, other=TEXTS)
def test_no_text_becomes_markup(text: str, other: str) -> None:
    def page(one: str, two: str) -> str:
        places = place(one, two, 1), place(two, one, 2, commit=one)
        before, after = side(one, *places), side(two, *places)
        case = Case(one, Side((Message(one, two),)), Side((), two), (one,), two)
        prompt = PromptChange(
            one, one, two, (one,), two, (one,), ("@@", f"-{one}"), (case,), (two,)
        )
        return changes_html(
            comparison(
                [
                    value(one, one, before, after, [one, two]),
                    value(two, "", None, side({one: two}, *places), [one]),
                    value(two, one, side(None, link=one), side([one], link=two), [two]),
                ],
                {one: {one: two}, two: {two: one}},
                prompts=(prompt,),
                unknown=(two,),
            )
        )

    read = read_page(page(text, other))
    # One script and one style, both ours: they are those of a page without any odd text.
    calm = _calm_page()
    for tag in ("script", "style"):
        assert [each.text for each in read.all(tag)] == [each.text for each in calm.all(tag)]
    known = {name for each in calm.walk() for name in each.attributes} | {"data-b", "hidden"}
    for each in read.walk():
        assert set(each.attributes) <= known
        assert each.attributes.get("href", "#").startswith("#")
    tags = {each.tag for each in calm.walk()} | {"dd", "dt", "details", "summary"}
    assert {each.tag for each in read.walk()} <= tags
