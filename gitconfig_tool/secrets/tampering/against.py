"""SOPS files held against those that a signed bundle carries.

Takes bytes; verifying the bundle is the caller's business. Finds the same changes as the comparison
with an earlier commit does, and reports them under the same codes.
"""

from collections.abc import Callable, Iterator, Mapping

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.secrets.model import METADATA_KEY
from gitconfig_tool.secrets.recipients import Names
from gitconfig_tool.secrets.tampering.comparing import (
    compare_clear_values,
    compare_contents,
    compare_seals,
    sorted_by_place,
)
from gitconfig_tool.secrets.tampering.reading import Sealed, mac_of, read_sealed
from gitconfig_tool.secrets.tampering.times import is_earlier

_RESTORE = "take the file of the commit that the bundle was compiled from"


def compare_with_sealed(
    now: Mapping[str, bytes],
    signed: Mapping[str, bytes],
    bundle: str,
    announced: Callable[[str, str], bool | None],
    names: Names,
) -> tuple[Diagnostic, ...]:
    """Compare SOPS files by path with those of a verified bundle.

    `bundle` says which one, as `the bundle production (sha256:0123456789ab)`. A file that only one
    side has is no finding: bundles carry the files that they link to.
    """
    found: list[Diagnostic] = []
    for path in sorted(now.keys() & signed.keys()):
        if now[path] != signed[path]:
            one, other = read_sealed(path, now[path]), read_sealed(path, signed[path])
            if one is not None and other is not None and one.mac:
                found += _file(one, other, signed, bundle, announced, names)
    return sorted_by_place(found)


def _file(
    now: Sealed,
    then: Sealed,
    signed: Mapping[str, bytes],
    bundle: str,
    announced: Callable[[str, str], bool | None],
    names: Names,
) -> Iterator[Diagnostic]:
    since = f"in {bundle}"
    if now.mac == then.mac:
        yield from compare_contents(now, then, since, _RESTORE)
    else:
        yield from compare_clear_values(now, then, since)
        yield from _replaced(now, then, signed, bundle)
    yield from compare_seals(
        now, then, since, _RESTORE, lambda recipient: announced(now.path, recipient), names
    )


def _replaced(
    now: Sealed, then: Sealed, signed: Mapping[str, bytes], bundle: str
) -> Iterator[Diagnostic]:
    block = now.root.entries[METADATA_KEY].key_mark.in_file(now.path)
    other = next((path for path, data in sorted(signed.items()) if mac_of(data) == now.mac), None)
    if other is not None:
        yield Diagnostic(
            "GCT425",
            f"expected a data key of its own for {now.path}, found a copy of {other} in {bundle}",
            block,
            label="the MAC does not say which file it is of",
            hint=f"have sops seal it anew: sops rotate --in-place {now.path}",
        )
    elif is_earlier(now, then):
        yield Diagnostic(
            "GCT426",
            f"expected what {bundle} was signed with, or what sops wrote later; found one that "
            "sops wrote earlier",
            block,
            label=f"lastmodified {now.rules.get('lastmodified', 'is missing')}",
            hint="secrets that were replaced come back with it: if that is meant, have sops write "
            f"it anew, which takes a key: sops rotate --in-place {now.path}",
        )
