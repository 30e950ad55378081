"""Which document a path in a layer is of, and at which paths a document may lie. Pure.

Takes paths and bound layers; returns ids of documents, or paths. Whether there is a file, `files`
tells.
"""

from gitconfig_tool.project import BoundLayer
from gitconfig_tool.secrets import SOPS_ENDINGS

_ENDINGS = (".yaml", ".yml")


def document_id(relative: str) -> str | None:
    """Return the id of the document at a path in its layer, or None when it is no document."""
    for ending in (*SOPS_ENDINGS, *_ENDINGS):
        if relative.endswith(ending) and len(relative) > len(ending):
            return relative[: -len(ending)]
    return None


def document_in(layer: BoundLayer, path: str) -> str | None:
    """Return the id of the document that a layer makes of a file; None where it makes none.

    The same as `ProjectFiles.layer_paths` gives, without asking whether the file is there.
    """
    if layer.document is not None:
        return layer.document if layer.path == path else None
    if not path.startswith(f"{layer.path}/"):
        return None
    relative = path[len(layer.path) + 1 :]
    return None if is_hidden(relative) else document_id(relative)


def is_hidden(relative: str) -> bool:
    """Tell whether a part of a path begins with a dot: no target takes it, see `fetch.prepare`."""
    return relative.startswith(".") or "/." in relative


def candidates(layer: BoundLayer, document: str) -> tuple[str, ...]:
    """Return the paths at which a layer may hold a document, whether a file is there or not."""
    if layer.document is not None:
        return (layer.path,) if layer.document == document else ()
    return tuple(f"{layer.path}/{document}{ending}" for ending in (*_ENDINGS, *SOPS_ENDINGS))
