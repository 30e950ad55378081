"""Sets of bundles on a page: named in a few words, listed once, and known to the script by number.

A change that two hundred bundles share is common, and so are many changes of the same bundles: each
set is listed in one place, and changes link to it.
"""

from collections.abc import Iterable, Mapping, Sequence

from gitconfig_tool.report.bundle_names import name_bundles
from gitconfig_tool.report.html.markup import Html, element, joined
from gitconfig_tool.report.tables import count

# So many bundles are all named beside a change, as `name_bundles` does; of more there is a list.
_MAX_NAMED = 3


class BundleSets:
    """All bundles of a page, and the sets of them that changes have met so far."""

    def __init__(self, dimensions: Mapping[str, Mapping[str, str]]) -> None:
        self.names = tuple(dimensions)
        self._dimensions = dimensions
        self._names: dict[tuple[int, ...], str] = {}
        self._numbers: Mapping[str, int] = {name: at for at, name in enumerate(self.names)}
        self._listed: dict[tuple[int, ...], int] = {}

    def numbers(self, bundles: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of bundles, in the order of the page; unknown ones have none."""
        found = {self._numbers[name] for name in bundles if name in self._numbers}
        return tuple(sorted(found))

    def ranges(self, bundles: Iterable[str]) -> str:
        """Return the numbers of bundles in short: `0-3,7`."""
        return ranges(self.numbers(bundles))

    def chip(self, bundles: Sequence[str]) -> Html:
        """Return which bundles a change is for; more than a few are a link to their list."""
        found = self.numbers(bundles)
        text = self.summary(bundles)
        if len(found) <= _MAX_NAMED:
            return element("span", text, class_="bundles")
        at = self._listed.setdefault(found, len(self._listed) + 1)
        return element("a", text, class_="bundles", href=f"#set-{at}", title="list these bundles")

    def summary(self, bundles: Sequence[str]) -> str:
        """Name bundles in a few words."""
        found = self.numbers(bundles)
        if found not in self._names:
            self._names[found] = name_bundles(bundles, self._dimensions)
        return self._names[found]

    def lists(self) -> Html | None:
        """Return the lists that chips link to; None where there is none."""
        if not self._listed:
            return None
        return joined(
            element(
                "details",
                element("summary", f"{count(len(numbers), 'bundle')}: {self._few(numbers)}"),
                # A browser opens what is closed around the element that a link leads to.
                element(
                    "p",
                    joined((element("bdi", self.names[each]) for each in numbers), ", "),
                    class_="names",
                    id=f"set-{at}",
                ),
                class_="set",
            )
            for numbers, at in self._listed.items()
        )

    def _few(self, numbers: Sequence[int]) -> str:
        return self.summary([self.names[each] for each in numbers])


def ranges(numbers: Iterable[int]) -> str:
    """Return ascending numbers in short: `0-3,7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{low}-{high}" if high > low else f"{low}" for low, high in runs)
