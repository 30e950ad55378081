"""Changes between two revisions as Markdown for a comment on a pull request. Pure.

The gravest stands first. The text stays below a limit: each change is told in a line as long as
there is room, then the details, in the order of importance; what is left out is counted. The first
line is a comment by which the same comment is found again, and updated in place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gitconfig_tool.changes.model import (
    Changes,
    Kind,
    Level,
    ModelChange,
    PromptChange,
    RuleChange,
    SecretChange,
    SecretKind,
)
from gitconfig_tool.report.bundle_names import name_bundles
from gitconfig_tool.report.changes_markdown_values import document_forms
from gitconfig_tool.report.changes_summary import (
    RULE_WORDS,
    Whole,
    bundle_groups,
    by_document,
    headline,
    reach,
    rules_in_order,
    secret_word,
    secrets_in_order,
    with_whole_bundles,
    worst_first,
)
from gitconfig_tool.report.changes_text import prompt_title
from gitconfig_tool.report.markdown import (
    MAX_TEXT,
    bundles_html,
    bundles_prose,
    code,
    fence,
    html_code,
    html_prose,
    prose,
)
from gitconfig_tool.report.markdown_room import Item, Section, fill
from gitconfig_tool.report.prompt_cases import case_text
from gitconfig_tool.report.tables import count
from gitconfig_tool.report.word_marks import marked_lines

# GitHub's API refuses the body of a comment with "maximum is 65536 characters" (seen in 2024);
# GitLab takes a million (its page on application limits). The rest is left for whoever posts it.
LIMIT = 65_000
# Columns of the first sentences.
_HEAD = 640
# Reasons of a step between prompts that are shown.
_MAX_REASONS = 8
_MAX_POINTERS = 20
_MAX_SOURCE = 120
_MAX_CASES = 5
_MAX_CASE_LINES = 60
_WIDTH = 100
_UNSAFE = re.compile(r"[^0-9A-Za-z._/]+")
_LEVEL_SIGNS = {
    Level.CRITICAL: "🔴",
    Level.HIGH: "🟠",
    Level.MEDIUM: "🟡",
    Level.LOW: "🔵",
    Level.NONE: "⚪",
}


def marker(name: str = "") -> str:
    """Return the line by which a comment is found again; `name` tells projects apart."""
    # A comment of HTML ends at `-->`, and may not hold `--`.
    shown = _UNSAFE.sub("-", name)[:100].strip("-")
    return f"<!-- gitconfig-tool:diff{' ' if shown else ''}{shown} -->"


def changes_markdown(changes: Changes, name: str = "", *, limit: int = LIMIT) -> str:
    """Return the text of a comment; `name` is the project's, `limit` as `markdown.size` counts."""
    lines = [marker(name), f"### What changes{f' in {code(name)}' if name else ''}"]
    if changes.is_empty:
        base, head = code(changes.base.name), code(changes.head.name)
        return "\n".join([*lines, "", f"Nothing: {base} and {head} compile to the same."])
    whole = with_whole_bundles(changes)
    within = whole.others
    sections = [
        Section("Why", "reason", _reasons(changes)),
        Section("Not compared", "problem", _unknown(changes)),
        Section("Rules", "rule", [_rule(each, changes) for each in rules_in_order(changes)]),
        Section(
            "Secrets", "secret", [_secret(each, changes) for each in secrets_in_order(changes)]
        ),
        Section("Models", "model", [_model(each, changes) for each in within.models]),
        Section("Prompts", "prompt", [_prompt(each, changes) for each in _prompts(within)]),
        Section("Bundles", "line", _bundles(changes, whole)),
        Section("Values", "document", _values(within)),
        Section("Bundles by name", "list", _names(within), is_folded=True),
    ]
    return fill([*lines, "", *_summary(changes)], sections, limit)


def _summary(changes: Changes) -> Iterator[str]:
    risk = changes.risk
    if risk.level is not Level.NONE:
        yield f"{_LEVEL_SIGNS[risk.level]} **Risk: {risk.level.value}**"
        yield ""
    yield f"{prose(headline(changes), _HEAD)}: {_sides(changes)}."
    parts = reach(changes)
    if parts:
        yield f"Reaches {prose('; '.join(parts), _HEAD)}."


def _sides(changes: Changes) -> str:
    return f"{code(changes.base.name)} → {code(changes.head.name)}"


def _concerns(bundles: Sequence[str], changes: Changes) -> str:
    return f" ({bundles_prose(bundles, changes.dimensions)})" if bundles else ""


def _where(bundles: Sequence[str], changes: Changes) -> str:
    return f" in {bundles_prose(bundles, changes.dimensions)}" if bundles else ""


def _reasons(changes: Changes) -> list[Item]:
    return [
        Item(
            (
                f"- **{each.level.value}**: {prose(each.text, 2 * MAX_TEXT)}"
                f"{_concerns(each.bundles, changes)}",
            )
        )
        for each in changes.risk.reasons
    ]


def _unknown(changes: Changes) -> list[Item]:
    return [Item((f"- {prose(sentence)}",)) for sentence in changes.unknown]


def _rule(change: RuleChange, changes: Changes) -> Item:
    judged = {True: "**weaker**: ", False: "stricter: ", None: ""}[change.is_weaker]
    return Item(
        (
            f"- {change.change.value} {RULE_WORDS[change.kind]} {code(change.name)}: "
            f"{judged}{prose(change.summary)}{_concerns(change.bundles, changes)}, "
            f"{'was ' if change.change is Kind.REMOVED else ''}"
            f"at {code(f'{change.path}:{change.line}')}",
        )
    )


def _secret(change: SecretChange, changes: Changes) -> Item:
    word = secret_word(change)
    told = f"**{word}**" if change.kind is SecretKind.CLEARED else word
    head = f"- {code(change.path)}: {told}"
    if change.bundles:
        head += _where(change.bundles, changes)
    elif change.readers:
        readers = bundles_prose(change.readers, changes.dimensions)
        head += f"; no bundle links to it, in the layers of {readers}"
    lines = [head]
    if change.pointers:
        shown = ", ".join(code(each) for each in change.pointers[:_MAX_POINTERS])
        left = len(change.pointers) - _MAX_POINTERS
        lines.append(f"  - {shown}{f' and {left:,} more' if left > 0 else ''}")
    for verb, recipients in (
        ("**can read it now**", change.recipients_added),
        ("can no longer read it", change.recipients_removed),
    ):
        lines += [f"  - {verb}: {code(each)}" for each in recipients[:_MAX_POINTERS]]
        if len(recipients) > _MAX_POINTERS:
            lines.append(f"  - {verb}: {len(recipients) - _MAX_POINTERS:,} more")
    if change.note:
        lines.append(f"  - {prose(change.note)}")
    return Item((head, "\n".join(lines)))


def _model(change: ModelChange, changes: Changes) -> Item:
    head = f"- {code(change.document)}{_where(change.bundles, changes)}"
    judged = {True: " (**worse**)", False: " (better)", None: ""}
    effects = sorted(change.effects, key=lambda each: each.is_worse is not True)
    lines = [
        f"  - {prose(each.what)}: {prose(each.before or 'none')} → "
        f"{prose(each.after or 'none')}{judged[each.is_worse]}"
        for each in effects
    ]
    return Item((head, "\n".join([head, *lines])))


def _prompts(changes: Changes) -> Iterable[PromptChange]:
    order = {"major": 0, None: 1, "minor": 2, "patch": 3}
    return sorted(changes.prompts, key=lambda each: order.get(each.step, 1))


def _prompt(change: PromptChange, changes: Changes) -> Item:
    step = f" ({html_prose(change.step)})" if change.step is not None else ""
    where = bundles_html(change.bundles, changes.dimensions) if change.bundles else ""
    title = f"{html_code(prompt_title(change))}{step}"
    title += f" in {where}" if where else ""
    reasons = [f"- {prose(each)}" for each in change.reasons[:_MAX_REASONS]]
    if len(change.reasons) > _MAX_REASONS:
        reasons.append(f"- and {count(len(change.reasons) - _MAX_REASONS, 'more reason')}")
    blocks = [[f"Through {prose(', '.join(change.through))}."]] if change.through else []
    blocks += [reasons] if reasons else []
    source = _cut([line.rstrip("\n") for line in change.source], _MAX_SOURCE)
    with_source = [*blocks, *([fence(source, "diff")] if source else [])]
    return Item(
        (
            _details(title, blocks),
            _details(title, with_source),
            _details(title, [*with_source, *_rendered(change)]),
        )
    )


def _rendered(change: PromptChange) -> Iterator[list[str]]:
    """Yield a block for each test case that renders another text."""
    differing = [case for case in change.cases if case.differs]
    for case in differing[:_MAX_CASES]:
        lines = list(case_text(case, lambda old, new: marked_lines(old, new, _WIDTH)))
        yield fence(_cut(lines, _MAX_CASE_LINES))
    if len(differing) > _MAX_CASES:
        left = count(len(differing) - _MAX_CASES, "more test case")
        yield [f"and {left} with another text"]
    same = len(change.cases) - len(differing)
    if same:
        yield [f"{count(same, 'test case')} without a difference"]


def _details(title: str, blocks: Sequence[Sequence[str]]) -> str:
    if not blocks:
        return f"<p>{title}</p>"
    lines = [line for block in blocks for line in ("", *block)]
    return "\n".join([f"<details><summary>{title}</summary>", *lines, "", "</details>"])


def _cut(lines: list[str], most: int) -> list[str]:
    if len(lines) <= most:
        return lines
    return [*lines[:most], f"... {count(len(lines) - most, 'more line')}"]


def _bundles(changes: Changes, whole: Whole) -> list[Item]:
    items = []
    for kind, names in bundle_groups(changes):
        if kind is not Kind.CHANGED:
            items.append(Item((f"- {kind.value}:{_where(names, changes).removeprefix(' in')}",)))
            continue
        for each in changes.bundles:
            if each.kind is kind:
                before, after = each.before or {}, each.after or {}
                parts = [
                    f"{code(key)} {code(str(before.get(key, 'none')))} → "
                    f"{code(str(after.get(key, 'none')))}"
                    for key in dict.fromkeys((*after, *before))
                    if before.get(key) != after.get(key)
                ]
                items.append(Item((f"- changed: {code(each.name)} {', '.join(parts)}",)))
    if whole.text:
        items.append(Item((f"- {whole.text}; {code('gitconfig-tool diff --full')} shows it",)))
    return items


def _values(changes: Changes) -> list[Item]:
    documents = worst_first(changes, by_document(changes))
    is_open = len(changes.values) <= 10
    return [Item(document_forms(each, changes, is_open=is_open)) for each in documents]


def _names(changes: Changes) -> list[Item]:
    """Return the lists of the bundles that were named together."""
    sets: dict[str, tuple[str, ...]] = {}
    for section in (
        changes.risk.reasons,
        changes.rules,
        changes.secrets,
        changes.models,
        changes.prompts,
        changes.values,
    ):
        for each in section:
            name = name_bundles(each.bundles, changes.dimensions)
            if each.bundles and name != ", ".join(each.bundles):
                sets.setdefault(name, tuple(each.bundles))
    groups = [names for kind, names in bundle_groups(changes) if kind is not Kind.CHANGED]
    for names in groups:
        sets.setdefault(name_bundles(names, changes.dimensions), names)
    return [
        Item((f"- {prose(name)}: {', '.join(code(each) for each in bundles)}",))
        for name, bundles in sets.items()
        if name != ", ".join(bundles)
    ]
