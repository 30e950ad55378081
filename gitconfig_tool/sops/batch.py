"""Many SOPS files to their plaintext.

Takes files as they lay in Git; returns for each path its plaintext, or why it has none. Checks all
files before anything is started. Writes nothing and shows nothing.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops.program import DecryptionError, check_recipients, decrypt_file, find_sops


def decrypt_files(
    files: Sequence[SopsFile],
    *,
    environment: Mapping[str, str] = os.environ,
    allowed: frozenset[str] = frozenset(),
    on_file: Callable[[SopsFile], None] | None = None,
) -> Mapping[str, Any]:
    """Decrypt files; return by path the plaintext as a JSON value, or a `DecryptionError`.

    `allowed` are the recipients with an address that sops may connect to. `on_file` is called after
    each file. Errors never hold plaintext.
    """
    results: dict[str, Any] = {}
    for file in files:
        try:
            check_recipients(file, allowed)
        except DecryptionError as error:
            results[file.path] = error
    for file in files:
        if file.path not in results:
            try:
                results[file.path] = decrypt_file(file, find_sops(environment), environment)
            except DecryptionError as error:
                results[file.path] = error
        if on_file is not None:
            on_file(file)
    return results
