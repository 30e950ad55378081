"""What is publicly known of models, by provider and name.

Takes the built-in snapshot and the project's own entries over it; the snapshot is read when a model
is asked for, and not before. A model is looked up by any name that it goes by. Judges nothing.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gitconfig_tool.builtin import builtin_text
from gitconfig_tool.models.facts import CATALOGUE, facts_of
from gitconfig_tool.models.model import ModelFacts
from gitconfig_tool.models.names import is_knowable, is_misspelling, nearest, spellings

Entries = Mapping[str, Mapping[str, Any]]


class Catalogue:
    """The built-in models, and the project's own: `own` has entries by `provider/model`.

    An entry of the project counts over the built-in one field by field; `source` is its file.
    """

    def __init__(self, own: Entries | None = None, source: str = "") -> None:
        self._own = own or {}
        self._source = source
        self._entries: Entries | None = None
        self._about: Mapping[str, Any] | None = None
        self._found: dict[tuple[str, str, str | None], ModelFacts | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    @property
    def day(self) -> date:
        """The day on which the snapshot was taken."""
        return date.fromisoformat(self.about["day"])

    @property
    def about(self) -> Mapping[str, Any]:
        """Where the snapshot comes from: day, digest, and for each source its version."""
        if self._about is None:
            self._about = _read("about.json")
        return self._about

    def find(self, provider: str, model: str, region: str | None = None) -> ModelFacts | None:
        """Return what is known of a model, or None.

        Prices may differ by region; without one, or where nothing is known of it, those of the
        model as such are given.
        """
        key = (provider, model, region)
        if key not in self._found:
            self._found[key] = self._look_up(provider, model, region)
        return self._found[key]

    def knows(self, provider: str, model: str) -> bool:
        """Tell whether the catalogue should have a model: is it public, or listed by the project?

        What runs on `vllm` or `custom` is the user's own.
        """
        return is_knowable(provider, model) or f"{provider}/{model}" in self._own

    def suggest(self, provider: str, model: str) -> str | None:
        """Return the name that a model was probably meant to have, or None."""
        near = self.nearest(provider, model)
        return near if near is not None and is_misspelling(model, near) else None

    def nearest(self, provider: str, model: str) -> str | None:
        """Return the provider's known name that is most like a name, or None."""
        return nearest(model, self._names_of(provider))

    def elsewhere(self, provider: str, model: str) -> tuple[str, ...]:
        """Return the other providers that have a model of exactly this name."""
        keys = (key.partition("/") for key in {**self._snapshot(), **self._own})
        return tuple(sorted(who for who, _, name in keys if name == model and who != provider))

    def _look_up(self, provider: str, model: str, region: str | None) -> ModelFacts | None:
        keys = [f"{provider}/{name}" for name in spellings(provider, model, region)]
        snapshot = self._snapshot()
        public = next((snapshot[key] for key in keys if key in snapshot), None)
        own = next((self._own[key] for key in keys if key in self._own), None)
        if own is not None:
            return facts_of(provider, model, {**(public or {}), **own}, self._source)
        return None if public is None else facts_of(provider, model, public, CATALOGUE)

    def _names_of(self, provider: str) -> tuple[str, ...]:
        if provider not in self._names:
            start = f"{provider}/"
            every: Iterator[str] = iter({**self._snapshot(), **self._own})
            found = sorted(key.removeprefix(start) for key in every if key.startswith(start))
            self._names[provider] = tuple(found)
        return self._names[provider]

    def _snapshot(self) -> Entries:
        if self._entries is None:
            self._entries = _read("models.json")
        return self._entries


def _read(name: str) -> dict[str, Any]:
    text = builtin_text("catalogue", name)
    if text is None:
        raise FileNotFoundError(f"the built-in catalogue lacks {name}: reinstall the tool")
    found: dict[str, Any] = json.loads(text)
    return found
