"""Which values SOPS encrypts: by the keys on the way to them.

Holds one of SOPS's rules and answers for a path of keys. `shouldBeEncrypted` of sops.go decides:
one key on the way that matches is enough; indices of lists are no keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gitconfig_tool.sops.patterns import Pattern, compile_pattern

# The file with the rules, in the folder of a SOPS file or above it: config/config.go of sops.
CONFIG_FILE = ".sops.yaml"
RULES = ("unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex")
# With these, comments decide: they are no part of the values that we read.
COMMENT_RULES = ("unencrypted_comment_regex", "encrypted_comment_regex")
DEFAULT_RULE = ("unencrypted_suffix", "_unencrypted")  # sops.DefaultUnencryptedSuffix


@dataclass(frozen=True, slots=True)
class Selection:
    """One rule: its name in SOPS's metadata, and its text.

    With a rule for comments it cannot be known without them what is encrypted.
    """

    name: str
    text: str
    _pattern: Pattern | None = None

    @classmethod
    def of(cls, name: str, text: str) -> "Selection":
        """Make a selection of a rule; raises `PatternError`."""
        return cls(name, text, compile_pattern(text) if name.endswith("_regex") else None)

    @classmethod
    def default(cls) -> "Selection":
        """Return what SOPS does where no rule is given."""
        return cls(*DEFAULT_RULE)

    @property
    def is_known(self) -> bool:
        """Whether the keys alone decide."""
        return self.name not in COMMENT_RULES

    def selects(self, keys: tuple[str, ...]) -> bool:
        """Tell whether SOPS encrypts the value under these keys."""
        wanted = self.name.startswith("encrypted")
        return any(map(self._matches, keys)) is wanted

    def _matches(self, key: str) -> bool:
        return key.endswith(self.text) if self._pattern is None else self._pattern.matches(key)


def rules_given(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the rules among some fields; SOPS takes an empty text for none."""
    return {name: fields[name] for name in (*RULES, *COMMENT_RULES) if fields.get(name)}
