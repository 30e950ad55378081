"""When sops wrote a version of a file: the MAC vouches for that time."""

from datetime import datetime

from gitconfig_tool.secrets.tampering.reading import Sealed


def is_earlier(now: Sealed, then: Sealed) -> bool:
    """Tell whether sops wrote a version before another."""
    try:
        one, other = (
            datetime.fromisoformat(each.rules.get("lastmodified", "").replace("Z", "+00:00"))
            for each in (now, then)
        )
        return one < other
    except (ValueError, TypeError):
        return False  # No time, or one without a zone: that is reported with the metadata.
