"""Documents as an environment file, `app.env`.

Each value has a name made of its document and its pointer: `platform/limits#/default/rpm` is
PLATFORM_LIMITS_DEFAULT_RPM. A list is one JSON text. Values are quoted so that a POSIX shell
(`set -a; . ./app.env`) and python-dotenv read the same; what they would read differently is an
error. Secrets are left out, and their names stand in a comment. `docker --env-file` knows no
quotes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.plain import write_json
from gitconfig_tool.emit.secrets import OPTION, Secrets, environment_name
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import Path, format_pointer

_OPTIONS = (OPTION, "prefix", "file", "with_document")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]+")
_PREFIX = r"[A-Za-z_][A-Za-z0-9_]*"


def emit_dotenv(source: Source) -> Emitted:
    """Make one environment file of the documents."""
    draft = Draft(source.span)
    options = Options(source, "dotenv", _OPTIONS, draft)
    prefix = options.text("prefix", "", _PREFIX, "the beginning of a variable's name")
    file = options.text("file", "app.env", r"[^/\\\s.][^/\\\s]*", "the name of a file, not hidden,")
    with_document = options.boolean("with_document", True)
    secrets = Secrets(options, draft, prefix)
    lines: dict[str, str] = {}
    owners: dict[str, str] = {}
    for name, document in sorted(source.documents.items()):
        stem = f"{name}#" if with_document else ""
        for path, value, span in _leaves(document, (), document.value, secrets, draft):
            place = f"{name}#{format_pointer(path)}"
            variable = prefix + environment_name(f"{stem}{format_pointer(path)}")
            owner = owners.setdefault(variable, place)
            if owner != place:
                draft.problem(
                    "GCT757",
                    f"expected a variable of its own for each value, found {variable} for {owner} "
                    f"and {place}",
                    span,
                    hint="rename one of the keys, or choose fewer documents under 'match'",
                )
                continue
            quoted = quote(value)
            if quoted is None:
                draft.problem(
                    "GCT756",
                    "expected text that every reader of an environment file reads alike, found "
                    f"quotes or backslashes beside '$' or '`' at {place}",
                    span,
                    hint="a shell and python-dotenv differ there: choose documents without it "
                    "under 'match', or emit JSON",
                )
                continue
            lines[variable] = f"{variable}={quoted}"
    secrets.finish()
    table = secrets.table()
    for variable in sorted(set(table) & set(owners)):
        draft.problem(
            "GCT757",
            f"expected a variable of its own for each value, found {variable} for "
            f"{owners[variable]} and the secret {table[variable]['secret']}",
            source.span,
            hint=f"name the secret otherwise with the option '{OPTION}'",
        )
    if not lines and not table:
        return draft.done()
    comments = [
        *(["# Secrets, to be set by whoever starts the program:"] if table else []),
        *(f"# {name}" for name in table),
    ]
    draft.add(file, "\n".join([*comments, *(lines[name] for name in sorted(lines))]) + "\n")
    if table:
        draft.add("secrets.json", write_json({"variables": table}))
    return draft.done(file)


def _leaves(
    document: LinkedDocument, path: Path, value: Any, secrets: Secrets, draft: Draft
) -> Iterator[tuple[Path, str, Span]]:
    pointer, span = format_pointer(path), document.span_at(path)
    link = document.secrets.get(pointer)
    if link is not None:
        secrets.name(link, f"{document.id}#{pointer}", span)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(document, (*path, key), each, secrets, draft)
    elif value is None:
        draft.left_out(f"null at {document.id}#{pointer}", "an environment file", span)
    elif isinstance(value, list):
        inside = [each for each in document.secrets if each.startswith(f"{pointer}/")]
        for each in inside:
            at = tuple(each[1:].split("/"))
            secrets.name(document.secrets[each], f"{document.id}#{each}", document.span_at(at))
        if inside:
            draft.left_out(
                f"the list {document.id}#{pointer} with secrets in it", "an environment file", span
            )
        else:
            yield path, json.dumps(value, ensure_ascii=False, separators=(",", ":")), span
    elif isinstance(value, str):
        yield path, value, span
    else:
        yield path, json.dumps(value), span


def quote(text: str) -> str | None:
    """Return a value as a shell and python-dotenv both read it; None where there is no such form.

    In single quotes, a shell takes everything as it is, and python-dotenv too, but for a pair of
    backslashes, a backslash before a quote, and `${`. In double quotes, both turn an escaped
    backslash or quote back; a shell looks for `$` and '`' there.
    """
    if _PLAIN.fullmatch(text):
        return text
    if "\0" in text or "\r" in text or "${" in text:
        return None  # python-dotenv fills in `${NAME}` in quotes too, and reads CR as a new line.
    if "'" not in text and "\\\\" not in text and not text.endswith("\\"):
        return f"'{text}'"
    if "$" not in text and "`" not in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return None
