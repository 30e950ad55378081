"""The commits at which an effective value changed, from whichever layer.

Takes a walk through Git and a way to look the value up at a commit; yields a `Change` for each
commit whose value differs from that of all its parents, newest first. The value is looked up only
where a file that it depends on differs. Renamed documents are not followed: under its new name, a
document begins anew.
"""

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.compiler.lookup import value_at
from gitconfig_tool.compiler.view import View
from gitconfig_tool.document import Node
from gitconfig_tool.link import PromptLink, SecretLink
from gitconfig_tool.merge import MergedValue, to_json
from gitconfig_tool.source import PROJECT_FILE, Commit, Snapshot, Stop, Watched

_ABSENT = "absent"
_BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class State:
    """The value at one commit; None where there is none, and then `why` says why.

    `key` is the same for values that are the same. `watched` is what the answer depends on.
    """

    value: MergedValue | None
    why: str
    key: str
    watched: Watched

    @property
    def is_absent(self) -> bool:
        """Whether there is no value; a value that errors hide may be one."""
        return self.key == _ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """A commit at which the value changed; `commit` is None for what is not committed yet.

    `files` are those that the commit changed, as far as they set the value before or after. At a
    merge, `before` is what the first parent had. `is_cut` tells that a shallow clone ends here: the
    value may be older than the commit.
    """

    commit: Commit | None
    before: State
    after: State
    files: tuple[str, ...]
    is_cut: bool = False


NOTHING = State(None, "", _ABSENT, Watched(frozenset()))
NO_PROJECT = State(None, f"no {PROJECT_FILE}", _ABSENT, Watched(frozenset({PROJECT_FILE})))


def look_up(
    snapshot: Snapshot,
    bundle: str,
    document: str,
    path: Sequence[str],
    roots: dict[str, Node | None],
) -> State:
    """Return the value that a bundle has at a snapshot; `roots` is what all snapshots share."""
    if PROJECT_FILE not in snapshot.files:
        return NO_PROJECT
    view = View(snapshot, roots)
    if view.project is None:
        return State(None, f"{PROJECT_FILE} has errors", _BROKEN, view.watched(None))
    if bundle not in view.bundles:
        return State(None, "no such bundle", _ABSENT, view.watched(None))
    bound = view.bundles[bundle]
    viewed = view.document(bound, document)
    if not viewed.is_known:
        return State(None, "the document has errors", _BROKEN, view.watched(bound))
    found = value_at(viewed, path, bundle=bundle, documents=tuple)
    if isinstance(found, MergedValue):
        key = json.dumps(to_json(found, _leaf), sort_keys=True)
        return State(found, "", f"={key}", view.watched(bound))
    return State(None, found.why, _ABSENT, view.watched(bound))


def value_history(
    tip: str, look: Callable[[str], State], back: Callable[[str, Watched], Stop | None]
) -> Iterator[Change]:
    """Yield the changes of a value, newest first, from a commit backwards.

    `look` returns the state at a commit; `back` is `Walk.back`.
    """
    # What is waiting: commits to go back from, and changes to yield, the newest first.
    waiting: list[tuple[float, int, str | _Found]] = [(float("-inf"), 0, tip)]
    states = {tip: look(tip)}
    number = 0
    while waiting:
        _, _, item = heapq.heappop(waiting)
        if isinstance(item, str):
            found = _last_change(item, states.pop(item), look, back)
            if found is not None and found.change.commit is not None:
                number += 1
                heapq.heappush(waiting, (-found.change.commit.time, number, found))
            continue
        yield item.change
        for parent, state in item.parents.items():
            number += 1
            states[parent] = state
            # No parent is newer than its child, whatever its clock said.
            heapq.heappush(waiting, (float("-inf"), number, parent))


@dataclass(frozen=True, slots=True)
class _Found:
    change: Change
    parents: dict[str, State]


def _last_change(
    commit: str,
    state: State,
    look: Callable[[str], State],
    back: Callable[[str, Watched], Stop | None],
) -> _Found | None:
    """Return what made a value what it is at a commit; None where another line leads there too."""
    while True:
        stop = back(commit, state.watched)
        if stop is None:
            return None
        if not stop.parents:
            if state.is_absent:
                return None
            before = NOTHING if not stop.is_cut else state
            change = Change(stop.commit, before, state, _files(state, None, ()), stop.is_cut)
            return _Found(change, {})
        parents = {parent: look(parent) for parent in stop.parents}
        same = next((each for each, at in parents.items() if at.key == state.key), None)
        if same is None:
            first, differing = next(iter(stop.parents.items()))
            before = parents[first]
            change = Change(stop.commit, before, state, _files(state, before, differing))
            return _Found(change, parents)
        commit, state = same, parents[same]


def _files(after: State, before: State | None, differing: Sequence[str]) -> tuple[str, ...]:
    """Return the files that matter of those that differ; all of them where none stands out."""
    named = [
        origin.path
        for state in (after, before)
        if state is not None and state.value is not None
        for origin in state.value.chain
    ]
    if before is None:
        return tuple(dict.fromkeys(named[:1]))
    return tuple(dict.fromkeys(path for path in named if path in differing)) or tuple(differing)


def _leaf(content: Any) -> Any:
    """Tell links apart by what they lead to; the ciphertext of a secret does not count."""
    if isinstance(content, SecretLink):
        return {"$secret": [content.document, content.pointer, content.path]}
    if isinstance(content, PromptLink):
        return {"$prompt": [content.id, content.version]}
    return {"$unknown": True}
