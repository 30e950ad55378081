"""What `policy` asks of a Rego engine.

An engine compiles files into a `Program`, which evaluates rules. What differs between engines stays
behind these shapes; which rules count and what their results mean is not an engine's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gitconfig_tool.diagnostics import Span

DataPath = tuple[str, ...]

# Where policies find what they may know beside their input: `data.gitconfig_tool`.
FACTS = "gitconfig_tool"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a policy cannot be compiled or evaluated: a text for people, the place if it is known."""

    text: str
    span: Span | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One place where a rule is defined; `kind` is `set`, `value`, `object` or `function`."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Module:
    """One compiled file.

    `package` is its path under `data`. `rules` holds the definitions by the rule's name. `reads`
    holds the paths under `data` that the file refers to, each cut where it stops being literal: a
    reference to `data[x]` is the empty path.
    """

    path: str
    package: DataPath
    rules: Mapping[str, tuple[Definition, ...]]
    reads: frozenset[DataPath]


class Program(Protocol):
    """Compiled policies. Evaluating has no effect on later evaluations."""

    @property
    def modules(self) -> tuple[Module, ...]:
        """The files that compiled."""
        ...

    def evaluate(
        self, rules: Iterable[DataPath], document: Any, facts: Mapping[str, Any]
    ) -> Mapping[DataPath, Any]:
        """Return the value of each rule as JSON, a set as a sorted list.

        `document` becomes `input`, `facts` become `data.gitconfig_tool`. A rule that is undefined
        is left out; the value of one that cannot be evaluated is a `Fault`.
        """
        ...


class Engine(Protocol):
    """Compiles Rego."""

    def compile(self, files: Mapping[str, str]) -> tuple[Program, tuple[Fault, ...]]:
        """Compile files, given by path; a file with a fault is not part of the program.

        Everything that can be known without a document is checked here: a rule that no document
        reaches is compiled too.
        """
        ...
