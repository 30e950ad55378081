"""Experiments with the variants of prompts: what each says, and what follows from all together.

Takes the prompts of a snapshot with the commit that the work began at; returns diagnostics. What
changes with time or with the project is asked only of the experiments that a bundle delivers: the
others may stand in the repository for ever, and nobody is in them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Document, parse_document
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts, PromptVersion, load_prompts
from gitconfig_tool.prompts.moving import Move, compare_experiments, percent
from gitconfig_tool.prompts.names import PROMPT_ENDING
from gitconfig_tool.prompts.variants import ReadExperiment, check_contracts, read_experiment
from gitconfig_tool.source import Held, Snapshot

# The dimension whose values an experiment names.
_DIMENSION = "environment"


@dataclass(frozen=True, slots=True)
class _Known:
    """The experiment of a prompt version."""

    version: PromptVersion
    read: ReadExperiment

    @property
    def salt_place(self) -> Span:
        """Where the salt stands; where it is the prompt's id, where the variants do."""
        return self.read.salt_span or self.read.span


def check_experiments(
    project: Project,
    files: ProjectFiles,
    prompts: Prompts,
    as_of: date,
    used: Collection[tuple[str, str]],
) -> Iterator[Diagnostic]:
    """Check the variants of every prompt version; `used` are ids with versions, of all bundles."""
    known: list[_Known] = []
    for prompt_id in prompts.ids():
        for version in prompts.versions(prompt_id):
            read, problems = _read(version)
            yield from problems
            if read is not None:
                yield from check_contracts(version)
                known.append(_Known(version, read))
    live = [each for each in known if (each.version.id, each.version.version) in used]
    for each in live:
        yield from _check_environments(project, each)
        yield from _check_end(each, as_of)
    yield from _check_salts(live, as_of)
    yield from _check_moves(project.llm.prompts.folder, files.snapshot, prompts, known, as_of)


def _read(version: PromptVersion) -> tuple[ReadExperiment | None, tuple[Diagnostic, ...]]:
    file = version.file
    if file is None:
        return None, ()
    return read_experiment(version.id, version.path, file.root, file.variants, file.experiment)


def _check_environments(project: Project, known: _Known) -> Iterator[Diagnostic]:
    dimension = project.dimensions.get(_DIMENSION)
    values = {} if dimension is None else dimension.values
    if dimension is not None and not dimension.complete:
        return
    for name, span in known.read.environment_spans.items():
        if name in values:
            continue
        near = get_close_matches(name, values, n=1)
        if dimension is None:
            hint = f"the project has no dimension '{_DIMENSION}': leave 'environments' out"
        else:
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(values)}"
        yield Diagnostic(
            "GCT557", f"expected an environment of the project, found '{name}'", span, hint=hint
        )


def _check_end(known: _Known, as_of: date) -> Iterator[Diagnostic]:
    experiment = known.read.experiment
    if experiment is not None and experiment.has_ended(as_of):
        yield Diagnostic(
            "GCT556",
            f"expected an experiment that runs or is to come, found that it ended {experiment.end}",
            known.read.end_span,
            label="everybody gets the control since",
            hint="make the best variant the prompt of a new version, without 'variants'",
        )


def _check_salts(live: Sequence[_Known], as_of: date) -> Iterator[Diagnostic]:
    """Find experiments that sort users in the same way."""
    first: dict[str, _Known] = {}
    for each in live:
        experiment = each.read.experiment
        if experiment is None or experiment.has_ended(as_of):
            continue
        other = first.setdefault(experiment.salt, each)
        if other.version.id != each.version.id:
            yield Diagnostic(
                "GCT559",
                f"expected a salt that no other prompt has, found '{experiment.salt}', "
                f"which {other.version.id}@{other.version.version} has too",
                each.salt_place,
                label="the same users meet in the first variants of both",
                notes=(Note("the other experiment", other.salt_place),),
                hint="give each experiment a salt of its own, before it starts; "
                "without 'salt' it is the prompt's id",
            )


def _check_moves(
    folder: str, snapshot: Snapshot, prompts: Prompts, known: Sequence[_Known], as_of: date
) -> Iterator[Diagnostic]:
    """Compare each experiment that the work brings with the one that it follows.

    What the work is compared with is what `prompt_history` compares with; a shallow clone that
    lacks it is reported there.
    """
    base = snapshot.merge_base(folder).held if known else None
    for each in known if base is not None else ():
        path = each.version.path
        if base is None or base.id_of(path) == snapshot.files[path].oid:
            continue
        former = _former(folder, base, prompts, each.version)
        read = None if former is None else _read(former)[0]
        old, new = None if read is None else read.experiment, each.read.experiment
        if former is None or old is None or new is None or not old.runs(as_of, None):
            continue
        move = compare_experiments(old, new)
        if move is not None:
            yield _moved(each, former, old.salt, move)


def _former(
    folder: str, base: Held, prompts: Prompts, version: PromptVersion
) -> PromptVersion | None:
    """Return what a version was before or, where it is new, the next lower one of then and now."""
    files = base.files(version.id.encode())
    paths = [path for path in files if path.endswith(PROMPT_ENDING)]
    then = {each.path: each for each in _loaded(folder, base, paths, version.id)}
    if version.path in then:
        return then[version.path]
    now = {each.path: each for each in prompts.versions(version.id)}
    named = {path: Document(path, None) for path in {*then, *now}}
    ordered = [each.path for each in load_prompts(named, folder=folder)[0].versions(version.id)]
    lower = ordered[ordered.index(version.path) + 1 :]
    return (now.get(lower[0]) or then[lower[0]]) if lower else None


def _loaded(
    folder: str, base: Held, paths: Sequence[str], prompt_id: str
) -> tuple[PromptVersion, ...]:
    texts = {path: base.read(path) for path in paths}
    documents = {
        path: parse_document(path, text)[0] for path, text in texts.items() if text is not None
    }
    return load_prompts(documents, folder=folder)[0].versions(prompt_id)


def _moved(known: _Known, former: PromptVersion, salt: str, move: Move) -> Diagnostic:
    hints = {
        "salt": f"keep the salt '{salt}', or end the experiment before another one begins",
        "order": "keep the order of the variants: each begins where the one before it ends",
        "weights": "the new weights make as many move; leave them out of the evaluation",
    }
    hint = hints[move.cause]
    if move.cause == "weights" and move.least < move.part:
        hint = (
            f"{percent(move.least)} would do for these weights: let a variant grow at the cost of "
            "its neighbour, so that the others keep their place"
        )
    than = former.version if former.path != known.version.path else "before"
    return Diagnostic(
        "GCT558",
        f"expected users to keep their variant, found that {percent(move.part)} get another "
        f"than {'in ' if than != 'before' else ''}{than}",
        known.salt_place if move.cause == "salt" else known.read.span,
        label=f"was '{salt}'" if move.cause == "salt" else f"the {move.cause} changed",
        hint=hint,
    )
