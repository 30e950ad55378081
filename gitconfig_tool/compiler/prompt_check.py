"""The test data of prompt versions, case by case: what `prompts check` does.

Takes a compilation; returns a `PromptCheck`. Calls no model, and finds nothing that the compilation
has not found: it tells which cases have passed, and which versions nobody tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import CompileError, read_prompts
from gitconfig_tool.compiler.prompt_testing import runs_of
from gitconfig_tool.diagnostics import Diagnostic, Silenced, is_error
from gitconfig_tool.prompts import Prompts, PromptVersion, TestCase, is_range
from gitconfig_tool.source import PROJECT_FILE, Snapshot

if TYPE_CHECKING:
    from gitconfig_tool.compiler.pipeline import Compilation

PASSED, FAILED, NOT_RENDERED = "passed", "failed", "not-rendered"
# The values of a case are wrong, or it does not render.
_UNTESTABLE = frozenset({"GCT509", "GCT510", "GCT511"})


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test case with the prompt itself (`variant` is None), or with a variant of it.

    `outcome` is `passed`, `failed` or `not-rendered`; `problems` say why.
    """

    name: str
    variant: str | None
    outcome: str
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class VersionResult:
    """What came of the test data of one prompt version; `bundles` deliver it."""

    version: PromptVersion
    bundles: tuple[str, ...]
    cases: tuple[CaseResult, ...]

    @property
    def name(self) -> str:
        """The version as references name it."""
        return f"{self.version.id}@{self.version.version}"

    @property
    def passed(self) -> int:
        """How many cases have passed, each variant counted."""
        return sum(case.outcome == PASSED for case in self.cases)

    @property
    def failed(self) -> int:
        """How many cases have not."""
        return len(self.cases) - self.passed


@dataclass(frozen=True, slots=True)
class PromptCheck:
    """The results of several versions, and what is wrong in their files.

    `diagnostics` hold the problems of cases too. `other_errors` counts the errors in other files:
    bundles that have some may use further versions.
    """

    results: tuple[VersionResult, ...]
    diagnostics: tuple[Diagnostic, ...]
    silenced: tuple[Silenced, ...]
    other_errors: int = 0

    @property
    def untested(self) -> tuple[str, ...]:
        """Which versions have no test data."""
        return tuple(result.name for result in self.results if not result.cases)

    @property
    def has_failed(self) -> bool:
        """Whether a case has failed, or a file has an error."""
        return any(result.failed for result in self.results) or any(
            is_error(found) for found in self.diagnostics
        )


def check_prompts(
    compilation: "Compilation", names: Sequence[str] = (), *, every: bool = False
) -> PromptCheck:
    """Render all test data of prompt versions.

    They are those that the bundles of the compilation use; with `every`, all that there are; with
    `names`, which are ids, or ids with a range (`support-assistant@^1.2`), all that are named.

    Raises `CompileError` for a name that no prompt has.
    """
    project = compilation.project
    if project is None:
        return PromptCheck((), compilation.diagnostics, compilation.silenced)
    prompts, _ = read_prompts(project, ProjectFiles(compilation.snapshot))
    users: dict[tuple[str, str], list[str]] = {}
    for name, bundle in compilation.bundles.items():
        for each in bundle.prompts:
            users.setdefault((each.id, each.version), []).append(name)
    chosen = _choose(prompts, names)
    versions = [
        version
        for prompt_id in prompts.ids()
        for version in reversed(prompts.versions(prompt_id))
        if (version.id, version.version) in chosen
        and (every or names or (version.id, version.version) in users)
    ]
    paths = {path for version in versions for path in version.paths}
    diagnostics = tuple(each for each in compilation.diagnostics if _is_about(each, paths))
    results = (
        VersionResult(
            version,
            tuple(users.get((version.id, version.version), ())),
            _cases(version, diagnostics),
        )
        for version in versions
    )
    silenced = tuple(each for each in compilation.silenced if _is_about(each.diagnostic, paths))
    others = sum(is_error(each) for each in compilation.diagnostics if not _is_about(each, paths))
    return PromptCheck(tuple(results), diagnostics, silenced, others)


def check_changed_prompts(snapshot: Snapshot) -> PromptCheck:
    """Render the test data of the prompts that the index or the work tree changed since HEAD.

    Those that include a changed partial or text are among them, and so is whether what changed was
    released, and whether a new number says what changed.
    """
    from gitconfig_tool.compiler.partial import check_affected_prompts

    found = check_affected_prompts(snapshot)
    if found is None:
        return PromptCheck((), (), ())
    versions = [
        version
        for prompt_id in found.prompts.ids()
        for version in reversed(found.prompts.versions(prompt_id))
        if not snapshot.changed.isdisjoint(version.paths)
    ]
    paths = {
        PROJECT_FILE,
        *snapshot.changed,
        *(path for version in versions for path in version.paths),
    }
    diagnostics = tuple(each for each in found.check.diagnostics if _is_about(each, paths))
    results = (
        VersionResult(
            version,
            tuple(found.used.get((version.id, version.version), ())),
            _cases(version, diagnostics),
        )
        for version in versions
    )
    return PromptCheck(tuple(results), diagnostics, found.check.silenced)


def _choose(prompts: Prompts, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return ids with versions; all where no name is given."""
    found: list[PromptVersion] = []
    for name in names:
        prompt_id, _, version_range = name.partition("@")
        versions = prompts.versions(prompt_id)
        if not versions:
            near = prompts.suggest(prompt_id)
            raise CompileError(
                f"expected the id of a prompt, found {prompt_id!r}",
                hint=f"did you mean {near!r}?" if near else f"prompts: {', '.join(prompts.ids())}",
            )
        if version_range and not is_range(version_range):
            raise CompileError(
                f"expected a range of versions after '@', found {version_range!r}",
                hint=f"such as {prompt_id}@^1.2, or {prompt_id}@{versions[0].version}",
            )
        inside = [each for each in versions if not version_range or _is_in(each, version_range)]
        if not inside:
            raise CompileError(
                f"expected a version of {prompt_id} within {version_range!r}, found none",
                hint=f"versions: {', '.join(each.version for each in versions)}",
            )
        found += inside
    every = [version for prompt_id in prompts.ids() for version in prompts.versions(prompt_id)]
    return frozenset((each.id, each.version) for each in (found if names else every))


def _is_in(version: PromptVersion, version_range: str) -> bool:
    alone = Prompts({version.id: (version,)})
    return alone.resolve(version.id, version_range) is not None


def _is_about(found: Diagnostic, paths: set[str]) -> bool:
    return found.span is not None and found.span.path in paths


def _cases(version: PromptVersion, known: Sequence[Diagnostic]) -> tuple[CaseResult, ...]:
    tests = () if version.file is None else version.file.tests
    wrong: Mapping[int, tuple[Diagnostic, ...]] = {
        id(case): tuple(each for each in known if _is_of_case(each, version, case))
        for case in tests
    }
    results = []
    for run in runs_of(version, tests):
        problems = (*wrong[id(run.case)], *run.problems)
        outcome = FAILED if problems else PASSED
        if run.rendered is None:
            outcome = NOT_RENDERED
        results.append(CaseResult(run.case.name, run.variant, outcome, problems))
    return tuple(results)


def _is_of_case(found: Diagnostic, version: PromptVersion, case: TestCase) -> bool:
    """Tell whether a diagnostic is about the values of a case."""
    if found.code not in _UNTESTABLE or found.span is None or found.span.path != version.path:
        return False
    node = case.variables_node
    last = case.span.line if node is None else max(node.mark.end_line, case.span.line)
    return case.span.line <= found.span.line <= last
