"""The section `diagnostics` of the project file: what it says, and all that can be wrong."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode
from gitconfig_tool.project import Ignore, ProjectSilencing
from gitconfig_tool.project.fields import FieldReader
from gitconfig_tool.project.silencing import read_silencing
from tests.layered import parse

PATH = "gitconfig.yaml"


def read(text: str) -> tuple[ProjectSilencing, list[Diagnostic]]:
    root = parse(text, PATH)
    assert isinstance(root, MappingNode)
    reader = FieldReader(PATH)
    found = read_silencing(root.entries.get("diagnostics"), reader)
    return found, reader.diagnostics


def test_everything() -> None:
    text = """\
diagnostics:
  ignore:
    - {code: GCT106, match: "legacy/**", reason: " moved next quarter "}
  allow: [GCT105]
"""
    assert read(text) == (
        ProjectSilencing(
            (Ignore("GCT106", "legacy/**", "moved next quarter", Span(PATH, 3, 14, 3, 20)),),
            {"GCT105": Span(PATH, 4, 11, 4, 17)},
        ),
        [],
    )


@pytest.mark.parametrize("text", ["other: 1\n", "diagnostics: {}\n", "diagnostics: {ignore: []}\n"])
def test_nothing(text: str) -> None:
    assert read(text) == (ProjectSilencing((), {}), [])


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        (
            "diagnostics: [GCT106]\n",
            "GCT031",
            "expected a mapping with 'ignore' or 'allow' for diagnostics, found a list",
            "write diagnostics: {ignore: [{code: GCT106, match: 'a/**', reason: 'why'}]}",
        ),
        (
            "diagnostics: {ignroe: []}\n",
            "GCT030",
            "expected a key of diagnostics, found 'ignroe'",
            "did you mean 'ignore'?",
        ),
        (
            "diagnostics: {ignore: GCT106}\n",
            "GCT031",
            "expected a list for diagnostics.ignore, found 'GCT106'",
            "write ignore: [{code: GCT106, match: 'a/**', reason: 'why'}]",
        ),
        (
            "diagnostics: {ignore: [GCT106]}\n",
            "GCT031",
            "expected 'code: CODE', 'match: GLOB' and 'reason: TEXT' for an ignore rule, "
            "found 'GCT106'",
            "write {code: GCT106, match: 'legacy/**', reason: 'replaced in May'}",
        ),
        (
            "diagnostics: {ignore: [{code: GCT106, reason: why}]}\n",
            "GCT031",
            "expected 'code: CODE', 'match: GLOB' and 'reason: TEXT' for an ignore rule, "
            "found a mapping with code, reason",
            "write {code: GCT106, match: 'legacy/**', reason: 'replaced in May'}",
        ),
        (
            "diagnostics: {ignore: [{code: GCT106, match: a, reason: ' '}]}\n",
            "GCT045",
            "expected a reason for what is ignored, found none",
            "add reason: '...': why it is right here, or until when it stays",
        ),
        (
            "diagnostics: {ignore: [{code: GCT106, match: a, reason: 3}]}\n",
            "GCT031",
            "expected a string for reason, found 3",
            "gitconfig-tool init DIR writes a project file to compare with",
        ),
        (
            "diagnostics: {ignore: [{code: GCT999, match: a, reason: why}]}\n",
            "GCT045",
            "expected the code of a diagnostic, found 'GCT999'",
            "gitconfig-tool rules lists all codes",
        ),
        (
            "diagnostics: {allow: GCT105}\n",
            "GCT031",
            "expected a list for diagnostics.allow, found 'GCT105'",
            "write allow: [GCT105]",
        ),
        (
            "diagnostics: {allow: [final-overridden]}\n",
            "GCT045",
            "expected the code of a diagnostic, found 'final-overridden'",
            "did you mean GCT105 (final-overridden)?",
        ),
    ],
)
def test_what_is_wrong(text: str, code: str, message: str, hint: str) -> None:
    found, diagnostics = read(text)

    assert [(each.code, each.message, each.hint) for each in diagnostics] == [(code, message, hint)]
    assert found == ProjectSilencing((), {})
