"""Which keys hold credentials, by their names alone."""

import re

_CREDENTIAL = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key)$"
)


def is_credential(key: str) -> bool:
    """Tell whether a value may be a secret in the clear, whatever the schema says of it."""
    return _CREDENTIAL.search(key) is not None
