"""What the commands do to a SOPS file: set, edit, rotate, finish, rekey.

Each takes a `Place` and returns a `Changed` file that `files.replace_file` may put in its place.
Nothing here writes to the project, prints or asks.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gitconfig_tool.custody.editing import (
    Changed,
    Sealed,
    change,
    change_readers,
    check_readers,
    check_selected,
    is_same,
    read_sealed,
    tokens_of,
)
from gitconfig_tool.custody.layout import keep_layout
from gitconfig_tool.custody.place import Place
from gitconfig_tool.custody.rotation import Plan, Wishes, generate, rotation_steps
from gitconfig_tool.document import MAX_SAFE_INTEGER
from gitconfig_tool.pointer import format_pointer, parse_pointer, resolve_pointer
from gitconfig_tool.secrets import (
    CONFIG_FILE,
    CreationRule,
    Selection,
    SopsDocument,
    format_of,
    is_sops_path,
    parse_sops_file,
    read_config,
)
from gitconfig_tool.sops import decrypt_file, find_sops
from gitconfig_tool.sops.changing import (
    ChangeError,
    RotateDataKey,
    SetValue,
    Step,
    UnsetValue,
    edit_file,
    encrypt_new,
)


def check_settable(place: Place, pointer: str, *, as_json: bool) -> None:
    """Raise `ChangeError` where a value cannot be set: before anyone is asked for it."""
    is_there = place.data is not None and pointer in place.sealed().sops.types
    if pointer.endswith("/") and not is_there:
        raise ChangeError(
            f"expected the name of a value after the last '/', found {place.path}#{pointer}",
            hint="leave the '/' out, or name the value: #/openai/api_key",
        )
    if place.data is None:
        if not is_sops_path(place.path):
            raise ChangeError(
                f"expected a name that promises SOPS content for a new file, found {place.path}",
                hint="let it end in .sops.yaml",
            )
        creation_rule(place)
        return
    kind = place.sealed().sops.types.get(pointer)
    if kind in ("map", "seq") and not as_json:
        found = "a mapping" if kind == "map" else "a list"
        raise ChangeError(
            f"expected a single value at {place.path}#{pointer}, found {found}",
            hint="name a field inside; --json replaces all of it with a JSON value",
        )


def set_value(
    place: Place,
    pointer: str,
    value: Any,
    *,
    in_clear: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Changed:
    """Set one value of a file, which is made where there is none."""
    _check_value(place, value)
    if place.data is None:
        return _create(place, pointer, value, in_clear=in_clear, environment=environment)
    sealed = place.sealed()
    program = find_sops(environment)
    plaintext = decrypt_file(sealed.file, program, environment)
    steps = _setting(tokens_of(plaintext, pointer), value, _at(plaintext, pointer))
    return change(
        sealed, steps, program, plaintext=plaintext, in_clear=in_clear, environment=environment
    )


def rotate(
    sealed: Sealed,
    plan: Plan,
    wishes: Wishes,
    *,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
) -> tuple[Changed, str, str]:
    """Replace a secret; returns also the generator and what is public of the new value."""
    program = find_sops(environment)
    plaintext = decrypt_file(sealed.file, program, environment)
    generator, made = generate(sealed, plan, wishes, plaintext, now)
    steps = rotation_steps(sealed, plan, generator, made, plaintext, wishes)
    # A field that stood in the clear, such as the id of a key, may go on standing there.
    for step in steps:
        if not isinstance(step, SetValue):
            continue
        pointer = format_pointer(step.path)
        if pointer not in sealed.sops.encrypted and pointer not in plan.beside.values():
            check_selected(sealed.path, sealed.sops.selection, step.path, step.value)
    changed = change(
        sealed, steps, program, plaintext=plaintext, in_clear=True, environment=environment
    )
    return changed, generator, made.public


def finish(
    sealed: Sealed, former: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> Changed:
    """Remove former values, by their pointers."""
    program = find_sops(environment)
    plaintext = decrypt_file(sealed.file, program, environment)
    steps = tuple(UnsetValue(tokens_of(plaintext, pointer)) for pointer in former)
    return change(sealed, steps, program, plaintext=plaintext, environment=environment)


def edit(
    present: Sealed, original: Sealed, environment: Mapping[str, str] = os.environ
) -> Changed | None:
    """Let the user edit a file; None where nothing was changed.

    `present` is what the editor shows, `original` what the result is laid out like.
    """
    program = find_sops(environment)
    raw = edit_file(present.file, program, rules=present.rules, environment=environment)
    if raw is None:
        return None
    kept = keep_layout(original.file.data, raw, original.file.format)
    if kept is not None:
        # The layout says nothing of the values: both must open to the same.
        files = (replace(present.file, data=data) for data in (raw, kept))
        edited, laid_out = (decrypt_file(file, program, environment) for file in files)
        if is_same(edited, laid_out):
            return Changed(kept, (), (), is_rewritten=False)
    return Changed(raw, (), (), is_rewritten=True)


def rekey(
    place: Place,
    sealed: Sealed,
    *,
    data_key: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Changed:
    """Encrypt a file to the recipients that `.sops.yaml` names for it.

    With `data_key`, every value is encrypted anew as well, so that who kept the old data key cannot
    open what is written from now on.
    """
    creation = creation_rule(place)
    program = find_sops(environment)
    before, is_rewritten = sealed, False
    if data_key:
        # First, while the present keys open the file: the new ones may be none of ours.
        plaintext = decrypt_file(sealed.file, program, environment)
        fresh = change(
            sealed, (RotateDataKey(),), program, plaintext=plaintext, environment=environment
        )
        file = replace(sealed.file, data=fresh.data)
        before, is_rewritten = replace(sealed, file=file), fresh.is_rewritten
    kinds = frozenset(each.split(":", 1)[0] for each in creation.recipients)
    changed = change_readers(before, program, kinds=kinds, environment=environment)
    return replace(changed, is_rewritten=is_rewritten or changed.is_rewritten)


def creation_rule(place: Place) -> CreationRule:
    """Return the rule of `.sops.yaml` for a file, whose recipients the project allows.

    Raises `ChangeError`.
    """
    if place.rules is None:
        raise ChangeError(
            f"expected a {CONFIG_FILE} that says who can open {place.path}, found none from its"
            " folder upwards",
            hint="write one beside gitconfig.yaml, with who is to open the file: creation_rules:"
            " [{path_regex: '\\.sops\\.yaml$', age: 'age1...,age1...'}]",
        )
    document, problems = parse_sops_file(CONFIG_FILE, place.rules.data)
    config, found = read_config(document)
    if problems or not config.is_sound:
        first = (*problems, *found)[0]
        raise ChangeError(
            f"expected {CONFIG_FILE} as sops reads it, found {first.code}: {first.message}",
            hint=first.hint or "gitconfig-tool secrets check shows the place",
        )
    rule = config.rule_for(place.rules.path)
    if rule is None:
        raise ChangeError(
            f"expected a rule for {place.path} in {CONFIG_FILE}, found none that matches",
            hint="add one under creation_rules, with a path_regex and the recipients",
        )
    would_be = SopsDocument(
        path=place.path,
        format=format_of(place.path),
        recipients=rule.recipients,
        version="",
        last_modified="",
        has_mac=True,
        types={},
        encrypted=frozenset(),
        spans={},
        recipient_spans={},
        groups=rule.groups,
        threshold=rule.threshold,
    )
    check_readers(would_be, place.project.secrets)
    return rule


def readers_after(place: Place, sealed: Sealed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom `rekey` adds and whom it takes out; needs no key."""
    wanted = creation_rule(place).recipients
    present = sealed.sops.recipients
    return (
        tuple(each for each in wanted if each not in present),
        tuple(each for each in present if each not in wanted),
    )


def _setting(path: tuple[str | int, ...], value: Any, present: Any) -> tuple[Step, ...]:
    """Return the steps that set a value. `sops set` takes no list: it is set item by item.

    Items that stay as they are keep their ciphertext; those that are too many go, the last first.
    """
    if not isinstance(value, list):
        return (SetValue(path, value),)
    if not value:
        raise ChangeError(
            f"expected a list with items for {format_pointer(path)}, found an empty one",
            hint="sops encrypts nothing in it; write it with: gitconfig-tool secrets edit",
        )
    had = present if isinstance(present, list) else []
    steps: list[Step] = []
    if present is not None and not isinstance(present, list):
        steps.append(SetValue(path, None))  # sops makes a list where nothing is.
    for number, item in enumerate(value):
        before = had[number] if number < len(had) else None
        if number >= len(had) or not is_same(before, item):
            steps += _setting((*path, number), item, before)
    steps += (UnsetValue((*path, number)) for number in range(len(had) - 1, len(value) - 1, -1))
    return tuple(steps)


def _at(plaintext: Any, pointer: str) -> Any:
    """Return the value at a pointer; None where there is none."""
    try:
        return resolve_pointer(plaintext, pointer)
    except KeyError:
        return None


def _check_value(place: Place, value: Any) -> None:
    """Refuse what sops would turn into something else."""
    if format_of(place.path) in ("dotenv", "ini", "binary") and not isinstance(value, str):
        raise ChangeError(
            f"expected a text for {place.path}, whose format holds nothing else; found another"
            " kind of value",
            hint="leave out --json",
        )
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _check_value(place, item)
    elif isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        raise ChangeError(
            f"expected a number within +-2^53 for {place.path}, found a larger one",
            hint="sops set reads numbers as floats; write it as a text",
        )


def _create(
    place: Place,
    pointer: str,
    value: Any,
    *,
    in_clear: bool,
    environment: Mapping[str, str],
) -> Changed:
    rule = creation_rule(place)
    tokens = parse_pointer(pointer)
    if not in_clear:
        check_selected(place.path, rule.selection or Selection.default(), tokens, value)
    plaintext: Any = value
    for token in reversed(tokens):
        plaintext = {token: plaintext}
    if place.rules is None:
        raise ValueError("a rule was found without its file")
    program = find_sops(environment)
    kind = format_of(place.path)
    data = encrypt_new(plaintext, place.path, kind, place.rules, program, environment)
    sealed = read_sealed(place.path, data, place.project.secrets, place.rules)
    # Without a key: who makes a file for production need not be able to read it.
    if pointer not in sealed.sops.types:
        raise ChangeError(
            f"expected {pointer} in the new file {place.path}, found that its format cannot"
            " hold it",
            hint="nothing was written; choose a name that ends in .sops.yaml",
        )
    return Changed(data, (pointer,), (), is_rewritten=False)
