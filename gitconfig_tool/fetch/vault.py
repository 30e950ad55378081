"""Delivery into a KV version 2 engine of Vault or OpenBao.

One KV entry for each document and prompt at PATH/BUNDLE/ENTRY, one `{"content": TEXT}` for each
emitted file at PATH/BUNDLE/emit/FILE, and a record at PATH/BUNDLE/.bundle,
written last. Each entry is read, compared, and written only when it differs, with check-and-set on
the version that was read. Former entries are never deleted: applications may still read them.
"""

import os
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.fetch.model import Delivery, DeliveryError, DeliveryReport
from gitconfig_tool.fetch.vault_client import KvClient, VaultError, VaultSettings, connect

RECORD = ".bundle"
_SCHEMES = {"vault+http": "http", "vault+https": "https"}
_SHAPE = "vault+https://HOST:PORT/MOUNT/PATH"


@dataclass(frozen=True, slots=True)
class VaultTarget:
    """A target below a path of a KV version 2 engine; `path` begins with the engine's mount."""

    address: str
    settings: VaultSettings
    path: str

    @classmethod
    def from_url(cls, url: str, environment: Mapping[str, str] = os.environ) -> "VaultTarget":
        """Read the address of a target; token and further settings come from the environment."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise DeliveryError(
                f"expected an address {_SHAPE}, found a mistake in host or port", hint=_SHAPE
            ) from error
        if parts.username is not None or parts.password is not None:
            # The address is not shown: it holds a credential.
            raise DeliveryError(
                f"expected an address {_SHAPE}, found one with a name or token before the host",
                hint="give the token in the environment variable VAULT_TOKEN",
            )
        if parts.scheme not in _SCHEMES:
            raise DeliveryError(
                f"expected a target {_SHAPE} or layout:DIR, found {url!r}",
                hint=f"for Vault or OpenBao write {_SHAPE}",
            )
        path = parts.path.strip("/")
        problem = ""
        if not parts.hostname:
            problem = "no host"
        elif not path:
            problem = "no mount and path after the host"
        elif parts.query or parts.fragment:
            problem = "a '?' or '#'"
        elif not re.fullmatch(r"[A-Za-z0-9._~/-]+", path) or set(path.split("/")) & {"", ".", ".."}:
            problem = f"the path {path!r}, which holds empty parts, dots or other characters"
        if problem:
            raise DeliveryError(f"expected an address {_SHAPE}, found {problem}", hint=_SHAPE)
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        server = f"{_SCHEMES[parts.scheme]}://{host}" + (f":{port}" if port is not None else "")
        return cls(url, VaultSettings.from_environment(server, environment), path)

    def deliver(self, delivery: Delivery) -> DeliveryReport:
        """Write what differs; raises `DeliveryError` that says how many entries were written."""
        for name, value in delivery.entries.items():
            if not isinstance(value, dict):
                raise DeliveryError(
                    f"expected the document {name} to be a mapping, because a KV entry is one;"
                    " found another kind",
                    hint="put the value below a key, or fetch the bundle into a folder",
                )
        delivery = replace(delivery, entries={**delivery.entries, **_texts(delivery.files)})
        written: list[str] = []
        try:
            with closing(connect(self.settings)) as client:
                return self._deliver(client, delivery, written)
        except VaultError as error:
            total = len(delivery.entries)
            raise VaultError(
                f"{error.message}; {len(written)} of {total} entries were written before",
                hint=f"{error.hint}; then publish again: what is written already is left alone",
            ) from error

    def _deliver(self, client: KvClient, delivery: Delivery, written: list[str]) -> DeliveryReport:
        mount, base = client.find_mount(self.path)
        base = "/".join(part for part in (base, delivery.bundle) if part)
        former = client.read(mount, f"{base}/{RECORD}")
        unchanged = []
        for name, value in sorted(delivery.entries.items()):
            path = f"{base}/{name}"
            current = client.read(mount, path)
            if _is_same(current.value, value):
                unchanged.append(name)
            else:
                client.write(mount, path, value, current.version)
                written.append(name)
        left_behind = [
            name
            for name in _former_entries(former.value)
            if name not in delivery.entries
            and client.read(mount, f"{base}/{name}").value is not None
        ]
        record = {
            "apiVersion": "gitconfig-tool/v1",
            "kind": "BundleRecord",
            "bundle": delivery.bundle,
            "digest": delivery.digest,
            "revision": delivery.revision,
            "version": delivery.version,
            "entries": sorted(delivery.entries),
            "leftBehind": left_behind,
        }
        renewed = not _is_same(former.value, record)
        if renewed:
            client.write(mount, f"{base}/{RECORD}", record, former.version)
        return DeliveryReport(
            bundle=delivery.bundle,
            target=self.address,
            digest=delivery.digest,
            revision=delivery.revision,
            written=tuple(written),
            unchanged=tuple(unchanged),
            left_behind=tuple(left_behind),
            record_written=renewed,
        )


def _texts(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return emitted files as entries: an entry is a mapping, so the text stands below a key."""
    entries = {}
    for name, data in files.items():
        try:
            entries[name] = {"content": data.decode("utf-8")}
        except UnicodeDecodeError as error:
            raise DeliveryError(
                f"expected the emitted file {name} to be text, because a KV entry holds no bytes;"
                " found a byte that is not UTF-8",
                hint="fetch the bundle into a folder",
            ) from error
    return entries


def _former_entries(record: Any) -> list[str]:
    """Return the names that a record lists; it may be anybody's, so only plain names are taken."""
    names: set[str] = set()
    for key in ("entries", "leftBehind"):
        listed = record.get(key) if isinstance(record, dict) else None
        names.update(
            name
            for name in (listed if isinstance(listed, list) else [])
            if isinstance(name, str)
            and all(part and not part.startswith(".") for part in name.split("/"))
        )
    return sorted(names)


def _is_same(current: Any, value: Any) -> bool:
    """Tell whether two values are the same JSON; 1 and 1.0 are, 1 and true are not."""
    if current is None:
        return False
    try:
        return canonical_json(current) == canonical_json(value)
    except ValueError:  # Somebody else wrote numbers there that we never write.
        return False
