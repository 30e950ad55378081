"""Regular expressions as SOPS means them: the syntax of Go's `regexp`, which is RE2's.

Compiles a pattern and tells whether it matches anywhere in a text. Python's `re` takes other
patterns, means other things by some of them, and can be made to run for years: a pattern comes from
a file that anybody may have written. Here all ways are followed side by side, so the time grows
with the length of the text times that of the pattern. Does not return what matched.

Source of the syntax: https://github.com/google/re2/wiki/Syntax.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

# regexp/syntax/parse.go of Go: `maxRepeat`, and a bound for what a repetition may grow to.
_MAX_REPEAT = 1000
_MAX_STATES = 20_000
_MAX_DEPTH = 100

_Test = Callable[[str], bool]
_CLASSES: dict[str, _Test] = {
    "d": lambda char: "0" <= char <= "9",
    "w": lambda char: char == "_" or (char.isascii() and char.isalnum()),
    "s": lambda char: char in "\t\n\f\r ",
}
_POSIX: dict[str, _Test] = {
    "alnum": lambda char: char.isascii() and char.isalnum(),
    "alpha": lambda char: char.isascii() and char.isalpha(),
    "ascii": lambda char: char.isascii(),
    "blank": lambda char: char in "\t ",
    "cntrl": lambda char: char < " " or char == "\x7f",
    "digit": _CLASSES["d"],
    "graph": lambda char: "!" <= char <= "~",
    "lower": lambda char: "a" <= char <= "z",
    "print": lambda char: " " <= char <= "~",
    "punct": lambda char: "!" <= char <= "~" and not char.isalnum(),
    "space": lambda char: char in "\t\n\v\f\r ",
    "upper": lambda char: "A" <= char <= "Z",
    "word": _CLASSES["w"],
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}
_ESCAPES = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_ASSERTIONS = frozenset("^$AzbB")


class PatternError(ValueError):
    """SOPS cannot use the pattern, or we cannot; the message says why."""


@dataclass(frozen=True, slots=True)
class _State:
    """One step: a test of a character, or an assertion; `nexts` are where it goes on."""

    test: _Test | None
    assertion: str
    nexts: list[int]


class Pattern:
    """A compiled pattern."""

    def __init__(self, states: list[_State], start: int, end: int) -> None:
        self._states = states
        self._start = start
        self._end = end

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in the text."""
        active: set[int] = set()
        for at in range(len(text) + 1):
            active.add(self._start)
            closed = self._closure(active, text, at)
            if self._end in closed:
                return True
            if at == len(text):
                return False
            active = set()
            for number in closed:
                state = self._states[number]
                if state.test is not None and state.test(text[at]):
                    active.update(state.nexts)
        return False

    def _closure(self, active: set[int], text: str, at: int) -> set[int]:
        found: set[int] = set()
        waiting = list(active)
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            state = self._states[number]
            if state.test is None and (
                not state.assertion or _holds(state.assertion, text, at)
            ):
                waiting += state.nexts
        return found


def compile_pattern(text: str) -> Pattern:
    """Compile a pattern; raises `PatternError`."""
    parser = _Parser(text)
    tree = parser.alternation(0)
    if parser.at < len(text):
        raise PatternError(f"a ')' too many at character {parser.at + 1}")
    builder = _Builder()
    end = builder.add(None, "", [])
    start = builder.build(tree, end)
    return Pattern(builder.states, start, end)


def _holds(assertion: str, text: str, at: int) -> bool:
    if assertion == "A":
        return at == 0
    if assertion == "z":
        return at == len(text)
    if assertion == "^":  # with the flag m
        return at == 0 or text[at - 1] == "\n"
    if assertion == "$":
        return at == len(text) or text[at] == "\n"
    before = at > 0 and _CLASSES["w"](text[at - 1])
    after = at < len(text) and _CLASSES["w"](text[at])
    return (before != after) is (assertion == "b")


# What a pattern becomes first: a test, an assertion, or an operation on others.
@dataclass(frozen=True, slots=True)
class _One:
    test: _Test


@dataclass(frozen=True, slots=True)
class _Assert:
    kind: str


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple["_Tree", ...]


@dataclass(frozen=True, slots=True)
class _Either:
    parts: tuple["_Tree", ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: "_Tree"
    least: int
    most: int | None


_Tree = _One | _Assert | _All | _Either | _Repeat


class _Builder:
    """Makes states of a tree, from its end to its start."""

    def __init__(self) -> None:
        self.states: list[_State] = []

    def add(self, test: _Test | None, assertion: str, nexts: list[int]) -> int:
        if len(self.states) >= _MAX_STATES:
            raise PatternError("it repeats too much")
        self.states.append(_State(test, assertion, nexts))
        return len(self.states) - 1

    def build(self, tree: _Tree, after: int) -> int:
        """Return the state that a match of `tree` begins at, if it is to go on at `after`."""
        if isinstance(tree, _One):
            return self.add(tree.test, "", [after])
        if isinstance(tree, _Assert):
            return self.add(None, tree.kind, [after])
        if isinstance(tree, _All):
            for part in reversed(tree.parts):
                after = self.build(part, after)
            return after
        if isinstance(tree, _Either):
            return self.add(None, "", [self.build(part, after) for part in tree.parts])
        return self._repeat(tree, after)

    def _repeat(self, tree: _Repeat, after: int) -> int:
        if tree.most is None:
            again: list[int] = [after]
            start = self.add(None, "", again)
            again.append(self.build(tree.part, start))
        else:
            start = after
            for _ in range(tree.most - tree.least):
                start = self.add(None, "", [self.build(tree.part, start), after])
        for _ in range(tree.least):
            start = self.build(tree.part, start)
        return start


class _Parser:
    """Reads a pattern from left to right; `flags` are those of the group that is being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.flags = frozenset[str]()

    def alternation(self, depth: int) -> _Tree:
        if depth > _MAX_DEPTH:
            raise PatternError("its groups are nested too deeply")
        branches = []
        parts: list[_Tree] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self._take("|"):
                branches.append(_All(tuple(parts)))
                parts = []
                continue
            self._piece(parts, depth)
        branches.append(_All(tuple(parts)))
        return branches[0] if len(branches) == 1 else _Either(tuple(branches))

    def _piece(self, parts: list[_Tree], depth: int) -> None:
        char = self.text[self.at]
        if char in "*+?":
            raise PatternError(f"nothing to repeat before '{char}' at character {self.at + 1}")
        if self.text.startswith("\\Q", self.at):
            self._quoted(parts)
            return
        self.at += 1
        atom: _Tree | None
        if char == "(":
            atom = self._group(depth)
        elif char == "[":
            atom = _One(self._set())
        elif char == ".":
            any_char = "s" in self.flags
            atom = _One(lambda found: any_char or found != "\n")
        elif char == "^":
            atom = _Assert("^" if "m" in self.flags else "A")
        elif char == "$":
            atom = _Assert("$" if "m" in self.flags else "z")
        elif char == "\\":
            atom = self._escape()
        else:
            atom = _One(self._literal(char))
        if atom is not None:
            parts.append(self._repeated(atom))

    def _repeated(self, atom: _Tree) -> _Tree:
        bounds = self._bounds()
        if bounds is None:
            return atom
        self._take("?")  # Which of the matches is preferred does not matter here.
        if self._bounds() is not None:
            raise PatternError("a repetition of a repetition, which RE2 refuses")
        least, most = bounds
        if max(least, most or 0) > _MAX_REPEAT or (most is not None and most < least):
            raise PatternError(f"a repetition that RE2 refuses: {{{least},{most}}}")
        return _Repeat(atom, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        for char, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(char):
                return bounds
        end = self.text.find("}", self.at)
        if not self.text.startswith("{", self.at) or end < 0:
            return None
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        digits = [each for each in (least, most) if each]
        if not least or not all(each.isascii() and each.isdigit() for each in digits):
            return None  # A brace that stands for itself.
        self.at = end + 1
        if any(len(each) > len(str(_MAX_REPEAT)) for each in digits):
            raise PatternError("a repetition that RE2 refuses: more than 1000 times")
        return int(least), (int(most) if most else None) if comma else int(least)

    def _group(self, depth: int) -> _Tree | None:
        outer = self.flags
        if self._take("?"):
            if self._take("P<") or (
                self.text.startswith("<", self.at)
                and not self.text.startswith(("<=", "<!"), self.at)
            ):
                self._until(">", "the name of a group")
            elif self._options():
                return None
        inner = self.alternation(depth + 1)
        if not self._take(")"):
            raise PatternError("a '(' that is not closed")
        self.flags = outer
        return inner

    def _options(self) -> bool:
        """Read flags; tell whether they are a group of their own, as in `(?i)`."""
        flags, is_on = set(self.flags), True
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char in ":)":
                self.flags = frozenset(flags)
                return char == ")"
            if char == "-" and is_on:
                is_on = False
            elif char in "imsU":
                flags = flags | {char} if is_on else flags - {char}
            else:
                break
        raise PatternError("a group that RE2 does not know, such as (?=...) or (?!...)")

    def _quoted(self, parts: list[_Tree]) -> None:
        start = self.at + 2
        end = self.text.find("\\E", start)
        self.at = len(self.text) if end < 0 else end + 2
        quoted = self.text[start : None if end < 0 else end]
        parts += [_One(self._literal(char)) for char in quoted[:-1]]
        if quoted:
            parts.append(self._repeated(_One(self._literal(quoted[-1]))))

    def _escape(self) -> _Tree:
        char = self._next("an escape")
        if char in _ASSERTIONS - frozenset("^$"):
            return _Assert(char)
        test = self._class(char)
        return _One(test or self._literal(self._character(char)))

    def _class(self, char: str) -> _Test | None:
        """Return the class that an escape stands for; None where it is one character."""
        inner = _CLASSES.get(char.lower())
        if char.lower() == "p":
            inner = self._property()
        if inner is None:
            return None
        return _negated(inner) if char.isupper() else inner

    def _property(self) -> _Test:
        name = self._next("a class of characters")
        if name == "{":
            name = self._until("}", "a class of characters")
        is_negated = name.startswith("^")
        name = name.removeprefix("^")
        if name == "Any":
            test: _Test = lambda char: True  # noqa: E731
        elif name[:1] in "CLMNPSZ" and len(name) <= 2 and name:
            test = lambda char: unicodedata.category(char).startswith(name)  # noqa: E731
        else:
            raise PatternError(f"the class of characters '{name}', which is not known here")
        return _negated(test) if is_negated else test

    def _character(self, char: str) -> str:
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char == "x":
            digits = self._until("}", "a number") if self._take("{") else self._two()
            try:
                return chr(int(digits, 16))
            except (ValueError, OverflowError):
                raise PatternError("a number of a character that is none") from None
        if char in "01234567":
            digits = char
            while len(digits) < 3 and self.text[self.at : self.at + 1] in tuple("01234567"):
                digits += self._next("a number")
            if char != "0" and len(digits) == 1:
                raise PatternError("a reference back to a group, which RE2 does not know")
            return chr(int(digits, 8))
        if char.isascii() and char.isalnum():
            raise PatternError(f"the escape '\\{char}', which RE2 does not know")
        return char

    def _two(self) -> str:
        digits = self.text[self.at : self.at + 2]
        self.at += 2
        return digits

    def _set(self) -> _Test:
        is_negated = self._take("^")
        tests: list[_Test] = []
        is_first = True
        while is_first or not self.text.startswith("]", self.at):
            is_first = False
            posix = self._posix()
            if posix is not None:
                tests.append(posix)
                continue
            low: str | _Test = self._member()
            if not isinstance(low, str):
                tests.append(low)
                continue
            if self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at):
                self.at += 1
                high = self._member()
                if not isinstance(high, str) or high < low:
                    raise PatternError("a range of characters that is none")
                tests.append(self._between(low, high))
            else:
                tests.append(self._literal(low))
        self.at += 1
        members = tuple(tests)
        found: _Test = lambda char: any(test(char) for test in members)  # noqa: E731
        return _negated(found) if is_negated else found

    def _posix(self) -> _Test | None:
        end = self.text.find(":]", self.at)
        if not self.text.startswith("[:", self.at) or end < 0:
            return None
        name = self.text[self.at + 2 : end]
        test = _POSIX.get(name.removeprefix("^"))
        if test is None:
            raise PatternError(f"the class [:{name}:], which RE2 does not know")
        self.at = end + 2
        return _negated(test) if name.startswith("^") else test

    def _member(self) -> "str | _Test":
        char = self._next("a ']'")
        if char != "\\":
            return char
        char = self._next("an escape")
        return self._class(char) or self._character(char)

    def _between(self, low: str, high: str) -> _Test:
        if "i" not in self.flags:
            return lambda char: low <= char <= high
        return lambda char: any(low <= each <= high for each in _cases(char))

    def _literal(self, wanted: str) -> _Test:
        if "i" not in self.flags:
            return lambda char: char == wanted
        return lambda char: wanted in _cases(char)

    def _take(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _next(self, what: str) -> str:
        if self.at >= len(self.text):
            raise PatternError(f"the end where {what} should be")
        self.at += 1
        return self.text[self.at - 1]

    def _until(self, end: str, what: str) -> str:
        stop = self.text.find(end, self.at)
        if stop < 0:
            raise PatternError(f"{what} that does not end")
        found = self.text[self.at : stop]
        self.at = stop + 1
        return found


def _cases(char: str) -> tuple[str, ...]:
    """Return the forms of a character that are one when case does not count."""
    return (char, char.lower(), char.upper(), char.casefold())


def _negated(test: _Test) -> _Test:
    return lambda char: not test(char)
