"""Which versions each prompt has, as the paths say: enough to tell where a `!prompt` leads.

Takes the files of one snapshot; reads none of them.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.document import Document

if TYPE_CHECKING:
    from gitconfig_tool.prompts import PromptVersion


class ListedPrompts(Mapping[str, "tuple[PromptVersion, ...]"]):
    """Which versions each prompt has, as the paths say; no prompt is read."""

    def __init__(self, folder: str, files: ProjectFiles) -> None:
        self._folder = folder
        self._files = files
        self._known: dict[str, tuple[PromptVersion, ...]] = {}

    def __getitem__(self, id: str) -> "tuple[PromptVersion, ...]":
        if id not in self._known:
            # Most documents ask for no prompt: they need not wait for it.
            from gitconfig_tool.prompts import load_prompts

            paths = self._files.under(f"{self._folder}/{id}")
            named = {path: Document(path, None) for path in paths if path.endswith(".prompt.yaml")}
            self._known[id] = load_prompts(named, folder=self._folder)[0].versions(id)
        if not self._known[id]:
            raise KeyError(id)
        return self._known[id]

    def __iter__(self) -> Iterator[str]:
        skip = len(self._folder) + 1
        paths = self._files.under(self._folder)
        names = (path[skip:] for path in paths if path.endswith(".prompt.yaml"))
        return iter(dict.fromkeys(name.partition("/")[0] for name in names))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def folders(self) -> set[str]:
        """Return the folders that were looked into."""
        return {f"{self._folder}/{id}" for id in self._known}
