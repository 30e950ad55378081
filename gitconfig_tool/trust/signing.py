"""Signing a packed bundle."""

from collections.abc import Mapping

from securesystemslib.signer import Signer

from gitconfig_tool.artifact import Artifact, Manifest, pack_signature
from gitconfig_tool.artifact.vocabulary import BUNDLE, BUNDLE_TYPE, WORKTREE
from gitconfig_tool.trust.errors import SigningError
from gitconfig_tool.trust.sigstore import sign_payload
from gitconfig_tool.trust.statement import write_statement


def sign_bundle(
    artifact: Artifact,
    *,
    bundle: str,
    source: str | None,
    revision: str,
    dimensions: Mapping[str, str],
    compiler_version: str,
    signer: Signer,
) -> Artifact:
    """Sign a bundle and return the signature as an artifact that refers to it.

    `source` is where the project lives, where that is known; `revision` is the commit. Raises
    `SigningError` for a bundle that was compiled from a work tree: no commit holds what it holds.
    """
    manifest = Manifest.from_bytes(artifact.manifest)
    if WORKTREE in manifest.annotations:
        raise SigningError(
            f"expected the bundle {bundle!r} to come from a commit, found one compiled from the"
            " work tree",
            hint="commit the changes, compile again without --worktree, then sign",
        )
    if manifest.artifact_type != BUNDLE_TYPE or manifest.annotations.get(BUNDLE) != bundle:
        raise ValueError(f"the artifact is not the bundle {bundle!r}")
    payload = write_statement(
        artifact.descriptor,
        manifest.layers,
        bundle=bundle,
        source=source,
        revision=revision,
        dimensions=dimensions,
        compiler_version=compiler_version,
    )
    return pack_signature(artifact.descriptor, sign_payload(payload, signer))
