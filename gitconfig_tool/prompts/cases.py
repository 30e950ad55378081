"""What a comparison of two prompt versions returns: pure data, which a report shows.

Who shows it need not load what renders.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was rendered; `role` is None for a single text."""

    role: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one version makes of a test case: messages, or why it makes none."""

    messages: tuple[Message, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A test case, rendered with both versions.

    `variant` is the id of the variant that was rendered, None for the prompt itself. `left_out` are
    variables of the case that the old version does not know, and was not given.
    """

    name: str
    before: Side
    after: Side
    left_out: tuple[str, ...] = ()
    variant: str | None = None

    @property
    def differs(self) -> bool:
        """Whether a reader would see another text."""
        return self.before != self.after
