"""Bytes to text that libyaml can be trusted with.

Takes the bytes of one file; returns its text, or None where it is no YAML 1.2 text: too large, not
UTF-8, with line breaks of YAML 1.1, in the middle of a merge, or made to keep libyaml busy.
"""

import re

from gitconfig_tool.diagnostics import Note
from gitconfig_tool.document.conflicts import find_conflict, find_rest
from gitconfig_tool.document.nodes import Mark
from gitconfig_tool.document.problems import Problems
from gitconfig_tool.document.wording import character, short

MAX_BYTES = 16 * 1024 * 1024  # one file; a layer file of 16 MiB is a mistake
# libyaml compares each with all before it (yaml_parser_append_tag_directive in src/parser.c): a
# million take an hour. Our tags need none.
MAX_TAG_DIRECTIVES = 100
# YAML 1.2.2 section 5.4 has no such line breaks; YAML 1.1 and libyaml do.
_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
LINE_BREAK = re.compile(r"\r\n|\r|\n")


def decode(data: bytes, problems: Problems) -> str | None:
    """Return the text of a file, without its byte order mark; None where there is a problem."""
    if len(data) > MAX_BYTES:
        problems.add(
            "GCT019",
            f"expected a file of at most {MAX_BYTES:,} bytes, found {len(data):,}",
            Mark(1, 1, 1, 1),
            hint="split the document, or keep large data out of configuration",
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Everything before the first wrong byte is text. `start` counts from the end of a BOM.
        start = error.start + len(data) - len(error.object)
        problems.add(
            "GCT011",
            f"expected UTF-8 text, found the byte 0x{data[start]:02x}",
            mark_after(data[:start].decode("utf-8-sig")),
            hint="save the file as UTF-8",
        )
        return None
    old_break = None if text.isascii() else _OLD_BREAKS.search(text)
    if old_break is not None:
        problems.add(
            "GCT011",
            f"expected line breaks of YAML 1.2, found {character(old_break[0])}",
            mark_after(text[: old_break.start()]),
            hint='not all programs end a line there: write "\\N", "\\L" or "\\P" in quotes',
        )
        return None
    if "<<<<<<<" in text and _has_conflict(text, problems):
        return None
    if "%TAG" in text and _has_too_many_directives(text, problems):
        return None
    return text


def rest_of_conflict(text: str, problems: Problems) -> bool:
    """Report a marker that was left behind, in place of the syntax error that it makes."""
    offset = find_rest(text)
    if offset is None:
        return False
    problems.add(
        "GCT022",
        "expected a merge that is finished, found a conflict marker",
        _line_mark(text, offset),
        hint="remove the line, and look whether the lines around it are of one side",
    )
    return True


def mark_after(before: str) -> Mark:
    """Return the place of the character that follows some text."""
    lines = LINE_BREAK.split(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Mark(line, column, line, column + 1)


def _has_conflict(text: str, problems: Problems) -> bool:
    found = find_conflict(text)
    if found is None:
        return False
    sides = "two versions"
    if found.ours and found.theirs and not problems.sensitive:
        sides = f"'{short(found.ours)}' and '{short(found.theirs)}'"
    path = problems.path
    problems.add(
        "GCT022",
        f"expected a merge that is finished, found a conflict between {sides}",
        _line_mark(text, found.begin),
        notes=(
            Note("the other side begins", _line_mark(text, found.middle).in_file(path)),
            Note("the conflict ends", _line_mark(text, found.end).in_file(path)),
        ),
        hint="keep one side or join the two, remove the marker lines, then: git add FILE",
    )
    return True


def _has_too_many_directives(text: str, problems: Problems) -> bool:
    # Each begins a line. Text that is no directive may look like it, but not a hundred times.
    if text.count("%TAG") <= MAX_TAG_DIRECTIVES:
        return False
    lines = re.compile(r"^%TAG\b", re.MULTILINE).finditer(text.replace("\r", "\n"))
    for number, found in enumerate(lines, start=1):
        if number > MAX_TAG_DIRECTIVES:
            problems.add(
                "GCT018",
                f"expected at most {MAX_TAG_DIRECTIVES} %TAG directives, found more",
                mark_after(text[: found.start()]),
                hint="remove them: no tag of ours needs one",
            )
            return True
    return False


def _line_mark(text: str, offset: int) -> Mark:
    """Return the place of the rest of a line."""
    line, column, _, _ = mark_after(text[:offset])
    length = len(LINE_BREAK.split(text[offset : offset + 1_000], maxsplit=1)[0])
    return Mark(line, column, line, column + length)
