"""`gitconfig-tool prompts new`: the first version of a prompt."""

import re

import click

from gitconfig_tool.cli.prompts.versions import load, work_tree
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

# `prompts.names` has the same; a name that is no id is no file name that loading takes.
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESSAGES = """\
description: Answers a question in a few sentences.
messages:
  - role: system
    content: Answer in a few sentences. Say so when you do not know.
  - role: user
    content: "{{ question }}"
"""
_TEMPLATE = """\
description: Answers a question in a few sentences.
template: |
  Answer this question in a few sentences. Say so when you do not know.

  {{ question }}
"""
_REST = """\
variables:
  type: object
  properties:
    question:
      type: string
      description: What the user asks, word for word.
      minLength: 1
      maxLength: 4000
  required: [question]
testData:
  - name: a short question
    variables: {question: How do I change my password?}
    expected: {contains: [How do I change my password?]}
"""


@click.command("new")
@click.argument("prompt_id", metavar="ID")
@click.option("--messages", "form", flag_value="messages", help="For a chat model.  [default]")
@click.option("--template", "form", flag_value="template", help="A single text.")
@click.option("--partial", "form", flag_value="partial", help="A text that prompts include.")
@click.option(
    "--version", "number", metavar="VERSION", default="1.0.0", show_default=True, help="Its number."
)
@click.pass_context
def command(ctx: click.Context, prompt_id: str, form: str | None, number: str) -> int:
    """Write the first version of a prompt: variables, and test data that passes.

    Edit it as you like: until it is released, nothing of it is promised. `git add` is left to you.

    \b
    Examples:
      gitconfig-tool prompts new support-assistant
      gitconfig-tool prompts new summary --template --version 0.1.0
    """
    from gitconfig_tool.compiler.prompt_bump import BumpError
    from gitconfig_tool.custody.files import replace_file
    from gitconfig_tool.prompts.names import PARTIAL_ENDING, PROMPT_ENDING, split_name

    settings: Settings = ctx.obj
    if not _ID.fullmatch(prompt_id):
        meant = re.sub(r"[^a-z0-9]+", "-", prompt_id.lower()).strip("-")
        hint = f"; did you mean '{meant}'?" if meant else ""
        raise click.BadParameter(
            f"{prompt_id!r} is no id: lower-case letters, digits, and '-' between them{hint}",
            param_hint="ID",
        )
    ending = PARTIAL_ENDING if form == "partial" else PROMPT_ENDING
    if split_name(f"{prompt_id}/{number}{ending}") is None:
        raise click.BadParameter(
            f"{number!r} is no semantic version, such as 1.0.0", param_hint="--version"
        )
    repository, snapshot = work_tree(settings)
    loaded = load(snapshot)
    known = loaded.prompts.partials if form == "partial" else loaded.prompts.by_id
    if prompt_id in known:
        newest = known[prompt_id][0].version
        raise BumpError(
            f"expected the id of a new {'partial' if form == 'partial' else 'prompt'}, found "
            f"'{prompt_id}', which has the version {newest}",
            hint=f"for its next version: gitconfig-tool prompts bump {prompt_id} --level patch",
        )
    path = f"{loaded.folder}/{prompt_id}/{number}{ending}"
    replace_file(repository.root, path, None, _text(form).encode())
    click.echo(f"wrote {path}")
    if form == "partial":
        use = f'includes: {{text: {prompt_id}@{number}}} and {{% include "text" %}}'
        click.echo(f"use it in a prompt: {use}")
    else:
        click.echo(f"use it in a document: prompt: !prompt {prompt_id}@^{number}")
    return ExitCode.OK


def _text(form: str | None) -> str:
    if form == "partial":
        return "description: What all prompts say alike.\ntemplate: Be friendly and brief.\n"
    return (_TEMPLATE if form == "template" else _MESSAGES) + _REST
