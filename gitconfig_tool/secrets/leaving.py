"""What somebody who leaves could ever open, and which secrets they still know.

Takes contents of SOPS files in the order of history, and who opens each; returns the files that
were open, and tells for a present ciphertext whether it is still one of theirs. Reads no Git.

Whoever opens a file learns its data key, and a recipient who is taken off the list has it still:
`sops updatekeys` does not change it. So a later version under the same data key counts as open too,
until `sops rotate` or a new encryption. Two versions have the same data key when they share a
ciphertext or a copy of the key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from gitconfig_tool.secrets.ages import Age, Sealed, Written
from gitconfig_tool.secrets.readers import ALONE, TOGETHER
from gitconfig_tool.source import Commit

ROTATE, UNCLEAR, DONE = "rotate", "unclear", "done"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was open: how, from which commit to which.

    `first` and `last` brought a version that was open; they are None for one that is not committed.
    `until` brought the first one after it that was not, or removed the file. `is_open` says that
    the newest version is open still; `by_kept_key` that a version was open only by a data key that
    was kept from an older one.
    """

    path: str
    how: str
    first: Commit | None
    last: Commit | None
    until: Commit | None
    is_open: bool
    by_kept_key: bool


@dataclass(slots=True)
class Past:
    """Every ciphertext that was open, with how; and the places where one was.

    `places` holds path and pointer, so that a value which was replaced since can be told from one
    that never was open.
    """

    ciphertexts: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)


def trace(
    written: Iterable[Written],
    look: Callable[[str, str], str | None],
    sealed: Callable[[str, str], Sealed | None],
) -> tuple[Mapping[str, Opened], Past, Mapping[str, str]]:
    """Return the files that were open, what was in them, and the path of each open content.

    `written` is in the order of history; an empty content stands for a file that went away. `look`
    says how a content at a path is opened, `sealed` what it holds.
    """
    files: dict[str, Opened] = {}
    past = Past()
    keys: dict[str, str] = {}
    by_content: dict[str, str] = {}
    for each in written:
        how = look(each.path, each.content) if each.content else None
        by_kept_key = False
        found: Sealed | None = None
        if how is None and each.content and keys:
            # Most contents are no SOPS files, and cost nothing here.
            found = sealed(each.path, each.content)
            how = _kept(found, past, keys) if found is not None else None
            by_kept_key = how is not None
        if how is None:
            known = files.get(each.path)
            if known is not None and known.is_open:
                files[each.path] = replace(known, until=each.commit, is_open=False)
            continue
        found = found or sealed(each.path, each.content)
        if found is None:
            continue
        by_content[each.content] = each.path
        _note(found, how, each.path, past, keys)
        files[each.path] = _extended(files.get(each.path), each, how, by_kept_key=by_kept_key)
    return files, past, by_content


def judge(
    path: str, pointer: str, ciphertext: str, past: Past, ages: Mapping[str, Age]
) -> tuple[str, str] | None:
    """Return what to do about a present value, and how it was open; None if it never was.

    `rotate`: the very ciphertext was open. `unclear`: the file was encrypted anew since, which does
    not tell whether the value was replaced. `done`: it was replaced.
    """
    how = past.ciphertexts.get(ciphertext)
    if how is not None:
        return ROTATE, how
    age = ages.get(ciphertext)
    while age is not None and age.replaced is not None:
        if age.replaced in past.ciphertexts:
            return UNCLEAR, past.ciphertexts[age.replaced]
        age = ages.get(age.replaced)
    how = past.places.get((path, pointer))
    return None if how is None else (DONE, how)


def _extended(known: Opened | None, each: Written, how: str, *, by_kept_key: bool) -> Opened:
    if known is None:
        return Opened(each.path, how, each.commit, each.commit, None, True, by_kept_key)
    return replace(
        known,
        how=_stronger(known.how, how),
        last=each.commit,
        until=None,
        is_open=True,
        by_kept_key=known.by_kept_key or by_kept_key,
    )


def _kept(found: Sealed, past: Past, keys: Mapping[str, str]) -> str | None:
    """Return how a file is open whose data key is that of an older version."""
    hows = [keys[each] for each in found.data_keys if each in keys]
    hows += [past.ciphertexts[each] for each in found.values.values() if each in past.ciphertexts]
    if not hows:
        return None
    return ALONE if ALONE in hows else TOGETHER


def _note(found: Sealed, how: str, path: str, past: Past, keys: dict[str, str]) -> None:
    for key in found.data_keys:
        keys[key] = _stronger(keys.get(key), how)
    for pointer, text in found.values.items():
        past.ciphertexts[text] = _stronger(past.ciphertexts.get(text), how)
        past.places[path, pointer] = _stronger(past.places.get((path, pointer)), how)


def _stronger(one: str | None, other: str) -> str:
    return ALONE if ALONE in (one, other) else other
