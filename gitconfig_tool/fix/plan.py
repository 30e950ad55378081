"""The repairs of a project: which files change to what, so that no bundle changes.

Takes a compilation of the work tree and a way to read its files; returns a `Plan`. The changed
project is compiled before anything is written: every bundle must hold what it held, and no new
problem may show. Writes nothing.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gitconfig_tool.diagnostics import Diagnostic, Remove, Severity, rule
from gitconfig_tool.document import parse_document
from gitconfig_tool.fix.repair import Refusal, Repair, largest, repair_file
from gitconfig_tool.secrets import is_sops, is_sops_path
from gitconfig_tool.source import Snapshot
from gitconfig_tool.source.replacing import with_contents

if TYPE_CHECKING:
    from gitconfig_tool.bundle import CompiledBundle
    from gitconfig_tool.compiler import Compilation

# Errors of these groups may hide what a layer says; then no override is known to be redundant.
_HIDE_VALUES = frozenset({"source", "yaml", "project", "layers"})
# One round nearly always does; a repair that makes room for another one takes a second.
_MAX_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One file: its path in the project, and its bytes on disk before and after."""

    path: str
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write. `compilation` is the project as it is then; `repaired` is gone from it."""

    changes: tuple[Change, ...]
    repaired: tuple[Diagnostic, ...]
    refused: tuple[Refusal, ...]
    compilation: "Compilation"


def plan_fixes(compilation: "Compilation", read_disk: Callable[[str], bytes | None]) -> Plan:
    """Plan the repairs of all diagnostics that carry one.

    `compilation` is of the work tree and of all bundles: an override is redundant only where it is
    so in every bundle. `read_disk` returns the bytes of a file as they lie on disk; None where
    there is no such file, or it is not one that may be written.
    """
    planning = _Planning(compilation, read_disk)
    for _ in range(_MAX_ROUNDS):
        if not planning.round():
            break
    return planning.plan()


class _Planning:
    """What is planned so far. Each round repairs what the one before has left or made possible."""

    def __init__(
        self, compilation: "Compilation", read_disk: Callable[[str], bytes | None]
    ) -> None:
        self._snapshot = compilation.snapshot
        self._read_disk = read_disk
        self._compilation = compilation
        self._disk: dict[str, bytes | None] = {}
        self._now: dict[str, bytes] = {}
        self._repaired: list[Diagnostic] = []
        self._refused: list[Refusal] = []

    def round(self) -> bool:
        """Make one round; return whether it repaired anything."""
        # Loaded here, not above: whoever only writes a file does not wait for every stage.
        from gitconfig_tool.compiler import compile_snapshot

        self._refused = []
        before = self._compilation
        repairs = self._repairs()

        def problem(paths: Sequence[str]) -> str | None:
            changed = self._now | {path: repairs[path].data for path in paths}
            after = compile_snapshot(with_contents(self._snapshot, self._as_stored(changed)))
            reason = _difference(before, after)
            if reason is None:
                # `largest` asks about ever more files: the last that is right is the result.
                self._compilation = after
            return reason

        accepted, rejected = largest(list(repairs), problem)
        for path, reason in rejected:
            self._refused += [Refusal(each, reason) for each in repairs[path].repaired]
        for path in accepted:
            self._now[path] = repairs[path].data
            self._repaired += repairs[path].repaired
        return bool(accepted)

    def plan(self) -> Plan:
        """Return what all rounds together come to."""
        changes = tuple(
            Change(path, self._disk[path] or b"", after)
            for path, after in sorted(self._now.items())
        )
        return Plan(changes, tuple(self._repaired), tuple(self._refused), self._compilation)

    def _repairs(self) -> dict[str, Repair]:
        repairs = {}
        fixable, unsure = _fixable(self._compilation.diagnostics)
        self._refused += unsure
        for path, diagnostics in fixable.items():
            if path not in self._disk:
                self._disk[path] = self._read_disk(path)
            disk = self._disk[path]
            reason = _left_alone(path, self._snapshot, disk, self._compilation.diagnostics)
            if reason is not None or disk is None:
                self._refused += [Refusal(each, reason or "") for each in diagnostics]
                continue
            repair = repair_file(path, self._now.get(path, disk), diagnostics)
            self._refused += repair.refused
            if repair.repaired:
                repairs[path] = repair
        return repairs

    def _as_stored(self, changed: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return what Git would store for files; with `core.autocrlf` it has other line breaks."""
        return {
            path: data
            if self._disk[path] == self._snapshot.read(path)
            else data.replace(b"\r\n", b"\n")
            for path, data in changed.items()
        }


def _fixable(
    diagnostics: Sequence[Diagnostic],
) -> tuple[dict[str, list[Diagnostic]], list[Refusal]]:
    """Return the diagnostics to repair by file, and those that other errors make doubtful."""
    found: dict[str, list[Diagnostic]] = {}
    unsure: list[Refusal] = []
    error = next((each.code for each in diagnostics if _hides_values(each)), None)
    for each in diagnostics:
        if each.fix is None or each.span is None:
            continue
        if error is not None and isinstance(each.fix, Remove):
            reason = f"the project has errors that may hide values: correct {error} first"
            unsure.append(Refusal(each, reason))
        else:
            found.setdefault(each.span.path, []).append(each)
    return found, unsure


def _hides_values(diagnostic: Diagnostic) -> bool:
    known = rule(diagnostic.code)
    return known.severity is Severity.ERROR and known.group in _HIDE_VALUES


def _left_alone(
    path: str, snapshot: Snapshot, disk: bytes | None, diagnostics: Sequence[Diagnostic]
) -> str | None:
    """Return why a file must not be touched, or None."""
    if path not in snapshot.files:
        return "it is no file of the project"
    stored = snapshot.read(path)
    if is_sops_path(path) or is_sops(parse_document(path, stored, sensitive=True)[0].root):
        return "sops seals the whole file with a MAC: use `sops edit`"
    if any(each.sensitive and each.span and each.span.path == path for each in diagnostics):
        return "a line of the file may hold a secret in the clear, which the diff would show"
    if disk is None:
        return "the file is not in the work tree, or is reached by a symbolic link"
    if disk not in (stored, _with_crlf(stored)):
        return "the file on disk is not what Git would store: it changed, or a filter rewrites it"
    return None


def _with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _difference(before: "Compilation", after: "Compilation") -> str | None:
    """Return why a compilation may not take the place of another one, or None."""
    if before.bundles.keys() != after.bundles.keys():
        return "the bundles would be others"
    known: dict[int, str] = {}
    for name, bundle in before.bundles.items():
        if _content(bundle, known) != _content(after.bundles[name], known):
            return f"it would change what the bundle {name} holds"
    new = Counter(each.code for each in after.diagnostics)
    new -= Counter(each.code for each in before.diagnostics)
    if new:
        return f"it would cause {', '.join(sorted(new))}"
    return None


def _content(bundle: "CompiledBundle", known: dict[int, str]) -> Any:
    """Return all that a bundle delivers; bundles share values, which are written out once."""

    def text(value: Any) -> str:
        # As text, 1, 1.0 and true differ.
        if id(value) not in known:
            known[id(value)] = json.dumps(value, sort_keys=True)
        return known[id(value)]

    documents: Mapping[str, Any] = {
        name: (text(each.value), dict(each.secrets), dict(each.prompts), each.unknown)
        for name, each in bundle.documents.items()
    }
    prompts = [(each.id, each.version, text(each.content)) for each in bundle.prompts]
    return (bundle.dimensions, bundle.protected, documents, prompts, bundle.sealed, bundle.schemas)
