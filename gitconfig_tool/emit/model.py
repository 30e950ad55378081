"""What targets are given, and what they return. Pure data, and the list that problems go to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Chain, Problem
from gitconfig_tool.prompts import PromptVersion


@dataclass(frozen=True, slots=True)
class Source:
    """What files are made of: the chosen part of one bundle.

    `documents` are the chosen ones, and `chains` those that they describe; `everything` holds all
    documents of the bundle, because a chain may lead to others. `prompts` are the versions that the
    chosen documents use. `options` are the target's own, written at `span`.
    """

    bundle: str
    documents: Mapping[str, LinkedDocument]
    chains: tuple[Chain, ...]
    prompts: tuple[PromptVersion, ...]
    everything: Mapping[str, LinkedDocument]
    options: Mapping[str, Any]
    span: Span


@dataclass(frozen=True, slots=True)
class Emitted:
    """Files by their path below the folder of the target; `main` is what a person wants to see."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    main: str | None = None


class Target(Protocol):
    """A program that files are written for; each is a module of this package."""

    def __call__(self, source: Source) -> Emitted:
        """Make the files. What the program cannot be told is a problem, and never left unsaid."""


@dataclass(slots=True)
class Draft:
    """Files and problems while a target is at work."""

    span: Span
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        """Take up a file; a path that is taken is a problem."""
        if path in self.files:
            self.problem(
                "GCT757",
                f"expected each file once, found two that would be called {path}",
                self.span,
                hint="rename a document, or choose fewer documents under 'match'",
            )
            return
        self.files[path] = text.encode()

    def problem(
        self, code: str, message: str, span: Span | None, *, label: str = "", hint: str = ""
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, span or self.span, label=label, hint=hint))

    def left_out(self, what: str, target: str, span: Span, why: str = "") -> None:
        """Note what a target cannot be told."""
        self.problem(
            "GCT755",
            f"expected what {target} can be told, found {what}, which is left out",
            span,
            label="left out",
            hint=why or "set it in the application, or silence this with a comment and a reason",
        )

    def done(self, main: str | None = None) -> Emitted:
        """Return what was made."""
        return Emitted(
            dict(sorted(self.files.items())),
            tuple(dict.fromkeys(self.problems)),
            main if main in self.files else None,
        )
