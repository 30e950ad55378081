"""Documents as JSON, YAML or TOML: one file for each, at the path of its id.

A secret is `${NAME}`, for whoever fills such references in, or is left out where the project asks
so. TOML has no null: in an object the key is left out and that is said, in a list it is an error.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.secrets import LEAVE_OUT, OPTION, Secrets, with_names
from gitconfig_tool.emit.toml import write_toml
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.pointer import Path, format_pointer

_REFERENCE, _OMIT = "reference", "omit"
_OPTIONS = (OPTION, "secrets")
SECRETS_OPTION = "secrets"


def write_json(value: Any) -> str:
    """Write a value as JSON for people: two spaces, keys in their order."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def emit_json(source: Source) -> Emitted:
    """Make a JSON file of each document."""
    return _emit(source, "json", "json", lambda document, value, draft: write_json(value))


def emit_yaml(source: Source) -> Emitted:
    """Make a YAML file of each document."""
    return _emit(source, "yaml", "yaml", lambda document, value, draft: write_yaml(value))


def emit_toml(source: Source) -> Emitted:
    """Make a TOML file of each document."""
    return _emit(source, "toml", "toml", _toml)


def _emit(
    source: Source,
    target: str,
    suffix: str,
    write: Callable[[LinkedDocument, Any, Draft], str | None],
) -> Emitted:
    draft = Draft(source.span)
    options = Options(source, target, _OPTIONS, draft)
    secrets = Secrets(options, draft)
    omit = options.choice(SECRETS_OPTION, (_REFERENCE, _OMIT), _REFERENCE) == _OMIT
    for name, document in sorted(source.documents.items()):
        text = write(document, value_of(document, secrets, draft, omit=omit), draft)
        if text is not None:
            draft.add(f"{name}.{suffix}", text)
    if not omit:
        refuse_other_references(source, secrets, draft)
    secrets.finish()
    if secrets:
        draft.add("secrets.json", write_json({"variables": secrets.table()}))
    names = [f"{name}.{suffix}" for name in source.documents]
    return draft.done(names[0] if len(names) == 1 else None)


def value_of(document: LinkedDocument, secrets: Secrets, draft: Draft, *, omit: bool) -> Any:
    """Return a document's value with a reference, or nothing, at the place of each secret."""

    def named(link: SecretLink, place: str, span: Span) -> Any:
        name = secrets.name(link, place, span)
        return LEAVE_OUT if omit else f"${{{name}}}"

    value = with_names(document, (), document.value, named)
    return {} if value is LEAVE_OUT else value


def refuse_other_references(source: Source, secrets: Secrets, draft: Draft) -> None:
    """Report text that whoever fills in secrets would take for a reference too.

    They are filled in in all files, so a document without secrets could show those of another.
    GNU's envsubst takes a name without braces as well.
    """
    names = "|".join(map(re.escape, secrets.table()))
    if not names:
        return
    reference = re.compile(rf"\$(?:\{{|(?:{names})(?![A-Za-z0-9_]))")
    for _, document in sorted(source.documents.items()):
        _refuse_references(document, (), document.value, reference, draft)


def _refuse_references(
    document: LinkedDocument, path: Path, value: Any, reference: re.Pattern[str], draft: Draft
) -> None:
    match = reference.search(value) if isinstance(value, str) else None
    if match is not None:
        draft.problem(
            "GCT758",
            f"expected no '{match[0]}' in {document.id}, where secrets are written as ${{NAME}}, "
            f"found one at {format_pointer(path) or 'the whole document'}",
            document.span_at(path),
            label="would be filled in too",
            hint="leave secrets out with the option 'secrets: omit', or write the text otherwise",
        )
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_references(document, (*path, key), key, reference, draft)
            _refuse_references(document, (*path, key), each, reference, draft)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_references(document, (*path, index), each, reference, draft)


def _toml(document: LinkedDocument, value: Any, draft: Draft) -> str | None:
    if not isinstance(value, Mapping):
        draft.problem(
            "GCT756",
            f"expected a mapping for TOML, found the document {document.id} to be another value",
            document.span_at(()),
            hint="put the value below a key, or choose other documents under 'match'",
        )
        return None
    return write_toml(_without_null(document, (), value, draft))


def _without_null(document: LinkedDocument, path: Path, value: Any, draft: Draft) -> Any:
    if isinstance(value, Mapping):
        kept = {}
        for key, each in value.items():
            if each is None:
                place = f"null at {document.id}#{format_pointer((*path, key))}"
                draft.left_out(place, "TOML", document.span_at((*path, key)))
            else:
                kept[key] = _without_null(document, (*path, key), each, draft)
        return kept
    if isinstance(value, list):
        if any(each is None for each in value):
            draft.problem(
                "GCT756",
                f"expected no null in a list for TOML, found one in {document.id}"
                f"#{format_pointer(path)}",
                document.span_at(path),
                hint="TOML has no null: remove it, or choose other documents under 'match'",
            )
        return [
            _without_null(document, (*path, index), each, draft)
            for index, each in enumerate(value)
            if each is not None
        ]
    return value
