"""Running the tests of compiled values: what `test` does.

Takes a view, so that only the documents that tests look at are read, and files of tests; returns a
result for each test. A place that is nowhere is an error of the test and never a pass: a slip in a
pointer must not make a test of nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from gitconfig_tool.compiler.expecting import Deviation, Expecting, deviations
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import read_policies, read_schemas
from gitconfig_tool.compiler.lookup import Missing, value_at
from gitconfig_tool.compiler.matching import is_glob, matching_values
from gitconfig_tool.compiler.test_files import TestFile, ValueTest
from gitconfig_tool.compiler.view import View, Viewed
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.policy import BundleFacts, Policies
from gitconfig_tool.project import Bundle
from gitconfig_tool.schema import Schemas

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test has not passed, at one value of one bundle.

    `place` is `DOC#/POINTER`. `origins` tell who set the value, strongest first; empty where there
    is none. `deviation` says what was expected and found; `is_error` that the test could not look.
    """

    bundle: str
    document: str
    path: Path
    deviation: Deviation
    origins: tuple[Origin, ...] = ()
    is_error: bool = False

    @property
    def place(self) -> str:
        """The document with the pointer."""
        pointer = format_pointer(self.path)
        return f"{self.document}#{pointer}" if pointer else self.document


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test: `checked` counts the values that it looked at."""

    test: ValueTest
    file: TestFile
    bundles: tuple[str, ...]
    checked: int
    failures: tuple[Failure, ...]

    @property
    def outcome(self) -> str:
        """`passed`, `failed`, or `error` where the test could not look."""
        if any(failure.is_error for failure in self.failures):
            return ERROR
        return FAILED if self.failures else PASSED


def run_tests(view: View, files: Sequence[TestFile], keep: "Keep") -> tuple[TestResult, ...]:
    """Run the tests that are asked for."""
    runner = _Runner(view)
    return tuple(
        runner.run(test, file, keep) for file in files for test in file.tests if keep.has(test)
    )


@dataclass(frozen=True, slots=True)
class Keep:
    """Which tests are run, and in which bundles; empty means all.

    `name` is a part of a test's name, in small letters or large; `bundles` are globs.
    """

    name: str = ""
    bundles: tuple[str, ...] = ()

    def has(self, test: ValueTest) -> bool:
        """Tell whether a test is asked for."""
        return self.name.casefold() in test.name.casefold()

    def has_bundle(self, name: str) -> bool:
        """Tell whether a bundle is asked for."""
        return not self.bundles or any(fnmatchcase(name, glob) for glob in self.bundles)


class _Runner:
    """Runs tests on one view; what several need is read once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._files = ProjectFiles(view.snapshot)

    @cached_property
    def _schemas(self) -> Schemas:
        if self._view.project is None:
            raise ValueError("no test can be read without a project file")
        return read_schemas(self._view.project, self._files)[0]

    @cached_property
    def _policies(self) -> tuple[Policies, tuple[Diagnostic, ...]]:
        if self._view.project is None:
            raise ValueError("no test can be read without a project file")
        return read_policies(self._view.project, self._files)

    def run(self, test: ValueTest, file: TestFile, keep: Keep) -> TestResult:
        bundles = [
            bundle
            for name, bundle in self._view.bundles.items()
            if keep.has_bundle(name) and any(fnmatchcase(name, glob) for glob in test.bundles)
        ]
        failures: list[Failure] = []
        checked = 0
        for bundle in bundles:
            number, found = self._in_bundle(test, bundle)
            checked += number
            failures += found
        if bundles and not checked and not failures:
            failures.append(_nowhere(test, bundles))
        names = tuple(bundle.name for bundle in bundles)
        return TestResult(test, file, names, checked, tuple(failures))

    def _in_bundle(self, test: ValueTest, bundle: Bundle) -> tuple[int, list[Failure]]:
        viewed = self._documents(test.document, bundle)
        wrong = [each for each in viewed if not each.is_known]
        if wrong:
            return 0, [_unknown(bundle, each.id) for each in wrong]
        if "absent" in test.expected:
            return self._absent(test, bundle, viewed)
        if "refused" in test.expected:
            return self._refused(test, bundle, viewed)
        if not is_glob(test.document) and not any(map(is_glob, test.path)):
            found = self._value_at(test, bundle, viewed[0])
            if found is not None:
                return 0, [found]
        checked = 0
        failures: list[Failure] = []
        for each in viewed:
            if each.linked is None:
                continue
            for path in matching_values(each.linked.root, test.path):
                checked += 1
                failures += self._hold(test, bundle, each.linked, path)
        return checked, failures

    def _documents(self, document: str, bundle: Bundle) -> list[Viewed]:
        ids = self._view.document_ids(bundle)
        if document in ids or not is_glob(document):
            return [self._view.document(bundle, document)]
        pattern = Glob(document)
        return [self._view.document(bundle, id) for id in ids if pattern.fullmatch(id)]

    def _value_at(self, test: ValueTest, bundle: Bundle, viewed: Viewed) -> Failure | None:
        found = value_at(
            viewed,
            test.path,
            bundle=bundle.name,
            documents=lambda: self._view.document_ids(bundle),
        )
        if not isinstance(found, Missing):
            return None
        deviation = Deviation(found.message, hint=found.hint)
        return Failure(bundle.name, viewed.id, test.path, deviation, is_error=True)

    def _hold(
        self, test: ValueTest, bundle: Bundle, linked: LinkedDocument, path: Path
    ) -> Iterator[Failure]:
        expecting = self._expecting(bundle, linked)
        for found in deviations(expecting, path, test.expected):
            at = (*path, *found.below)
            yield Failure(bundle.name, linked.id, at, found, linked.chain_at(at), found.is_error)

    def _expecting(self, bundle: Bundle, linked: LinkedDocument) -> Expecting:
        facts = BundleFacts(bundle.name, bundle.dimensions, bundle.protected)
        return Expecting(linked, facts, self._files, lambda: self._schemas, lambda: self._policies)

    def _refused(
        self, test: ValueTest, bundle: Bundle, viewed: Sequence[Viewed]
    ) -> tuple[int, list[Failure]]:
        failures: list[Failure] = []
        checked = 0
        for each in viewed:
            if each.linked is None:
                failures += filter(None, [self._value_at(test, bundle, each)])
                continue
            checked += 1
            found = self._expecting(bundle, each.linked).unrefused(
                test.expected["refused"], test.overrides
            )
            if found is not None:
                origins = each.linked.chain_at(())
                failures.append(Failure(bundle.name, each.id, (), found, origins, found.is_error))
        return checked, failures

    def _absent(
        self, test: ValueTest, bundle: Bundle, viewed: Sequence[Viewed]
    ) -> tuple[int, list[Failure]]:
        failures: list[Failure] = []
        checked = 0
        for each in viewed:
            found = {} if each.linked is None else matching_values(each.linked.root, test.path)
            if each.linked is None and not is_glob(test.document):
                missing = self._never_there(test, bundle, each.id)
                checked += 1
                failures += [missing] if missing is not None else []
                continue
            checked += 1
            for path, value in found.items():
                deviation = Deviation("expected no value, found one", found=_there(each, path))
                failures.append(Failure(bundle.name, each.id, path, deviation, value.chain))
            if not found and each.linked is not None and not any(map(is_glob, test.path)):
                around = test.path[:-1]
                if not matching_values(each.linked.root, around):
                    missing = self._never_there(test, bundle, each.id)
                    failures += [missing] if missing is not None else []
        return checked, failures

    def _never_there(self, test: ValueTest, bundle: Bundle, document: str) -> Failure | None:
        """Return the failure of a test that expects nothing where there never is anything.

        It is about a name that no bundle has, and most probably misspelt.
        """
        for other in self._view.bundles.values():
            if document not in self._view.document_ids(other):
                continue
            viewed = self._view.document(other, document)
            has_value = viewed.linked is not None and matching_values(viewed.linked.root, test.path)
            if has_value or (viewed.linked is not None and not test.has_pointer):
                return None
        deviation = Deviation(
            "expected a value that another bundle has, or one around it here, found neither",
            hint="a slip in the place would make this a test of nothing: check 'value'",
        )
        return Failure(bundle.name, document, test.path, deviation, is_error=True)


def _there(viewed: Viewed, path: Path) -> object:
    from gitconfig_tool.compiler.expecting import value_of

    return None if viewed.linked is None else value_of(viewed.linked, path)


def _unknown(bundle: Bundle, document: str) -> Failure:
    deviation = Deviation(
        f"expected {document} to compile, found errors", hint="gitconfig-tool validate shows them"
    )
    return Failure(bundle.name, document, (), deviation, is_error=True)


def _nowhere(test: ValueTest, bundles: Sequence[Bundle]) -> Failure:
    deviation = Deviation(
        "expected a value that matches in one bundle at least, found none in any",
        hint="'*' and '?' stay within a folder or a key; '**' crosses them",
    )
    return Failure(bundles[0].name, test.document, test.path, deviation, is_error=True)
