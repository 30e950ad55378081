"""Which prompts render another text than they did at another commit, through partials as well.

Takes the prompts of two snapshots; returns pairs of versions to show. A version that lies in both
is compared with itself, and the newest one with the newest one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.cases import Case
from gitconfig_tool.prompts.comparison import compare
from gitconfig_tool.prompts.model import PartialVersion
from gitconfig_tool.prompts.names import PARTIAL_ENDING, split_name
from gitconfig_tool.prompts.rendering import Renderer
from gitconfig_tool.prompts.written import FREE_FIELDS


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions that render otherwise.

    `through` names the partials whose own text is what differs: the prompt's file is the same.
    """

    old: PromptVersion
    new: PromptVersion
    cases: tuple[Case, ...]
    through: tuple[str, ...]


def differing(
    before: Prompts, after: Prompts, only: str | None = None, renderer: Renderer | None = None
) -> Iterator[Pair]:
    """Yield the versions whose rendered text differs; `only` is the id of one prompt."""
    for prompt_id in after.ids() if only is None else (only,):
        for old, new in _pairs(before, after, prompt_id):
            if _lasting(old) == _lasting(new):
                continue
            cases = compare(old, new, renderer)
            if any(case.differs for case in cases):
                yield Pair(old, new, cases, tuple(through(before, after, old, new)))


def _pairs(
    before: Prompts, after: Prompts, prompt_id: str
) -> Iterator[tuple[PromptVersion, PromptVersion]]:
    old = {each.version: each for each in before.versions(prompt_id)}
    new = after.versions(prompt_id)
    newest = next(iter(before.versions(prompt_id)), None)
    if newest is not None and new and new[0].version not in old:
        yield newest, new[0]
    for version in new:
        if version.version in old:
            yield old[version.version], version


def _lasting(version: PromptVersion) -> dict[str, object]:
    kept_out = FREE_FIELDS | {"version"}
    return {key: value for key, value in version.content.items() if key not in kept_out}


def through(
    before: Prompts, after: Prompts, old: PromptVersion, new: PromptVersion
) -> Iterator[str]:
    """Yield the partials of both versions whose text is another one."""
    was, now = _partials(before, old), _partials(after, new)
    for partial_id, version in now.items():
        known = was.get(partial_id)
        if known is not None and known.text != version.text:
            numbers = version.version
            if known.version != version.version:
                numbers = f"{known.version} -> {version.version}"
            yield f"{partial_id} {numbers}"


def _partials(prompts: Prompts, version: PromptVersion) -> dict[str, PartialVersion]:
    paths = () if version.file is None else version.file.paths
    found = {}
    for path in paths:
        name = split_name("/".join(path.split("/")[-2:])) if path.endswith(PARTIAL_ENDING) else None
        for each in prompts.partials.get(name[0], ()) if name is not None else ():
            if each.path == path:
                found[each.id] = each
    return found
