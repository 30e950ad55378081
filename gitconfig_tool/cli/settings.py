"""What the global options say, handed to every command as click's `obj`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`directory` is -C; `color` is auto, always or never; `verbosity` is -1, 0 or 1."""

    directory: Path
    project: str | None
    verbosity: int
    color: str
