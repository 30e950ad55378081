"""A comparison on a terminal: short, in the order of importance, and safe."""

import re
from dataclasses import replace

import pytest

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Effect,
    Kind,
    Level,
    ModelChange,
    PromptChange,
    Reason,
    Revision,
    Risk,
)
from gitconfig_tool.report.changes_stat import changes_stat
from gitconfig_tool.report.changes_text import changes_text
from gitconfig_tool.report.changes_values import Page
from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.diagnostics_text import Style
from tests.changes import MODEL, PRODUCTION, comparison, place, rich, side, value, varied, wide

BASE = place("base", MODEL, 9)
OVER = place("environments/production", MODEL, 3)
COLOURS = Style(
    error=lambda text: f"\x1b[31m{text}\x1b[0m",
    warning=lambda text: f"\x1b[33m{text}\x1b[0m",
    frame=lambda text: f"\x1b[34m{text}\x1b[0m",
    strong=lambda text: f"\x1b[1m{text}\x1b[0m",
    faint=lambda text: f"\x1b[2m{text}\x1b[0m",
    removed=lambda text: f"\x1b[31m{text}\x1b[0m",
    added=lambda text: f"\x1b[32m{text}\x1b[0m",
)
_COLOUR = re.compile(r"\x1b\[\d+m")


def _shown(changes: Changes, width: int = 80, *, is_full: bool = False) -> str:
    return "\n".join(changes_text(changes, Page(width, is_full=is_full)))


def _values(*values: object, width: int = 80, is_full: bool = False) -> list[str]:
    """Return the lines of the changed values, without those of the document and its bundles."""
    shown = _shown(comparison(values), width, is_full=is_full)  # type: ignore[arg-type]
    return [line.removeprefix("    ") for line in shown.split("\n")[5:]]


def test_a_change_of_one_value_is_six_lines() -> None:
    changes = comparison([value(MODEL, "/limits/rpm", side(60, BASE), side(600, OVER), PRODUCTION)])

    assert _shown(changes, 100) == (
        "main (1f0c9a7be2d3) -> work tree: 1 value differs in production, production/acme, "
        "production/globex\n"
        "\n"
        "Values\n"
        "ml-service/inference/model\n"
        "  in production, production/acme, production/globex\n"
        "    ~ /limits/rpm  60 -> 600\n"
        "        was base/ml-service/inference/model.yaml:9\n"
        "        now environments/production/ml-service/inference/model.yaml:3"
    )


def test_nothing() -> None:
    assert _shown(comparison()) == "no differences between main and work tree"


def test_values_that_come_and_go() -> None:
    shown = _values(
        value(MODEL, "/new", None, side([1, "two"], BASE)),
        value(MODEL, "/old", side(None, BASE), None),
        value(MODEL, "/empty", None, side({}, BASE)),
        value(MODEL, "/a~1b/0", side("", BASE), side(False, BASE)),
    )

    assert [line for line in shown if "base/" not in line] == [
        '+ /new  [1, "two"]',
        "- /old  null",
        "+ /empty  {}",
        '~ /a~1b/0  "" -> false',
    ]


def test_a_document_that_came_is_shown_whole() -> None:
    shown = _values(value("gateway/tls", "", None, side({"min": "1.3", "ciphers": ["a"]}, BASE)))

    assert shown == [
        "+ the whole document",
        "    min: '1.3'",
        "    ciphers:",
        "    - a",
        "    base/ml-service/inference/model.yaml:9",
    ]


def test_places_on_both_sides() -> None:
    lines = _values(
        value(MODEL, "/a", side(1, BASE), side(2, BASE)),
        value(MODEL, "/b", side(1, BASE), side(2, replace(BASE, line=12))),
        value(MODEL, "/c", side(1, BASE), side(2, replace(BASE, commit="0123456789abcdef"))),
        value(MODEL, "/d", side(1, replace(BASE, layer="elsewhere")), side(2, BASE)),
        width=160,
    )
    path = "base/ml-service/inference/model.yaml"

    assert [line.strip() for line in lines[1::2]] == [
        f"{path}:9",
        f"{path}:12 (was line 9)",
        f"{path}:9 -> {path}:9 at 0123456789ab",
        f"{path}:9 (layer elsewhere) -> {path}:9",
    ]


def test_a_long_text_shows_the_words_that_differ() -> None:
    old = "Answer in the language of the question, and be brief. " * 3
    new = old.replace("brief", "kind", 1)
    shown = _values(value(MODEL, "/system", side(old, BASE), side(new, BASE)))

    # What is kept is cut to forty columns beside the change.
    assert shown[:3] == [
        "~ /system",
        "    ...in the language of the question, and be [-brief-]{+kind+}. Answer in",
        "    the language of the question...",
    ]


def test_a_text_of_several_lines_shows_those_around() -> None:
    old = "one\ntwo\nthree\nfour\nfive\n"
    shown = _values(value(MODEL, "/text", side(old, BASE), side(old.replace("three", "3"), BASE)))

    assert shown[:6] == [
        "~ /text",
        "    ...",
        "    two",
        "    [-three-]{+3+}",
        "    four",
        "    ...",
    ]


def test_with_colours_there_are_no_marks() -> None:
    change = value(MODEL, "/system", side("be brief" * 12, BASE), side("be kind " * 12, BASE))
    page = Page(80, COLOURS, is_coloured=True)
    shown = "\n".join(changes_text(comparison([change]), page))

    assert "[-" not in shown
    assert "{+" not in shown


def test_an_added_subtree_is_folded() -> None:
    added = {f"key{number:02}": {"value": number} for number in range(20)}
    change = value(MODEL, "/added", None, side(added, BASE))
    folded, full = _values(change), _values(change, is_full=True)

    # Twelve lines of forty, the line that counts the others, and the place.
    assert folded[-2:] == ["    ... 28 more lines: --full", f"    {BASE.path}:9"]
    assert len(folded) == 1 + 12 + 2
    assert "      value: 19" in full
    # Nothing is folded to save one or two lines.
    few = {f"key{number:02}": {} for number in range(12)} | {"x": {"y": 1}}
    assert "more line" not in "\n".join(_values(value(MODEL, "/a", None, side(few, BASE))))


def test_a_mapping_in_place_of_a_text_shows_both() -> None:
    shown = _values(value(MODEL, "/a", side("x", BASE), side({"b": {"c": 1}}, BASE)))

    assert shown[:4] == ["~ /a", "    - x", "    + b:", "    +   c: 1"]


def test_what_may_be_a_secret_is_not_shown() -> None:
    hidden = side("(not shown: it may be a secret)", BASE, is_hidden=True)
    shown = _values(value(MODEL, "/password", hidden, hidden), value(MODEL, "/t", None, hidden))

    assert shown[0] == "~ /password  changed; not shown: it may be a secret"
    assert shown[2] == "+ /t  added; not shown: it may be a secret"


def test_a_link_in_place_of_a_value() -> None:
    link = side(None, BASE, link="!secret s.sops.yaml#/key")
    shown = _values(value(MODEL, "/key", side("plain", BASE), link))

    assert shown[0] == '~ /key  "plain" -> !secret s.sops.yaml#/key'


def test_bundles_with_values_of_their_own_are_folded() -> None:
    lines = _shown(varied(50, 1)).split("\n")

    assert lines[-1] == "  ... 192 more values in 192 other bundles: --full"
    # Those that are protected come first.
    assert lines[4] == "  in production/tenant-00"
    assert "other bundles" not in _shown(varied(50, 1), is_full=True)


def test_many_bundles_are_named_in_few_words_and_one_by_one_in_full() -> None:
    changes = wide(50, 1)
    short, full = _shown(changes), _shown(changes, is_full=True)

    assert "  in all 50 tenants of production\n" in short
    assert "tenant-07" not in short
    assert "production/tenant-07" in full


def test_sections_stand_in_the_order_of_importance() -> None:
    shown = _shown(rich())
    titles = ["risk critical", "Bundles", "Rules", "Secrets", "Models", "Prompts", "Values",
              "Not compared"]  # fmt: skip
    places = [shown.index(f"\n{title}\n") for title in titles]

    assert places == sorted(places)
    # The gravest first: what lies in the clear before who reads, before what was rotated.
    paths = ["smtp.sops.yaml\n", "database.sops.yaml\n", "providers.sops.yaml\n"]
    assert [shown.index(path) for path in paths] == sorted(shown.index(path) for path in paths)
    assert "1 thing could not be compared: see the end" in shown


def test_the_effects_of_models() -> None:
    effects = (
        Effect("price", "$1", "$2", True),
        Effect("context window", "", "1,000 tokens", False),
        Effect("region", "eu " * 20, "us " * 20),
    )
    shown = _shown(comparison(models=(ModelChange(MODEL, ("production",), effects),)))

    assert shown.split("\n")[3:] == [
        f"  {MODEL}",
        "    in production",
        "    price  $1 -> $2 (worse)",
        "    context window  none -> 1,000 tokens (better)",
        "    region",
        f"      - {'eu ' * 20}".rstrip(),
        f"      + {'us ' * 20}".rstrip(),
    ]


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("1.0.0", "1.1.0", "help 1.0.0 -> 1.1.0  minor"),
        (None, "1.0.0", "help 1.0.0 (used for the first time)  minor"),
        ("1.0.0", None, "help 1.0.0 (no longer used)  minor"),
        ("1.0.0", "1.0.0", "help 1.0.0 (another text)  minor"),
    ],
)
def test_the_versions_of_a_prompt(before: str | None, after: str | None, title: str) -> None:
    change = PromptChange("help", before, after, ("production",), "minor", (), (), ())

    assert _shown(comparison(prompts=(change,))).split("\n")[3] == f"  {title}"


def test_a_prompt_that_was_not_there_before_is_new() -> None:
    change = PromptChange("help", None, "1.0.0", ("production",), None, (), ("+Hello",), ())

    assert _shown(comparison(prompts=(change,))).split("\n")[3] == "  help 1.0.0 (new)"


def test_what_a_new_bundle_holds_is_counted() -> None:
    came = BundleChange("staging", Kind.ADDED, None, {"environment": "staging"})
    effects = (Effect("model", "none", "a/b"),)
    changes = replace(
        comparison([value(MODEL, "", None, side({"n": 1}, BASE), ("staging",))]),
        bundles=(came,),
        models=(ModelChange(MODEL, ("staging",), effects),),
        prompts=(
            PromptChange("old", None, "1.0.0", ("staging",), None, (), (), ()),
            PromptChange("new", None, "1.0.0", ("staging",), None, (), ("+Hello",), ()),
        ),
    )

    assert _shown(changes).split("\n")[3:] == [
        "Bundles",
        "  + staging",
        "    with all that they hold (1 document, 1 prompt, 1 model): --full",
        "",
        "Prompts",
        "  new 1.0.0 (new)",
        "    in staging",
        "    +Hello",
    ]
    assert "  old 1.0.0 (used for the first time)" in _shown(changes, is_full=True)


def test_dimension_values_of_a_bundle() -> None:
    changed = BundleChange("production", Kind.CHANGED, {"region": "eu"}, {"region": "us"})
    gone = BundleChange("staging", Kind.REMOVED, {"environment": "staging"}, None)

    assert _shown(comparison(bundles=None), 80) != ""
    changes = replace(comparison(), bundles=(changed, gone))
    assert _shown(changes).split("\n")[3:] == [
        "  - staging",
        "  ~ production",
        "      region: eu -> us",
    ]


def test_many_reasons_are_counted() -> None:
    reasons = tuple(Reason(Level.LOW, f"reason {number}") for number in range(9))
    changes = replace(rich(), risk=Risk(Level.LOW, reasons))

    assert "  ... 3 more reasons: --full\n" in _shown(changes)
    assert "reason 8" in _shown(changes, is_full=True)


def test_a_commit_is_named_once() -> None:
    base = Revision("1f0c9a7", "commit", "1f0c9a7be2d3465f8a9b0c1d2e3f405162738495")
    changes = replace(rich(), base=base)

    assert _shown(changes).startswith("1f0c9a7 -> work tree: ")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("is_full", [False, True])
def test_no_line_is_wider_than_the_terminal_but_for_a_path(width: int, is_full: bool) -> None:
    wide_text = "漢字とかな交じりの文。" * 30
    values = (
        value(MODEL, "/wide", side(wide_text, BASE), side(wide_text.replace("字", "詞"), BASE)),
        value(MODEL, "/block", None, side({"a": wide_text, "b": {"c": "long " * 90}}, BASE)),
    )
    changes = replace(rich(), values=(*rich().values, *values))
    for page in (Page(width, is_full=is_full), Page(width, COLOURS, True, is_full)):
        for line in changes_text(changes, page):
            plain = _COLOUR.sub("", line)
            assert plain == plain.rstrip()
            assert text_width(plain) <= width or re.fullmatch(
                r" +(?:(?:was|now) )?\S+\.yaml:\d+.*", plain
            )


def test_what_commands_a_terminal_is_not_printed() -> None:
    hostile = "\x1b]0;title\x07\x1b[2J\u202egnp.exe\u2028\r\nnext"
    changes = replace(
        rich(),
        base=Revision(hostile, "commit", None),
        values=(
            value(hostile, f"/{hostile}", side(hostile, BASE), side(f"{hostile}!"), [hostile]),
            value(MODEL, "/map", None, side({hostile: [hostile]}, replace(BASE, path=hostile))),
        ),
        prompts=(PromptChange(hostile, hostile, None, (hostile,), hostile, (hostile,),
                              (hostile,), ()),),
        models=(ModelChange(hostile, (hostile,), (Effect(hostile, hostile, hostile),)),),
        unknown=(hostile,),
    )  # fmt: skip
    shown = _shown(changes) + "\n".join(changes_stat(changes, 80))

    assert all(line.isprintable() for line in shown.split("\n"))


def test_counted_by_document_and_section() -> None:
    assert changes_stat(rich(), 0) == [
        "  bundles                     added                         canary",
        "  rules                       policy, schema                every bundle but canary",
        "  secrets                     rotated, recipients, cleared  every bundle but canary",
        "  models                      4 effects                     every bundle but canary",
        "  prompts                     minor                         every bundle but canary",
        "  not compared                1",
        "  ml-service/inference/model  3 values +1 ~2                every bundle but canary",
        "  platform/audit              added                         "
        "production, production/acme, production/globex",
        "  platform/endpoints          5 values ~5                   every bundle but canary",
        "  support-assistant/service   4 values ~3 -1                every bundle but canary",
        "main (1f0c9a7be2d3) -> work tree: 12 values, 1 document, 3 secrets, 1 prompt, 1 model, "
        "2 rules and 1 bundle differ in all 6 bundles; risk critical",
    ]
    assert changes_stat(comparison(), 80) == ["no differences between main and work tree"]
