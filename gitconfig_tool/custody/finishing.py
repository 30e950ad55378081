"""Ending a rotation: which former values go, and whether it is time.

Takes a checked SOPS file and its history; needs no key. Removes nothing: `operations.finish` does.
"""

from collections.abc import Mapping, Sequence

from gitconfig_tool.custody.editing import Sealed
from gitconfig_tool.custody.place import Place
from gitconfig_tool.custody.rotation import secret_at
from gitconfig_tool.secrets import (
    Age,
    Secret,
    ages_of,
    versions_of,
)
from gitconfig_tool.secrets.replacing import began, hours_text, open_pairs
from gitconfig_tool.secrets.rotation import HOUR, interval_of, moment
from gitconfig_tool.sops.changing import ChangeError


def former_values(sealed: Sealed, secrets: Sequence[Secret], pointer: str) -> tuple[str, ...]:
    """Return the pointers of the former values at a secret, or below a pointer.

    Raises `ChangeError` where there are none.
    """
    pairs = open_pairs(sealed.sops)
    secret = secret_at(secrets, pointer)
    together = secret.fields if secret is not None and pointer in secret.fields else ()
    found = [
        old
        for current, old in pairs
        if pointer in (current, old) or current.startswith(f"{pointer}/") or current in together
    ]
    if not found:
        open_here = ", ".join(current for current, _ in pairs[:3])
        place = f"beside {sealed.path}#{pointer}" if pointer else f"in {sealed.path}"
        raise ChangeError(
            f"expected a former value {place}, found no open rotation",
            hint=f"open in this file: {open_here}"
            if pairs
            else "there is nothing to finish in this file; gitconfig-tool secrets status shows"
            " every secret that has two versions",
        )
    # What stands inside another one goes with it.
    return tuple(each for each in found if not any(each.startswith(f"{other}/") for other in found))


def check_grace(place: Place, sealed: Sealed, former: Sequence[str], now: int) -> None:
    """Raise `ChangeError` where former values are not there for as long as their grace; no key."""
    snapshot = place.snapshot
    ages: Mapping[str, Age] = {}
    if sealed.path in snapshot.files:
        ages = ages_of(sealed.path, sealed.file.data, versions_of(snapshot, sealed.path))
    for secret in place.secrets(sealed):
        grace = interval_of(secret, place.project.secrets).grace
        for pointer in former:
            if not any(
                each == pointer or each.startswith(f"{pointer}/") for each in secret.previous
            ):
                continue
            age = began(ages, pointer)
            commit = None if age is None else age.commit
            start = now if commit is None else commit.time
            if now - start < grace * HOUR and not (age is not None and age.is_cut):
                since = "is not committed yet" if commit is None else f"began {moment(start)}"
                raise ChangeError(
                    f"expected the former value at {sealed.path}#{pointer} to stay for"
                    f" {hours_text(grace)} ({secret.type}), found that its rotation {since}",
                    hint=f"finish it from {moment(start + grace * HOUR)} on; a value that leaked"
                    " must go at once: --now",
                )
