"""Changing values of a SOPS file, and the proof that nothing else changed.

Takes the bytes of a file and what to do; returns the new bytes, in which only the touched values
have another ciphertext. `sops` does the work; this module checks before it starts that the file is
sound and that the project allows its recipients, and afterwards that the result decrypts to what
was asked for. Reads and writes no file of the project: `files` does.
"""

import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.custody.layout import keep_layout
from gitconfig_tool.diagnostics import Diagnostic, Severity, rule
from gitconfig_tool.document import MappingNode, plain_value
from gitconfig_tool.pointer import format_pointer, is_index, parse_pointer
from gitconfig_tool.project import SecretSettings
from gitconfig_tool.secrets import (
    Names,
    Selection,
    SopsDocument,
    check_recipients,
    is_sops,
    parse_sops_file,
    read_sops,
)
from gitconfig_tool.sops import decrypt_file
from gitconfig_tool.sops.changing import (
    ChangeError,
    SetValue,
    SopsRules,
    Step,
    UnsetValue,
    UpdateKeys,
    change_file,
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sound SOPS file whose recipients the project allows: `sops` may be started on it."""

    file: SopsFile
    sops: SopsDocument
    rules: SopsRules | None

    @property
    def path(self) -> str:
        return self.file.path


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a file: its bytes, and the pointers of what was set and removed.

    `is_rewritten` says that sops wrote the whole file in a layout of its own.
    """

    data: bytes = field(repr=False)
    set: tuple[str, ...]
    removed: tuple[str, ...]
    is_rewritten: bool


def read_sealed(
    path: str,
    data: bytes,
    settings: SecretSettings,
    rules: SopsRules | None = None,
    *,
    readers_change: bool = False,
) -> Sealed:
    """Read a SOPS file that is to be changed; raises `ChangeError` where `sops` must not be asked.

    With `readers_change`, recipients of a kind that has no address need not be allowed: they are
    about to be replaced.
    """
    document, problems = parse_sops_file(path, data)
    if problems:
        raise unsound(path, problems[0])
    if document.root is None or not is_sops(document.root):
        raise ChangeError(
            f"expected a SOPS file at {path}, found one without a 'sops' block",
            hint=f"values in it are in the clear; encrypt it: sops encrypt --in-place {path}",
        )
    sops, problems = read_sops(document)
    errors = [each for each in problems if rule(each.code).severity is Severity.ERROR]
    if sops is None or errors:
        raise unsound(path, errors[0])
    check_readers(sops, settings, readers_change=readers_change)
    return Sealed(SopsFile(path, sops.format, sops.recipients, data), sops, rules)


def check_readers(
    sops: SopsDocument, settings: SecretSettings, *, readers_change: bool = False
) -> None:
    """Raise `ChangeError` where `sops` would tell a file's data key to whom nobody allowed.

    With `readers_change`, only recipients of a kind that has an address are refused: sops would
    connect to it.
    """
    if readers_change:
        sops = replace(
            sops,
            recipients=tuple(
                each for each in sops.recipients if each.split(":", 1)[0] not in LOCAL_KINDS
            ),
        )
    for refused in check_recipients(sops, settings.allow, Names(settings.names)):
        # Who is missing among the recipients is no reason to start nothing: `rekey` adds them.
        if refused.code != "GCT414":
            raise ChangeError(
                f"expected recipients that the project allows before sops is started on"
                f" {sops.path}; {refused.message}",
                hint=f"{refused.code}: {refused.hint}",
            )


def change(
    sealed: Sealed,
    steps: Sequence[Step],
    program: Path,
    *,
    plaintext: Any,
    in_clear: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Changed:
    """Take steps on a file and prove the result; `plaintext` is what the file holds now.

    A value that the file's own rules leave in the clear is refused unless `in_clear` is given.
    Raises `ChangeError` and `DecryptionError`; neither holds a value.
    """
    wanted = deepcopy(plaintext)
    for step in steps:
        if isinstance(step, SetValue):
            wanted = _with_value(wanted, step, sealed.path)
            if not in_clear:
                _check_is_encrypted(sealed, step)
        elif isinstance(step, UnsetValue):
            wanted = _without(wanted, step, sealed.path)
    raw = change_file(sealed.file, steps, program, rules=sealed.rules, environment=environment)
    kept = keep_layout(sealed.file.data, raw, sealed.file.format)
    for data in (kept, raw):
        if data is not None and _holds(sealed, data, wanted, program, environment):
            return Changed(
                data,
                tuple(format_pointer(step.path) for step in steps if isinstance(step, SetValue)),
                tuple(format_pointer(step.path) for step in steps if isinstance(step, UnsetValue)),
                is_rewritten=data is not kept,
            )
    raise ChangeError(
        f"expected {sealed.path} to decrypt to the former values with the change in it, found"
        " something else",
        hint="the file is as it was; change it with: gitconfig-tool secrets edit",
    )


def change_readers(
    sealed: Sealed,
    program: Path,
    *,
    kinds: frozenset[str],
    environment: Mapping[str, str] = os.environ,
) -> Changed:
    """Encrypt the data key to the recipients that the rules name, who must have been checked.

    `kinds` are their kinds. Every value must keep its ciphertext: that proves that it kept its
    value, without a key, for the new recipients may be others than us.
    """
    raw = change_file(
        sealed.file,
        (UpdateKeys(),),
        program,
        rules=sealed.rules,
        kinds=kinds,
        environment=environment,
    )
    kept = keep_layout(sealed.file.data, raw, sealed.file.format)
    for data in (kept, raw):
        if data is not None and _sealed_values(sealed.path, data) == _sealed_values(
            sealed.path, sealed.file.data
        ):
            return Changed(data, (), (), is_rewritten=data is not kept and raw != sealed.file.data)
    raise ChangeError(
        f"expected {sealed.path} to keep every ciphertext with other recipients, found another one",
        hint="the file is as it was; run: sops updatekeys",
    )


def _sealed_values(path: str, data: bytes) -> Any:
    """Return all that a SOPS file holds but who can open it."""
    document, problems = parse_sops_file(path, data)
    if problems or not isinstance(document.root, MappingNode):
        return data
    content = plain_value(document.root)
    block = content.pop("sops")
    return [list(content.items()), block.get("mac"), block.get("lastmodified")]


def check_result(sealed: Sealed, data: bytes, settings: SecretSettings) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the new bytes of a file, without a key."""
    document, problems = parse_sops_file(sealed.path, data)
    if problems or document.root is None:
        return problems
    sops, problems = read_sops(document)
    if sops is None:
        return problems
    return (*problems, *check_recipients(sops, settings.allow, Names(settings.names)))


def _holds(
    sealed: Sealed,
    data: bytes,
    wanted: Any,
    program: Path,
    environment: Mapping[str, str],
) -> bool:
    """Tell whether bytes decrypt to what is wanted, with a MAC that holds, for the same readers."""
    document, problems = parse_sops_file(sealed.path, data)
    sops = None
    if not problems:
        sops, problems = read_sops(document)
    if sops is None or any(rule(each.code).severity is Severity.ERROR for each in problems):
        return False
    if sops.recipients != sealed.sops.recipients:
        return False
    return is_same(decrypt_file(replace(sealed.file, data=data), program, environment), wanted)


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal: to Python, true and 1 would be."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def tokens_of(plaintext: Any, pointer: str) -> tuple[str | int, ...]:
    """Return the tokens of a pointer, those that count items of a list as numbers."""
    tokens: list[str | int] = []
    value = plaintext
    for token in parse_pointer(pointer):
        if isinstance(value, list):
            tokens.append(int(token) if is_index(token) else token)
            known = is_index(token) and int(token) < len(value)
            value = value[int(token)] if known else None
        else:
            tokens.append(token)
            value = value.get(token) if isinstance(value, dict) else None
    return tuple(tokens)


def _with_value(plaintext: Any, step: SetValue, path: str) -> Any:
    """Return a plaintext with a value set; what is missing on the way is made, as sops does."""
    parent = plaintext
    for depth, token in enumerate(step.path[:-1]):
        made: Any = [] if isinstance(step.path[depth + 1], int) else {}
        if isinstance(parent, dict) and isinstance(token, str):
            if parent.get(token) is None:
                parent[token] = made
        elif isinstance(parent, list) and isinstance(token, int) and token <= len(parent):
            if token == len(parent):
                parent.append(made)
        else:
            raise _no_place(path, step.path, depth)
        parent = parent[token]
    last = step.path[-1] if step.path else None
    is_key = isinstance(parent, dict) and isinstance(last, str)
    is_item = isinstance(parent, list) and isinstance(last, int) and last <= len(parent)
    if not (is_key or is_item):
        raise _no_place(path, step.path, len(step.path) - 1)
    # sops puts what is behind the last item at the end.
    if isinstance(parent, list) and last == len(parent):
        parent.append(step.value)
    else:
        parent[last] = step.value
    return plaintext


def _without(plaintext: Any, step: UnsetValue, path: str) -> Any:
    parent = plaintext
    try:
        for token in step.path[:-1]:
            parent = parent[token]
        del parent[step.path[-1]]
    except (KeyError, IndexError, TypeError):
        raise _no_place(path, step.path, len(step.path) - 1) from None
    return plaintext


def _no_place(path: str, tokens: Sequence[str | int], depth: int) -> ChangeError:
    return ChangeError(
        f"expected a mapping or a list at {path}#{format_pointer(tokens[: max(depth, 0)])}, with"
        f" {str(tokens[depth])!r} in it; found none"
        if tokens
        else f"expected a pointer after {path}#, found none",
        hint="gitconfig-tool secrets list shows the secrets that there are",
    )


def _check_is_encrypted(sealed: Sealed, step: SetValue) -> None:
    """Refuse a value that sops would write in the clear, before sops is given it."""
    pointer = format_pointer(step.path)
    if pointer not in sealed.sops.encrypted:
        check_selected(sealed.path, sealed.sops.selection, step.path, step.value)


def check_selected(
    path: str, selection: Selection | None, tokens: Sequence[str | int], value: Any
) -> None:
    """Raise `ChangeError` where a rule of SOPS leaves any part of a new value in the clear."""
    if isinstance(value, dict):
        for key, item in value.items():
            check_selected(path, selection, (*tokens, key), item)
        return
    if isinstance(value, list):
        for item in value:
            check_selected(path, selection, tokens, item)
        return
    keys = tuple(token for token in tokens if isinstance(token, str))
    # SOPS leaves null and the empty text as they are.
    if value in (None, "") and not isinstance(value, int | float):
        return
    if selection is None or not selection.is_known or not selection.selects(keys):
        raise ChangeError(
            f"expected the rules of {path} to encrypt {format_pointer(tokens)}, found that they"
            " leave it in the clear, or depend on comments",
            hint="choose another name, or change encrypted_regex, encrypted_suffix,"
            " unencrypted_regex or unencrypted_suffix of the file; secrets set --clear is for what"
            " is no secret",
        )


def unsound(path: str, problem: Diagnostic, hint: str = "") -> ChangeError:
    """Say that a file is not as sops writes it."""
    place = f"{problem.span.path}:{problem.span.line}: " if problem.span else ""
    return ChangeError(
        f"expected {path} as sops writes it; {place}{problem.code}: {problem.message}",
        hint=hint or problem.hint or "gitconfig-tool validate shows the place",
    )
