"""Which form of an `anyOf` or `oneOf` a value was meant to have, by the problems of each.

A form is what one branch describes. Looks at problems only, and says nothing in words.
"""

from collections.abc import Sequence

from gitconfig_tool.schema.problems import Problem, additional_keys
from gitconfig_tool.schema.wording import meant_by

Form = tuple[Problem, ...]

# How far a problem moves a form away. A value of another type was not meant for the form, and
# hardly is one that names another form (`type: redis`). A missing key is often just forgotten.
_OTHER_TYPE = 1_000.0
_OTHER_NAME = 100.0
_UNKNOWN_KEY = 12.0
_MISSING_KEY = 10.0
_OTHER_PROBLEM = 8.0
_MISSPELT = 4.0


class Closest:
    """Measures forms; each problem once, however many forms share it."""

    def __init__(self) -> None:
        self._distances: dict[Problem, float] = {}

    def form(self, forms: Sequence[Form], depth: int) -> Form:
        """Return the form with the least wrong; the first one of equals.

        `depth` is the length of the path of the value that the forms are for.
        """
        return min(forms, key=lambda form: self._distance(form, depth))

    def chosen(self, forms: Sequence[Form], depth: int) -> Form | None:
        """Return the only form that the value can have been meant for, if just one is left.

        The others are for values of another type, or name themselves by a constant that the value
        has otherwise.
        """
        left = [form for form in forms if not any(_is_other(each, depth) for each in form)]
        return left[0] if len(left) == 1 else None

    def names(self, forms: Sequence[Form], depth: int) -> tuple[Problem, ...]:
        """Return the problem of each form with the name that it gives itself, if all have one.

        The name is a constant under the same key in each.
        """
        found = [[each for each in form if _is_name(each, depth)] for form in forms]
        paths = [{each.path for each in named} for named in found]
        common = set.intersection(*paths) if paths else set()
        if len(common) != 1:
            return ()
        return tuple(each for named in found for each in named if each.path in common)

    def _distance(self, form: Form, depth: int) -> float:
        return sum(self._of(each, depth) for each in form)

    def _of(self, problem: Problem, depth: int) -> float:
        if problem not in self._distances:
            self._distances[problem] = self._measure(problem)
        found = self._distances[problem]
        below = len(problem.path) - depth
        if below > 0 and found >= _OTHER_TYPE:
            found = _OTHER_PROBLEM  # Another type of a value within says little of the whole.
        # What is wrong deep within a value speaks less against it than what is wrong at its top.
        return found / (1 + max(0, below))

    def _measure(self, problem: Problem) -> float:
        if problem.branches:
            depth = len(problem.path)
            return min(self._distance(form, depth) for form in problem.branches)
        if problem.keyword == "type":
            return _OTHER_TYPE
        if problem.keyword in ("const", "enum"):
            return _OTHER_NAME if meant_by(problem) is None else _MISSPELT
        if problem.keyword in ("required", "dependentRequired"):
            return _MISSING_KEY
        if problem.keyword == "additionalProperties":
            return _UNKNOWN_KEY * len(additional_keys(problem.value, problem.schema))
        return _OTHER_PROBLEM


def _is_other(problem: Problem, depth: int) -> bool:
    """Tell whether a problem shows that a value was meant for another form."""
    if problem.branches:
        length = len(problem.path)
        return length == depth and all(
            any(_is_other(each, depth) for each in form) for form in problem.branches
        )
    if problem.keyword == "type":
        return len(problem.path) == depth
    return _is_name(problem, depth) and meant_by(problem) is None


def _is_name(problem: Problem, depth: int) -> bool:
    constant = problem.keyword == "const" or (
        problem.keyword == "enum" and len(problem.wanted) == 1
    )
    return constant and len(problem.path) == depth + 1
