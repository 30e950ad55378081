"""The documentation cannot rot: what it says is held against the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import RULES, rule
from gitconfig_tool.document import parse_document, plain_value
from gitconfig_tool.project import bind_bundles, read_project
from gitconfig_tool.trust.errors import REASONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "example-repo/README.md"])
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"\bGCT\d{3}\b")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_generated_pages_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr}"


def test_example_of_the_project_file_page_is_a_project() -> None:
    example = re.search(r"```yaml\n(.*?)```", _text("docs/project-file.md"), re.DOTALL)
    assert example is not None
    document, problems = parse_document("gitconfig.yaml", example[1].encode())
    project, diagnostics = read_project(document)

    assert problems == ()
    assert diagnostics == ()
    assert project is not None
    bundles, diagnostics = bind_bundles(project)
    assert diagnostics == ()
    assert [bundle.name for bundle in bundles][-1] == "production/globex"


def test_project_file_page_lists_every_key() -> None:
    """The reader names its known keys in the message about an unknown one."""
    document, _ = parse_document("gitconfig.yaml", b"zzzzzzzz: 1\n")
    _, diagnostics = read_project(document)
    hint = next(found.hint for found in diagnostics if found.code == "GCT030")
    known = hint.removeprefix("known keys: ").split(", ")
    page = _text("docs/project-file.md")
    rows = re.findall(r"^\| `(\w+)` \| (?:yes|no) \|", page, re.MULTILINE)

    assert sorted(rows) == sorted(known)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    missing = [
        link
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_codes_in_the_pages_exist(page: Path) -> None:
    codes = set(_CODE.findall(page.read_text(encoding="utf-8")))

    assert codes <= set(RULES)


def test_kinds_of_the_json_page_are_those_of_the_code() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "gitconfig_tool").rglob("*.py")
        if path.parent.name != "emit"  # Their kinds are those of Kubernetes.
    )
    in_code = set(re.findall(r'(?:"kind": |(?:echo_report|report_text)\(\s*)"(\w+)"', source))
    page = _text("docs/json.md")
    in_page = set(re.findall(r"^\| `[\w -]+` \| `(\w+)` \|", page, re.MULTILINE))

    assert in_page | {"BundleRecord"} == in_code
    assert "`BundleRecord`" in page


def test_reasons_of_the_json_page_are_those_of_the_code() -> None:
    table = re.findall(r"^\| `([a-z-]+)` \| [a-z]", _text("docs/json.md"), re.MULTILINE)

    assert set(table) == set(REASONS)


def test_modules_of_the_architecture_page_are_those_of_the_package() -> None:
    table = re.findall(r"^\| `(\w+)` \|", _text("docs/architecture.md"), re.MULTILINE)
    package = ROOT / "gitconfig_tool"
    modules = {
        path.stem
        for path in package.iterdir()
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").is_file())
    } - {"__init__", "__main__"}

    assert set(table) == modules


def test_yaml_snippets_of_the_concepts_page_parse() -> None:
    snippets = re.findall(r"```yaml\n(.*?)```", _text("docs/concepts.md"), re.DOTALL)

    assert snippets
    for snippet in snippets:
        document, problems = parse_document("snippet.yaml", snippet.encode())
        assert problems == (), snippet
        assert document.root is not None
        assert plain_value(document.root) is not None


def test_pages_of_rules_are_complete() -> None:
    for code in RULES:
        found = rule(code)
        assert all((found.summary, found.why, found.failing, found.fixed)), code
