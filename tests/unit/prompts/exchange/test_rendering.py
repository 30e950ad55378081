"""Imported prompts render to what the programs of their formats make of the same files.

`rendered.json` holds that: see the README beside it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import load_prompts
from gitconfig_tool.prompts.exchange.planning import plan
from gitconfig_tool.prompts.render import render

DATA = Path(__file__).parents[3] / "data" / "prompt-exchange"
VECTORS = json.loads((DATA / "rendered.json").read_text(encoding="utf-8"))
ROLES = {"ai": "assistant", "developer": "system", "human": "user", "model": "assistant"}


@pytest.mark.parametrize(
    ("file", "number"),
    [(file, number) for file, vectors in VECTORS.items() for number in range(len(vectors))],
)
def test_the_text_is_that_of_the_source_s_own_renderer(file: str, number: int) -> None:
    vector = VECTORS[file][number]
    planned = plan(file, (DATA / file).read_bytes(), "prompts")
    path, data = planned.path, planned.text.encode()
    document, problems = parse_document(path, data)
    prompts, diagnostics = load_prompts({path: document}, {path: data})
    assert [each for each in (*problems, *diagnostics) if each.code != "GCT502"] == []
    version = prompts.versions(planned.id)[0]
    properties: dict[str, Any] = version.content["variables"]["properties"]
    given = {name: each["default"] for name, each in properties.items() if "default" in each}
    rendered = render(version, {**given, **vector["variables"]})
    expected = vector["rendered"]
    if isinstance(expected, list):
        expected = [{**each, "role": ROLES.get(each["role"], each["role"])} for each in expected]
    if file.endswith(".prompty"):
        # What a value adds at the ends of a message is cut off by Prompty only, which is listed.
        assert isinstance(rendered, list)
        rendered = [{**each, "content": each["content"].strip("\n")} for each in rendered]
    assert rendered == expected


def test_every_file_is_rendered() -> None:
    files = {each.name for each in DATA.iterdir()} - {"README.md", "rendered.json"}
    assert files == set(VECTORS)
