"""The example of docs/prompts.md is a project without problems, and renders."""

import re
from pathlib import Path

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import load_prompts
from gitconfig_tool.prompts.render import render

PAGE = Path(__file__).parents[3] / "docs" / "prompts.md"
_BLOCK = re.compile(r"```yaml\n# (prompts/\S+)\n(.*?)```", re.DOTALL)


def test_the_example_has_no_problems() -> None:
    sources = {path: text.encode() for path, text in _BLOCK.findall(PAGE.read_text("utf-8"))}
    assert len(sources) == 2
    documents = {path: parse_document(path, data)[0] for path, data in sources.items()}
    prompts, diagnostics = load_prompts(
        documents, sources, read={"prompts/support-assistant/question.md.j2": b"{{ question }}"}.get
    )
    assert diagnostics == ()
    (version,) = prompts.versions("support-assistant")
    assert render(version, {"product": "Ledger", "question": "Why?"}) == [
        {
            "role": "system",
            "content": "You are the support assistant of Ledger.\n"
            "Answer in at most five sentences.\n\n",
        },
        {"role": "user", "content": "Why?"},
    ]
