"""Secrets that a protected bundle only inherits.

`production` inherits from `staging`, so a `!secret` that production's own SOPS files lack leads to
staging's. That is nearly always a forgotten secret, and staging's file is encrypted to other keys.
Takes a bound bundle and its linked documents; returns diagnostics.
"""

from collections.abc import Iterator, Mapping

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.project import Bundle


def check_borrowed(
    bundle: Bundle, documents: Mapping[str, LinkedDocument], files: ProjectFiles
) -> Iterator[Diagnostic]:
    """Warn of each link of a protected bundle into a layer of a value that it inherits from."""
    if not bundle.protected:
        return
    # What a link leads to is a SOPS file: none need be read to tell whose layer it is in.
    lenders = {
        path: layer.inherited
        for layer in bundle.layers
        if layer.inherited
        for path in files.layer_paths(layer).values()
    }
    for document in documents.values():
        for pointer, link in document.secrets.items():
            if link.path not in lenders:
                continue
            lender = " and ".join(lenders[link.path].values())
            own = " and ".join(bundle.dimensions[name] for name in lenders[link.path])
            yield Diagnostic(
                "GCT409",
                f"expected {link.document}#{link.pointer} in a layer of {own}, found it only in "
                f"one of {lender}",
                document.span_at(parse_pointer(pointer)),
                label=f"{own} borrows this secret",
                notes=(Note("found", Span(link.path)),),
                hint=f"add it to a SOPS file of {own}, encrypted to its own keys",
            )
