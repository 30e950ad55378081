"""A comparison as a comment: gravest first, short for many bundles, complete when it is cut."""

from dataclasses import replace

from gitconfig_tool.changes.model import BundleChange, Kind, PromptChange
from gitconfig_tool.report.changes_markdown import LIMIT, changes_markdown, marker
from gitconfig_tool.report.markdown import size
from gitconfig_tool.report.markdown_room import Item, Section, fill
from tests.changes import (
    EVERY,
    MODEL,
    PRODUCTION,
    comparison,
    place,
    rich,
    side,
    value,
    varied,
    wide,
)

AT = place("base", MODEL, 9)


def test_a_change_of_one_value() -> None:
    changes = comparison([value(MODEL, "/rpm", side(60, AT), side(70, AT), PRODUCTION)])

    assert changes_markdown(changes, "acme") == (
        "<!-- gitconfig-tool:diff acme -->\n"
        "### What changes in `acme`\n"
        "\n"
        "1 value differs in production, `production/acme`, `production/globex`: "
        "`main` → `work tree`.\n"
        "\n"
        "#### Values\n"
        "\n"
        "<details open><summary><code>ml-service/inference/model</code>: 1 value (1 changed) in "
        "<code>production</code>, <code>production/acme</code>, <code>production/globex</code>"
        "</summary>\n"
        "\n"
        "- `/rpm`: `60` → `70` (`base/ml-service/inference/model.yaml:9`)\n"
        "\n"
        "</details>"
    )


def test_what_a_new_bundle_holds_is_counted() -> None:
    came = BundleChange("staging", Kind.ADDED, None, {"environment": "staging"})
    values = [value(MODEL, "", None, side({"n": 1}, AT), ("staging",))]
    changes = replace(comparison(values), bundles=(came,))

    assert changes_markdown(changes, "acme").split("\n")[5:] == [
        "#### Bundles",
        "",
        "- added: `staging`",
        "- with all that they hold (1 document); `gitconfig-tool diff --full` shows it",
    ]


def test_nothing_is_told_too_so_that_the_comment_is_updated() -> None:
    assert changes_markdown(comparison(), "acme") == (
        "<!-- gitconfig-tool:diff acme -->\n"
        "### What changes in `acme`\n"
        "\n"
        "Nothing: `main` and `work tree` compile to the same."
    )


def test_the_marker_is_one_comment_whatever_the_name() -> None:
    assert marker("acme-llm") == "<!-- gitconfig-tool:diff acme-llm -->"
    assert marker() == "<!-- gitconfig-tool:diff -->"
    assert marker("--> <b>") == "<!-- gitconfig-tool:diff b -->"
    assert "--" not in marker("a---b")[4:-3]


def test_short_values_of_the_same_bundles_are_a_table() -> None:
    short = place("base", "chat", 2)
    changes = comparison(
        [
            value("chat", "/rpm", side(60, short), side(70, short)),
            value("chat", "/stop", None, side("END", short)),
            value("chat", "/pipe", side("a|b", short), side("a\\|b", short)),
            value("chat", "/old", side(True, short), None),
        ]
    )
    body = changes_markdown(changes).split("\n")

    assert body[body.index("| | Value | Before | After | Set in |") :][2:8] == [
        "| ~ | `/rpm` | `60` | `70` | `base/chat.yaml:2` |",
        '| + | `/stop` |  | `"END"` | `base/chat.yaml:2` |',
        "| - | `/old` | `true` |  | `base/chat.yaml:2` |",
        "",
        # Renderers disagree about a bar in a table.
        '- `/pipe`: `"a|b"` → `"a\\\\|b"` (`base/chat.yaml:2`)',
        "",
    ]


def test_long_texts_show_what_differs() -> None:
    old = "Answer in the language of the question, and be brief. " * 2
    shown = changes_markdown(
        comparison([value(MODEL, "/system", side(old, AT), side(old.replace("brief", "kind"), AT))])
    )

    assert "[-brief-]{+kind+}" in shown
    lines = changes_markdown(comparison([value(MODEL, "/a", side("x\ny", AT), side("x\nz", AT))]))
    assert "```diff\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n```" in lines


def test_what_may_be_a_secret_is_not_shown() -> None:
    hidden = side("(not shown: it may be a secret)", AT, is_hidden=True)
    shown = changes_markdown(comparison([value(MODEL, "/password", hidden, hidden)]))

    assert "- `/password` changed; not shown: it may be a secret (" in shown


def test_the_gravest_stands_first() -> None:
    shown = changes_markdown(rich())
    titles = [
        "**Risk: critical**",
        "#### Why",
        "#### Not compared",
        "#### Rules",
        "#### Secrets",
        "#### Models",
        "#### Prompts",
        "#### Bundles",
        "#### Values",
        "<details><summary>Bundles by name",
    ]
    places = [shown.index(f"{title}") for title in titles]

    assert places == sorted(places)
    # In a section too: protected bundles before others, what is weaker before what is stricter.
    assert shown.index("removed policy") < shown.index("changed schema")
    assert shown.index("context window") < shown.index("fallback order")


def test_a_change_of_two_hundred_bundles_is_small() -> None:
    # The names of all of them, once, are most of it.
    assert size(changes_markdown(wide(50, 1))) < 7_000
    assert size(changes_markdown(wide(50, 50))) < 20_000


def test_ten_thousand_values_stay_below_the_limit() -> None:
    shown = changes_markdown(varied(50, 50))

    assert size(shown) <= LIMIT < 65_536
    # All documents are told, if not all of their values.
    assert shown.count("200 values (200 changed)") == 50


def test_what_has_no_room_is_counted() -> None:
    prompts = tuple(
        PromptChange(f"prompt-{number:03}", "1.0.0", "1.1.0", EVERY, "minor", ("x " * 99,), (), ())
        for number in range(300)
    )
    changes = replace(rich(), prompts=prompts)
    shown = changes_markdown(changes, limit=14_000)

    assert len(shown.encode()) <= 14_000
    assert "prompt-000" in shown
    assert "prompt-299" not in shown
    left = 300 - shown.count("<code>prompt-")
    assert f"and {left} more prompts: `gitconfig-tool diff --full`" in shown
    # What is less important gives way.
    assert "and 4 more documents: " in shown


def test_every_item_is_told_before_any_has_details() -> None:
    items = [Item((f"short {number}", f"long {number} " + "x" * 300)) for number in range(5)]
    text = fill(["head"], [Section("Things", "thing", items)], 700)

    assert [f"short {number}" in text for number in range(5)] == [False, True, True, True, True]
    assert "long 0" in text
    assert size(text) <= 700


def test_the_same_changes_give_the_same_text() -> None:
    assert changes_markdown(rich(), "acme") == changes_markdown(rich(), "acme")
