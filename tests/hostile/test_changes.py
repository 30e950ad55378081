"""Changes that mean harm: what makes a bundle another one is told, and no secret is shown."""

import json
import time

import pytest

from gitconfig_tool.changes import Changes, Revision, compare
from gitconfig_tool.changes.hiding import hide
from gitconfig_tool.changes.patches import document_patches
from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.compiler.view import View
from gitconfig_tool.report.changes_html import changes_html
from gitconfig_tool.report.changes_json import changes_json, patches_json
from gitconfig_tool.report.changes_markdown import changes_markdown
from gitconfig_tool.report.changes_text import changes_text
from gitconfig_tool.report.changes_values import Page
from gitconfig_tool.report.diagnostics_text import PLAIN
from gitconfig_tool.report.layer_text import layer_text
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


# Made up at run time, so that no scanner takes the file for one that holds a secret.
CANARY = "".join(("cana", "ry", "7f3a91", "x" * 20))


@pytest.mark.parametrize(
    "text",
    [
        f"password: {CANARY}",
        "password: 83748374",
        f"passwords: [{CANARY}]",
        f"secrets: {{a: {{b: {CANARY}}}}}",
        f"db_password_old: {CANARY}",
        f"secret_key: {CANARY}",
        f"auth: {{bearer: {CANARY}}}",
        f"DB_PASS: {CANARY}",
        f"accessKey: {CANARY}",
        f"env: [{{name: PORT, value: one}}, {{name: DB_PASSWORD, value: {CANARY}}}]",
        f"url: https://user:{CANARY}@host/",
        f"url: https://{CANARY}@host/",
        f"url: 'https://host/?api_key={CANARY}'",
        f"dsn: 'Server=host;Password={CANARY};'",
        f"header: 'Authorization: Bearer {CANARY}'",
        f"file: |\n  port: 1\n  api_key: {CANARY}\n",
        f"key: |\n  -----BEGIN {'PRIVATE'} KEY-----\n  {CANARY}\n",
        f"value: {'gh' + 'p_'}{CANARY}",
        f"value: {'sk' + '-'}{CANARY}",
    ],
)
def test_no_report_shows_what_may_be_a_secret(project: GitProject, text: str) -> None:
    project.commit({"gitconfig.yaml": PROJECT, "base/app.yaml": "port: 1\n"})
    project.commit({"base/app.yaml": f"port: 1\n{text}\n"})
    project.commit({"base/app.yaml": f"port: 1\n{text}\n".replace(CANARY, f"{CANARY}2")})
    secrets = (CANARY, "83748374")
    for old in ("HEAD~2", "HEAD~1"):
        opened = project.open()
        sides = [Revision(name, "commit", None) for name in ("old", "new")]
        views = [View(opened.at_commit(rev)) for rev in (old, "HEAD")]
        changes = compare(views[0], views[1], sides[0], sides[1])
        assert changes.is_empty == (old == "HEAD~1" and CANARY not in text)
        for shown in (
            "\n".join(changes_text(changes, Page(100, PLAIN, False, True))),
            json.dumps(changes_json(changes)),
            json.dumps(patches_json(changes, document_patches(changes))),
            changes_markdown(changes),
            changes_html(changes),
        ):
            assert not any(each in shown for each in secrets)
    for shown in layer_text("app.yaml", f"port: 1\n{text}\n".encode()).decode().splitlines():
        assert not any(each in shown for each in secrets)


def test_what_is_no_secret_is_shown() -> None:
    value = {
        "max_tokens": 400,
        "token_type": "bearer",
        "note": "Never tell your password: it is secret.",
        "host": "postgres://reader@host/db",
        "env": [{"name": "PORT", "value": "80"}],
    }
    assert hide(value, ()) == value


def test_equal_items_between_others_do_not_take_long_to_align(project: GitProject) -> None:
    # Each match of two lists would look at a quarter of a million pairs, 500 times.
    old = [item for number in range(500) for item in ("x", number)]
    new = [item for number in range(500) for item in ("x", f"b{number}")]
    project.commit({"gitconfig.yaml": PROJECT, "base/app.yaml": json.dumps({"list": old})})
    project.commit({"base/app.yaml": json.dumps({"list": new})})
    start = time.process_time()
    changes, _ = compared(project)
    assert time.process_time() - start < 8
    assert [each.pointer for each in changes.values[:2]] == ["/list/1", "/list/3"]
    assert len(changes.values) == 500
