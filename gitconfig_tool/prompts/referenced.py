"""Texts that lie in a file of their own: `content: {file: system.md.j2}`.

The path is relative to the file that names it, and stays within the project. Who compiles gives the
bytes; this module says which path is meant, and whether the bytes are a text.
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.texts import FileOrigin, PlacedText


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file gives no text: `found` completes "expected a text file, found ...".

    Nothing is said where `found` is empty: the file's own problem is reported already.
    """

    found: str
    hint: str = ""


# Takes a path of the project and returns the bytes of that file.
FileReader = Callable[[str], bytes | Refusal]


def no_files(path: str) -> Refusal:
    """Refuse every file: for prompts that are read without a project."""
    return Refusal("none")


def referenced_path(folder: str, reference: str) -> str | None:
    """Return the path in the project that a reference in a file of a folder means.

    None where it leads outside the project.
    """
    path = posixpath.normpath(posixpath.join(folder, reference))
    return None if path.startswith(("/", "../")) or path in (".", "..") else path


def read_referenced(
    reference: str, span: Span, read: FileReader, limits: RenderLimits
) -> tuple[str | None, PlacedText | None, tuple[Diagnostic, ...]]:
    """Return the path that a reference means, and the text of that file."""
    folder = posixpath.dirname(span.path)
    path = referenced_path(folder, reference)
    if path is None:
        problem = Diagnostic(
            "GCT522",
            f"expected a file within the project, found '{reference}', which leads out of it",
            span,
            hint=f"the path is relative to {folder}: put the file there",
        )
        return None, None, (problem,)
    data = read(path)
    if isinstance(data, Refusal):
        if not data.found:
            return path, None, ()
        problem = Diagnostic(
            "GCT522",
            f"expected a text file at {path}, found {data.found}",
            span,
            hint=data.hint or f"the path is relative to {folder}",
        )
        return path, None, (problem,)
    found = ""
    text = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"bytes that are not UTF-8 in its line {line}"
    # Four bytes are one character at most; a larger file need not be counted.
    if not found and len(text) > limits.template_characters:
        found = f"{len(text):,} characters"
        hint = f"at most {limits.template_characters:,}: give long text as a variable"
    elif not found and "\0" in text:
        found, hint = "a NUL character in it", "save it as text in UTF-8"
    else:
        hint = "save it in UTF-8"
    if found:
        problem = Diagnostic(
            "GCT523", f"expected the text of a template in {path}, found {found}", span, hint=hint
        )
        return path, None, (problem,)
    # Line ends are those that YAML would give.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return path, PlacedText.whole(text, FileOrigin(path, text)), ()
