"""One run of tests: the files, which of them are run, and what came of each test.

Takes a view; reads the files of tests and the unit tests of policies. Prints nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from gitconfig_tool.builtin import BUILTIN
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import in_order
from gitconfig_tool.compiler.inputs import CompileError
from gitconfig_tool.compiler.test_files import read_test_files
from gitconfig_tool.compiler.test_names import TEST_FOLDER
from gitconfig_tool.compiler.value_testing import Keep, TestResult, run_tests
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import Diagnostic, is_error
from gitconfig_tool.policy.conditions import UnitTest, run_unit_tests
from gitconfig_tool.source import Snapshot

_UNIT_TEST = "_test.rego"
_REGO = ".rego"


@dataclass(frozen=True, slots=True)
class TestRun:
    """What came of all tests that were asked for.

    `results` are those of values, `unit_tests` those of policies. `diagnostics` say what is wrong
    in the files; `text` gives the text of a project file.
    """

    snapshot: Snapshot
    results: tuple[TestResult, ...]
    unit_tests: tuple[UnitTest, ...]
    diagnostics: tuple[Diagnostic, ...]
    text: Callable[[str], str | None] = field(repr=False)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome of each test, in the order of the files."""
        return (
            *(result.outcome for result in self.results),
            *(test.outcome for test in self.unit_tests),
        )

    @property
    def has_failed(self) -> bool:
        """Whether a test has not passed, or a file has an error."""
        return any(outcome in ("failed", "error") for outcome in self.outcomes) or any(
            is_error(found) for found in self.diagnostics
        )


def run_all_tests(view: View, paths: Sequence[str] = (), keep: Keep | None = None) -> TestRun:
    """Run the tests at some paths of the project, or below them; all when none is given.

    Raises `CompileError` for a path, a name or a bundle that chooses no test.
    """
    keep = keep or Keep()
    files = ProjectFiles(view.snapshot)
    if view.project is None:
        return TestRun(view.snapshot, (), (), view.errors(), view.text)
    for glob in keep.bundles:
        view.matching(glob)
    found, diagnostics = read_test_files(files, view.bundles)
    chosen = [file for file in found if _is_asked(file.path, paths)]
    units, faults = _unit_tests(view, files, paths, keep)
    _check_paths(paths, [*(file.path for file in found), *(unit.span.path for unit in units)])
    results = run_tests(view, chosen, keep)
    if keep.bundles:
        results = tuple(result for result in results if result.bundles)
        units = ()
    if keep.name and not results and not units:
        names = [test.name for file in chosen for test in file.tests]
        near = get_close_matches(keep.name, names, n=1, cutoff=0.4)
        raise CompileError(
            f"expected a part of a test's name after -k, found {keep.name!r}",
            hint=f"did you mean {near[0]!r}?" if near else "without -k, all tests are run",
        )
    mine = [
        each
        for each in (*diagnostics, *faults, *files.diagnostics)
        if each.span is None or _is_asked(each.span.path, paths)
    ]
    return TestRun(view.snapshot, results, units, in_order(mine), files.text)


def _unit_tests(
    view: View, files: ProjectFiles, paths: Sequence[str], keep: Keep
) -> tuple[tuple[UnitTest, ...], tuple[Diagnostic, ...]]:
    """Run the unit tests of the project's own policies, and those beside the tests of values."""
    if view.project is None:
        return (), ()
    folders = [
        f"{each.name.rstrip('/')}/" for each in view.project.policies if BUILTIN not in each.name
    ]
    folders.append(f"{TEST_FOLDER}/")
    rego = [
        path
        for path in view.snapshot.files
        if path.endswith(_REGO)
        and any(path.startswith(each) or f"{path}/" == each for each in folders)
    ]
    if not any(path.endswith(_UNIT_TEST) and _is_asked(path, paths) for path in rego):
        return (), ()
    texts = {path: (files.read(path) or b"").decode("utf-8-sig", "replace") for path in rego}
    found, faults = run_unit_tests(texts)
    chosen = tuple(
        each
        for each in found
        if _is_asked(each.span.path, paths)
        and each.span.path.endswith(_UNIT_TEST)
        and keep.name.casefold() in each.name.casefold()
    )
    diagnostics = tuple(
        Diagnostic("GCT904", " ".join(each.text.split()), each.span, hint=each.hint)
        for each in faults
    )
    return chosen, diagnostics


def _is_asked(path: str, paths: Sequence[str]) -> bool:
    return not paths or any(path == each or path.startswith(f"{each}/") for each in paths)


def _check_paths(paths: Sequence[str], there: Sequence[str]) -> None:
    for path in paths:
        if not any(_is_asked(each, [path]) for each in there):
            near = get_close_matches(path, there, n=1)
            raise CompileError(
                f"expected a file of tests or a folder with some, found {path!r}",
                hint=f"did you mean {near[0]}?"
                if near
                else f"tests are {TEST_FOLDER}/**/*.test.yaml, and *_test.rego beside policies",
            )
