"""Recipients of a SOPS file: who can open it, and who may.

A recipient is a string `KIND:NAME`. Does not contact any of them: that is the danger of the kinds
that carry an address, which are therefore refused unless the project allows them.
"""

from collections.abc import Mapping
from difflib import get_close_matches

from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import MappingNode, Node, ScalarNode
from gitconfig_tool.glob import Glob
from gitconfig_tool.secrets.model import SopsDocument

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
    if kind == "pgp":
        return "pgp:" + parts[0].replace(" ", "").upper()
    if kind in ("azure_kv", "hc_vault"):
        parts[0] = parts[0].rstrip("/")
    if kind == "hc_vault":
        # hcvault/keysource.go: the address, the engine's path, `keys`, and the key's name.
        parts = [parts[0], "v1", parts[1].strip("/"), "keys", parts[2]]
    text = f"{kind}:{'/'.join(parts).rstrip('/')}"
    role = node.entries.get("role") if kind == "kms" else None
    if role and isinstance(role.value, ScalarNode) and role.value.value:
        text += f"+{role.value.value}"
    return text


def check_recipients(
    sops: SopsDocument, allowed: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Diagnostic, ...]:
    """Check who can open a file against the project's allow list.

    `allowed` holds pairs of a glob and recipients; the first glob that matches the file's path
    decides, and a file that none matches may have no recipient at all. With an empty list, `age`
    and `pgp` pass, and the kinds that make the fetcher contact an address do not.
    """
    if not allowed:
        return tuple(
            _refused(sops, recipient, "expected an age or pgp recipient", ())
            for recipient in sops.recipients
            if recipient.partition(":")[0] not in LOCAL_KINDS
        )
    for glob, recipients in allowed:
        if Glob(glob).fullmatch(sops.path):
            return tuple(
                _refused(sops, recipient, f"expected a recipient allowed for '{glob}'", recipients)
                for recipient in sops.recipients
                if recipient not in recipients
            )
    return tuple(
        _refused(sops, recipient, "expected a rule for this file in the allow list", ())
        for recipient in sops.recipients
    )


def _refused(
    sops: SopsDocument, recipient: str, expected: str, allowed: tuple[str, ...]
) -> Diagnostic:
    near = get_close_matches(recipient, allowed, n=1, cutoff=0.8)
    hint = (
        "run 'sops updatekeys' with the recipients that belong there, "
        "or allow this one under secrets.allow in gitconfig.yaml"
    )
    if recipient.partition(":")[0] not in LOCAL_KINDS:
        hint += "; a fetcher contacts the address that such a recipient names"
    return Diagnostic(
        "GCT405",
        f"{expected}, found {recipient}",
        sops.recipient_spans.get(recipient),
        label="not allowed",
        hint=f"did you mean {near[0]}? Otherwise {hint}" if near else hint,
    )
