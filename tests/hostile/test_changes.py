"""Changes that mean to be overlooked: whatever makes a bundle another one is told by a comparison."""

import pytest

from gitconfig_tool.changes import Changes, Revision, compare
from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.compiler.view import View
from tests.unit.conftest import GitProject

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment:
    development: {tier: 1}
    production: {inherits: development, protected: true}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""
PROMPT = """\
description: Greets.
variables: {{type: object, properties: {{}}, additionalProperties: false}}
messages:
  - role: system
    content: {content}
"""


def compared(project: GitProject) -> tuple[Changes, tuple[Compilation, Compilation]]:
    """Compare the last commit with the one before, and compile both."""
    opened = project.open()
    snapshots = opened.at_commit("HEAD~1"), opened.at_commit("HEAD")
    sides = [Revision(name, "commit", None) for name in ("old", "new")]
    changes = compare(View(snapshots[0]), View(snapshots[1]), sides[0], sides[1])
    return changes, (compile_snapshot(snapshots[0]), compile_snapshot(snapshots[1]))


@pytest.mark.parametrize(("old", "new"), [("1", "true"), ("0", "false"), ("[1]", "[true]")])
def test_true_in_place_of_one_is_a_change(project: GitProject, old: str, new: str) -> None:
    project.commit({"gitconfig.yaml": PROJECT, "base/app.yaml": f"debug: {old}\n"})
    project.commit({"base/app.yaml": f"debug: {new}\n"})
    changes, (before, after) = compared(project)
    values = [each.bundles["production"].documents["app"].value for each in (before, after)]
    assert [str(each) for each in values] == [
        f"{{'debug': {old}}}",
        f"{{'debug': {new.replace('t', 'T', 1).replace('f', 'F', 1)}}}",
    ]
    assert [each.pointer for each in changes.values] == ["/debug" if old[0] != "[" else "/debug/0"]


def test_an_attribute_that_is_written_otherwise_changes_what_is_formatted(
    project: GitProject,
) -> None:
    text = 'name: !format "tier-{environment.tier}"\n'
    project.commit({"gitconfig.yaml": PROJECT, "base/app.yaml": text})
    project.commit({"gitconfig.yaml": PROJECT.replace("tier: 1", "tier: true")})
    changes, (before, after) = compared(project)
    values = [each.bundles["production"].documents["app"].value for each in (before, after)]
    assert values == [{"name": "tier-1"}, {"name": "tier-true"}]
    assert [each.pointer for each in changes.values] == ["/name"]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("{file: text.md}", "prompts/greeting/text.md"),
        ("{file: ../../texts/text.txt}", "texts/text.txt"),
        ("{file: ../../texts/text.json}", "texts/text.json"),
        ("{file: ../../texts/text.yaml}", "texts/text.yaml"),
        ("{file: ../../base/text.env}", "base/text.env"),
        ('{file:  "../../texts/\\x74ext.txt"}', "texts/text.txt"),
        ('{"fil\\x65": "../../texts/\\x74ext.txt"}', "texts/text.txt"),
        ("{file: '../../texts/it''s.txt'}", "texts/it's.txt"),
        ("\n      file: >-\n        ../../texts/two\n        words.txt", "texts/two words.txt"),
    ],
)
def test_no_file_and_no_spelling_hides_the_text_of_a_prompt(
    project: GitProject, content: str, path: str
) -> None:
    project.commit(
        {
            "gitconfig.yaml": PROJECT,
            "base/app.yaml": "prompt: !prompt greeting@1.0.0\n",
            "prompts/greeting/1.0.0.prompt.yaml": PROMPT.format(content=content),
            path: "Be kind.\n",
        }
    )
    project.commit({path: "Be rude.\n"})
    changes, compiled = compared(project)
    texts = [
        each.bundles["production"].prompts[0].content["messages"][0]["content"] for each in compiled
    ]
    assert texts == ["Be kind.\n", "Be rude.\n"]
    assert [(each.id, each.bundles) for each in changes.prompts] == [
        ("greeting", ("development", "production"))
    ]
