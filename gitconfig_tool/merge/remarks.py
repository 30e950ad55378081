"""What is odd about an override though it does no harm: it changes nothing, or its key looks
misspelt.

Takes the value so far and the node of a stronger layer. Decides nothing about other bundles, for
which the same line may matter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from gitconfig_tool.diagnostics import Diagnostic, Note, Remove
from gitconfig_tool.document import MappingNode, Node, SequenceNode
from gitconfig_tool.merge.model import NamesKey, Origin
from gitconfig_tool.merge.state import EntryIndex, Keyed, State, is_same, name_of
from gitconfig_tool.pointer import Path

# Below this, keys that differ by one letter are mostly meant: `en` and `es`, `min` and `max`.
_MIN_LENGTH = 4
# Longer keys are data, not settings that somebody typed.
_MAX_LENGTH = 64
# Of keys that differ in the same place, these are enough to find one.
_MAX_ALIKE = 50


def redundant_override(inherited: State, origin: Origin, path: Path) -> Diagnostic | None:
    """Report a node that gives what weaker layers give already."""
    node = origin.node
    asked = inherited.requirement
    if asked is not None and asked.dimension is not None:
        return None  # `!required environment` wants it written here, whatever was inherited.
    if not path and isinstance(node, MappingNode) and not node.entries:
        return None  # A file of `{}` sets nothing; it may be there for its name alone.
    if not _changes_nothing(inherited, node, path):
        return None
    return Diagnostic(
        "GCT112",
        f"expected an override that changes something, found what '{name_of(path)}' has already",
        origin.span,
        "changes nothing",
        (Note("set already", inherited.chain[0].span),),
        "remove it: gitconfig-tool validate --fix does",
        fix=Remove(),
    )


def probable_typos(
    before: Mapping[str, State], node: MappingNode, path: Path, file: str, names_key: NamesKey
) -> Iterator[Diagnostic]:
    """Report keys that no weaker layer has, where one has a key that differs by one letter."""
    new = [
        (key, entry)
        for key, entry in node.entries.items()
        if key not in before
        and entry.value.tag != "!unset"
        and _MIN_LENGTH <= len(key) <= _MAX_LENGTH
    ]
    if not new:
        return
    # A key that this layer sets too is not what was meant by the other one.
    likely = _by_parts(key for key in before if key not in node.entries)
    for key, entry in new:
        near = likely(key)
        if near is not None and not names_key(path, key):
            name = name_of((*path, near))
            yield Diagnostic(
                "GCT113",
                f"expected a key that a weaker layer has, found '{key}'",
                entry.key_mark.in_file(file),
                f"only one letter from '{near}'",
                (Note(f"'{name}' is set", before[near].chain[-1].span),),
                f"did you mean '{near}'?",
            )


def _changes_nothing(inherited: State, node: Node, path: Path) -> bool:
    if isinstance(node, MappingNode):
        if node.tag is not None or not isinstance(inherited.content, dict):
            return False
        entry = path[-1] if path else None
        keys = entry.keys if isinstance(entry, EntryIndex) else ()
        return all(key in keys for key in node.entries)
    if isinstance(node, SequenceNode):
        if isinstance(inherited.content, Keyed):
            return node.tag is None and not node.items
    elif len(path) > 1 and isinstance(path[-2], EntryIndex) and path[-1] in path[-2].keys:
        return False  # The key of an entry says which entry it is.
    return is_same(inherited, node)


def _by_parts(keys: Iterable[str]) -> Callable[[str], str | None]:
    """Return what finds the first of `keys` that is one letter from another key.

    Two such keys have a part in common: all of the one, or what is left of it without one letter.
    So a thousand keys are not compared with a thousand others.
    """
    having: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, key in enumerate(keys):
        if len(key) <= _MAX_LENGTH + 1:
            for part in _parts(key):
                if len(having[part]) < _MAX_ALIKE:
                    having[part].append((place, key))

    def first(key: str) -> str | None:
        likely = {each for part in _parts(key) for each in having.get(part, ())}
        return next((other for _, other in sorted(likely) if _one_letter(key, other)), None)

    return first


def _parts(key: str) -> set[str]:
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}


def _one_letter(one: str, other: str) -> bool:
    """Tell whether one letter was left out, added, changed, or swapped with the next.

    A digit is no letter: `host1` and `host2` are two hosts.
    """
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if len(short) < len(long):
        return long[same].isalpha() and short[same:] == long[same + 1 :]
    if not (short[same].isalpha() and long[same].isalpha()):
        return False
    if short[same + 1 :] == long[same + 1 :]:
        return True
    swapped = long[same + 1 : same + 2] + long[same] + long[same + 2 :]
    return short[same:] == swapped
