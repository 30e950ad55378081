"""Puts dates and replacements into the entries of models.

Takes entries and endings; returns the entries of the snapshot. A model that ended, and that the
model map no longer has, gets an entry: "retired" is not "unknown".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tools.catalogue.litellm_map import Entries
from tools.catalogue.retirements import Ending

# An inference profile is the same model: `eu.anthropic.claude-...`.
_PROFILE = re.compile(r"^(?:us-gov|us|eu|apac|global|au|jp|ca|in|sa|me|af)\.")
# A day in a name: gpt-4.1-2025-04-14.
_DATED = re.compile(r"^(.+)-(\d{4}-\d{2}-\d{2})$")
# These publish no date but those at which a model ends. The others also publish dates until which
# they promise to serve a model, and the model map does not tell the two apart.
_ONLY_ENDS = frozenset({"openai", "mistral", "cohere", "xai"})
_NEAREST_LAST = "9999-12-31"


def join(entries: Entries, endings: Iterable[Ending], day: str) -> Entries:
    """Return the entries with their dates and replacements; `day` is that of the snapshot."""
    known = {(each.provider, each.model): each for each in endings}
    joined = {key: _dated(key, entry, known) for key, entry in entries.items()}
    for (provider, model), ending in known.items():
        key = f"{provider}/{model}"
        if key not in joined and ending.date is not None:
            joined[key] = _with_ending({"mode": "unknown"}, ending)
    _mark_undated_names(joined)
    suggested = {key: _suggestions(key, known) for key in joined}
    for key, names in suggested.items():
        best = _best(key, names, joined, day)
        if best is not None:
            joined[key]["replacement"] = best
    return joined


def _base(model: str) -> str:
    return _PROFILE.sub("", model.rpartition("/")[2])


def _ending_of(key: str, known: Mapping[tuple[str, str], Ending]) -> Ending | None:
    provider, _, model = key.partition("/")
    found = known.get((provider, model))
    if found is None and provider == "aws-bedrock":
        found = known.get((provider, _base(model)))
    if found is None and provider == "google-vertex":
        found = known.get((provider, model.partition("@")[0]))
    return found


def _dated(
    key: str, entry: Mapping[str, Any], known: Mapping[tuple[str, str], Ending]
) -> dict[str, Any]:
    plain = {name: value for name, value in entry.items() if name != "litellm_date"}
    ending = _ending_of(key, known)
    if ending is not None:
        return _with_ending(plain, ending)
    date = entry.get("litellm_date")
    if date is not None:
        plain["retires" if key.partition("/")[0] in _ONLY_ENDS else "may_retire"] = date
    return plain


def _with_ending(entry: dict[str, Any], ending: Ending) -> dict[str, Any]:
    if ending.deprecated is not None:
        entry["deprecated"] = ending.deprecated
    if ending.date is not None:
        entry["retires" if ending.is_announced else "may_retire"] = ending.date
    return entry


def _mark_undated_names(entries: Entries) -> None:
    """Date `gpt-4.1` by its dated versions, when all of them end: it may be moved, or may end."""
    versions: dict[str, list[str]] = defaultdict(list)
    for key in entries:
        if match := _DATED.match(key):
            versions[match[1]].append(key)
    for key, dated in versions.items():
        entry = entries.get(key)
        if entry is None or "retires" in entry or "may_retire" in entry:
            continue
        ends = [entries[each].get("retires", _NEAREST_LAST) for each in dated]
        if max(ends) != _NEAREST_LAST:
            entry["may_retire"] = max(ends)


def _suggestions(key: str, known: Mapping[tuple[str, str], Ending]) -> tuple[str, ...]:
    ending = _ending_of(key, known)
    if ending is not None:
        return ending.replacements
    # An undated name: what is suggested for a dated version of it.
    provider, _, model = key.partition("/")
    dated = (each for each in known if each[0] == provider and _DATED.match(each[1]))
    versions = sorted(name for _, name in dated if name.startswith(f"{model}-20"))
    return known[provider, versions[-1]].replacements if versions else ()


def _best(key: str, names: tuple[str, ...], entries: Entries, day: str) -> str | None:
    """Choose the first suggestion that is served; else the first that is known; else the first."""
    provider = key.partition("/")[0]
    there = [name for name in names if f"{provider}/{name}" in entries]
    served = [
        name for name in there if entries[f"{provider}/{name}"].get("retires", _NEAREST_LAST) > day
    ]
    return next(iter((*served, *there, *names)), None)
