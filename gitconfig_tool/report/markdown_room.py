"""Sections put together to a text that stays below a limit. Pure; knows not what they say."""

from collections.abc import Sequence
from dataclasses import dataclass

from gitconfig_tool.report.markdown import size
from gitconfig_tool.report.tables import count

# What is said of what was left out, and the empty lines around.
_NOTE = 240
_SHOWS_ALL = "`gitconfig-tool diff --full` and `--format json` show all"


@dataclass(frozen=True, slots=True)
class Item:
    """One change in several forms, the shortest first. Each is Markdown that is complete."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a title, the most important first; `noun` is what one is, for counting."""

    title: str
    noun: str
    items: Sequence[Item]
    is_folded: bool = False

    def around(self) -> tuple[list[str], list[str]]:
        """Return the lines before and after the items."""
        if self.is_folded:
            return ["", f"<details><summary>{self.title}</summary>", ""], ["", "</details>"]
        return ["", f"#### {self.title}", ""], []


def fill(head: Sequence[str], sections: Sequence[Section], limit: int) -> str:
    """Return a text of all sections that has room in `limit`, as `size` counts.

    Every item has its shortest form before any has a longer one. Sections and items are in the
    order of importance: what has no room are the last ones, and they are counted.
    """
    used = [section for section in sections if section.items]
    around = [_lines_size([*before, *after]) for before, after in (s.around() for s in used)]
    room = limit - _lines_size(head) - sum(around) - _NOTE * len(used)
    chosen: list[list[str]] = [[] for _ in used]
    is_full = False
    for number, section in enumerate(used):
        for item in section.items:
            taken = size(item.forms[0]) + 2
            is_full = is_full or taken > room
            if is_full:
                break
            chosen[number].append(item.forms[0])
            room -= taken
    for number, section in enumerate(used):
        for at, short in enumerate(chosen[number]):
            for form in reversed(section.items[at].forms[1:]):
                more = size(form) - size(short)
                if more <= room:
                    chosen[number][at] = form
                    room -= more
                    break
    lines = list(head)
    for section, texts in zip(used, chosen, strict=True):
        before, after = section.around()
        left = len(section.items) - len(texts)
        note = ["", f"and {count(left, f'more {section.noun}')}: {_SHOWS_ALL}"] if left else []
        lines += [*before, *texts, *note, *after]
    return "\n".join(lines)


def _lines_size(lines: Sequence[str]) -> int:
    return sum(size(line) + 2 for line in lines)
