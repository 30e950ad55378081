"""Documents of two revisions side by side: those that differ, once for all bundles that share them.

Takes two views of one repository; returns pairs of linked documents. Documents whose files are the
same on both sides, and all that they refer to, are not read. Does not say what differs in them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gitconfig_tool.compiler.view import View
from gitconfig_tool.link import LinkedDocument


@dataclass(frozen=True, slots=True)
class Pair:
    """A document of one bundle or of several that share it, on both sides; None where it is not."""

    document: str
    bundles: tuple[str, ...]
    before: LinkedDocument | None
    after: LinkedDocument | None


def paired(old: View | None, new: View | None, bundles: Iterable[str]) -> tuple[Pair, ...]:
    """Return the documents of these bundles that differ; a revision without a project is None."""
    found: dict[tuple[str, int, int], tuple[LinkedDocument | None, LinkedDocument | None]] = {}
    shared: dict[tuple[str, int, int], list[str]] = {}
    for bundle in bundles:
        before, after = dict(_documents(old, bundle)), dict(_documents(new, bundle))
        for name in sorted({*before, *after}):
            sides = before.get(name), after.get(name)
            if _are_equal(*sides):
                continue
            key = (name, id(sides[0]), id(sides[1]))
            found[key] = sides
            shared.setdefault(key, []).append(bundle)
    return tuple(
        Pair(key[0], tuple(shared[key]), before, after) for key, (before, after) in found.items()
    )


def _documents(view: View | None, bundle: str) -> Iterator[tuple[str, LinkedDocument]]:
    if view is None or bundle not in view.bundles:
        return
    bound = view.bundles[bundle]
    for name in view.document_ids(bound):
        linked = view.document(bound, name).linked
        if linked is not None:
            yield name, linked


def _are_equal(before: LinkedDocument | None, after: LinkedDocument | None) -> bool:
    if before is None or after is None:
        return before is after
    return (
        before.value == after.value
        and before.secrets == after.secrets
        and before.prompts == after.prompts
    )
