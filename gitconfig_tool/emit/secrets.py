"""The names of secrets in emitted files, where no value may stand.

A name is made of the link: `secrets/llm#/openai/api_key` is SECRETS_LLM_OPENAI_API_KEY. Where two
secrets would get one name, that is a problem, and the option `secret_names` gives another.
Never looks at a value, and has none.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.emit.model import Draft
from gitconfig_tool.emit.options import Options
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.pointer import Path, format_pointer

OPTION = "secret_names"
# IEEE Std 1003.1, "Environment Variable Definition".
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_KINDS = {"seq": "a list", "null": "null"}
_SCALARS = frozenset({"str", "int", "float", "bool", "bytes", "time"})


def environment_name(text: str) -> str:
    """Make the name of an environment variable of a text."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()
    return f"_{name}" if name[:1].isdigit() else name or "_"


class Secrets:
    """The secrets that a target named, by the names that they got."""

    def __init__(self, options: Options, draft: Draft, prefix: str = "") -> None:
        self._draft = draft
        self._options = options
        self._prefix = prefix
        self._given = options.names(OPTION, _VARIABLE, "the name of an environment variable")
        self._owners: dict[str, str] = {}
        self._uses: dict[str, set[str]] = {}

    def name(self, link: SecretLink, used_at: str, span: Span) -> str:
        """Return the name of a secret; `used_at` is the `DOC#/pointer` that links to it."""
        secret = f"{link.document}#{link.pointer}"
        name = self._given.get(secret) or self._prefix + environment_name(secret)
        owner = self._owners.setdefault(name, secret)
        if owner != secret:
            self._draft.problem(
                "GCT752",
                f"expected a name of its own for each secret, found {name} for {owner} and "
                f"{secret}",
                span,
                label=name,
                hint=f"name one of them in the entry of 'emit': options: {{{OPTION}: "
                f'{{"{secret}": NAME}}}}',
            )
        if link.type not in _SCALARS:
            self._draft.problem(
                "GCT754",
                f"expected a single value behind a name, found the secret {secret}, which is "
                f"{_KINDS.get(link.type, 'a mapping')}",
                span,
                label="more than one value",
                hint="link to a field in it: !secret DOC#/pointer/field",
            )
        self._uses.setdefault(name, set()).add(used_at)
        return name

    def finish(self) -> None:
        """Report names that were given to secrets that nothing here links to."""
        self._options.unused(OPTION, self._given, sorted(self._owners.values()), "a secret")

    def table(self) -> dict[str, Any]:
        """Return each name with the secret that it stands for, and who links to it."""
        return {
            name: {"secret": secret, "usedBy": sorted(self._uses[name])}
            for name, secret in sorted(self._owners.items())
        }

    def __bool__(self) -> bool:
        return bool(self._owners)


LEAVE_OUT = object()


def with_names(
    document: LinkedDocument, path: Path, value: Any, named: Callable[[SecretLink, str, Span], Any]
) -> Any:
    """Return a value with something else at the place of each secret.

    `named` gets the link, its place `DOC#/pointer` and its span; `LEAVE_OUT` takes the value away.
    """
    link = document.secrets.get(format_pointer(path))
    if link is not None:
        return named(link, f"{document.id}#{format_pointer(path)}", document.span_at(path))
    if isinstance(value, Mapping):
        pairs = (
            (key, with_names(document, (*path, key), each, named)) for key, each in value.items()
        )
        return {key: each for key, each in pairs if each is not LEAVE_OUT}
    if isinstance(value, list):
        items = (
            with_names(document, (*path, index), each, named) for index, each in enumerate(value)
        )
        return [each for each in items if each is not LEAVE_OUT]
    return value
