"""The options of a target, read strictly.

Takes what the project file gives under `options`; an option that is not known, or of another kind
than it should be, is a problem at the entry, and the default holds.
"""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.emit.model import Draft, Source


class Options:
    """Reads the options of one entry; `known` are all that its target has."""

    def __init__(self, source: Source, target: str, known: Collection[str], draft: Draft) -> None:
        self._options = source.options
        self._target = target
        self._draft = draft
        for name in source.options:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                self._wrong(
                    f"expected an option of {target}, found '{name}'",
                    f"did you mean '{near[0]}'?"
                    if near
                    else f"options of {target}: {', '.join(sorted(known)) or 'none'}",
                )

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of a few texts."""
        value = self._options.get(name, default)
        if value in choices:
            return str(value)
        self._wrong_kind(name, " or ".join(f"'{each}'" for each in choices), value)
        return default

    def text(self, name: str, default: str, pattern: str, form: str) -> str:
        """Return a text that matches a pattern; `form` says in words what it should be."""
        value = self._options.get(name)
        if value is None and name not in self._options:
            return default
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self._wrong_kind(name, form, value)
        return default

    def boolean(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self._options.get(name, default)
        if isinstance(value, bool):
            return value
        self._wrong_kind(name, "true or false", value)
        return default

    def number(self, name: str, form: str, least: float) -> int | float | None:
        """Return a number that is not below a bound; None where it is not given."""
        value = self._options.get(name)
        if value is None and name not in self._options:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= least:
            return value
        self._wrong_kind(name, form, value)
        return None

    def names(self, name: str, pattern: str, form: str) -> Mapping[str, str]:
        """Return a mapping of texts to names that match a pattern."""
        value = self._options.get(name, {})
        if not isinstance(value, dict):
            self._wrong_kind(name, "a mapping", value)
            return {}
        found = {}
        for key, each in value.items():
            if isinstance(each, str) and re.fullmatch(pattern, each):
                found[key] = each
            else:
                self._wrong_kind(f"{name}.{key}", form, each)
        return found

    def unused(self, name: str, keys: Collection[str], known: Collection[str], what: str) -> None:
        """Report keys of a mapping that stand for nothing."""
        for key in keys:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                self._wrong(
                    f"expected {what} in the option '{name}' of {self._target}, found '{key}'",
                    f"did you mean '{near[0]}'?" if near else f"{what}: none is called so",
                )

    def _wrong_kind(self, name: str, form: str, value: Any) -> None:
        self._wrong(
            f"expected {form} for the option '{name}' of {self._target}, found {_shown(value)}",
            "correct it, or remove it for the default",
        )

    def _wrong(self, message: str, hint: str) -> None:
        self._draft.problem("GCT750", message, self._draft.span, hint=hint)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return f"'{value}'"
    return "a mapping" if isinstance(value, dict) else "a list"
