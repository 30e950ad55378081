"""A snapshot with other content in some of its files: what a project would be after an edit."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gitconfig_tool.source.snapshot import File, Snapshot


def with_contents(snapshot: Snapshot, contents: Mapping[str, bytes]) -> Snapshot:
    """Return the same project with other content in some of its files; writes nothing."""
    files = dict(snapshot.files)
    data = {}
    for path, content in contents.items():
        header = b"blob %d\0" % len(content)  # As Git names a blob, see gitformat-loose(5).
        oid = hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
        files[path] = File(path, oid)
        data[oid] = content

    def read(oid: str) -> bytes:
        return data[oid] if oid in data else snapshot._read(oid)

    return replace(
        snapshot,
        files=MappingProxyType(files),
        changed=snapshot.changed | contents.keys(),
        _read=read,
    )
