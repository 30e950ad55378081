"""Why a bundle is refused that no trusted statement speaks for.

Chooses between reasons by what trusted signatures anywhere in the store say, then by what untrusted
ones claim. Pure: takes evidence, returns the error.
"""

from collections.abc import Iterable, Sequence

from gitconfig_tool.artifact import Manifest
from gitconfig_tool.artifact.vocabulary import BUNDLE
from gitconfig_tool.trust.errors import COMPILE_AGAIN, VerificationError
from gitconfig_tool.trust.evidence import Evidence
from gitconfig_tool.trust.keys import Verifier
from gitconfig_tool.trust.statement import Statement


def explain_refusal(
    bundle: str,
    digest: str,
    manifest: Manifest,
    referrers: Sequence[Evidence],
    others: Iterable[Evidence],
    verifier: Verifier,
) -> VerificationError:
    """Return the error for a manifest that no trusted statement names as this bundle.

    `referrers` are the signatures that claim to be for it; `others` are all the rest in the store.
    """
    everything = [*referrers, *others]
    trusted = [item.statement for item in everything if item.trusted and item.statement is not None]
    claims = [item.statement for item in referrers if item.trusted and item.statement is not None]
    named = manifest.annotations.get(BUNDLE)

    for statement in trusted:
        if statement.digest == digest and statement.bundle == bundle:
            return VerificationError(
                "changed-manifest",
                f"expected the signature of the bundle {bundle!r} to refer to its manifest, found"
                " it filed under another",
                bundle=bundle,
                hint=COMPILE_AGAIN,
            )
        if statement.digest == digest:
            return _wrong_bundle(
                bundle,
                f"expected the manifest of the bundle {bundle!r}, found that of"
                f" {statement.bundle!r} in its place, as its signature says",
            )
    if named != bundle:
        return _wrong_bundle(
            bundle,
            f"expected the manifest of the bundle {bundle!r}, found one that calls itself"
            f" {named!r} in its place",
        )
    for statement in claims:
        if statement.bundle != bundle:
            return _wrong_bundle(
                bundle,
                f"expected a signature of the bundle {bundle!r}, found that of"
                f" {statement.bundle!r} in its place",
            )
        return _changed(bundle, manifest, statement)

    for item in referrers:
        if item.reason:
            return _bad_signature(bundle, item, verifier)
    for statement in trusted:
        if statement.bundle == bundle:
            return _changed(bundle, manifest, statement)
    for item in everything:
        # A signature that cannot be read does not say what it is for: it may have been this one's.
        if item.reason and item.statement is None:
            return _bad_signature(bundle, item, verifier)
    return VerificationError(
        "no-signature",
        f"expected a signature of the bundle {bundle!r}, found none",
        bundle=bundle,
        hint="sign it with: gitconfig-tool compile -o DIR --sign KEY",
    )


def _wrong_bundle(bundle: str, message: str) -> VerificationError:
    return VerificationError("wrong-bundle", message, bundle=bundle, hint=COMPILE_AGAIN)


def _changed(bundle: str, manifest: Manifest, statement: Statement) -> VerificationError:
    """Say how a manifest differs from the one that was signed under the same name."""
    now = {layer.title: layer.digest for layer in manifest.layers}
    then = {item.name: item.digest for item in statement.byproducts}
    # A digest is counted as well, for a layer that hides behind the title of another.
    hidden = [
        layer.title or layer.digest
        for layer in manifest.layers
        if layer.title in then and layer.digest not in then.values()
    ]
    extra = sorted(now.keys() - then.keys())
    lost = sorted(then.keys() - now.keys())
    if extra or len(manifest.layers) > len(statement.byproducts):
        names = extra or hidden or ["one of them twice"]
        return VerificationError(
            "extra-blob",
            f"expected the {len(then)} layers of the bundle {bundle!r} that were signed, found"
            f" {len(manifest.layers)}; not signed: {', '.join(map(repr, names[:10]))}",
            bundle=bundle,
            hint=COMPILE_AGAIN,
        )
    changes = [f"{name!r} is another" for name in hidden] + [f"{name!r} is gone" for name in lost]
    found = ", ".join(changes[:10]) or "the layers are the same and the rest differs"
    return VerificationError(
        "changed-manifest",
        f"expected the manifest {statement.digest} that was signed as the bundle {bundle!r}, found"
        f" another: {found}",
        bundle=bundle,
        hint=COMPILE_AGAIN,
    )


def _bad_signature(bundle: str, item: Evidence, verifier: Verifier) -> VerificationError:
    if item.reason == "untrusted-key":
        return VerificationError(
            "untrusted-key",
            f"expected a signature of the bundle {bundle!r} by the key {verifier.key_id}"
            f" ({verifier.path}), found one by another key",
            bundle=bundle,
            hint="if that other key is to be trusted, give its public key with --trust",
        )
    if item.reason == "changed-signature":
        return VerificationError(
            "changed-signature",
            f"expected the signature of the bundle {bundle!r} to match what it signs, found that it"
            f" names the trusted key {verifier.key_id} and does not match",
            bundle=bundle,
            hint=COMPILE_AGAIN,
        )
    return VerificationError(
        item.reason,
        f"expected a signature of the bundle {bundle!r}, found one that cannot be used:"
        f" {item.problem}",
        bundle=bundle,
        hint=COMPILE_AGAIN,
    )
