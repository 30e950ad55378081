"""What the project file may ask for beside itself: the names and contents of other files.

Reads nothing: the compiler gives what stands behind it, out of a snapshot.
"""

from collections.abc import Sequence
from typing import Protocol

from gitconfig_tool.document import Document


class SourceFiles(Protocol):
    """The files beside the project file, as a snapshot has them."""

    def under(self, folder: str) -> Sequence[str]:
        """Return the paths of the files below a folder, sorted."""
        ...

    def has(self, path: str) -> bool:
        """Tell whether there is a file at a path."""
        ...

    def parse(self, path: str) -> Document:
        """Return the parsed file at a path; what is wrong with its YAML is reported elsewhere."""
        ...

    def is_broken(self, path: str) -> bool:
        """Tell whether a parsed file could not be read, which is reported elsewhere."""
        ...


class NoFiles:
    """A project of which nothing but the project file is known."""

    def under(self, folder: str) -> Sequence[str]:
        return ()

    def has(self, path: str) -> bool:
        return False

    def parse(self, path: str) -> Document:
        return Document(path, None)

    def is_broken(self, path: str) -> bool:
        return False
