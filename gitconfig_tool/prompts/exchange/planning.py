"""What an import would write: the format, the draft, the path and the text of the file."""

import re
from dataclasses import dataclass

from gitconfig_tool.prompts.exchange.formats import READERS, read_prompt
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of
from gitconfig_tool.prompts.exchange.placing import prompt_file
from gitconfig_tool.prompts.names import split_name

_FIRST = "1.0.0"
_ENDINGS = re.compile(r"(?:\.(?:prompt|prompty|langfuse|langchain|openai))?\.[A-Za-z]+$")


@dataclass(frozen=True, slots=True)
class Planned:
    """A prompt file that is yet to be written; `form` is the format's key, `title` its name."""

    source: str
    form: str
    title: str
    id: str
    version: str
    path: str
    text: str
    draft: Draft


def plan(
    source: str,
    data: bytes,
    folder: str,
    prompt_id: str | None = None,
    version: str | None = None,
    form: str | None = None,
) -> Planned:
    """Read a file and say what would be written into the folder of prompts.

    Without `prompt_id`, the source's own name is used, else that of the file. Raises
    `ExchangeError`.
    """
    form, draft = read_prompt(source, data, form)
    name = re.split(r"[/\\]", source)[-1]
    found = prompt_id or draft.id or id_of(_ENDINGS.sub("", name))
    if found is None:
        raise ExchangeError(
            f"{source}: expected a name of Latin letters or digits, found none",
            hint="name the prompt with --id",
        )
    number = version or draft.version or _FIRST
    path = f"{folder}/{found}/{number}.prompt.yaml"
    return Planned(
        source,
        form,
        READERS[form].title,
        found,
        number,
        path,
        prompt_file(source, path, draft, folder),
        draft,
    )


def check_names(prompt_id: str | None, version: str | None) -> str | None:
    """Return what is wrong with an id or a version that the user gives, or None."""
    if prompt_id is not None and split_name(f"{prompt_id}/1.0.0.prompt.yaml") is None:
        return f"expected lower-case words with dashes in --id, found {prompt_id!r}"
    if version is not None and split_name(f"a/{version}.prompt.yaml") is None:
        return f"expected a semantic version such as 1.2.0 in --version, found {version!r}"
    return None
