"""What is publicly known of models, by provider and name.

Takes the built-in snapshot and the project's own file over it; the snapshot is read when a model is
asked for, and not before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gitconfig_tool.models.model import ModelFacts


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Models by `(provider, model)`; `day` is that of the snapshot."""

    day: date
    models: Mapping[tuple[str, str], ModelFacts]

    def find(self, provider: str, model: str) -> ModelFacts | None:
        """Return what is known of a model, or None."""
        return self.models.get((provider, model))
