"""The demo keys of the example repository: public, and therefore no protection at all.

Takes text; where the key files lie is the caller's business.
"""

import re

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.secrets.model import SopsDocument

# The comment that age-keygen writes above each key.
_PUBLIC_KEY = re.compile(r"^# public key: (age1[0-9a-z]+)\s*$", re.MULTILINE)


def demo_recipients(text: str) -> frozenset[str]:
    """Return the recipients named in a key file of age-keygen's format, as `age:age1...`."""
    return frozenset(f"age:{key}" for key in _PUBLIC_KEY.findall(text))


def check_demo_keys(sops: SopsDocument, demo: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Warn of each recipient whose private key is published with this tool."""
    return tuple(
        Diagnostic(
            "GCT407",
            f"expected a recipient of your own, found a public demo key: {recipient}",
            sops.recipient_spans.get(recipient),
            label="encrypts to a public demo key",
            hint="anyone can open this file: make a key with age-keygen, run 'sops updatekeys', "
            "and replace the secrets that real systems accept",
        )
        for recipient in sops.recipients
        if recipient in demo
    )
