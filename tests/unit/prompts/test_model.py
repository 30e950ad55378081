"""Ranges choose versions as npm's do."""

import subprocess
import sys

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import Document
from gitconfig_tool.prompts import Prompts, PromptVersion, is_range, load_prompts

VERSIONS = ["0.9.0", "1.0.0", "1.2.0", "1.2.3", "1.10.0", "2.0.0-beta.1", "2.0.0-beta.2", "3.1.0"]


def prompts(*versions: str) -> Prompts:
    paths = [f"prompts/greeting/{version}.prompt.yaml" for version in versions]
    found, diagnostics = load_prompts(
        {path: Document(path, None) for path in paths}, unreadable=paths
    )
    assert diagnostics == ()
    return found


# Expected values: the calculator of npm's semver, read by hand from its documentation.
@pytest.mark.parametrize(
    ("version_range", "expected"),
    [
        ("1.2.3", "1.2.3"),
        ("=1.0.0", "1.0.0"),
        ("^1.2", "1.10.0"),
        ("^1.2.1", "1.10.0"),
        ("^0.9", "0.9.0"),
        ("~1", "1.10.0"),
        ("~1.2", "1.2.3"),
        ("1.2.x", "1.2.3"),
        ("1", "1.10.0"),
        (">=1 <2", "1.10.0"),
        (">1.2.3 <3", "1.10.0"),
        ("1.0.0 - 1.2.3", "1.2.3"),
        ("^0.9 || ^1.0", "1.10.0"),
        ("*", "3.1.0"),
        # Pre-releases only for those who ask for one.
        ("^2", None),
        (">=1 <3", "1.10.0"),
        ("2.0.0-beta.1", "2.0.0-beta.1"),
        ("^2.0.0-beta.1", "2.0.0-beta.2"),
        ("4.0.0", None),
        ("latest", None),
        ("", None),
    ],
)
def test_resolve(version_range: str, expected: str | None) -> None:
    found = prompts(*VERSIONS).resolve("greeting", version_range)
    assert (found.version if found else None) == expected


def test_versions_are_ordered_by_precedence_not_by_text() -> None:
    found = prompts(*VERSIONS).versions("greeting")
    assert [version.version for version in found] == VERSIONS[::-1]


def test_an_unknown_id_has_no_versions_and_a_suggestion() -> None:
    found = prompts("1.0.0")
    assert found.versions("greting") == ()
    assert found.resolve("greting", "*") is None
    assert found.suggest("greting") == "greeting"
    assert found.suggest("zzz") is None
    assert found.ids() == ("greeting",)


def test_no_prompts_at_all() -> None:
    found, diagnostics = load_prompts({})
    assert diagnostics == ()
    assert found.resolve("a", "*") is None
    assert found.suggest("a") is None


@pytest.mark.parametrize("text", ["^1", "*", "1.x", ">=1 <2", "1.0.0"])
def test_is_range(text: str) -> None:
    assert is_range(text)


@pytest.mark.parametrize("text", ["", " ", "latest", "^", "v", "1.2.3.4", "one"])
def test_is_no_range(text: str) -> None:
    assert not is_range(text)


def test_a_version_is_frozen() -> None:
    version = PromptVersion("a", "1.0.0", "p", {}, Span("p"))
    with pytest.raises(AttributeError):
        version.id = "b"  # type: ignore[misc]


def test_the_types_load_no_library() -> None:
    program = (
        "import sys, gitconfig_tool.prompts as p; p.load_prompts({})\n"
        "print([m for m in ('jinja2', 'jsonschema', 'semantic_version') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
