"""The page of a comparison in a real browser: keys, filter, matrix, and that nothing else runs.

Skipped where there is no Chromium: it is too large (350 MB) to be asked of everyone. What the page
holds is tested without it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitconfig_tool.changes.model import Changes
from gitconfig_tool.report.changes_html import changes_html
from tests.changes import comparison, place, rich, side, value, wide
from tests.pages import read_page
from tests.projects import Tool, commit, git

from .browser import Browser, browsing

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"expected one of {', '.join(_NAMES)} on the PATH for this test, found none")
    with browsing(Path(program), tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    browser.size(1280, 900)
    browser.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    browser.log.clear()
    yield browser
    # Nothing but the page itself was asked for, and nothing broke its policy.
    assert all(each.startswith("request: file:") for each in browser.log), browser.log


def opened(browser: Browser, changes: Changes, folder: Path) -> Browser:
    page = folder / "diff.html"
    page.write_text(changes_html(changes), encoding="utf-8")
    browser.open(page)
    browser.run("localStorage.clear()")
    return browser


def visible(browser: Browser) -> int:
    return int(
        browser.run(
            "[...document.querySelectorAll('article.change')].filter(e => e.offsetParent).length"
        )
    )


def choose(browser: Browser, selector: str, value: str) -> None:
    browser.run(
        f"{{const e = document.querySelector('{selector}'); e.value = '{value}';"
        " e.dispatchEvent(new Event('change'))}"
    )


def focused(browser: Browser) -> str:
    return str(browser.run("document.activeElement.getAttribute('aria-label')"))


def test_filter_by_text_bundle_and_section(show: Browser, tmp_path: Path) -> None:
    page = opened(show, rich(), tmp_path)
    every = visible(page)
    # One bundle, two rules, three secrets, one model, one prompt, nine values by pointer.
    assert every == 17

    page.press("/")
    assert page.run("document.activeElement.id") == "filter"
    for key in "tempera":
        page.press(key)
    page.run("new Promise(done => setTimeout(done, 150))")
    assert visible(page) == 1
    assert page.run("document.querySelector('#found').textContent") == "1 of 17"
    page.press("Escape", 27)
    assert visible(page) == every

    choose(page, "#by-part", "secrets")
    assert visible(page) == 3
    # Of the secrets, development has only the one that every bundle has.
    choose(page, "#by-bundle", "0")
    assert visible(page) == 1
    page.press("Escape", 27)
    # Of a value that differs everywhere, only the bundle's own variant is left.
    choose(page, "#by-bundle", "4")
    shown = "[...document.querySelectorAll('.variant')].filter(e => e.offsetParent)"
    own = f"{shown}.filter(e => e.textContent.includes('.old.example.com')).length"
    assert page.run(own) == 1


def test_keys_in_the_matrix(show: Browser, tmp_path: Path) -> None:
    page = opened(show, rich(), tmp_path)
    # One stop for Tab; arrows do the rest, over empty cells too.
    assert page.run("document.querySelectorAll('#matrix-table [tabindex=\"0\"]').length") == 1
    page.press("m")
    assert page.run("document.activeElement.textContent") == "model"
    page.press("ArrowRight", 39)
    assert focused(page) == "changed in development, 3 changes"
    page.press("End", 35)
    assert focused(page) == "changed in production/globex, 4 changes"
    page.press("ArrowDown", 40)
    assert focused(page) == "added in production/globex, 1 change"
    page.press("ArrowLeft", 37)
    page.press("ArrowLeft", 37)
    page.press("ArrowLeft", 37)
    assert page.run("document.activeElement.textContent") == "audit"
    page.press("ArrowRight", 39)
    page.press("Enter", 13)
    page.run("new Promise(done => setTimeout(done, 100))")
    assert "the whole document" in page.run("document.activeElement.textContent")


def test_a_folded_column_unfolds_and_folds(show: Browser, tmp_path: Path) -> None:
    page = opened(show, wide(), tmp_path)
    button = "document.querySelectorAll('#matrix-table button')[3]"
    page.run(f"{button}.click()")
    assert page.run(f"{button}.getAttribute('aria-expanded')") == "true"
    assert page.run("document.querySelectorAll('#matrix-table thead th').length") == 55
    # Every document changes in every bundle of production.
    assert page.run("document.querySelectorAll('#matrix-table td.one a').length") == 50 * 50
    label = "document.querySelector('#matrix-table td.one a').getAttribute('aria-label')"
    assert page.run(label) == "changed in production/tenant-00, 1 change"
    page.run(f"{button}.click()")
    assert page.run("document.querySelectorAll('#matrix-table td.one').length") == 0
    assert page.run("document.querySelectorAll('#matrix-table thead th').length") == 5


def test_where_a_value_comes_from_shows_on_focus(show: Browser, tmp_path: Path) -> None:
    page = opened(show, rich(), tmp_path)
    tip = "getComputedStyle(document.activeElement.querySelector('.tip')).display"

    page.run("document.querySelector('.side.new').focus()")
    assert page.run(tip) == "block"
    page.press("Escape", 27)
    assert page.run(tip) == "none"
    page.run("document.querySelector('.side.old').focus()")
    assert page.run(tip) == "block"


def test_next_change_help_and_theme(show: Browser, tmp_path: Path) -> None:
    page = opened(show, rich(), tmp_path)
    page.press("j")
    assert page.run("document.activeElement.id") == "c1"
    page.press("j")
    page.press("j")
    page.press("k")
    assert page.run("document.activeElement.id") == "c2"

    page.press("?")
    assert page.run("document.querySelector('#help').open") is True
    page.press("Escape", 27)
    assert page.run("document.querySelector('#help').open") is False

    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.run(colour)
    page.press("t")
    dark = page.run(colour)
    assert dark != light
    page.press("t")
    assert page.run(colour) == light
    page.press("t")
    page.prefer(prefers_color_scheme="dark")
    assert page.run(colour) == dark


def test_a_phone_needs_no_scrolling_aside(show: Browser, tmp_path: Path) -> None:
    for changes in (rich(), wide()):
        page = opened(show, changes, tmp_path)
        page.size(360, 780)
        assert page.run("document.documentElement.scrollWidth") == 360


def test_hostile_text_does_nothing(show: Browser, tmp_path: Path) -> None:
    attack = "document.title='owned'"
    text = f'</script></style><script>{attack}</script><img src=x onerror="{attack}">'
    changes = comparison(
        [value(text, f"/{text}", None, side({text: text}, place(text, text, 1)), [text])],
        {text: {text: text}},
    )
    page = opened(show, changes, tmp_path)

    assert page.run("document.title") == "main \u2192 work tree: what changes"
    assert page.run("document.scripts.length") == 1
    assert page.run("document.images.length") == 0
    # The policy holds even where someone finds a way in.
    page.run(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')"
    )
    page.run("new Promise(done => setTimeout(done, 100))")
    assert page.run("document.title") == "main \u2192 work tree: what changes"
    assert any("Content Security Policy" in each for each in page.log)
    page.log.clear()


def test_without_the_script_all_is_there(browser: Browser, tmp_path: Path) -> None:
    browser.scripts(is_on=False)
    try:
        page = tmp_path / "diff.html"
        page.write_text(changes_html(rich()), encoding="utf-8")
        browser.open(page)
        # What needs the script is not offered.
        assert browser.run("document.querySelector('.controls').offsetParent") is None
        assert browser.run("document.querySelectorAll('#matrix-table button').length") == 0
        assert visible(browser) == 17
        browser.run("document.querySelector('.side.new').focus()")
        tip = "getComputedStyle(document.querySelector('.side.new .tip')).display"
        assert browser.run(tip) == "block"
    finally:
        browser.scripts(is_on=True)


def test_a_change_of_the_example(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "example"
    shutil.copytree(checkout / "example-repo", project)
    git(project, "init", "-q", "-b", "main")
    commit(project, "First", 1)
    path = project / "base/ml-service/inference/model.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("temperature: 0.7") == 1
    path.write_text(text.replace("temperature: 0.7", "temperature: 0.4"), encoding="utf-8")
    line = text[: text.index("temperature: 0.7")].count("\n") + 1

    file = tmp_path / "diff.html"
    code, _, err = Tool(project, capsys)("diff", "--format", "html", "-o", str(file))
    assert (code, err) == (0, "")
    page = read_page(file.read_text(encoding="utf-8"))
    (change,) = [
        each
        for each in page.one("section", id="values").all("article")
        if each.one("h4").text.startswith("~changed/") and "temperature" in each.one("h4").text
    ]
    old, new = change.all("div", class_="side")
    assert (old.one("div", class_="value").text, new.one("div", class_="value").text) == (
        "0.7",
        "0.4",
    )
    assert new.one("span", class_="at").text == f"base/ml-service/inference/model.yaml:{line}"
