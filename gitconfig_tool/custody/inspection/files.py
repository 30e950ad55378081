"""The SOPS files that layers give: their plaintext, and whose secrets they hold.

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
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import BoundLayer, Bundle, Project, bind_bundles
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.sops import DecryptionError, decrypt_files

# Called after each file was decrypted, or was not.
OnFile = Callable[[SopsFile], None]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A SOPS file of a layer, and where it belongs.

    `place` holds the values of the dimensions that the layer's path names. `is_protected` tells
    that it belongs to a protected bundle.
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
    project: Project, files: ProjectFiles, paths: Collection[str] | None = None
) -> tuple[SealedFile, ...]:
    """Return the SOPS files of all bundles' layers, or those of `paths`, by path."""
    bundles, _ = bind_bundles(project)
    layers: dict[tuple[str, str | None], tuple[BoundLayer, Mapping[str, str]]] = {}
    protected: set[tuple[str, str | None]] = set()
    for bundle in bundles:
        values = _protected_values(bundle, project)
        for layer in bundle.layers:
            key = (layer.path, layer.document)
            if key not in layers:
                layers[key] = (layer, _place(layer, bundle))
            place = layers[key][1]
            # Production reads what development says, which is not production's own for that.
            if any(place.get(name, value) == value for name, value in values.items()):
                protected.add(key)
    found: dict[str, SealedFile] = {}
    for key, (layer, place) in layers.items():
        for each in files.layer_files(layer):
            if each.sops is None or (paths is not None and each.path not in paths):
                continue
            sops = each.sops
            data = files.read(each.path) or b""
            file = SopsFile(each.path, sops.format, sops.recipients, data)
            found.setdefault(
                each.path, SealedFile(sops, each.document, file, place, key in protected)
            )
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
    rules = (rule for rule in project.secrets.allow if Glob(rule.match).fullmatch(sealed.file.path))
    rule = next(rules, None)
    allowed = rule.recipients if rule else ()
    for recipient in sealed.file.recipients:
        if recipient.partition(":")[0] not in LOCAL_KINDS and recipient not in allowed:
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
