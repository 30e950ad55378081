"""`gitconfig-tool verify`: signatures and every byte of bundles."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.ending import show_error
from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.artifact import Store
    from gitconfig_tool.trust import VerificationError, VerifiedBundle

trust_option = click.option(
    "--trust",
    "trust",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="The public key (PEM) whose signatures count.",
)


@click.command("verify", short_help="Check signatures and every byte of bundles.")
@click.argument("source")
@click.argument("bundle", required=False)
@trust_option
@format_option
@click.pass_obj
def command(
    settings: Settings, source: str, bundle: str | None, trust: Path, output: str
) -> ExitCode:
    """Check that BUNDLE in SOURCE is exactly what the trusted key signed; without BUNDLE, all are.

    Reads every byte, needs neither sops nor a decryption key, and writes nothing. Each refusal has
    a reason of its own. Exit code 0: all are as signed; 4: at least one is refused.

    \b
    Examples:
      gitconfig-tool verify layout:build/bundles --trust release.key.pub
      gitconfig-tool verify layout:build/bundles production/acme --trust release.key.pub
    """
    from gitconfig_tool.stores import open_store
    from gitconfig_tool.trust import VerificationError, load_verifier, verify_bundle

    verifier = load_verifier(trust)
    store = open_store(source)
    verified: list[VerifiedBundle] = []
    refused: list[VerificationError] = []
    for name in (bundle,) if bundle is not None else all_bundles(store):
        say(settings, f"verifying {name!r}")
        try:
            verified.append(verify_bundle(store, name, verifier))
        except VerificationError as error:
            refused.append(error)
    if output == "json":
        results = [*map(_verified_json, verified), *map(_refused_json, refused)]
        echo_report(
            "VerifyReport",
            {
                "source": source,
                "keyId": verifier.key_id,
                "ok": not refused,
                "bundles": sorted(results, key=lambda result: str(result["name"])),
            },
        )
    else:
        width = max((len(name.name) for name in verified), default=0)
        for item in verified:
            click.echo(
                f"verified  {item.name:<{width}}  {item.digest}  revision"
                f" {item.statement.revision[:12]}  {len(item.layers)} layers"
            )
    for refusal in refused:
        show_error(refusal)
    return ExitCode.WORLD if refused else ExitCode.OK


def all_bundles(store: "Store") -> tuple[str, ...]:
    """Return the names of all bundles of a store; an empty store is an error, not a success."""
    from gitconfig_tool.artifact import BundleNotFoundError

    names = store.bundles()
    if not names:
        raise BundleNotFoundError(
            f"expected bundles in {store.address}, found none",
            hint="write some with: gitconfig-tool compile -o DIR --sign KEY",
        )
    return names


def _verified_json(item: "VerifiedBundle") -> dict[str, Any]:
    return {
        "name": item.name,
        "ok": True,
        "digest": item.digest,
        "revision": item.statement.revision,
        "layers": len(item.layers),
        "bytes": sum(len(layer.data) for layer in item.layers),
    }


def _refused_json(error: "VerificationError") -> dict[str, Any]:
    return {
        "name": error.bundle,
        "ok": False,
        "reason": error.reason,
        "message": error.message,
        "hint": error.hint,
    }
