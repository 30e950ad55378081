"""Recipients of a SOPS file: who can open it, written in one way.

A recipient is a string `KIND:NAME`. Does not say who may (`allowed` does), and contacts nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.document import MappingNode, Node, ScalarNode

# stores/stores.go of SOPS: the list of each kind in the file, and the fields that name a key.
KINDS: Mapping[str, tuple[str, ...]] = {
    "age": ("recipient",),
    "pgp": ("fp",),
    "kms": ("arn",),
    "gcp_kms": ("resource_id",),
    "azure_kv": ("vault_url", "name", "version"),
    "hc_vault": ("vault_address", "engine_path", "key_name"),
    "hckms": ("key_id",),
}
# What else an entry of each kind holds; Go does not tell small letters from capitals.
_DATED = ("created_at", "enc")
OTHER_FIELDS: Mapping[str, tuple[str, ...]] = {
    "age": ("enc",),
    "pgp": _DATED,
    "kms": ("role", "context", "aws_profile", *_DATED),
    "gcp_kms": _DATED,
    "azure_kv": _DATED,
    "hc_vault": _DATED,
    "hckms": _DATED,
}
# An id of PGP has at least 32 bits; SOPS takes the last characters of a fingerprint.
_SHORT_ID = 8


def recipient_of(kind: str, node: Node) -> str | None:
    """Return one recipient of a SOPS file, or None where a field that names it is missing.

    An AWS key used through a role is `kms:ARN+ROLE`, as `sops --kms` writes it.
    """
    if not isinstance(node, MappingNode):
        return None
    parts = []
    for name in KINDS[kind]:
        entry = node.entries.get(name)
        value = entry.value.value if entry and isinstance(entry.value, ScalarNode) else None
        # Azure's version may be empty: the newest one.
        if not isinstance(value, str) or not (value or name == "version"):
            return None
        parts.append(value)
    if kind in ("azure_kv", "hc_vault"):
        parts[0] = parts[0].rstrip("/")
    if kind == "hc_vault":
        # hcvault/keysource.go: the address, the engine's path, `keys`, and the key's name.
        parts = [parts[0], "v1", parts[1].strip("/"), "keys", parts[2]]
    text = f"{kind}:{'/'.join(parts).rstrip('/')}"
    role = node.entries.get("role") if kind == "kms" else None
    if role and isinstance(role.value, ScalarNode) and role.value.value:
        text += f"+{role.value.value}"
    return canonical(text)


def unnamed_recipient(kind: str) -> str | None:
    """Name a recipient that lacks a field: sops connects to its address all the same.

    No list allows this one. None for the kinds that have no address.
    """
    return None if kind in LOCAL_KINDS else f"{kind}:incomplete"


def canonical(recipient: str) -> str:
    """Write a recipient, as a person gave it, the way `recipient_of` does."""
    kind, _, name = recipient.partition(":")
    name = name.strip()
    if kind == "pgp":
        return "pgp:" + "".join(name.split()).removeprefix("0x").removeprefix("0X").upper()
    if kind == "age":
        # A comment may follow the key of SSH; bech32 may be in capitals as a whole.
        parts = name.split()
        name = " ".join(parts[:2]) if name.startswith("ssh-") else "".join(parts)
        return f"age:{name if name.startswith('ssh-') else name.lower()}"
    if kind in ("azure_kv", "hc_vault"):
        scheme, slashes, rest = name.partition("://")
        host, slash, path = rest.partition("/")
        host = host.lower()
        name = f"{scheme.lower()}{slashes}{host}{slash}{path}".rstrip("/")
        if kind == "azure_kv":
            name = name.replace("/keys/", "/", 1)
    return f"{kind}:{name}"


def is_same(one: str, other: str) -> bool:
    """Tell whether two recipients are the same key, however each is written.

    A PGP key may be named by the end of its fingerprint, an Azure key without its version.
    """
    one, other = canonical(one), canonical(other)
    if one == other:
        return True
    kind, _, name = one.partition(":")
    if kind != other.partition(":")[0]:
        return False
    short, long = sorted((name, other.partition(":")[2]), key=len)
    if kind == "pgp":
        return len(short) >= _SHORT_ID and long.endswith(short)
    return kind == "azure_kv" and long.rpartition("/")[0] == short and short.count("/") > 2


def family(recipient: str) -> str:
    """Return a text that all recipients share which may be the same key; to look among few."""
    kind, _, name = canonical(recipient).partition(":")
    if kind == "pgp":
        name = name[-_SHORT_ID:]
    elif kind == "azure_kv":
        # Scheme, empty, host, name: what follows is a version.
        name = "/".join(name.split("/")[:4])
    return f"{kind}:{name}"


def find_same(recipient: str, among: Iterable[str]) -> str | None:
    """Return the one of some recipients that is the same key, or None."""
    return next((each for each in among if is_same(recipient, each)), None)


@dataclass(frozen=True, slots=True)
class Names:
    """What people call recipients: `alice` for `age:age1...`."""

    of: Mapping[str, str] = field(default_factory=dict)

    def show(self, recipient: str) -> str:
        """Write a recipient for a message, with its name where it has one."""
        for name, known in self.of.items():
            if is_same(known, recipient):
                return f"{name} ({recipient})"
        return recipient
