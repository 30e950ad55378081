"""Values of other commits, for references that name a version: `!ref DOC@REV#/pointer`.

Takes a snapshot and answers with the value that a bundle had at a tag or commit of the same
repository. Every such commit is read once. Does not decide what may be referred to.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.borders import Borders
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.link import PastValue, walk
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.source import Snapshot

if TYPE_CHECKING:
    from gitconfig_tool.compiler.view import View

# A value of an old commit may itself refer to an older one; a moved tag could make a circle.
_MAX_IN_A_ROW = 8


class Revisions:
    """The other commits that references of one snapshot name.

    `view_of` opens a snapshot; the number is how many references from version to version led
    there, as `in_a_row` is for this one. `borders` says which layers a bundle may not have had.
    `known` holds what was opened by revision and that number; all that are opened share it, for
    tags that refer to many others lead to each on many ways.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        view_of: "Callable[[Snapshot, int], View]",
        borders: Borders,
        in_a_row: int,
        known: "dict[tuple[str, int], View | PastValue]",
    ) -> None:
        self._snapshot = snapshot
        self._view_of = view_of
        self._borders = borders
        self._in_a_row = in_a_row
        self._known = known
        self._values: dict[tuple[str, str, str, tuple[str, ...]], PastValue] = {}

    def of_bundle(self, bundle: str) -> Callable[[str, str, tuple[str, ...]], PastValue]:
        """Return a function that finds values of one bundle, as `link` calls it."""

        def find(rev: str, document: str, tokens: tuple[str, ...]) -> PastValue:
            key = (bundle, rev, document, tokens)
            if key not in self._values:
                self._values[key] = self._find(*key)
            return self._values[key]

        return find

    def _find(self, bundle: str, rev: str, document: str, tokens: tuple[str, ...]) -> PastValue:
        view = self._view(rev)
        if isinstance(view, PastValue):
            return view
        if view.project is None:
            return _with_errors("the project file", rev, f"gitconfig-tool validate --rev {rev}")
        bound = view.bundles.get(bundle)
        if bound is not None:
            foreign = self._borders.foreign_layer(bundle, bound.layers)
            if foreign is not None:
                return PastValue(
                    None,
                    why=f"expected {bundle} at {rev} to have no layer of other bundles, "
                    f"found {foreign}",
                    hint=f"gitconfig.yaml of {rev} gave it that layer, and today's does not: name "
                    "another version",
                )
        viewed = None if bound is None else view.document(bound, document)
        if viewed is not None and not viewed.is_known:
            # A weaker layer's value would stand in for what could not be read.
            look = f"gitconfig-tool show {bundle} {document} --rev {rev}"
            return _with_errors(f"'{document}' in this bundle", rev, look)
        if viewed is None:
            return PastValue(
                None,
                why=f"expected '{document}' in this bundle at {rev}, found no such bundle",
                hint=f"{bundle} is newer than {rev}: refer to it in layers that only older bundles "
                "read",
            )
        if viewed.linked is None:
            return PastValue(
                None,
                why=f"expected '{document}' in this bundle at {rev}, found no such document",
                hint=f"to look: gitconfig-tool show {bundle} --rev {rev}",
            )
        value, depth = walk(viewed.linked.root, tokens)
        if depth < len(tokens):
            return PastValue(
                None,
                why=f"expected a value at {document}@{rev}#{format_pointer(tokens)}, "
                f"found no '{tokens[depth]}'",
                hint=f"to look: gitconfig-tool show {bundle} {document} --rev {rev}",
            )
        commit = view.snapshot.commit
        return PastValue(value, commit.id if commit else "")

    def _view(self, rev: str) -> "View | PastValue":
        key = (rev, self._in_a_row)
        if key not in self._known:
            self._known[key] = self._read(rev)
        return self._known[key]

    def _read(self, rev: str) -> "View | PastValue":
        if self._in_a_row >= _MAX_IN_A_ROW:
            return PastValue(
                None,
                why=f"expected at most {_MAX_IN_A_ROW} versions that refer to one another in a row,"
                " found more",
                hint="refer to the value at the end",
            )
        try:
            return self._view_of(self._snapshot.at_revision(rev), self._in_a_row + 1)
        except GitConfigError as error:
            return PastValue(None, why=error.message, hint=error.hint)


def _with_errors(what: str, rev: str, look: str) -> PastValue:
    return PastValue(
        None,
        why=f"expected {what} to be without errors at {rev}, found errors",
        hint=f"to look: {look}; then name a version without errors",
    )
