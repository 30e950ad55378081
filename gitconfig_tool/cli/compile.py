"""`gitconfig-tool compile`: bundles into an OCI image layout, signed when a key is given."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import (
    bundle_option,
    compile_project,
    open_snapshot,
    show_problems,
)
from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode, GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.artifact import Artifact
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.source import Snapshot


class DirtyProjectError(GitConfigError):
    """The project differs from the commit that would be compiled."""


@click.command("compile")
@click.option("--rev", metavar="REV", help="Compile a commit, branch or tag. [default: HEAD]")
@click.option(
    "--worktree", is_flag=True, help="Compile the work tree; such a bundle cannot be signed."
)
@bundle_option
@click.option(
    "-o",
    "--output",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="Write the OCI image layout here; it then holds these bundles and no others.",
)
@click.option(
    "--sign",
    "key",
    metavar="KEY",
    help="Sign each bundle with this private key (made by 'keys generate').",
)
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    rev: str | None,
    worktree: bool,
    bundle_globs: Sequence[str],
    directory: Path,
    key: str | None,
    output: str,
) -> int:
    """Compile bundles of a commit into an OCI image layout.

    The same commit gives the same bytes on every machine. Secrets travel as SOPS encrypted them;
    no key is needed to compile. Nothing is written when there is an error.

    \b
    Examples:
      gitconfig-tool compile -o build/bundles
      gitconfig-tool compile -o build/bundles --sign release.key --bundle 'production*'
    """
    settings: Settings = ctx.obj
    if worktree and key:
        raise click.UsageError("--worktree and --sign exclude each other: commit, then sign")
    if worktree and rev:
        raise click.UsageError("--worktree and --rev exclude each other")
    snapshot = _snapshot(settings, rev, worktree=worktree)
    compilation = compile_project(settings, snapshot, bundle_globs)
    show_problems(compilation, err=True, ctx=ctx)
    if compilation.has_errors:
        say(settings, "nothing was written: mend the errors above first", always=True)
        return ExitCode.PROBLEMS
    from gitconfig_tool.compiler import pack_bundles
    from gitconfig_tool.stores import write_layout

    artifacts = pack_bundles(compilation)
    signatures = sign_bundles(compilation, artifacts, key) if key else ()
    write_layout(directory, artifacts, signatures)
    if output == "json":
        echo_report("CompileReport", _report(compilation, artifacts, signed=bool(key)))
    else:
        _print(compilation, artifacts, directory, signed=bool(key))
    return ExitCode.OK


def _snapshot(settings: Settings, rev: str | None, *, worktree: bool) -> "Snapshot":
    if worktree:
        return open_snapshot(settings, None)[1]
    repository, snapshot = open_snapshot(settings, rev or "HEAD")
    if rev is None and not repository.is_bare:
        changed = sorted(repository.at_worktree().changed)
        if changed:
            more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
            raise DirtyProjectError(
                f"expected the work tree to be as committed, found changes in "
                f"{', '.join(changed[:3])}{more}",
                hint="commit them; or --rev HEAD compiles without them, --worktree with them",
            )
    return snapshot


def sign_bundles(
    compilation: "Compilation", artifacts: Mapping[str, "Artifact"], key: str
) -> "list[Artifact]":
    """Return a signature for each artifact of a compilation, made with the key of that file."""
    from gitconfig_tool import __version__
    from gitconfig_tool.trust import load_signer, sign_bundle

    signer = load_signer(key)
    project, commit = compilation.project, compilation.snapshot.commit
    if project is None or commit is None:
        raise ValueError("only what pack_bundles has packed can be signed")
    return [
        sign_bundle(
            artifact,
            bundle=name,
            source=project.source,
            revision=commit.id,
            dimensions=compilation.bundles[name].dimensions,
            compiler_version=__version__,
            signer=signer,
        )
        for name, artifact in artifacts.items()
    ]


def _report(
    compilation: "Compilation", artifacts: Mapping[str, "Artifact"], *, signed: bool
) -> dict[str, Any]:
    commit = compilation.snapshot.commit
    return {
        "revision": commit.id if commit else None,
        "worktree": compilation.snapshot.kind != "commit",
        "bundles": [
            {
                "name": name,
                "digest": artifact.digest,
                "documents": len(compilation.bundles[name].documents),
                "layers": len(artifact.blobs) - 1,
                "bytes": sum(len(blob.data) for blob in artifact.blobs),
                "signed": signed,
            }
            for name, artifact in artifacts.items()
        ],
    }


def _print(
    compilation: "Compilation",
    artifacts: Mapping[str, "Artifact"],
    directory: Path,
    *,
    signed: bool,
) -> None:
    width = max((len(name) for name in artifacts), default=0)
    for name, artifact in artifacts.items():
        documents = len(compilation.bundles[name].documents)
        noun = "document" if documents == 1 else "documents"
        click.echo(f"{name:<{width}}  {artifact.digest}  {documents} {noun}")
    commit = compilation.snapshot.commit
    what = "signed bundles" if signed else "bundles, not signed,"
    at = f" from commit {commit.id[:12]}" if commit else ""
    click.echo(f"{len(artifacts)} {what}{at} in {directory}")
