"""One test case of a prompt, rendered with two versions, as text and JSON. Pure."""

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gitconfig_tool.prompts.cases import Case, Message
from gitconfig_tool.report import word_diff
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import printable

# Shows two texts that differ, the old one and the new one, as lines.
ShowTexts = Callable[[str, str], Iterable[str]]


def case_text(case: Case, show: ShowTexts, style: Style = PLAIN) -> Iterator[str]:
    """Yield the lines of a test case: the messages that differ, as `show` has them."""
    variant = f" as the variant '{printable(case.variant)}'" if case.variant else ""
    yield f"rendered on {style.strong(printable(repr(case.name)))}{variant}:"
    if case.left_out:
        unknown = printable(", ".join(case.left_out))
        yield f"  the old version does not know {unknown}: rendered without"
    for side, word in ((case.before, "old"), (case.after, "new")):
        if side.problem:
            yield f"  the {word} version refuses it: {printable(side.problem)}"
    for before, after in aligned(case):
        if before == after:
            continue
        role = (after or before or Message(None, "")).role
        indent = "  "
        if role is not None:
            yield f"  {style.frame(printable(role))}"
            indent = "    "
        old, new = (each.text if each else "" for each in (before, after))
        for line in show(old, new):
            yield f"{indent}{line}".rstrip()


def aligned(case: Case) -> Iterator[tuple[Message | None, Message | None]]:
    """Yield the messages side by side, by their roles in order; none where one side refuses."""
    if case.before.problem or case.after.problem:
        return
    one, other = case.before.messages, case.after.messages
    roles = [[each.role for each in side] for side in (one, other)]
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, roles[0], roles[1], autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from zip(one[start:end], other[new_start:new_end], strict=True)
        else:
            yield from ((each, None) for each in one[start:end])
            yield from ((None, each) for each in other[new_start:new_end])


def case_json(case: Case) -> dict[str, Any]:
    """Return a test case as JSON, with what is kept, removed and added of each message."""
    return {
        "test": case.name,
        "variant": case.variant,
        "differs": case.differs,
        "leftOut": list(case.left_out),
        "problems": {"from": case.before.problem or None, "to": case.after.problem or None},
        "messages": [_message_json(before, after) for before, after in aligned(case)],
    }


def _message_json(before: Message | None, after: Message | None) -> dict[str, Any]:
    old, new = (None if each is None else each.text for each in (before, after))
    return {
        "role": (after or before or Message(None, "")).role,
        "from": old,
        "to": new,
        "words": [
            {"kind": each.kind, "text": each.text}
            for each in word_diff.pieces(old or "", new or "")
        ],
    }
