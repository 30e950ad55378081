"""Who can open a SOPS file: alone, or only together with others.

Takes `SopsDocument`s; returns who opens them. Does not say who may: `allowed` does. A file with key
groups is opened by `threshold` groups together, and one recipient of a group stands for it
(key groups in SOPS's own documentation; Shamir's secret sharing).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.recipients import KINDS, canonical, find_same, is_same

ALONE, TOGETHER = "alone", "together"
_AGE_LENGTH = 58
_BECH32 = frozenset("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
_PLUGIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class UnknownRecipientError(GitConfigError):
    """A text names no recipient."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who opens a file: the keys of `threshold` of the groups are needed."""

    groups: tuple[tuple[str, ...], ...]
    threshold: int

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every recipient once, in the order of the file."""
        return tuple(dict.fromkeys(each for group in self.groups for each in group))

    def how(self, recipient: str) -> str | None:
        """Return whether a recipient opens the file `alone` or `together`; None for not at all."""
        own = sum(any(is_same(recipient, each) for each in group) for group in self.groups)
        if not own:
            return None
        return ALONE if own >= self.threshold else TOGETHER

    def is_open_to(self, recipients: Iterable[str]) -> bool:
        """Tell whether the keys of some recipients together open the file."""
        keys = tuple(recipients)
        met = sum(any(find_same(each, keys) for each in group) for group in self.groups)
        return met >= self.threshold


@dataclass(frozen=True, slots=True)
class Reader:
    """One recipient, and the files of several that it opens alone or with others."""

    recipient: str
    alone: tuple[str, ...]
    together: tuple[str, ...]


def access_of(sops: SopsDocument) -> Access:
    """Return who opens a file."""
    groups = tuple(group for group in sops.groups if group) or (sops.recipients,)
    # SOPS takes a threshold of 0 for "all groups" (sops.go, `Metadata.GetDataKeyWithKeyServices`).
    threshold = sops.threshold if len(groups) > 1 else 1
    return Access(groups, threshold or len(groups))


def readers_of(files: Mapping[str, Access]) -> tuple[Reader, ...]:
    """Return every recipient of some files, by path; who opens most of them comes first."""
    every = dict.fromkeys(each for access in files.values() for each in access.recipients)
    found = []
    for recipient in every:
        how = {path: access.how(recipient) for path, access in files.items()}
        found.append(
            Reader(
                recipient,
                tuple(path for path, said in how.items() if said == ALONE),
                tuple(path for path, said in how.items() if said == TOGETHER),
            )
        )
    return tuple(sorted(found, key=lambda each: (-len(each.alone), -len(each.together))))


def _check_is_whole(text: str, known: Iterable[str]) -> None:
    """Refuse a part of an age key: it would be found in no file, as if its owner read nothing."""
    key = text.removeprefix("age:").strip().lower()
    # A native key is `age1` and 58 more characters without a `1` (bech32); those of plugins, such
    # as age1yubikey1..., have a second `1` and are as long as the plugin likes.
    body = key.removeprefix("age1")
    if body == key or (len(body) == _AGE_LENGTH and set(body) <= _BECH32):
        return
    if "1" in body and set(body) <= _PLUGIN:
        return
    start = f"age:{key.rstrip('.…')}"
    whole = [each for each in known if each.startswith(start)]
    raise UnknownRecipientError(
        f"expected a whole age key, of {_AGE_LENGTH + 4} characters; found {text!r}",
        hint=f"did you mean {' or '.join(whole[:3])}?"
        if whole
        else "copy all of it from the file that it opened: secrets list --format json has them",
    )


def find_recipient(text: str, names: Mapping[str, str], known: Iterable[str] = ()) -> str:
    """Return the recipient that a text means: a name, `KIND:NAME`, or the bare key.

    `names` are those of the project file, `known` the recipients of its files; both only help with
    a suggestion, because who has left may be in neither. Raises `UnknownRecipientError`.
    """
    if text in names:
        return canonical(names[text])
    _check_is_whole(text, known)
    if text.partition(":")[0] in KINDS and text.partition(":")[2].strip():
        return canonical(text)
    bare = "".join(text.split())
    if text.startswith(("age1", "AGE1", "ssh-ed25519 ", "ssh-rsa ")):
        return canonical(f"age:{text}")
    if text.startswith("arn:"):
        return canonical(f"kms:{text}")
    digits = bare.removeprefix("0x").removeprefix("0X")
    # A fingerprint has 40 digits (version 4) or 64; its end is a key's id.
    if len(digits) >= 8 and all(char in "0123456789abcdefABCDEF" for char in digits):
        return canonical(f"pgp:{digits}")
    near = get_close_matches(text, [*names, *known], n=1)
    raise UnknownRecipientError(
        f"expected a name of secrets.recipients, KIND:NAME, or a key; found {text!r}",
        hint=f"did you mean {near[0]!r}?"
        if near
        else f"the names are: {', '.join(names) or 'none'}; else write age:age1... or pgp:...",
    )
