"""The same secret in two places: which dimensions keep places apart."""

import pytest

from gitconfig_tool.custody.inspection.reuse import Kept, find_reused
from gitconfig_tool.document import Document
from gitconfig_tool.project import read_project
from tests.layered import parse

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: acme-llm
layers: ["customers/{brand}"]
bundles: [{name: "{brand}"}]
dimensions: {brand: {one: {}, two: {}}}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [("", []), ("isolation: {dimensions: [brand]}\n", ["GCT462"])],
    ids=["a dimension of any name", "one that is isolated"],
)
def test_a_dimension_that_the_project_isolates_keeps_secrets_apart(
    more: str, expected: list[str]
) -> None:
    project, problems = read_project(Document("gitconfig.yaml", parse(PROJECT + more)))
    assert project is not None
    assert problems == ()
    kept = [
        Kept("the-same-value", f"{name}#/a", None, {"brand": name}, ("age:age1ops",))
        for name in ("one", "two")
    ]

    found = list(find_reused(kept, project))

    assert [each.code for each in found] == expected
    assert not any("the-same-value" in str(each) for each in (*found, *kept))
