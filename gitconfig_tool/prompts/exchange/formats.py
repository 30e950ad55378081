"""The table of formats: which can be read, which can be written, and which one a file has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gitconfig_tool.prompts.exchange import (
    dotprompt,
    github,
    langchain,
    langfuse,
    litellm,
    litellm_reader,
    mlflow,
    openai,
    promptfoo,
    prompty,
)
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError, Exported
from gitconfig_tool.prompts.exchange.source import Source, read_source
from gitconfig_tool.prompts.model import PromptVersion


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that can be read: `is_it` looks at a file without judging it."""

    title: str
    is_it: Callable[[Source], bool]
    read: Callable[[Source], Draft]


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that can be written."""

    title: str
    write: Callable[[PromptVersion], Exported]


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "github": Reader(github.TITLE, github.is_it, github.read),
        "prompty": Reader(prompty.TITLE, prompty.is_it, prompty.read),
        "dotprompt": Reader(dotprompt.TITLE, dotprompt.is_it, dotprompt.read),
        "litellm": Reader(litellm.TITLE, litellm_reader.is_it, litellm_reader.read),
        "langfuse": Reader(langfuse.TITLE, langfuse.is_it, langfuse.read),
        "langchain": Reader(langchain.TITLE, langchain.is_it, langchain.read),
        "openai": Reader(openai.TITLE, openai.is_it, openai.read),
    }
)
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "litellm": Writer(litellm.TITLE, litellm.to_litellm),
        "langfuse": Writer(langfuse.TITLE, langfuse.to_langfuse),
        "mlflow": Writer("MLflow prompt registry", mlflow.to_mlflow),
        "promptfoo": Writer("promptfoo test file", promptfoo.to_promptfoo),
    }
)


def read_prompt(name: str, data: bytes, form: str | None = None) -> tuple[str, Draft]:
    """Read a prompt of another format; returns the format's key and the draft.

    `name` is the file's, for messages and for its ending. `form` is the format's key; without it,
    the file must look like one format and no other. Raises `ExchangeError`.
    """
    source = read_source(name, data)
    chosen = form or _recognise(source)
    try:
        return chosen, READERS[chosen].read(source)
    except ExchangeError as error:
        if name in error.message:
            raise
        raise ExchangeError(f"{name}: {error.message}", hint=error.hint) from error


def _recognise(source: Source) -> str:
    found = [key for key, reader in READERS.items() if reader.is_it(source)]
    if len(found) == 1:
        return found[0]
    if not found and {"messages", "template"} & source.value.keys() and "variables" in source.value:
        raise ExchangeError(
            f"{source.name}: expected a prompt of another format, found what looks like a prompt "
            "file of this tool",
            hint="copy it to prompts/ID/VERSION.prompt.yaml, or say what it is with --from",
        )
    if not found:
        raise ExchangeError(
            f"{source.name}: expected one of the formats {', '.join(READERS)}, found none of them",
            hint="say which it is with --from",
        )
    raise ExchangeError(
        f"{source.name}: expected a file of one format, found one that may be {' or '.join(found)}",
        hint=f"say which it is: --from {found[0]}",
    )
