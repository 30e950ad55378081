"""The HTML page of a comparison, read back: what it shows, and what it never does."""

import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Kind,
    PromptChange,
)
from gitconfig_tool.prompts.cases import Case, Message
from gitconfig_tool.prompts.cases import Side as Rendered
from gitconfig_tool.report.changes_html import changes_html
from gitconfig_tool.report.html.markup import element, plain
from tests.changes import EVERY, MODEL, comparison, place, rich, side, value, varied, wide
from tests.pages import Element, read_page, table_rows

PAGE = files("gitconfig_tool.report.html")
# Elements that a page may hold; none of them loads anything by itself.
_NAMES = (
    "html head meta title style script body header main nav section article footer div span p a"
    " h1 h2 h3 h4 h5 b i em small code pre kbd bdi del ins ul li dl dt dd details summary"
    " table caption thead tbody tr th td input select option button label dialog wbr"
)
HARMLESS = frozenset(re.findall(r"\w+", _NAMES))
HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "<!-- <img src=x onerror=alert(1)> -->",
    "\"' onmouseover='alert(1)' \"",
    "&lt;b&gt; &amp;amp; &#60;",
    "]]><![CDATA[ <?php ?>",
    "\u202egnp.exe\u2066\u2069",
    "nul\0 bell\a escape\x1b[31m\x9b",
    "half\ud800 none\ufffe\U0001ffff",
    "tag\U000e0041\U000e0042 zero\u200bwidth\ufeff",
    "javascript:alert(1)",
    "a\r\nb\u2028c\u2029d",
)


def page_of(changes: Changes) -> Element:
    return read_page(changes_html(changes))


def section(page: Element, name: str) -> Element:
    return page.one("section", id=name)


def check_safe(page: Element) -> None:
    """Check that a page runs our script, loads nothing, and leads nowhere else."""
    (script,) = page.all("script")
    (style,) = page.all("style")
    assert script.text == (PAGE / "page.js").read_text(encoding="utf-8")
    assert style.text == (PAGE / "page.css").read_text(encoding="utf-8")
    assert script.attributes == style.attributes == {}
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for each in page.walk():
        assert each.tag in HARMLESS or each.tag == ""
        for name, text in each.attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "src", "srcset", "action", "formaction", "srcdoc"), name
            if name == "href":
                assert text.startswith("#")
                assert text[1:] in ids
            if name in ("aria-labelledby", "aria-describedby"):
                assert text in ids
            if name == "id":
                assert re.fullmatch(r"[a-z0-9-]+", text)


@pytest.mark.parametrize("changes", [rich(), wide(), comparison()], ids=["rich", "wide", "empty"])
def test_the_page_is_whole_and_loads_nothing(changes: Changes) -> None:
    text = changes_html(changes)

    assert text.startswith("<!doctype html>\n<html")
    check_safe(read_page(text))
    style = (PAGE / "page.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert text == changes_html(changes)


def test_the_policy_allows_only_what_is_in_the_page() -> None:
    page = page_of(rich())
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    def digest(tag: str) -> str:
        return b64encode(sha256(page.one(tag).text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; "
        f"script-src 'sha256-{digest('script')}'; base-uri 'none'; form-action 'none'"
    )


def test_what_is_ours_can_stand_inside_the_page() -> None:
    script = (PAGE / "page.js").read_text(encoding="utf-8")
    assert "</" not in script
    assert "<!--" not in script
    assert "innerHTML" not in script
    assert "eval" not in script
    assert (script + (PAGE / "page.css").read_text(encoding="utf-8")).isascii()


def test_the_script_is_javascript(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed: nothing else here reads JavaScript")
    (tmp_path / "page.js").write_text((PAGE / "page.js").read_text(encoding="utf-8"))
    done = subprocess.run(["node", "--check", str(tmp_path / "page.js")], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_summary() -> None:
    page = page_of(rich())

    assert (
        page.one("p", class_="compared").text
        == "main 1f0c9a7be2d3 \u2192 work tree on 1f0c9a7be2d3"
    )
    reasons = page.one("div", class_="risk").all("li")
    assert [each.all("span", class_="badge")[0].text for each in reasons] == [
        "\u25a0\u25a0\u25a0\u25a0 critical",
        "\u25a0\u25a0\u25a0\u25a1 high",
        "\u25a0\u25a0\u25a0\u25a1 high",
        "\u25a0\u25a0\u25a1\u25a1 medium",
        "\u25a0\u25a1\u25a1\u25a1 low",
    ]
    assert "The policy policies/residency.rego is removed" in reasons[1].text
    figures = page.one("div", class_="radius").all("div", class_="figure")
    assert [(each.one("dd").text, each.one("dt").text) for each in figures] == [
        ("6", "of 6 bundles"),
        ("4", "documents"),
        ("3", "secrets"),
    ]
    assert "gateway/tls in staging has an error" in page.one("div", class_="unknown").text
    assert [each.text for each in page.one("nav").all("a")] == [
        "bundles 1",
        "rules 2",
        "secrets 3",
        "models 1",
        "prompts 1",
        "values 13",
    ]


def test_nothing_differs() -> None:
    page = page_of(comparison())
    assert "Both revisions compile to the same" in page.one("main").text
    assert page.all("table") == []
    assert page.all("nav") == []


def test_matrix_of_few_bundles() -> None:
    rows = table_rows(page_of(rich()).one("table", id="matrix-table"))
    # Counted by hand in tests/changes.py: a number is how many changes a bundle has.
    assert rows == [
        [
            "document",
            "development",
            "staging",
            "productionprotected",
            "production/acmeprotected",
            "production/globexprotected",
            "+ canary",
        ],
        ["ml-service/inference"],
        ["model", "~3", "~3", "~4", "~4", "~4", ""],
        ["platform"],
        ["audit", "", "", "+", "+", "+", ""],
        ["endpoints", "~", "~", "~", "~", "~", ""],
        ["secrets"],
        ["database", "", "", "~", "", "", ""],
        ["providers", "", "", "~", "~", "~", ""],
        ["smtp", "~", "~", "~", "~", "~", ""],
        ["support-assistant"],
        ["service", "~3", "~2", "~2", "~3", "~2", ""],
        ["prompts"],
        ["support-assistant", "~", "~", "~", "~", "~", ""],
    ]


def test_cells_say_what_they_mean_and_lead_to_their_changes() -> None:
    page = page_of(rich())
    table = page.one("table", id="matrix-table")
    (row,) = [each for each in table.all("tr") if each.text.startswith("audit")]
    link = row.all("a")[1]
    assert link.attributes["aria-label"] == "added in production, 1 change"
    target = page.one(id=link.attributes["href"].removeprefix("#"))
    assert "the whole document" in target.text
    heads = [each for each in table.walk() if each.tag == "th"]
    assert {each.attributes["scope"] for each in heads} == {"col", "row", "rowgroup"}


def test_many_bundles_are_folded_by_environment() -> None:
    page = page_of(wide())
    table = page.one("table", id="matrix-table")
    rows = table_rows(table)

    assert rows[0] == [
        "document",
        "development50 bundles",
        "staging50 bundles",
        "preview50 bundles",
        "production50 bundles, protected",
    ]
    # Every fifth document changes in production alone.
    assert rows[1:4] == [
        ["service-0"],
        ["config-00", "", "", "", "~50"],
        ["config-07", "~50", "~50", "~50", "~50"],
    ]
    assert [each.attributes.get("data-b") for each in table.all("th", scope="col")] == [
        None,
        "0-49",
        "50-99",
        "100-149",
        "150-199",
    ]
    cell = table.all("td")[3].one("a")
    assert cell.attributes["aria-label"] == "changed in 50 of 50 bundles of production"


def test_a_folded_cell_tells_how_many_of_its_bundles() -> None:
    names = {f"h{at:02}": {"host": f"h{at:02}", "site": "ab"[at % 2]} for at in range(20)}
    some = [name for name in names if name < "h05"]
    rest = [name for name in names if name >= "h05"]
    before, after = side(1, place("base", "x", 1)), side(2, place("base", "x", 1))
    changes = comparison(
        [value("x", "", None, after, some), value("x", "/a", before, after, rest)], names
    )

    table = page_of(changes).one("table", id="matrix-table")
    # h00, h02 and h04 are of site a, h01 and h03 of site b; each site has ten hosts.
    assert table_rows(table) == [
        ["document", "a10 bundles", "b10 bundles"],
        ["x", "+3/10~7/10", "+2/10~8/10"],
    ]


def test_without_a_dimension_of_few_values_bundles_of_one_fate_are_a_column() -> None:
    names = {f"h{at:02}": {"host": f"h{at:02}"} for at in range(20)}
    before, after = side(1, place("base", "x", 1)), side(2, place("base", "x", 1))
    changes = comparison(
        [
            value("x", "/a", before, after, list(names)),
            value("y", "/a", before, after, ["h07"]),
        ],
        names,
    )

    assert table_rows(page_of(changes).one("table", id="matrix-table")) == [
        ["document", "alike: h00, ...19 bundles", "h07"],
        ["x", "~19", "~"],
        ["y", "", "~"],
    ]


def test_thousands_of_documents_are_rows_of_namespaces() -> None:
    before, after = side(1, place("base", "x", 1)), side(2, place("base", "x", 1))
    documents = [f"n{at % 2}/d{at:03}" for at in range(301)]
    changes = comparison([value(each, "/a", before, after, ["staging"]) for each in documents])

    rows = table_rows(page_of(changes).one("table", id="matrix-table"))
    assert rows == [
        ["document", "staging"],
        ["n0: 151 documents", "~151"],
        ["n1: 150 documents", "~150"],
    ]


def test_a_value_with_both_origins() -> None:
    page = page_of(rich())
    (change,) = [
        each
        for each in section(page, "values").all("article")
        if each.one("h4").text.startswith("~changed/temperature")
    ]

    assert (
        change.one("span", class_="bundles").text
        == "production, production/acme, production/globex"
    )
    old, new = change.all("div", class_="side")
    assert (old.attributes["aria-label"], new.attributes["aria-label"]) == ("before", "after")
    assert old.one("div", class_="value").text == "0.7"
    assert new.one("div", class_="value").text == "0.2"
    assert old.one("span", class_="at").text == f"base/{MODEL}.yaml:9"
    tip = new.one("span", role="tooltip")
    # It is reached by the keyboard, and belongs to what is focused.
    assert new.attributes["tabindex"] == "0"
    assert new.attributes["aria-describedby"] == tip.attributes["id"]
    assert [each.text for each in tip.children if isinstance(each, Element)] == [
        f"set by layer environments/production at environments/production/{MODEL}.yaml:4:16",
        f"overrides layer base at base/{MODEL}.yaml:9:16",
    ]


def test_words_that_differ_are_marked() -> None:
    page = page_of(rich())
    (change,) = [
        each for each in page.all("article") if each.text.startswith("~changed/primary/model")
    ]

    assert [each.text for each in change.all("del")] == ["4.1"]
    assert [each.text for each in change.all("ins")] == ["5-mini"]
    assert [each.text for each in change.all("div", class_="value")] == [
        '"gpt-4.1"',
        '"gpt-5-mini"',
    ]


def test_a_value_that_differs_from_bundle_to_bundle_is_one_change() -> None:
    page = page_of(rich())
    (change,) = [
        each for each in page.all("article") if each.text.startswith("~changed/internal/url")
    ]

    assert change.one("h4").one("span", class_="bundles").text == "5 variants"
    variants = change.all("div", class_="variant")
    assert [each.attributes["data-b"] for each in variants] == ["0", "1", "2", "3", "4"]
    assert [each.all("span", class_="bundles")[0].text for each in variants] == list(EVERY)


def test_what_differs_only_in_what_is_hidden_says_so() -> None:
    hidden = {"url": "https://example.com", "token": "(not shown: it may be a secret)"}
    before = side(hidden, place("base", "x", 1), is_hidden=True)
    after = side(dict(hidden), place("base", "x", 1), is_hidden=True)

    page = page_of(comparison([value("x", "/a", before, after)]))
    assert "They differ in what is not shown." in section(page, "values").text


def test_long_values_are_folded_and_cut() -> None:
    text = "\n".join(f"line {at}" for at in range(4_000))
    added = value("x", "/a", None, side(text, place("base", "x", 1)))
    changed = value(
        "x",
        "/b",
        side(text, place("base", "x", 1)),
        side(text.replace("line 9\n", "line nine\n"), place("base", "x", 1)),
    )

    one, other = page_of(comparison([added, changed])).all("article")
    fold = one.one("details", class_="value")
    assert fold.one("summary").text.endswith(" \u2026 4,000 lines")
    # 20,000 characters end within a line; of the rest, it is said how much there is.
    assert f"... and {len(text) - 20_000:,} more characters, which --format json holds" in fold.text
    # A change inside a long text is shown, with the lines around it.
    first, second = other.all("div", class_="value")
    assert first.text.split("\n")[:6] == [
        "\u22ef 7 lines as before",
        "line 7",
        "line 8",
        "line 9",
        "line 10",
        "line 11",
    ]
    assert [each.text for each in second.all("ins")] == ["nine"]


def test_secrets_rules_models_and_bundles() -> None:
    page = page_of(rich())

    secrets = section(page, "secrets").all("article")
    assert [each.one("h3").all("span", class_="badge")[0].text for each in secrets] == [
        "rotated: a new value",
        "other recipients",
        "in the clear now",
    ]
    assert "may read it now: contractor" in secrets[1].text
    assert "may no longer read it: break-glass" in secrets[1].text
    rules = section(page, "rules").all("article")
    assert "\u25bc weaker: refuses less than before" in rules[0].text
    assert "policies/residency.rego:1" in rules[0].text
    assert table_rows(section(page, "models").one("table"))[:4] == [
        ["effect", "before", "after", ""],
        ["model", "openai/gpt-4.1", "openai/gpt-5-mini", ""],
        [
            "price",
            "$2.00 in, $8.00 out per million tokens",
            "$0.25 in, $2.00 out per million tokens",
            "\u25b2 better",
        ],
        ["context window", "1,047,576 tokens", "400,000 tokens", "\u25bc worse"],
    ]
    assert section(page, "bundles").one("article").text == "+addedcanaryenvironment: canary"


def test_a_bundle_with_other_dimension_values() -> None:
    was, now = (
        {"tenant": "acme", "region": "eu"},
        {"tenant": "acme", "region": "us", "tier": "gold"},
    )
    changed = BundleChange("production", Kind.CHANGED, was, now)

    changes = comparison([], {"production": {"tenant": "acme"}})
    made = Changes(changes.base, changes.head, changes.dimensions, frozenset(), (changed,))
    text = section(page_of(made), "bundles").one("p").text
    assert text == "tenant: acme \u00b7 region: eu \u2192 us \u00b7 tier: gold"


def test_a_prompt_in_source_and_rendered() -> None:
    prompt = section(page_of(rich()), "prompts").one("article")

    assert (
        prompt.one("h3").text
        == "~changedsupport-assistant1.1.0 \u2192 1.2.0minorevery bundle but canary"
    )
    assert [each.text for each in prompt.one("ul").all("li")] == [
        "the variable 'tone' is new, and has a default",
        "the system message says more",
        "through house-style@1.0.0",
    ]
    rows = prompt.one("div", class_="columns").all("div", class_="row")
    sides = [
        tuple(each.one("div", class_=name).one("code").text for name in ("old", "new"))
        for each in rows
    ]
    assert sides == [
        ("id: support-assistant", "id: support-assistant"),
        ("version: 1.1.0", "version: 1.2.0"),
        ("messages:", "messages:"),
        ("  - role: system", "  - role: system"),
        (
            "    text: You help {{ customer }} with orders.",
            "    text: You help {{ customer }} with orders, in a {{ tone }} tone.",
        ),
        ("", "    cache: true"),
        ("  - role: user", "  - role: user"),
    ]
    assert len(prompt.all("div", class_="hunk")) == 1
    case = prompt.one("div", class_="case")
    assert case.one("h4").text == "on returning customer"
    assert "does not know tone: rendered without" in case.text
    # The message of the user is the same, and is not shown.
    assert [each.text for each in case.all("h5")] == ["system"]
    old, new = case.all("pre")
    assert old.text == "\nYou help Ada with orders."
    assert [each.text for each in new.all("ins")] == [", in a calm tone"]
    assert "1 other sample input renders the same text." in prompt.text


def test_a_prompt_that_one_side_refuses() -> None:
    refused = Rendered((), "expected the variable 'name', found none")
    case = Case("x", refused, Rendered((Message("user", "Hello"),)), variant="short")
    change = PromptChange("p", None, "1.0.0", ("staging",), None, (), (), (case,))

    prompt = section(page_of(comparison(prompts=(change,))), "prompts").one("article")
    assert prompt.one("h3").text == "+addedpnone \u2192 1.0.0staging"
    assert prompt.one("h4").text == "on x as the variant short"
    assert "The old version refuses it: expected the variable 'name', found none" in prompt.text
    assert [each.text for each in prompt.all("pre")] == ["\nHello"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    changes = comparison(
        [
            value(
                f"n/{text}", f"/{text}", side(text, place(text, text, 1)), side(f"{text}!"), [text]
            ),
            value("d", "/x", None, side({text: [text]}, place(text, text, 1)), [text]),
        ],
        {text: {text: text}},
        unknown=(text,),
    )
    page = changes_html(changes)

    assert page.encode()
    tree = read_page(page)
    check_safe(tree)
    assert shown_text(text) in tree.one("div", class_="unknown").text
    assert tree.all("option")[1].text == plain(text)


def shown_text(text: str) -> str:
    return read_page(element("p", text).text).text


def test_a_page_stays_small() -> None:
    assert len(changes_html(wide()).encode()) < 200_000
    page = changes_html(varied())
    assert len(page.encode()) < 1_000_000
    # Of 10,000 different changes each document shows some; those without room are counted there.
    tree = read_page(page)
    documents = tree.all("section", class_="document")
    assert len(documents) == 50
    for each in documents:
        assert len(each.all("div", class_="variant")) == 6
        lines = len(each.all("div", class_="line"))
        left = 200 - 6 - lines
        assert lines > 10
        assert each.one("p", class_="left").text == (
            f"{left} more values, which this page has no room for: use --bundle to choose, "
            "or --format json"
        )
    check_safe(tree)
