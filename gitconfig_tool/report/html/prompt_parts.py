"""Changed prompts on a page: the step, the source, and what renders, both sides. Pure."""

from collections.abc import Iterator, Sequence

from gitconfig_tool.changes.model import Kind, PromptChange
from gitconfig_tool.prompts.cases import Case, Message
from gitconfig_tool.report.html.layout import Layout, Row, badge, section, sign
from gitconfig_tool.report.html.markup import Child, Html, element, joined
from gitconfig_tool.report.html.words import marked, two_columns
from gitconfig_tool.report.prompt_cases import aligned
from gitconfig_tool.report.tables import count

_TONES = {"major": "high", "minor": "medium", "patch": "low"}


def prompts_part(prompts: Sequence[PromptChange], layout: Layout) -> Html | None:
    """Return the section of changed prompts; None where there is none."""
    if not prompts:
        return None
    return section(
        "prompts", "Prompts", str(len(prompts)), *(_prompt(each, layout) for each in prompts)
    )


def _prompt(change: PromptChange, layout: Layout) -> Html:
    anchor = layout.anchor()
    kind = (
        Kind.ADDED
        if change.before is None
        else Kind.REMOVED
        if change.after is None
        else Kind.CHANGED
    )
    found = layout.touch(Row("prompts", change.id), anchor, kind, change.bundles)
    versions = (change.before, change.after)
    if change.before == change.after:
        text = f"{change.after}, with another text"
    else:
        text = f"{versions[0] or 'none'} \u2192 {versions[1] or 'none'}"
    heading = element(
        "h3",
        sign(kind),
        element("span", element("b", change.id), class_="pointer"),
        element("span", text, class_="versions"),
        badge(change.step, _TONES.get(change.step, "")) if change.step else None,
        layout.sets.chip(change.bundles),
    )
    return element(
        "article",
        heading,
        _reasons(change),
        _source(change.source),
        _rendered(change.cases),
        class_="change prompt",
        id=anchor,
        **found,
    )


def _reasons(change: PromptChange) -> Html | None:
    lines = [element("li", each) for each in change.reasons]
    if change.through:
        lines.append(element("li", "through ", joined(change.through, ", ")))
    return element("ul", *lines, class_="reasons") if lines else None


def _source(lines: Sequence[str]) -> Html | None:
    if not lines:
        return None
    return element("details", element("summary", "Source"), two_columns(lines), open=True)


def _rendered(cases: Sequence[Case]) -> Html | None:
    if not cases:
        return None
    differing = [case for case in cases if case.differs]
    same = len(cases) - len(differing)
    parts = [_case(case) for case in differing]
    if same:
        renders = "renders" if same == 1 else "render"
        others = "sample input" if same == len(cases) else "other sample input"
        parts.append(element("p", f"{count(same, others)} {renders} the same text.", class_="note"))
    summary = element("summary", "Rendered on sample inputs")
    return element("details", summary, *parts, open=True)


def _case(case: Case) -> Html:
    variant: list[Child] = []
    if case.variant:
        variant = [" as the variant ", element("b", case.variant)]
    notes = []
    if case.left_out:
        names = ", ".join(case.left_out)
        notes.append(f"The old version does not know {names}: rendered without.")
    for side, word in ((case.before, "old"), (case.after, "new")):
        if side.problem:
            notes.append(f"The {word} version refuses it: {side.problem}")
    return element(
        "div",
        element("h4", "on ", element("b", case.name), *variant, class_="case-name"),
        *(element("p", each, class_="note") for each in notes),
        *_messages(case),
        class_="case",
    )


def _messages(case: Case) -> Iterator[Html]:
    pairs = (
        aligned(case)
        if not (case.before.problem or case.after.problem)
        else [*((each, None) for each in case.before.messages)]
        + [(None, each) for each in case.after.messages]
    )
    for before, after in pairs:
        if before == after:
            continue
        role = (after or before or Message(None, "")).role
        left, right = marked(before.text if before else "", after.text if after else "")
        yield element(
            "div",
            element("h5", role) if role is not None else None,
            element("div", _pane("old", left, before), _pane("new", right, after), class_="panes"),
            class_="message",
        )


def _pane(side: str, content: Html, message: Message | None) -> Html:
    word = {"old": "before", "new": "after"}[side]
    # A parser takes the first line break of `pre` away (HTML, 13.2.6.4.7): this one, and not ours.
    shown = element("pre", "\n", content) if message else element("p", "nothing", class_="note")
    return element("div", shown, class_=f"pane {side}", role="group", aria_label=word)
