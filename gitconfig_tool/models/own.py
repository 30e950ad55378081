"""The project's own file of models: what the built-in catalogue lacks, or has otherwise.

    openai/gpt-4.1:
      prices: {input: 1.50, output: 6.00}      # US dollars for a million tokens
    vllm/our-llama:
      context_window: 131072
      max_output: 8192
      retires: "2027-03-31"
      replacement: our-llama-2

Takes the parsed file; returns entries in the form of the snapshot, and diagnostics. An entry may
hold any of the fields, and null for what the built-in catalogue says and is not so.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import (
    Document,
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
)
from gitconfig_tool.models.names import PROVIDERS
from gitconfig_tool.project.fields import describe

_CODE = "GCT610"
_MODES = ("chat", "completion", "responses", "embedding", "rerank", "moderation", "realtime")
_MODALITIES = ("text", "image", "audio", "video", "pdf", "embedding")
_SUPPORTS = (
    "assistant_prefill",
    "audio_input",
    "audio_output",
    "computer_use",
    "fixed_sampling",
    "function_calling",
    "parallel_function_calling",
    "pdf_input",
    "prompt_caching",
    "reasoning",
    "reasoning_effort_low",
    "reasoning_effort_max",
    "reasoning_effort_minimal",
    "reasoning_effort_none",
    "reasoning_effort_xhigh",
    "response_schema",
    "streaming",
    "system_messages",
    "tool_choice",
    "video_input",
    "vision",
    "web_search",
)
_PRICES = ("input", "output", "cached_input", "tiers")
_TIER = ("above", "input", "output", "cached_input")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What the built-in catalogue says may be taken back.
_MAY_BE_NULL = frozenset(
    {
        "context_window",
        "max_input",
        "max_output",
        "prices",
        "deprecated",
        "retires",
        "may_retire",
        "replacement",
        "regions",
    }
)


def read_own(document: Document) -> tuple[dict[str, dict[str, Any]], tuple[Diagnostic, ...]]:
    """Return the entries of a file by `provider/model`, and what is wrong with it."""
    reader = _Reader(document.path)
    return reader.entries(document.root), tuple(reader.diagnostics)


class _Reader:
    """Reads one file and collects every problem on the way."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.diagnostics: list[Diagnostic] = []
        self._fields: Mapping[str, Callable[[Node, str], Any]] = {
            "mode": self._one_of(_MODES),
            "context_window": self._tokens,
            "max_input": self._tokens,
            "max_output": self._tokens,
            "supports": self._some_of(_SUPPORTS),
            "input_modalities": self._some_of(_MODALITIES),
            "output_modalities": self._some_of(_MODALITIES),
            "regions": self._texts,
            "prices": self._prices,
            "deprecated": self._day,
            "retires": self._day,
            "may_retire": self._day,
            "replacement": self._text,
        }

    def entries(self, root: Node | None) -> dict[str, dict[str, Any]]:
        if root is None:
            return {}
        if not isinstance(root, MappingNode):
            self._wrong(root, "the catalogue", "a mapping of models")
            return {}
        found = {}
        for key, entry in root.entries.items():
            if self._is_name(key, entry.key_mark):
                found[key] = self._entry(key, entry.value)
        return found

    def _is_name(self, key: str, mark: Mark) -> bool:
        provider, _, model = key.partition("/")
        if provider in PROVIDERS and model:
            return True
        near = get_close_matches(provider, PROVIDERS, n=1)
        self._problem(
            f"expected PROVIDER/MODEL, such as 'openai/gpt-4.1', found '{key}'",
            mark,
            f"did you mean '{near[0]}/{model or 'MODEL'}'?"
            if near
            else f"providers: {', '.join(PROVIDERS)}",
        )
        return False

    def _entry(self, key: str, node: Node) -> dict[str, Any]:
        if not isinstance(node, MappingNode):
            self._wrong(node, f"'{key}'", "a mapping of what is known of the model")
            return {}
        found: dict[str, Any] = {}
        for name, entry in self._known(node, "a model", tuple(self._fields)).items():
            value = entry.value
            if isinstance(value, ScalarNode) and value.value is None and name in _MAY_BE_NULL:
                found[name] = None
            else:
                read = self._fields[name](value, f"'{name}'")
                if read is not None:
                    found[name] = read
        return found

    def _known(self, node: MappingNode, what: str, known: Sequence[str]) -> dict[str, Entry]:
        fields = {}
        for key, entry in node.entries.items():
            if key in known:
                fields[key] = entry
            else:
                near = get_close_matches(key, known, n=1)
                self._problem(
                    f"expected a field of {what}, found '{key}'",
                    entry.key_mark,
                    f"did you mean '{near[0]}'?" if near else f"fields: {', '.join(known)}",
                )
        return fields

    def _prices(self, node: Node, what: str) -> dict[str, Any] | None:
        if not isinstance(node, MappingNode):
            self._wrong(node, what, "a mapping with 'input' and 'output'")
            return None
        fields = self._known(node, what, _PRICES)
        missing = [name for name in ("input", "output") if name not in fields]
        if missing:
            self._problem(
                f"expected 'input' and 'output' in {what}, found no '{missing[0]}'",
                node.mark,
                "write US dollars for a million tokens: {input: 2.50, output: 10}",
            )
            return None
        prices = self._amounts(fields)
        tiers = fields.get("tiers")
        if tiers is not None:
            prices["tiers"] = self._tiers(tiers.value)
        return prices if {"input", "output"} <= prices.keys() else None

    def _tiers(self, node: Node) -> list[dict[str, Any]]:
        found = []
        for item in self._items(node, "'tiers'", "a list of {above: TOKENS, input: ..., ...}"):
            if not isinstance(item, MappingNode) or "above" not in item.entries:
                self._wrong(item, "a tier", "a mapping with 'above', in tokens, and prices")
                continue
            fields = self._known(item, "a tier", _TIER)
            above = self._tokens(fields["above"].value, "'above'")
            if above is not None:
                found.append({"above": above, **self._amounts(fields)})
        return sorted(found, key=lambda tier: tier["above"])

    def _amounts(self, fields: Mapping[str, Entry]) -> dict[str, Any]:
        amounts = {
            name: self._amount(fields[name].value, f"the price '{name}'")
            for name in ("input", "output", "cached_input")
            if name in fields
        }
        return {name: amount for name, amount in amounts.items() if amount is not None}

    def _amount(self, node: Node, what: str) -> str | None:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,12})?", value):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            # The shortest text that gives the number again: what stands in the file.
            return format(Decimal(repr(value)), "f")
        self._wrong(node, what, "US dollars for a million tokens, such as 2.50")
        return None

    def _tokens(self, node: Node, what: str) -> int | None:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self._wrong(node, what, "a number of tokens")
        return None

    def _day(self, node: Node, what: str) -> str | None:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                date.fromisoformat(value)
            except ValueError:
                pass
            else:
                return value
        self._wrong(node, what, 'a day such as "2027-03-31"')
        return None

    def _text(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value:
            return node.value
        self._wrong(node, what, "a text")
        return None

    def _texts(self, node: Node, what: str) -> list[str]:
        texts = [
            self._text(item, f"an item of {what}") for item in self._items(node, what, "a list")
        ]
        return [text for text in texts if text is not None]

    def _one_of(self, known: Sequence[str]) -> Callable[[Node, str], str | None]:
        def read(node: Node, what: str) -> str | None:
            text = self._text(node, what)
            if text is None or text in known:
                return text
            near = get_close_matches(text, known, n=1)
            self._problem(
                f"expected a value of {what}, found '{text}'",
                node.mark,
                f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}",
            )
            return None

        return read

    def _some_of(self, known: Sequence[str]) -> Callable[[Node, str], list[str]]:
        read = self._one_of(known)

        def read_all(node: Node, what: str) -> list[str]:
            values = [read(item, what) for item in self._items(node, what, "a list")]
            return [value for value in values if value is not None]

        return read_all

    def _items(self, node: Node, what: str, expected: str) -> Iterable[Node]:
        if isinstance(node, SequenceNode):
            return node.items
        self._wrong(node, what, expected)
        return ()

    def _wrong(self, node: Node, what: str, expected: str) -> None:
        self._problem(
            f"expected {expected} for {what}, found {describe(node)}",
            node.mark,
            "see the page of the code for a whole entry",
        )

    def _problem(self, message: str, mark: Mark, hint: str) -> None:
        self.diagnostics.append(Diagnostic(_CODE, message, mark.in_file(self._path), hint=hint))
