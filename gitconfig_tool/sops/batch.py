"""Many SOPS files to their plaintext.

Takes files as they lay in Git; returns for each path its plaintext, or why it has none. Checks all
files before anything is started, and opens files of equal bytes once. Files for age are opened here
where that gives what sops gives; all others by the program, as many at a time as there are
processors. Writes nothing and shows nothing.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops.errors import DecryptionError
from gitconfig_tool.sops.identities import AgeKeys
from gitconfig_tool.sops.native import ChangedError, decrypt_natively
from gitconfig_tool.sops.program import (
    Children,
    changed,
    check_recipients,
    check_types,
    decrypt_file,
    find_sops,
    raw_bytes,
)
from gitconfig_tool.sops.structure import NotNativeError, holds_bytes


def decrypt_files(
    files: Sequence[SopsFile],
    *,
    environment: Mapping[str, str] = os.environ,
    allowed: frozenset[str] = frozenset(),
    on_file: Callable[[SopsFile], None] | None = None,
) -> Mapping[str, Any]:
    """Decrypt files; return by path the plaintext as a JSON value, or a `DecryptionError`.

    `allowed` are the recipients with an address that sops may connect to: a file with any other is
    refused and never reaches sops. `on_file` is called after each file, in the thread of the
    caller. Files of equal bytes share one value: treat it as read only. Errors hold no plaintext.
    """
    return _Run(environment, on_file).decrypt(files, allowed)


class _Run:
    """One call: files of equal bytes and recipients are kept together under one key."""

    def __init__(
        self, environment: Mapping[str, str], on_file: Callable[[SopsFile], None] | None
    ) -> None:
        self._environment = environment
        self._on_file = on_file or (lambda file: None)
        self._results: dict[str, Any] = {}
        self._same: dict[tuple[str, tuple[str, ...], bytes], list[SopsFile]] = {}

    def decrypt(self, files: Sequence[SopsFile], allowed: frozenset[str]) -> Mapping[str, Any]:
        for file in files:
            try:
                check_recipients(file, allowed)
                check_types(file)
            except DecryptionError as error:
                self._done([file], error)
            else:
                key = (file.format, file.recipients, file.data)
                self._same.setdefault(key, []).append(file)
        try:
            keys = AgeKeys(self._environment) if self._same else None
        except DecryptionError as error:
            for group in self._same.values():
                self._done(group, _renewed(error))
            keys = None
        if keys is not None:
            left = [group for group in self._same.values() if not self._natively(group, keys)]
            self._by_program(left, keys.keychain_text)
        return {file.path: self._results[file.path] for file in files}

    def _natively(self, group: list[SopsFile], keys: AgeKeys) -> bool:
        """Open a file here; tell whether that was possible."""
        file = group[0]
        # With this, sops may prefer another kind of recipient.
        if self._environment.get("SOPS_DECRYPTION_ORDER"):
            return False
        try:
            self._done(group, decrypt_natively(file.data, file.format, keys))
        except ChangedError:
            if _has_program(self._environment):
                return False
            self._done(group, changed(file))
        except NotNativeError:
            return False
        return True

    def _by_program(self, groups: list[list[SopsFile]], identities: str) -> None:
        hiding = [group for group in groups if holds_bytes(group[0].data, group[0].format)]
        for group in hiding:
            self._done(group, raw_bytes(group[0]))
        groups = [group for group in groups if group not in hiding]
        if not groups:
            return
        try:
            sops = find_sops(self._environment)
        except DecryptionError as error:
            for group in groups:
                self._done(group, _renewed(error))
            return
        children = Children()
        workers = min(len(groups), os.cpu_count() or 1)
        with ThreadPoolExecutor(workers, thread_name_prefix="sops") as pool:
            running: dict[Future[Any], list[SopsFile]] = {}
            try:
                for group in groups:
                    running[
                        pool.submit(
                            decrypt_file,
                            group[0],
                            sops,
                            self._environment,
                            identities=identities,
                            children=children,
                        )
                    ] = group
                for future in as_completed(running):
                    try:
                        self._done(running[future], future.result())
                    except DecryptionError as error:
                        self._done(running[future], error)
            except BaseException:
                # Ctrl-C, or a bug: nothing of ours may go on running, or be started any more.
                pool.shutdown(wait=False, cancel_futures=True)
                children.end()
                raise

    def _done(self, group: list[SopsFile], result: Any) -> None:
        for file in group:
            self._results[file.path] = result
            self._on_file(file)


def _has_program(environment: Mapping[str, str]) -> bool:
    try:
        find_sops(environment)
    except DecryptionError:
        return False
    return True


def _renewed(error: DecryptionError) -> DecryptionError:
    """Return the same error once more: each file has one of its own."""
    return type(error)(error.message, hint=error.hint)
