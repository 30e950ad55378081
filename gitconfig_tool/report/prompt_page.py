"""One prompt version with all that is known of it, as text and as JSON. Pure; prints nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.compiler.prompt_dates import Dates
from gitconfig_tool.compiler.prompt_library import PromptUse
from gitconfig_tool.compiler.prompt_stats import Figures
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.report.columns import visible, wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.explanation import commit_json
from gitconfig_tool.report.prompt_stats import count_json, count_text
from gitconfig_tool.report.tables import count, printable, table
from gitconfig_tool.source import Commit

_MAX_NAMES = 4
# Keywords that a reader asks for first; each is shown as `name value`.
_BOUNDS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern")


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: a version, the one that it follows, its dates, who uses it, its tokens."""

    version: PromptVersion
    parent: PromptVersion | None
    dates: Dates
    uses: tuple[PromptUse, ...]
    figures: tuple[Figures, ...]


def page_text(page: Page, width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines of a page."""
    version, content = page.version, page.version.content
    lines = [f"{style.strong(f'{version.id}@{version.version}')}  {style.faint(version.path)}"]
    if content.get("description"):
        lines += [f"  {line}" for line in wrap(printable(str(content["description"])), width - 2)]
    lines.append("")
    facts = list(_facts(page))
    wide = max(len(name) for name, _ in facts)
    for name, value in facts:
        first, *rest = wrap(printable(value), width - wide - 4)
        lines.append(f"  {name.ljust(wide)}  {first}")
        lines += [f"  {' ' * wide}  {line}" for line in rest]
    for title, part in (
        ("Variables", _variables(content.get("variables"), width)),
        ("Includes", _includes(version)),
        ("Variants", _variants(content)),
        ("Experiment", _pairs(content.get("experiment"))),
        ("Model parameters", _pairs(content.get("modelParameters"))),
        ("Response", _response(content)),
        ("Tokens", _tokens(page.figures, width)),
    ):
        if part:
            lines += ["", style.strong(title), *part]
    for title, text in _texts(content):
        lines += ["", style.strong(title)]
        lines += [f"  {style.faint('|')} {visible(line)}" for line in text.splitlines() or [""]]
    return lines


def page_json(page: Page) -> dict[str, Any]:
    """Return a page as JSON; `content` is what a bundle delivers."""
    version = page.version
    file = version.file
    return {
        "id": version.id,
        "version": version.version,
        "path": version.path,
        "files": [version.path] if file is None else list(file.paths),
        "parent": None if page.parent is None else page.parent.version,
        "added": commit_json(page.dates.added),
        "changed": commit_json(page.dates.changed),
        "isUncommitted": page.dates.is_changed,
        "isCut": page.dates.is_cut,
        "content": dict(version.content),
        "includes": {}
        if file is None
        else {each.alias: f"{each.id}@{each.version}" for each in file.includes},
        "testCases": [] if file is None else [case.name for case in file.tests],
        "uses": [
            {"bundle": use.bundle, "document": use.document, "pointer": use.pointer}
            for use in page.uses
        ],
        "tokens": [
            {
                "prompt": each.name,
                "provider": each.provider,
                "model": each.model,
                "fixed": count_json(each.need.fixed),
                "bound": count_json(each.need.bound),
                "unbounded": list(each.need.unbounded),
                "contextWindow": each.room.window,
                "maxInput": each.room.input,
                "answer": each.room.answer,
            }
            for each in page.figures
        ],
    }


def _facts(page: Page) -> Iterator[tuple[str, str]]:
    version, content = page.version, page.version.content
    if content.get("deprecated"):
        said = content["deprecated"]
        reason = f": {said}" if isinstance(said, str) else ""
        yield "deprecated", f"yes{reason}"
    if content.get("replacedBy"):
        yield "replaced by", str(content["replacedBy"])
    for name in ("owner", "classification"):
        if content.get(name):
            yield name, str(content[name])
    if isinstance(content.get("tags"), list) and content["tags"]:
        yield "tags", ", ".join(map(str, content["tags"]))
    yield "parent version", "none" if page.parent is None else page.parent.version
    added, changed = page.dates.added, page.dates.changed
    if added is None or changed is None:
        older = "before the oldest commit that was read"
        yield "added", older if page.dates.is_cut else "not committed yet"
    else:
        more = "; it may be older: the history ends here" if page.dates.is_cut else ""
        yield "added", _commit(added) + more
        if changed.id != added.id:
            yield "last changed", _commit(changed)
        if page.dates.is_changed:
            yield "not committed", "the file differs from the last commit"
    yield "used by", _used_by(page.uses)
    if version.file is not None:
        tests = version.file.tests
        names = ", ".join(case.name for case in tests[:_MAX_NAMES])
        more = f" and {len(tests) - _MAX_NAMES} more" if len(tests) > _MAX_NAMES else ""
        yield "test cases", f"{len(tests)}: {names}{more}" if tests else "none"


def _commit(commit: Commit) -> str:
    return f"{commit.day}  {commit.id[:12]}  {commit.author}: {commit.summary}"


def _used_by(uses: Sequence[PromptUse]) -> str:
    if not uses:
        return "no bundle"
    bundles = list(dict.fromkeys(use.bundle for use in uses))
    documents = list(dict.fromkeys(use.document for use in uses))
    names = ", ".join(documents[:_MAX_NAMES])
    more = f" and {len(documents) - _MAX_NAMES} more" if len(documents) > _MAX_NAMES else ""
    return f"{count(len(bundles), 'bundle')}, through {names}{more}"


def _variables(schema: Any, width: int) -> list[str]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping) or not properties:
        return []
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set()
    rows = [("name", "type", "required", "default", "bounds", "description")]
    for name, given in properties.items():
        about = given if isinstance(given, Mapping) else {}
        rows.append(
            (
                str(name),
                _type(about),
                "yes" if name in needed else "no",
                _short(about["default"]) if "default" in about else "-",
                _bounds(about) or "-",
                str(about.get("description") or ""),
            )
        )
    # A column that says nothing takes no room.
    kept = [
        column
        for column in range(len(rows[0]))
        if column < 3 or any(row[column] not in ("", "-") for row in rows[1:])
    ]
    shown = [[row[column] for column in kept] for row in rows]
    return table(shown, width=width, cut=len(kept) - 1 if len(kept) > 3 else None)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if "const" in schema:
        return "constant"
    if "enum" in schema:
        return "choice"
    if kind == "array":
        items = schema.get("items")
        inner = _type(items) if isinstance(items, Mapping) else "anything"
        return f"list of {inner}"
    if isinstance(kind, list):
        return " or ".join(map(str, kind))
    return str(kind or "anything")


def _bounds(schema: Mapping[str, Any]) -> str:
    found = [f"{name} {schema[name]}" for name in _BOUNDS if name in schema]
    if isinstance(schema.get("enum"), list):
        found.insert(0, " | ".join(map(_short, schema["enum"])))
    if "const" in schema:
        found.insert(0, _short(schema["const"]))
    return ", ".join(found)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _includes(version: PromptVersion) -> list[str]:
    if version.file is None:
        return []
    return table([(each.alias, f"{each.id}@{each.version}") for each in version.file.includes])


def _variants(content: Mapping[str, Any]) -> list[str]:
    entries = content.get("variants")
    rows = [
        (str(each.get("id")), f"{each.get('weight')}%", str(each.get("description") or ""))
        for each in (entries if isinstance(entries, list) else ())
        if isinstance(each, Mapping)
    ]
    return table(rows)


def _pairs(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    return table([(str(name), _short(each)) for name, each in value.items()])


def _response(content: Mapping[str, Any]) -> list[str]:
    lines = []
    if content.get("responseFormat"):
        lines.append(f"  {printable(_short(content['responseFormat']))}")
    schema = content.get("jsonSchema")
    if schema is not None:
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        lines += [f"  {visible(line)}" for line in text.split("\n")]
    return lines


def _tokens(figures: Sequence[Figures], width: int) -> list[str]:
    if not figures:
        return []
    rows = [("model", "fixed", "at most", "answer", "window", "counted by")]
    names = list(dict.fromkeys(each.name for each in figures))
    for each in figures:
        need, room = each.need, each.room
        bound = "?" if need.unbounded or need.bound is None else f"{need.bound.most:,}"
        rows.append(
            (
                f"{each.provider}/{each.model}",
                "?" if need.fixed is None else count_text(need.fixed),
                bound,
                f"{room.answer:,}" if room.answer else "-",
                "?" if room.window is None else f"{room.window:,}",
                "estimate"
                if need.fixed is None or need.fixed.encoding is None
                else need.fixed.encoding,
            )
        )
    title, *every = table(rows, width=width, cut=0)
    lines, last = [title], names[0]
    for each, line in zip(figures, every, strict=True):
        if each.name != last:
            # The first is the version itself, of which the page is.
            lines.append(f"  {printable(each.name.partition(' ')[2])}")
            last = each.name
        lines.append(line)
    unbounded = list(dict.fromkeys(place for each in figures for place in each.need.unbounded))
    if unbounded:
        text = f"? no bound for {', '.join(unbounded)}"
        lines += [f"  {line}" for line in wrap(printable(text), width - 2)]
    if any(each.need.fixed is not None and not each.need.fixed.is_exact for each in figures):
        lines.append("  ~ estimated; see docs/token-budget.md")
    return lines


def _texts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    template, messages = content.get("template"), content.get("messages")
    if isinstance(template, str):
        yield "Template", template
    for each in messages if isinstance(messages, list) else ():
        if isinstance(each, Mapping):
            yield str(each.get("role") or "message"), str(each.get("content") or "")
