"""What the pages on experiments, test data and safety show is so."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.compiler import compile_snapshot
from tests.unit.conftest import PROJECT_FILE, GitProject

ROOT = Path(__file__).resolve().parents[3]
VECTORS = json.loads((ROOT / "tests/data/bucketing-vectors.json").read_text(encoding="utf-8"))
PROJECT = PROJECT_FILE.replace(
    "layers:", "dimensions: {environment: {staging: {}, production: {}}}\nlayers:"
)


def _snippets(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(
    "snippet",
    [*_snippets("experiments.md", "yaml"), *_snippets("prompt-tests.md", "yaml")],
    ids=lambda snippet: snippet.splitlines()[0][:40],
)
def test_prompts_of_the_pages(snippet: str, git_project: Callable[..., GitProject]) -> None:
    project = git_project(
        {
            "gitconfig.yaml": PROJECT,
            "base/service.yaml": "prompt: !prompt shown@^1\n",
            "prompts/shown/1.0.0.prompt.yaml": snippet,
        }
    )
    found = compile_snapshot(project.open().at_commit()).diagnostics
    # Its day is that of the commit, in 2024: no experiment of a page has ended then.
    assert [(each.code, each.message) for each in found] == []


def test_python_of_the_page() -> None:
    (code,) = _snippets("experiments.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert [names["bucket"](each["salt"], each["key"]) for each in VECTORS] == [
        each["bucket"] for each in VECTORS
    ]
    variants = [{"id": "control", "weight": 24.76}, {"id": "short", "weight": 75.24}]
    content = {"id": "greeting", "variants": variants}
    # The bucket of user-1 is 2476: the first of the second variant.
    assert names["variant"](content, "user-1") == "short"
    variants[0]["weight"] = 24.77
    assert names["variant"](content, "user-1") == "control"


def test_javascript_of_the_page() -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the vectors were made with it")
    (code,) = _snippets("experiments.md", "js")
    asked = json.dumps([[each["salt"], each["key"]] for each in VECTORS])
    done = subprocess.run(
        ["node", "-e", f"{code}\nconsole.log(JSON.stringify({asked}.map(e => bucket(...e))))"],
        check=True,
        capture_output=True,
    )
    assert json.loads(done.stdout) == [each["bucket"] for each in VECTORS]


def test_vectors_of_the_page() -> None:
    from gitconfig_tool.prompts.bucketing import bucket_of

    text = (ROOT / "docs/experiments.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([^`]+)` \| (?:`([^`]+)`|\(empty\)) \| `(\w{16})` \| (\d+) \|$", text, re.M
    )
    assert len(rows) == 4
    for salt, key, digest, bucket in rows:
        assert int(digest, 16) % 10_000 == int(bucket) == bucket_of(salt, key)
