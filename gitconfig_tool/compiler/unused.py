"""What no bundle needs: layer files that none reads, and overrides that change nothing in any.

Takes what the bundles of a whole project read and remarked; returns diagnostics. Not to be called
where only some bundles were compiled, or a file could not be read: nothing can be said then.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from gitconfig_tool.compiler.document_ids import document_id
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.test_names import is_test_path
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.glob import Glob
from gitconfig_tool.merge import MergedDocument
from gitconfig_tool.project import Bundle, Layer, Project
from gitconfig_tool.project.binding import PLACEHOLDER

# How alike two names are that one person would take for one: `bsae` and `base` are 0.75.
_NEAR = 0.75


def agreed_remarks(documents: Iterable[MergedDocument]) -> Iterator[Diagnostic]:
    """Yield the remarks that every document made with the same file agrees on.

    An override that changes nothing in one bundle may matter in another.
    """
    read = Counter[str]()
    said: dict[tuple[str, Span | None], tuple[Diagnostic, int]] = {}
    for document in documents:
        read.update(set(document.files))
        for remark in document.remarks:
            first, count = said.get((remark.code, remark.span), (remark, 0))
            said[remark.code, remark.span] = (first, count + 1)
    for remark, count in said.values():
        if remark.span is not None and count == read[remark.span.path]:
            yield remark


def without_known_typos(
    remarks: Iterable[Diagnostic], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Leave out the keys that look misspelt and that a schema has refused already."""
    refused = {each.span for each in found if each.code == "GCT206"}
    return (each for each in remarks if each.code != "GCT113" or each.span not in refused)


def unused_files(
    project: Project,
    bundles: Collection[Bundle],
    files: ProjectFiles,
    meant: Collection[str] = (),
) -> Iterator[Diagnostic]:
    """Report the files that lie where a layer could be, and that no bundle reads.

    `meant` are the folders and files at the top that a misspelt layer means: they are told already.
    """
    used = set(files.read_paths())
    for folder in {path for bundle in bundles for path in _folders(bundle)}:
        used.update(files.under(folder))
    patterns = [(layer, _pattern(layer)) for layer in project.layers if _is_open(layer)]
    # Where no layer holds anything, GCT108 tells it: one of the layers is misspelt, not the files.
    bound = {layer.path for bundle in bundles for layer in bundle.layers}
    is_empty = used.isdisjoint(bound) and not any(map(files.under, bound))
    shapes = [] if is_empty else [_Shape.of(layer) for layer in project.layers]
    others = tuple(
        f"{each.rstrip('/')}/"
        for each in (project.llm.prompts.folder, *_policy_folders(project), *meant)
    )
    for path in files.snapshot.files:
        if path in used or path in meant or path.startswith(others) or document_id(path) is None:
            continue
        if is_test_path(path) or any(part.startswith(".") for part in path.split("/")):
            continue
        for layer, pattern in patterns:
            match = pattern.match(path)
            if match is not None:
                yield _unused(path, layer, match, project)
                break
        else:
            near = next(filter(None, (_meant(path, shape) for shape in shapes)), None)
            if near is not None:
                yield _misspelt(path, *near)


def misspelt_endings(bundles: Iterable[Bundle], files: ProjectFiles) -> Iterator[Diagnostic]:
    """Report files of layers whose ending is nearly that of a document."""
    for folder in sorted({path for bundle in bundles for path in _folders(bundle)}):
        for path in files.under(folder):
            name = path.rpartition("/")[2]
            stem, dot, ending = name.rpartition(".")
            if not stem or name.startswith(".") or document_id(path) is not None:
                continue
            if get_close_matches(ending.lower(), ("yaml", "yml"), n=1, cutoff=0.75):
                meant = "yaml" if len(ending) > len("yml") else "yml"
                yield Diagnostic(
                    "GCT116",
                    f"expected a document's file to end in .yaml or .yml, found .{ending}",
                    Span(path),
                    hint=f"rename it to {stem}{dot}{meant}",
                )


def unused_schemas(project: Project, documents: Collection[str]) -> Iterator[Diagnostic]:
    """Report rules that bring a schema to no document: what they should check goes unchecked."""
    for rule in project.schemas:
        pattern = Glob(rule.match)
        if any(pattern.fullmatch(name) for name in documents):
            continue
        near = get_close_matches(rule.match, documents, n=1)
        yield Diagnostic(
            "GCT216",
            f"expected documents that match '{rule.match}', found none in any bundle",
            rule.span,
            "checks nothing",
            hint=f"did you mean '{near[0]}'?"
            if near
            else "the ids of documents are their paths in a layer, without the extension",
        )


def misspelt_layers(
    project: Project, files: ProjectFiles, found: Iterable[Diagnostic]
) -> Iterator[tuple[str, Diagnostic]]:
    """Report layers whose first folder is not there, each with the one of nearly that name.

    A layer may have no files: without this, a slip in its path would lose all that it holds. One
    that is `required: true` is an error already, and so is a bundle without any document (GCT108).
    """
    if any(each.code == "GCT108" for each in found):
        return
    there = dict.fromkeys(path.partition("/")[0] for path in files.snapshot.files)
    wanted = {layer.template.partition("/")[0] for layer in project.layers}
    for layer in project.layers:
        first, slash, rest = layer.template.partition("/")
        if layer.required or "{" in first or first in there:
            continue
        others = [name for name in there if name not in wanted]
        for near in get_close_matches(first, others, n=1, cutoff=0.75):
            yield (
                near,
                Diagnostic(
                    "GCT115",
                    f"expected files at the layer {layer.template}, "
                    f"found no '{first}' in the project",
                    layer.span,
                    "no bundle gets anything from it",
                    hint=f"did you mean '{near}{slash}{rest}'?",
                ),
            )


def _folders(bundle: Bundle) -> Iterator[str]:
    return (layer.path for layer in bundle.layers if layer.document is None)


def _policy_folders(project: Project) -> Iterator[str]:
    return (policy.name for policy in project.policies)


def _is_open(layer: Layer) -> bool:
    """Tell whether a layer has placeholders: what lies in a fixed one is always read."""
    return "{" in layer.template


def _pattern(layer: Layer) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(layer.template)
    text = "".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(text + ("/" if layer.document is None else r"\Z"))


class _Shape(NamedTuple):
    """The parts of a layer's path, each as it is written and as a pattern."""

    template: str
    is_file: bool
    parts: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, layer: Layer) -> "_Shape":
        parts = layer.template.rstrip("/").split("/")
        return cls(layer.template, layer.document is not None, tuple((p, _part(p)) for p in parts))


def _meant(path: str, shape: _Shape) -> tuple[str, str, str] | None:
    """Return the layer, the part of a path and what was probably meant by it.

    Only a folder or file whose fixed name is nearly that of the layer; all other parts must fit.
    """
    found = path.split("/")
    if not shape.is_file:
        found = found[: min(len(shape.parts), len(found) - 1)]
    if len(found) != len(shape.parts):
        return None
    together = zip(found, shape.parts, strict=True)
    wrong = [(name, part) for name, (part, pattern) in together if not pattern.match(name)]
    if len(wrong) != 1 or "{" in wrong[0][1]:
        return None
    name, near = wrong[0]
    if name.casefold() == near.casefold():
        return None  # GCT004 tells of names that differ by case only.
    return (shape.template, name, near) if get_close_matches(name, [near], cutoff=_NEAR) else None


def _part(template: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(template)
    text = ".+".join(re.escape(part) for part in parts[::2])
    return re.compile(text + r"\Z")


def _misspelt(path: str, template: str, name: str, near: str) -> Diagnostic:
    return Diagnostic(
        "GCT114",
        f"expected the layer {template} to hold what it is meant to, found a file beside it "
        "that no bundle reads",
        Span(path),
        hint=f"'{name}' is no part of a layer: did you mean '{near}'?",
    )


def _unused(path: str, layer: Layer, match: re.Match[str], project: Project) -> Diagnostic:
    names = PLACEHOLDER.findall(layer.template)
    hint = "remove it, or add what it is for to gitconfig.yaml"
    for name, value in zip(names, match.groups(), strict=True):
        if name not in project.dimensions or value in project.dimensions[name].values:
            continue
        near = get_close_matches(value, project.dimensions[name].values, n=1)
        hint = f"'{value}' is no {name}: "
        hint += f"did you mean '{near[0]}'?" if near else f"add it to the dimension {name}"
        break
    return Diagnostic(
        "GCT114",
        f"expected every file of the layers {layer.template} to be read by a bundle, "
        "found one that none reads",
        Span(path),
        hint=hint,
    )
