"""Changes between two revisions for a terminal. Pure.

The risk stands first, then who may read or allow what, then values; what could not be compared
stands last, and is told of in the first lines. Long values are folded unless the page is full.
"""

from collections.abc import Iterator, Sequence

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
from gitconfig_tool.report.changes_summary import (
    RULE_WORDS,
    DocumentValues,
    Whole,
    bundle_groups,
    by_document,
    headline,
    reach,
    rules_in_order,
    secret_word,
    secrets_in_order,
    sides,
    with_whole_bundles,
)
from gitconfig_tool.report.changes_values import Page, value_lines
from gitconfig_tool.report.columns import text_width, wrap
from gitconfig_tool.report.prompt_cases import case_text
from gitconfig_tool.report.tables import count, printable
from gitconfig_tool.report.word_marks import broken, marked_lines

# Reasons of a risk that are shown; more of them say less.
_MAX_REASONS = 6
# Lines of a prompt's source that are shown, and of what one of its test cases renders.
_MAX_PROMPT_LINES = 40
# Sets of bundles with values of their own that are shown of one document.
_MAX_SETS = 8
_SECRET_SIGNS = {
    SecretKind.ADDED: Kind.ADDED,
    SecretKind.REMOVED: Kind.REMOVED,
}


def changes_text(changes: Changes, page: Page) -> list[str]:
    """Return the lines of all changes."""
    if changes.is_empty:
        return [no_differences(changes)]
    lines = list(_summary(changes, page))
    whole = with_whole_bundles(changes)
    within = changes if page.is_full else whole.others
    for title, section in (
        ("Bundles", _bundles(changes, whole, page)),
        ("Rules", _rules(changes, page)),
        ("Secrets", _secrets(changes, page)),
        ("Models", _models(within, page)),
        ("Prompts", _prompts(within, page)),
        ("Values", _values(within, page)),
        ("Not compared", _unknown(changes, page)),
    ):
        found = list(section)
        if found:
            lines += ["", page.style.strong(page.style.frame(title)), *found]
    return lines


def no_differences(changes: Changes) -> str:
    """Say that both sides compile to the same."""
    return printable(f"no differences between {changes.base.name} and {changes.head.name}")


def _summary(changes: Changes, page: Page) -> Iterator[str]:
    style = page.style
    yield from _wrapped(sides(changes), headline(changes), page)
    if changes.risk.level is not Level.NONE:
        word = _level(changes.risk.level, page)
        reasons = changes.risk.reasons
        shown = reasons if page.is_full else reasons[:_MAX_REASONS]
        yield f"risk {word}"
        for reason in shown:
            name = f"{reason.level.value:<8}"
            text = printable(reason.text)
            if reason.bundles:
                text += f" ({name_bundles(reason.bundles, changes.dimensions)})"
            first, *others = wrap(text, page.width, first=12, indent=" " * 12)
            yield f"  {_level(reason.level, page, name)}  {first}"
            yield from others
        if len(reasons) > len(shown):
            left = count(len(reasons) - len(shown), "more reason")
            yield style.faint(f"  ... {left}: {page.unfold}")
    parts = reach(changes)
    if parts:
        yield from wrap(f"reaches {'; '.join(parts)}", page.width, indent="  ")
    if changes.unknown:
        number = count(len(changes.unknown), "thing")
        yield style.warning(f"{number} could not be compared: see the end")


def _level(level: Level, page: Page, text: str = "") -> str:
    paint = {
        Level.CRITICAL: page.style.error,
        Level.HIGH: page.style.error,
        Level.MEDIUM: page.style.warning,
    }
    return paint.get(level, str)(text or level.value)


def _wrapped(head: str, text: str, page: Page) -> Iterator[str]:
    head = printable(head)
    first, *others = wrap(printable(text), page.width, first=text_width(head) + 2, indent="  ")
    yield f"{page.style.strong(head)}: {first}"
    yield from others


def _where(bundles: Sequence[str], changes: Changes, page: Page, indent: str) -> Iterator[str]:
    """Yield who shares a change; all of their names where the page is full."""
    if not bundles:
        return
    name = printable(name_bundles(bundles, changes.dimensions))
    lines = wrap(f"in {name}", page.width - len(indent), indent="   ")
    yield from (f"{indent}{page.style.frame(line)}" for line in lines)
    names = printable(", ".join(bundles))
    if page.is_full and names != name:
        for line in wrap(names, page.width - len(indent) - 2):
            yield f"{indent}  {page.style.faint(line)}"


def _bundles(changes: Changes, whole: Whole, page: Page) -> Iterator[str]:
    for kind, names in bundle_groups(changes):
        if kind is not Kind.CHANGED:
            yield f"  {page.sign(kind)} {printable(name_bundles(names, changes.dimensions))}"
            if page.is_full and len(names) > 1:
                for line in wrap(printable(", ".join(names)), page.width - 6):
                    yield f"      {page.style.faint(line)}"
            continue
        for each in changes.bundles:
            if each.kind is kind:
                before, after = each.before or {}, each.after or {}
                yield f"  {page.sign(kind)} {printable(each.name)}"
                for key in dict.fromkeys((*after, *before)):
                    if before.get(key) != after.get(key):
                        old, new = (str(side.get(key, "none")) for side in (before, after))
                        yield f"      {printable(f'{key}: {old} -> {new}')}"
    if whole.text and not page.is_full:
        yield page.style.faint(f"    {whole.text}: --full")


def _rules(changes: Changes, page: Page) -> Iterator[str]:
    for each in rules_in_order(changes):
        yield from _rule(each, changes, page)


def _rule(change: RuleChange, changes: Changes, page: Page) -> Iterator[str]:
    judged = {True: page.style.error("weaker: "), False: "stricter: ", None: ""}
    name = printable(change.name)
    yield f"  {page.sign(change.change)} {RULE_WORDS[change.kind]} {page.style.strong(name)}"
    taken = {True: 8, False: 10, None: 0}[change.is_weaker]
    first, *others = wrap(printable(change.summary), page.width - 4, first=taken)
    yield f"    {judged[change.is_weaker]}{first}"
    yield from (f"    {line}" for line in others)
    if change.bundles:
        yield from _where(change.bundles, changes, page, "    ")
    if change.name != change.path or change.line > 1:
        # What is gone has a place in the old revision only.
        was = "was " if change.change is Kind.REMOVED else ""
        yield page.style.faint(f"    {was}{printable(change.path)}:{change.line}")


def _secrets(changes: Changes, page: Page) -> Iterator[str]:
    for each in secrets_in_order(changes):
        yield from _secret(each, changes, page)


def _secret(change: SecretChange, changes: Changes, page: Page) -> Iterator[str]:
    kind = Kind.CHANGED if change.moved_from else _SECRET_SIGNS.get(change.kind, Kind.CHANGED)
    sign = page.sign(kind)
    path = page.style.strong(printable(change.path))
    word = secret_word(change)
    is_grave = change.kind is SecretKind.CLEARED
    yield f"  {sign} {path}"
    if not change.moved_from:  # The note says from where.
        yield f"    {page.style.error(word) if is_grave else word}"
    pointers = list(change.pointers)
    for pointer in page.folded([printable(each) for each in pointers]):
        yield f"      {pointer}"
    for verb, recipients, paint in (
        ("can read it now", change.recipients_added, page.style.added),
        ("can no longer read it", change.recipients_removed, page.style.removed),
    ):
        for recipient in recipients:
            yield f"      {verb}: {paint(printable(recipient))}"
    if change.note:
        yield from (f"    {line}" for line in wrap(printable(change.note), page.width - 4))
    if change.bundles:
        yield from _where(change.bundles, changes, page, "    ")
    elif change.readers:
        readers = printable(name_bundles(change.readers, changes.dimensions))
        text = f"no bundle links to it; in the layers of {readers}"
        yield from (f"    {page.style.faint(line)}" for line in wrap(text, page.width - 4))


def _models(changes: Changes, page: Page) -> Iterator[str]:
    for each in changes.models:
        yield from _model(each, changes, page)


def _model(change: ModelChange, changes: Changes, page: Page) -> Iterator[str]:
    yield f"  {page.style.strong(printable(change.document))}"
    yield from _where(change.bundles, changes, page, "    ")
    for effect in change.effects:
        judged = {True: page.style.error(" (worse)"), False: " (better)", None: ""}
        old, new = (printable(text.strip()) or "none" for text in (effect.before, effect.after))
        what = printable(effect.what)
        arrow = f"{page.style.removed(old)} -> {page.style.added(new)}"
        if text_width(f"{what}{old}{new}") + 20 <= page.width:
            yield f"    {what}  {arrow}{judged[effect.is_worse]}"
        else:
            yield f"    {what}{judged[effect.is_worse]}"
            for sign, text, paint in (
                ("-", old, page.style.removed),
                ("+", new, page.style.added),
            ):
                for number, line in enumerate(wrap(text, page.width - 8)):
                    begin = sign if number == 0 else " "
                    yield f"      {paint(f'{begin} {line}')}"


def _prompts(changes: Changes, page: Page) -> Iterator[str]:
    for number, each in enumerate(changes.prompts):
        if number:
            yield ""
        yield from _prompt(each, changes, page)


def prompt_title(change: PromptChange) -> str:
    """Return which versions of a prompt are compared: `support 1.0.0 -> 1.1.0`."""
    if change.before is None:
        news = "new" if change.source else "used for the first time"
        return f"{change.id} {change.after} ({news})"
    if change.after is None:
        return f"{change.id} {change.before} (no longer used)"
    if change.before == change.after:
        return f"{change.id} {change.after} (another text)"
    return f"{change.id} {change.before} -> {change.after}"


def _prompt(change: PromptChange, changes: Changes, page: Page) -> Iterator[str]:
    style = page.style
    step = ""
    if change.step is not None:
        paint = style.error if change.step == "major" else str
        step = f"  {paint(printable(change.step))}"
    yield f"  {style.strong(printable(prompt_title(change)))}{step}"
    yield from _where(change.bundles, changes, page, "    ")
    for reason in page.folded([printable(each) for each in change.reasons]):
        yield from (f"    {line}" for line in wrap(reason, page.width - 4, indent="  "))
    if change.through:
        yield f"    through {printable(', '.join(change.through))}"
    source = [part for line in change.source for part in _source_line(line, page)]
    yield from (f"    {line}".rstrip() for line in page.folded(source, _MAX_PROMPT_LINES))
    differing = [case for case in change.cases if case.differs]
    for case in differing:

        def show(old: str, new: str) -> list[str]:
            return marked_lines(
                old,
                new,
                page.width - 8,
                style,
                is_coloured=page.is_coloured,
                is_full=page.is_full,
            )

        lines = list(case_text(case, show, style))
        yield from (f"    {line}".rstrip() for line in page.folded(lines, _MAX_PROMPT_LINES))
    same = len(change.cases) - len(differing)
    if same:
        others = "" if same == len(change.cases) else "other "
        renders = "renders" if same == 1 else "render"
        yield f"    {count(same, others + 'test case')} {renders} the same text"


def _source_line(line: str, page: Page) -> Iterator[str]:
    paint = page.style.added if line.startswith("+") else str
    if line.startswith("-"):
        paint = page.style.removed
    if line.startswith(("--- ", "+++ ", "@@")):
        paint = page.style.faint
    yield from (paint(part) for part in broken(line.rstrip("\n"), page.width - 4))


def _values(changes: Changes, page: Page) -> Iterator[str]:
    for number, document in enumerate(by_document(changes)):
        if number:
            yield ""
        yield from _document(document, changes, page)


def _document(document: DocumentValues, changes: Changes, page: Page) -> Iterator[str]:
    yield page.style.strong(printable(document.document))
    sets = document.sets if page.is_full else document.sets[:_MAX_SETS]
    for shared in sets:
        yield from _where(shared.bundles, changes, page, "  ")
        for value in shared.values:
            yield from (f"    {line}" for line in value_lines(value, page.narrower(4)))
    left = len(document.sets) - len(sets)
    if left:
        bundles = {name for shared in document.sets[len(sets) :] for name in shared.bundles}
        number = sum(len(shared.values) for shared in document.sets[len(sets) :])
        text = f"{count(number, 'more value')} in {count(len(bundles), 'other bundle')}"
        yield page.style.faint(f"  ... {text}: {page.unfold}")


def _unknown(changes: Changes, page: Page) -> Iterator[str]:
    for sentence in changes.unknown:
        first, *others = wrap(printable(sentence), page.width - 4, indent="")
        yield f"  {page.style.warning('!')} {first}"
        yield from (f"    {line}" for line in others)
