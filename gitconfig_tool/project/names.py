"""Names of dimensions and values, and the patterns that find values among paths.

Pure text: takes paths and returns names. Knows nothing of what the files hold.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gitconfig_tool.document import JsonScalar
from gitconfig_tool.glob import Glob

DIMENSION_NAME = re.compile(r"[a-z][a-z0-9_-]*")
# Names of dimension values become path segments, OCI reference names and annotations.
_VALUE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# Longest first: an encrypted file is no value of `hosts/*.yaml`.
_ENDINGS = (".sops.yaml", ".sops.yml", ".yaml", ".yml")
_ENCRYPTED = (".sops.yaml", ".sops.yml")


def is_value_name(name: str) -> bool:
    """Tell whether a text can be a value of a dimension."""
    return _VALUE_NAME.fullmatch(name) is not None and ".." not in name


def attribute_text(value: JsonScalar) -> str | None:
    """Write an attribute as the user did, for a path; null is no attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def is_yaml_path(path: str) -> bool:
    """Tell whether a path is that of a YAML file, encrypted or not."""
    return path.endswith(_ENDINGS)


def is_encrypted_path(path: str) -> bool:
    """Tell whether the name of a YAML file says that SOPS has encrypted it."""
    return path.endswith(_ENCRYPTED)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A path of which one part holds a wildcard: `tenants/*`, `hosts/*.yaml`, `apps/*/config`.

    `before` and `after` are the parts around it. It matches files when the path ends as YAML files
    do, and folders otherwise.
    """

    text: str
    before: tuple[str, ...]
    part: str
    after: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder that holds all that can match."""
        return "/".join(self.before)

    @property
    def matches_files(self) -> bool:
        return is_yaml_path(self.text)

    def names(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the name of every match, with the path that it was found at.

        `paths` are those of the files below `folder`. The name is the part that the wildcard is
        in, without the ending of a YAML file. What begins with a dot is hidden.
        """
        matches = Glob(self.part).fullmatch
        ending = _ending(self.part) if self.matches_files and not self.after else ""
        depth = len(self.before)
        found: dict[str, str] = {}
        for path in paths:
            parts = path.split("/")
            part, rest = parts[depth], tuple(parts[depth + 1 :])
            if self.matches_files:
                fits = rest == self.after
            else:
                # A folder is what has a file below it: Git keeps no empty ones.
                fits = len(rest) > len(self.after) and rest[: len(self.after)] == self.after
            if not fits or part.startswith(".") or not matches(part):
                continue
            if ending and _ending(part) != ending:
                continue
            found[part.removesuffix(ending)] = "/".join((*self.before, part))
        return found

    def other_kind(self) -> "NamePattern":
        """Return the pattern that matches files where this one matches folders, or the reverse."""
        ending = _ending(self.text)
        text = self.text.removesuffix(ending) if ending else self.text + ".yaml"
        *parts, last = text.split("/")
        if self.after:
            return NamePattern(text, self.before, self.part, (*self.after[:-1], last))
        return NamePattern(text, tuple(parts), last, ())


def has_wildcard(text: str) -> bool:
    """Tell whether a glob matches more than its own text."""
    return "*" in text or "?" in text


def parse_pattern(text: str) -> NamePattern | None:
    """Split a path at the part with a wildcard; None when there is no such part.

    Raises `ValueError`, with what was expected, for a path of which more than one part has one, or
    the first.
    """
    parts = text.split("/")
    wild = [number for number, part in enumerate(parts) if has_wildcard(part)]
    if not wild:
        return None
    if len(wild) > 1 or "**" in parts[wild[0]]:
        raise ValueError(f"expected one part with '*' or '?', found '{text}'")
    if wild[0] == 0:
        # The project's own folder holds gitconfig.yaml and much else that is no value.
        raise ValueError(f"expected a folder before the part with '*', found '{text}'")
    at = wild[0]
    return NamePattern(text, tuple(parts[:at]), parts[at], tuple(parts[at + 1 :]))


def _ending(path: str) -> str:
    return next((ending for ending in _ENDINGS if path.endswith(ending)), "")
