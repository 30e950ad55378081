"""What `secrets check --against` adds: the options, and the SOPS files of verified bundles."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.output import say
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler.sealed import SignedFiles

_DIGEST_DIGITS = len("sha256:") + 12
_OPTIONS = (
    click.option(
        "--against",
        metavar="SOURCE",
        help="Compare with the SOPS files of signed bundles: layout:DIR.",
    ),
    click.option(
        "--trust",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="With --against: the public key (PEM) whose signatures count.",
    ),
    click.option(
        "--bundle",
        "bundle_globs",
        metavar="GLOB",
        multiple=True,
        help="With --against: only bundles whose name matches; may be repeated.",
    ),
)


def against_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a comparison with signed bundles to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_signed(
    settings: Settings, source: str | None, trust: Path | None, globs: Sequence[str]
) -> "tuple[SignedFiles, ...]":
    """Verify the bundles of a source, every byte, and return their SOPS files."""
    if source is None:
        if trust is not None or globs:
            given = "--trust" if trust is not None else "--bundle"
            raise click.UsageError(f"expected --against SOURCE with {given}, found it alone")
        return ()
    if trust is None:
        raise click.UsageError("expected --trust FILE with --against, found none")
    from fnmatch import fnmatchcase

    from gitconfig_tool.artifact import read_contents
    from gitconfig_tool.cli.verify import all_bundles
    from gitconfig_tool.compiler.sealed import SignedFiles
    from gitconfig_tool.stores import open_store
    from gitconfig_tool.trust import load_verifier, verify_bundle

    verifier = load_verifier(trust)
    store = open_store(source)
    names = all_bundles(store)
    unmatched = [glob for glob in globs if not any(fnmatchcase(name, glob) for name in names)]
    if unmatched:
        raise click.UsageError(
            f"expected a bundle of {source} or a glob that matches one, found {unmatched[0]!r}: it"
            f" has {', '.join(names)}"
        )
    found = []
    for name in names:
        if globs and not any(fnmatchcase(name, glob) for glob in globs):
            continue
        bundle = verify_bundle(store, name, verifier)
        say(settings, f"verified {name}: {bundle.digest}")
        files = read_contents(bundle.layers).sops_files
        label = f"the bundle {name} ({bundle.digest[:_DIGEST_DIGITS]})"
        found.append(SignedFiles(label, {path: file.data for path, file in files.items()}))
    return tuple(found)
