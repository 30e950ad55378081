"""Scalars in their canonical form: when quotes are needed, and which.

Takes a scalar as written; returns its text. A text stands without quotes where every reader of YAML
1.2 and of YAML 1.1 takes it for that text, else in double quotes; in single ones where it holds
`"` or `\\`, which double quotes would have to escape.
"""

import re

from gitconfig_tool.document import TEXT_TAGS
from gitconfig_tool.document.lookalikes import reading_of_yaml_1_1
from gitconfig_tool.document.scalars import resolve
from gitconfig_tool.fix.formatting.tree import CannotFormatError, Scalar

# YAML 1.2.2 section 5.3: what no plain scalar begins with; and `~`, which people read as null.
_NOT_FIRST = frozenset(",[]{}#&*!|>'\"%@`~")
_FLOW_INDICATORS = frozenset(",[]{}")
# Begin a text only where no blank follows (section 7.3.3).
_NEED_TEXT_BEHIND = frozenset("-?:")
# yaml.org/type/bool.html has them, and some programs (go-yaml 2) follow it: quotes, if any, stay.
_MAYBE_BOOLEAN = frozenset({"y", "Y", "n", "N"})
# An escape that stands for something which cannot be seen, or which somebody wrote out on purpose.
_ESCAPE = re.compile(r"\\[^\"\\/]")
_WORDS = {
    **dict.fromkeys(("True", "TRUE"), "true"),
    **dict.fromkeys(("False", "FALSE"), "false"),
    **dict.fromkeys(("~", "Null", "NULL"), "null"),
}


def is_block(scalar: Scalar) -> bool:
    """Tell whether a scalar is written as a block, behind `|` or `>`."""
    return scalar.style in ("|", ">")


def is_one_line(scalar: Scalar) -> bool:
    """Tell whether a scalar is written on one line."""
    return "\n" not in scalar.written and not is_block(scalar)


def scalar_text(scalar: Scalar, *, in_flow: bool, is_key: bool = False) -> str:
    """Return the text of a scalar on one line, without its tag and anchor."""
    if is_key and not is_one_line(scalar):
        raise CannotFormatError("a key is written on several lines")
    own_text = scalar.tag in TEXT_TAGS
    core = scalar.tag is not None and not scalar.tag.startswith("!")
    if core or "!" in scalar.properties.split():
        return scalar.written  # The tag says what it is, whatever it looks like.
    if not scalar.style:
        if not scalar.written:
            return "null" if in_flow and not scalar.properties and not is_key else ""
        if not own_text and not isinstance(resolve(scalar.value), str):
            return _WORDS.get(scalar.written, scalar.written)
    elif scalar.style == '"' and _ESCAPE.search(scalar.written):
        return scalar.written
    if not scalar.value or not scalar.value.isprintable() or scalar.value in _MAYBE_BOOLEAN:
        empty = not scalar.value and scalar.style
        return '""' if empty else scalar.written
    if _is_plain(scalar.value, in_flow=in_flow, own_text=own_text):
        return scalar.value
    return _quoted(scalar.value)


def lines_of(scalar: Scalar) -> list[str]:
    """Return the lines of a scalar that is written on several, without their indentation.

    A reader folds these lines, so their indentation means nothing.
    """
    lines = scalar.written.split("\n")
    found = []
    for number, line in enumerate(lines):
        text = line if number == 0 else line.lstrip(" \t")
        if number < len(lines) - 1:
            bare = text.rstrip(" \t")
            if bare != text and bare.endswith("\\"):
                raise CannotFormatError("a line of a text in quotes ends with an escaped blank")
            text = bare
        found.append(text)
    return found


def block_lines(scalar: Scalar) -> tuple[str, list[str]]:
    """Return the header of a block scalar, such as `|-`, and its lines without indentation."""
    first, *lines = scalar.written.split("\n")
    header = first.partition("#")[0].strip()
    digits = "".join(char for char in header if char.isdigit())
    if digits:
        indent = max(scalar.parent_indent, 0) + int(digits)
    else:
        indent = next((len(each) - len(each.lstrip(" ")) for each in lines if each.strip(" ")), 0)
    cut = [each[indent:] for each in lines]
    chomping = "+" if "+" in header else "-" if "-" in header else ""
    if not chomping and scalar.value and not scalar.value.endswith("\n"):
        chomping = "-"  # The file ends without a line break, and will get one.
    # The indentation cannot be told from a first line that begins with a blank.
    leading = next((each for each in cut if each), "")
    return header[0] + ("2" if leading.startswith(" ") else "") + chomping, cut


def _is_plain(text: str, *, in_flow: bool, own_text: bool) -> bool:
    """Tell whether a text needs no quotes."""
    first = text[0]
    if text != text.strip() or first in _NOT_FIRST or text.startswith(("---", "...")):
        return False
    if first in _NEED_TEXT_BEHIND and (len(text) == 1 or text[1] == " "):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    if in_flow and (first in _NEED_TEXT_BEHIND or not _FLOW_INDICATORS.isdisjoint(text)):
        return False
    if own_text:
        return True
    value = resolve(text)
    return isinstance(value, str) and reading_of_yaml_1_1(text, value) is None


def _quoted(text: str) -> str:
    if ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
