"""Which versions each prompt has, as the paths say, and which of them documents ask for.

Takes the files of one snapshot, or linked documents; reads no prompt.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.link import LinkedDocument

if TYPE_CHECKING:
    from gitconfig_tool.prompts import Prompts, PromptVersion


class ListedPrompts(Mapping[str, "tuple[PromptVersion, ...]"]):
    """Which versions each prompt has, as the paths say; no prompt is read."""

    def __init__(self, folder: str, files: ProjectFiles) -> None:
        self._folder = folder
        self._files = files
        self._known: dict[str, tuple[PromptVersion, ...]] = {}

    def __getitem__(self, id: str) -> "tuple[PromptVersion, ...]":
        if id not in self._known:
            self._known[id] = self._versions(id)
        if not self._known[id]:
            raise KeyError(id)
        return self._known[id]

    def _versions(self, id: str) -> "tuple[PromptVersion, ...]":
        # Most documents ask for no prompt: they need not wait for this.
        from gitconfig_tool.prompts.model import highest_first, named_version
        from gitconfig_tool.prompts.names import split_name

        found = []
        for path in self._files.under(f"{self._folder}/{id}"):
            name = split_name(path.removeprefix(f"{self._folder}/"))
            if name is not None and name[2] == "prompt":
                found.append(named_version(id, name[1], path))
        return highest_first(found)

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


def used_prompts(
    linked: Mapping[str, LinkedDocument], prompts: "Prompts"
) -> "tuple[PromptVersion, ...]":
    """Return the prompt versions that documents ask for."""
    used = {
        (link.id, link.version)
        for document in linked.values()
        for link in document.prompts.values()
    }
    versions = (prompts.resolve(name, version) for name, version in sorted(used))
    return tuple(version for version in versions if version is not None)
