"""The files in which users say what must hold of compiled values: `tests/**/*.test.yaml`.

    description: What production promises
    bundle: production                   # for all tests of the file; a glob, or a list of them
    tests:
      - name: answers do not wander
        value: ml-service/inference/model#/parameters/temperature
        equals: 0.2

Takes parsed files; returns tests, and diagnostics (GCT900 to GCT903) for what is wrong in them.
Compiles nothing and runs nothing.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import bundle_hint
from gitconfig_tool.compiler.test_names import TEST_FOLDER, is_test_path
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, Node, node_at, plain_value, tagged_nodes
from gitconfig_tool.pointer import Path, parse_pointer, split_reference
from gitconfig_tool.policy.conditions import condition_fault
from gitconfig_tool.prompts import is_range
from gitconfig_tool.prompts.json_text import schema_mistake

_FILE_KEYS = ("description", "bundle", "tests")
# What can be said of a value; a test may say several things.
EXPECTATIONS = ("equals", "includes", "schema", "absent", "secret", "prompt", "rego", "refused")
_TEST_KEYS = ("name", "description", "bundle", "value", "with", *EXPECTATIONS)
_REFUSED_KEYS = ("by", "message")
_LIKE = {
    "bundle": "bundle: production, or a list of globs: [production, 'production/*']",
    "value": "value: ml-service/inference/model#/parameters/temperature",
    "absent": "absent: true",
    "includes": "includes: {parameters: {temperature: 0.2}}",
    "schema": "schema: {type: integer, maximum: 60}, or the path of a schema file",
    "secret": "secret: secrets/database#/password, or secret: true for any",
    "prompt": "prompt: support-assistant@^1.2",
    "rego": "rego: input.replicas >= 2",
    "refused": "refused: true, or {by: main.deny, message: replicas}",
    "with": "with: {replicas: 1}, beside refused",
}


@dataclass(frozen=True, slots=True)
class ValueTest:
    """One test: what it is called, where it looks, and what must hold there.

    `bundles` are globs. `expected` holds the expectations by name, `overrides` is what `with` says.
    `span` is the place of the test, `spans` that of each key.
    """

    name: str
    description: str
    bundles: tuple[str, ...]
    document: str
    path: tuple[str, ...]
    has_pointer: bool
    expected: Mapping[str, Any]
    overrides: Any
    span: Span
    spans: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class TestFile:
    """One file of tests, those of them that could be read."""

    path: str
    description: str
    tests: tuple[ValueTest, ...]


def read_test_files(
    files: ProjectFiles, bundles: Collection[str], among: Collection[str] | None = None
) -> tuple[tuple[TestFile, ...], tuple[Diagnostic, ...]]:
    """Read the files of tests, all or those `among` some paths; `bundles` are the names there are.

    What YAML itself finds wrong stays with `files`.
    """
    found, diagnostics = [], []
    for path in files.under(TEST_FOLDER):
        if is_test_path(path) and (among is None or path in among):
            reader = _Reader(path, bundles)
            found.append(reader.read(files.parse(path)))
            diagnostics += reader.diagnostics
    return tuple(found), tuple(diagnostics)


class _Reader:
    """Reads one file and collects every problem on the way."""

    def __init__(self, path: str, bundles: Collection[str]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._path = path
        self._bundles = bundles
        self._root: Node | None = None

    def read(self, document: Document) -> TestFile:
        root = self._root = document.root
        if root is None:
            return TestFile(self._path, "", ())
        for tagged in tagged_nodes(root):
            self._report(
                "GCT900",
                f"expected a plain value in a test, found the tag {tagged.tag}",
                tagged.mark.in_file(self._path),
                "tags belong in layer files; a test says what comes out",
            )
        content = plain_value(root)
        if not isinstance(content, dict):
            self._wrong((), "a mapping with 'tests'", content, "write tests: [{name: ...}]")
            return TestFile(self._path, "", ())
        self._check_keys(content, _FILE_KEYS, (), "a test file")
        shared = self._globs(content, ())
        tests = content.get("tests")
        if not isinstance(tests, list) or not tests:
            at: Path = ("tests",) if "tests" in content else ()
            self._wrong(at, "a list of tests in 'tests'", tests, "write tests: [{name: ...}]")
            tests = []
        found = [self._test(each, ("tests", index), shared) for index, each in enumerate(tests)]
        whole = tuple(test for test in found if test is not None)
        self._check_names(whole)
        description = content.get("description")
        return TestFile(self._path, description if isinstance(description, str) else "", whole)

    def _test(self, given: Any, path: Path, shared: tuple[str, ...]) -> ValueTest | None:
        if not isinstance(given, dict):
            self._wrong(path, "a test with 'name' and 'value'", given, f"write {_LIKE['value']}")
            return None
        before = len(self.diagnostics)
        self._check_keys(given, _TEST_KEYS, path, "a test")
        name = given.get("name")
        if not isinstance(name, str) or not name.strip():
            at = (*path, "name") if "name" in given else path
            self._wrong(
                at, "a name in 'name'", name, "say what must hold: name: timeouts are short"
            )
        bundles = self._globs(given, path) if "bundle" in given else shared
        if not bundles and "bundle" not in given:
            self._wrong(path, "'bundle', here or for the whole file", None, _LIKE["bundle"])
        place = self._place(given, path)
        expected = {key: given[key] for key in EXPECTATIONS if key in given}
        # An unknown key is most probably a misspelt expectation, which is told already.
        if not expected and all(key in _TEST_KEYS for key in given):
            known = ", ".join(EXPECTATIONS)
            self._wrong(path, "what must hold of the value", None, f"one or more of: {known}")
        for key, value in expected.items():
            self._check_expectation(key, value, (*path, key), place)
        if "with" in given and "refused" not in given:
            self._wrong((*path, "with"), "'refused' beside 'with'", None, _LIKE["with"])
        if "absent" in given and len(expected) > 1:
            self._wrong((*path, "absent"), "'absent' alone", None, "leave out the rest, or it")
        if len(self.diagnostics) > before or place is None:
            return None
        document, tokens, has_pointer = place
        return ValueTest(
            str(name),
            str(given.get("description", "")),
            bundles,
            document,
            tokens,
            has_pointer,
            expected,
            given.get("with"),
            self._span((*path, "name")),
            {key: self._span((*path, key)) for key in given},
        )

    def _globs(self, given: Mapping[str, Any], path: Path) -> tuple[str, ...]:
        """Return the globs of `bundle`, each of which must match a bundle."""
        if "bundle" not in given:
            return ()
        value = given["bundle"]
        globs = [value] if isinstance(value, str) else value
        at = (*path, "bundle")
        if (
            not isinstance(globs, list)
            or not globs
            or not all(isinstance(each, str) for each in globs)
        ):
            self._wrong(at, "the name of a bundle, or a list of them", value, _LIKE["bundle"])
            return ()
        for index, glob in enumerate(globs):
            if not any(fnmatchcase(name, glob) for name in self._bundles):
                inner = at if isinstance(value, str) else (*at, index)
                self._report(
                    "GCT901",
                    f"expected the name of a bundle or a glob that matches one, found '{glob}'",
                    self._span(inner),
                    bundle_hint(glob, self._bundles),
                )
        return tuple(globs)

    def _place(
        self, given: Mapping[str, Any], path: Path
    ) -> tuple[str, tuple[str, ...], bool] | None:
        value = given.get("value")
        if not isinstance(value, str) or not value:
            at = (*path, "value") if "value" in given else path
            self._wrong(at, "DOC[#/POINTER] in 'value'", value, _LIKE["value"])
            return None
        document, pointer = split_reference(value)
        try:
            tokens = parse_pointer(pointer or "")
        except ValueError:
            tokens = None
        if not document or tokens is None:
            self._wrong((*path, "value"), "DOC[#/POINTER]", value, _LIKE["value"])
            return None
        return document, tokens, pointer is not None

    def _check_expectation(
        self, key: str, value: Any, path: Path, place: tuple[str, tuple[str, ...], bool] | None
    ) -> None:
        shape = _wanted_shape(key, value)
        if shape:
            self._wrong(path, shape, value, _LIKE[key])
        elif key == "schema" and isinstance(value, dict):
            mistake = schema_mistake(value)
            if mistake is not None:
                self._unmeetable((*path, *mistake[0]), mistake[1], "see json-schema.org")
        elif key == "prompt":
            _, at, text = value.partition("@")
            if at and not is_range(text):
                message = f"expected a range of versions after '@', found '{text}'"
                self._unmeetable(path, message, _LIKE[key])
        elif key == "rego":
            fault = condition_fault(value)
            if fault is not None:
                message = f"expected a condition in Rego, found: {fault.text}"
                self._unmeetable(
                    path, message, f"what stands in the body of a rule, such as {_LIKE[key]}"
                )
        elif key == "refused":
            if isinstance(value, dict):
                self._check_keys(value, _REFUSED_KEYS, path, "'refused'")
            if place is not None and place[2]:
                message = "expected a document in 'value' beside 'refused', found a pointer"
                self._unmeetable(path, message, "policies and schemas judge whole documents")

    def _check_keys(
        self, given: Mapping[str, Any], known: Sequence[str], path: Path, what: str
    ) -> None:
        for key in given:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
                span = self._span((*path, key), is_key=True)
                self._report("GCT900", f"expected a key of {what}, found '{key}'", span, hint)

    def _check_names(self, tests: Sequence[ValueTest]) -> None:
        seen: Counter[str] = Counter()
        for test in tests:
            seen[test.name] += 1
            if seen[test.name] == 2:
                self._report(
                    "GCT903",
                    "expected a name that no other test of the file has, found "
                    f"'{test.name}' twice",
                    test.span,
                    "reports and -k tell tests apart by their names",
                )

    def _unmeetable(self, path: Path, message: str, hint: str) -> None:
        self._report("GCT902", message, self._span(path), hint)

    def _wrong(self, path: Path, expected: str, found: Any, hint: str) -> None:
        message = f"expected {expected}, found {_described(found)}"
        self._report("GCT900", message, self._span(path), hint)

    def _report(self, code: str, message: str, span: Span, hint: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, hint=hint))

    def _span(self, path: Path, *, is_key: bool = False) -> Span:
        """Return the place of a value, or of the nearest one around it."""
        if self._root is None:
            return Span(self._path)
        if is_key:
            around = node_at(self._root, path[:-1])
            if isinstance(around, MappingNode) and path[-1] in around.entries:
                return around.entries[str(path[-1])].key_mark.in_file(self._path)
        while (node := node_at(self._root, path)) is None:
            path = path[:-1]
        return node.mark.in_file(self._path)


def check_test_files(
    files: ProjectFiles, bundles: Collection[str], among: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong in files of tests: in those `among` some paths, or in all."""
    return read_test_files(files, bundles, among)[1]


def _wanted_shape(key: str, value: Any) -> str:
    """Say which kind of value an expectation takes, where this is another; else nothing."""
    if key == "absent":
        return "" if value is True else "true in 'absent'"
    if key == "includes":
        return "" if isinstance(value, dict | list) else "a mapping or a list in 'includes'"
    if key == "schema":
        return "" if isinstance(value, dict | str) and value else "a JSON Schema in 'schema'"
    if key == "secret":
        is_named = isinstance(value, str) and "#/" in value
        return "" if value is True or is_named else "DOC#/POINTER in 'secret', or true"
    if key in ("prompt", "rego"):
        is_text = isinstance(value, str) and bool(value.strip())
        return "" if is_text else f"text in '{key}'"
    if key == "refused":
        is_detailed = isinstance(value, dict) and all(
            isinstance(each, str) for each in value.values()
        )
        return "" if value is True or is_detailed else "true or {by, message} in 'refused'"
    return ""


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return str(value).lower() if isinstance(value, bool) else repr(value)
