"""Suggestions to classify higher: what looks sensitive in a document or a prompt of a weak level.

Takes documents and prompt versions; returns at most one warning for each of them and each kind. A
warning names the kind and never what was found; its line is not shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.classification.levels import FIELD, Documents, Levels, Reason, strongest
from gitconfig_tool.classification.references import unknown_level
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Link, MergedValue
from gitconfig_tool.project import LEVELS, Level, nearest_level
from gitconfig_tool.prompts import PromptVersion

# The smallest card number; what has fewer digits is looked for in texts only.
_LEAST_NUMBER = 10**12


def check_patterns(
    document: LinkedDocument, documents: Documents, levels: Levels
) -> Iterator[Diagnostic]:
    """Look through the values of one document; what it refers to is looked at where it stands."""
    if not levels.settings.is_used and not levels.declared(document):
        return
    # Loaded here, not above: to read its patterns takes long, and few projects use them.
    from gitconfig_tool.classification.patterns import kinds_in

    told: set[str] = set()
    level = levels.document_level(document, documents)
    for text, span in _texts(document.written, document.value):
        for kind, name in kinds_in(text):
            wanted = levels.settings.patterns[kind]
            if kind not in told and wanted is not None and level.level < wanted:
                told.add(kind)
                yield _suggestion(f"'{document.id}'", kind, name, level, wanted, span)


def check_prompt_patterns(prompt: PromptVersion, levels: Levels) -> Iterator[Diagnostic]:
    """Look through the texts of one prompt version; also check the level that it says it has."""
    own = prompt.content.get(FIELD)
    if isinstance(own, str) and own not in LEVELS:
        yield unknown_level(own, nearest_level(own), prompt.span)
    if not levels.settings.is_used and own is None:
        return
    from gitconfig_tool.classification.patterns import kinds_in

    level = prompt_level(prompt, levels)
    told: set[str] = set()
    for text in _strings(prompt.content):
        for kind, name in kinds_in(text):
            wanted = levels.settings.patterns[kind]
            if kind not in told and wanted is not None and level.level < wanted:
                told.add(kind)
                named = f"the prompt {prompt.id}@{prompt.version}"
                yield _suggestion(named, kind, name, level, wanted, prompt.span)


def prompt_level(prompt: PromptVersion, levels: Levels) -> Reason:
    """Return how sensitive a prompt version is: by its field, by rules, or by default."""
    name, files = f"prompts/{prompt.id}/{prompt.version}", (prompt.path,)
    own = prompt.content.get(FIELD)
    if not isinstance(own, str) or own not in LEVELS:
        return levels.of_path(name, files)
    said = Reason(LEVELS[own], f"{own} by its own field", prompt.span)
    if levels.by_rule(name, files):
        return strongest((said, levels.of_path(name, files)))
    return said


def _suggestion(
    where: str, kind: str, name: str, level: Reason, wanted: Level, span: Span
) -> Diagnostic:
    return Diagnostic(
        "GCT803",
        f"expected {where} to be {wanted} where it holds {name}, found that it is {level.level}",
        span,
        hint=f"declare it {wanted}, take the value out, or make it a secret; "
        f"classification: {{patterns: {{{kind}: false}}}} stops looking for it",
        sensitive=True,
    )


def _texts(value: MergedValue, linked: Any) -> Iterator[tuple[str, Span]]:
    """Yield keys and texts of a value as it is written; a `!format` as it is linked."""
    content = value.content
    if isinstance(content, Mapping):
        for key, item in content.items():
            yield key, item.chain[0].span
            inner = linked.get(key) if isinstance(linked, dict) else None
            yield from _texts(item, inner)
    elif isinstance(content, tuple):
        for index, item in enumerate(content):
            has_item = isinstance(linked, list) and index < len(linked)
            yield from _texts(item, linked[index] if has_item else None)
    elif isinstance(content, Link):
        if content.kind == "format" and isinstance(linked, str):
            yield linked, value.chain[0].span
    elif isinstance(content, str):
        yield content, value.chain[0].span
    elif isinstance(content, int) and content >= _LEAST_NUMBER:
        yield str(content), value.chain[0].span


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
