"""What is known of a document before its secrets are decrypted, and what of it may be shown."""

from dataclasses import dataclass, field

from gitconfig_tool.document.credentials import has_password, is_credential
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import Path, parse_pointer
from gitconfig_tool.schema.problems import Problem
from gitconfig_tool.schema.wording import has_type_of

# Whether these hold for a value depends on its type alone; "" is a schema that is `false`.
_NEED_THE_TYPE = frozenset({"type", "anyOf", "oneOf", ""})
# Whether these hold for a collection depends on what its items and values are. A `oneOf` of which
# several forms fit is among them.
_NEED_WHAT_IS_INSIDE = frozenset(
    {
        "const",
        "contains",
        "enum",
        "maxContains",
        "minContains",
        "not",
        "oneOf",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """Tells which problems of a document hold whatever its secrets are.

    `secrets` are the SOPS types of its secrets by path. `unknown` are the paths whose values could
    not be found, which is already reported.
    """

    secrets: dict[tuple[str, ...], str]
    unknown: frozenset[tuple[str, ...]]
    # Forms share problems: each is judged once.
    _judged: dict[Problem, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, document: LinkedDocument) -> "Known":
        """Read from a document where its secrets are."""
        secrets = {parse_pointer(at): link.type for at, link in document.secrets.items()}
        return cls(secrets, frozenset(parse_pointer(at) for at in document.unknown))

    def is_secret(self, path: Path) -> bool:
        """Tell whether a value is a secret, or part of one."""
        tokens = tuple(map(str, path))
        return any(tokens[:length] in self.secrets for length in range(len(tokens) + 1))

    def is_hidden(self, problem: Problem) -> bool:
        """Tell whether a value may be a secret in the clear."""
        if problem.is_write_only or has_password(problem.value):
            return True
        names = [token for token in problem.path if isinstance(token, str)]
        return bool(names and is_credential(names[-1]))

    def holds(self, problem: Problem) -> bool:
        """Tell whether a problem holds whatever the secrets are, and is not reported elsewhere."""
        if problem not in self._judged:
            self._judged[problem] = self._holds(problem)
        return self._judged[problem]

    def forms(self, problem: Problem) -> list[tuple[Problem, ...]]:
        """Return the problems that hold, for each form of a problem."""
        return [tuple(filter(self.holds, branch)) for branch in problem.branches]

    def _holds(self, problem: Problem) -> bool:
        tokens = tuple(map(str, problem.path))
        if any(tokens[:length] in self.unknown for length in range(len(tokens) + 1)):
            return False
        if problem.branches:
            return all(self.forms(problem))
        if self.is_secret(problem.path):
            if problem.keyword in ("enum", "const"):
                allowed = problem.wanted if problem.keyword == "enum" else [problem.wanted]
                return not has_type_of(allowed, problem.value)
            return problem.keyword in _NEED_THE_TYPE - _NEED_WHAT_IS_INSIDE
        if problem.keyword in _NEED_WHAT_IS_INSIDE:
            # What is not known may be the very thing that the keyword looks at.
            return not any(
                place[: len(tokens)] == tokens for place in (*self.secrets, *self.unknown)
            )
        return True
