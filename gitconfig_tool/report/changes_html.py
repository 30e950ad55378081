"""Changes between two revisions as one HTML page, which needs nothing else. Pure.

The page holds its style and its script, and a policy (CSP) that lets the browser load or run
nothing but these. It is read without the script as well. Everything from the repository is text:
`html.markup` escapes it.
"""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from gitconfig_tool.changes.model import Changes
from gitconfig_tool.report.html.bundle_sets import BundleSets
from gitconfig_tool.report.html.layout import Layout, section
from gitconfig_tool.report.html.markup import Html, element, joined, plain, together
from gitconfig_tool.report.html.matrix import matrix
from gitconfig_tool.report.html.prompt_parts import prompts_part
from gitconfig_tool.report.html.smaller_parts import (
    bundles_part,
    models_part,
    rules_part,
    secrets_part,
)
from gitconfig_tool.report.html.summary import compared, summary, title
from gitconfig_tool.report.html.values import values_part

_PARTS = ("bundles", "rules", "secrets", "models", "prompts", "values")
_KEYS = (
    ("/", "go to the filter"),
    ("j k", "next and previous change"),
    ("m", "go to the matrix"),
    ("\u2190 \u2191 \u2192 \u2193", "move in the matrix; Home and End to the ends of a row"),
    ("Enter", "in the matrix, go to the change"),
    ("t", "dark, light, or as the system is"),
    ("?", "this help"),
    ("Esc", "close the help or a hint, clear the filter"),
)


def changes_html(changes: Changes) -> str:
    """Return the page. The same changes give the same bytes."""
    layout = Layout(BundleSets(changes.dimensions))
    head = summary(changes, layout.sets)
    parts = [
        bundles_part(changes.bundles, layout),
        rules_part(changes.rules, layout),
        secrets_part(changes.secrets, layout),
        models_part(changes.models, layout),
        prompts_part(changes.prompts, layout),
        values_part(changes.values, layout),
    ]
    present = [each for each in parts if each is not None]
    overview = matrix(changes, layout)
    lists = layout.sets.lists()
    if lists is not None:
        lists = section("sets", "Lists of bundles", "", lists)
    main = element("main", head, overview, *present, _nothing_left(), lists, id="main")
    present_parts = [name for name, part in zip(_PARTS, parts, strict=True) if part is not None]
    body = element(
        "body",
        _skip(),
        _header(changes),
        _controls(changes, present_parts),
        main,
        _help(),
        _footer(),
    )
    page = element("html", _head(changes), body, lang="en")
    return f"<!doctype html>\n{page.text}"


def _head(changes: Changes) -> Html:
    style, script = _own("page.css"), _own("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    # Both are ours and hold no text of the repository, so they stand as they are.
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title(changes)),
        element("style", Html(style)),
        element("script", Html(script)),
    )


def _own(name: str) -> str:
    return (files("gitconfig_tool.report.html") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the source expression of an inline element: CSP Level 3, section 2.3.1."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _skip() -> Html:
    return element("a", "Skip to the changes", href="#main", class_="skip")


def _header(changes: Changes) -> Html:
    sizes = (
        len(changes.bundles),
        len(changes.rules),
        len(changes.secrets),
        len(changes.models),
        len(changes.prompts),
        len(changes.values),
    )
    links = [
        element("a", name, " ", element("span", f"{size:,}", class_="number"), href=f"#{name}")
        for name, size in zip(_PARTS, sizes, strict=True)
        if size
    ]
    navigation = element("nav", *links, aria_label="sections") if links else None
    return element(
        "header",
        element("h1", "What changes"),
        compared(changes),
        navigation,
        class_="top",
    )


def _controls(changes: Changes, parts: list[str]) -> Html:
    """Return what only works with the script, which is why it shows them."""
    bundles = (
        element("option", plain(name), value=number)
        for number, name in enumerate(changes.dimensions)
    )
    sections = (element("option", name, value=name) for name in parts)
    return element(
        "div",
        element(
            "input",
            type="search",
            id="filter",
            placeholder="Filter  ( / )",
            aria_label="filter changes by text",
            autocomplete="off",
            spellcheck="false",
        ),
        element(
            "select",
            element("option", "all bundles", value=""),
            *bundles,
            id="by-bundle",
            aria_label="show the changes of one bundle",
        ),
        element(
            "select",
            element("option", "all sections", value=""),
            *sections,
            id="by-part",
            aria_label="show one section",
        ),
        element("span", id="found", role="status"),
        element("button", "Theme", type="button", id="theme"),
        element("button", "?", type="button", id="ask", aria_label="help on keys"),
        class_="controls",
        role="search",
        hidden=True,
    )


def _nothing_left() -> Html:
    text = "No change matches the filter. Esc clears it."
    return element("p", text, id="nothing", class_="empty", hidden=True)


def _help() -> Html:
    rows = joined(
        together(
            element("dt", joined((element("kbd", key) for key in keys.split(" ")), " ")),
            element("dd", text),
        )
        for keys, text in _KEYS
    )
    return element(
        "dialog",
        element("h2", "Keys", id="help-title"),
        element("dl", rows),
        element(
            "label",
            element("input", type="checkbox", id="keys", checked=True),
            " keys of one letter",
        ),
        element("button", "Close", type="button", id="close"),
        id="help",
        aria_labelledby="help-title",
    )


def _footer() -> Html:
    return element(
        "footer",
        element(
            "p",
            "Values as compiled, with the layer that set them. Values that may be secrets are not "
            "shown. Made by ",
            element("code", "gitconfig-tool diff --format html"),
            ".",
        ),
    )
