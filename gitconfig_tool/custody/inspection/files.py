"""The SOPS files of a project: their plaintext, and whose secrets they hold.

Takes a compilation's snapshot and project; returns one `OpenedFile` for each file, opened or not.
Decryption itself is `sops`'s work.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.sops_files import Asked, everything, find_sops_files
from gitconfig_tool.project import BoundLayer, Bundle, Project, bind_bundles
from gitconfig_tool.secrets import Names, SopsDocument
from gitconfig_tool.secrets.allowed import refused_recipients
from gitconfig_tool.sops import DecryptionError, decrypt_files

# Called after each file was decrypted, or was not.
OnFile = Callable[[SopsFile], None]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A SOPS file, and where it belongs.

    `place` holds the values of the dimensions that its layer's path names; it is empty for a file
    that no layer has. `is_protected` tells that it belongs to a protected bundle.
    """

    sops: SopsDocument
    document: str
    file: SopsFile
    place: Mapping[str, str]
    is_protected: bool


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A SOPS file with its plaintext as a JSON value, or with the reason why there is none."""

    sealed: SealedFile
    plaintext: Any = field(repr=False)
    error: DecryptionError | None


def sealed_files(
    project: Project, files: ProjectFiles, asked: Asked = everything
) -> tuple[SealedFile, ...]:
    """Return the SOPS files of a project that are asked for, in a layer or not, by path."""
    bundles, _ = bind_bundles(project)
    layers: dict[str, tuple[BoundLayer, Mapping[str, str]]] = {}
    protected: set[str] = set()
    for bundle in bundles:
        values = _protected_values(bundle, project)
        for layer in bundle.layers:
            place = layers.setdefault(layer.path, (layer, _place(layer, bundle)))[1]
            # Production reads what development says, which is not production's own for that.
            if any(place.get(name, value) == value for name, value in values.items()):
                protected.add(layer.path)
    find_sops_files(files, {path: layer for path, (layer, _) in layers.items()}, asked)
    layer_of = {
        path: at for at, (layer, _) in layers.items() for path in files.layer_paths(layer).values()
    }
    found: dict[str, SealedFile] = {}
    for document, sops in files.sealed_files():
        if not asked(sops.path):
            continue
        at = layer_of.get(sops.path)
        file = SopsFile(sops.path, sops.format, sops.recipients, files.peek(sops.path))
        place = layers[at][1] if at is not None else {}
        found.setdefault(sops.path, SealedFile(sops, document, file, place, at in protected))
    return tuple(found[path] for path in sorted(found))


def open_files(
    sealed: Collection[SealedFile],
    project: Project,
    environment: Mapping[str, str] = os.environ,
    on_file: OnFile | None = None,
) -> tuple[OpenedFile, ...]:
    """Decrypt files. One that cannot be opened does not keep the others from it.

    A file with a recipient that makes sops contact an address which the project does not allow is
    not given to sops at all.
    """
    refused = {each.file.path: error for each in sealed if (error := _foreign(each, project))}
    ready = [each.file for each in sealed if each.file.path not in refused]
    allowed = frozenset(recipient for file in ready for recipient in file.recipients)
    opened = decrypt_files(ready, environment=environment, allowed=allowed, on_file=on_file)
    return tuple(_opened(each, refused, opened) for each in sealed)


def _opened(
    sealed: SealedFile, refused: Mapping[str, DecryptionError], opened: Mapping[str, Any]
) -> OpenedFile:
    path = sealed.file.path
    result = refused[path] if path in refused else opened[path]
    if isinstance(result, DecryptionError):
        return OpenedFile(sealed, None, result)
    return OpenedFile(sealed, result, None)


def _foreign(sealed: SealedFile, project: Project) -> DecryptionError | None:
    """Return why a file must not be given to sops; None where it may be."""
    settings = project.secrets
    for recipient, _ in refused_recipients(sealed.sops, settings.allow, Names(settings.names)):
        if recipient.partition(":")[0] not in LOCAL_KINDS:
            return DecryptionError(
                f"expected recipients that secrets.allow names for {sealed.file.path}, "
                f"found {recipient}: sops was not started",
                hint="sops would connect to that address with your credentials; allow the recipient"
                " in gitconfig.yaml, or encrypt the file to others",
            )
    return None


def _protected_values(bundle: Bundle, project: Project) -> Mapping[str, str]:
    return {
        name: value
        for name, value in bundle.dimensions.items()
        if project.dimensions[name].values[value].protected
    }


def _place(layer: BoundLayer, bundle: Bundle) -> Mapping[str, str]:
    own = {name: bundle.dimensions[name] for name in sorted(layer.own)}
    return {**own, **layer.inherited}


def values_of(opened: Collection[OpenedFile]) -> Iterator[tuple[str, Any]]:
    """Yield path and plaintext of the files that were opened."""
    for each in opened:
        if each.error is None:
            yield each.sealed.file.path, each.plaintext
