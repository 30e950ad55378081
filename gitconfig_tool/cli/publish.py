"""`gitconfig-tool publish`: bundles into Vault, or sealed into another layout."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.cli.verify import all_bundles, trust_option

if TYPE_CHECKING:
    from gitconfig_tool.fetch import DeliveryReport
    from gitconfig_tool.trust import VerifiedBundle


@click.command("publish", short_help="Verify bundles, decrypt them and write them to Vault.")
@click.argument("source")
@click.argument("bundles", metavar="[BUNDLE]...", nargs=-1)
@click.option(
    "--to",
    "target",
    metavar="URL",
    required=True,
    help="vault+https://HOST:PORT/MOUNT/PATH, vault+http://..., or layout:DIR.",
)
@trust_option
@format_option
@click.pass_obj
def command(
    settings: Settings,
    source: str,
    bundles: Sequence[str],
    target: str,
    trust: Path,
    output: str,
) -> None:
    """Verify bundles of SOURCE and publish them; without BUNDLE, all of them.

    Into Vault or OpenBao (KV version 2): decrypted, checked, and written with check-and-set, one
    entry for each document and prompt, only where something changed. The token is read from
    VAULT_TOKEN, BAO_TOKEN or ~/.vault-token; secrets need sops and SOPS_AGE_KEY_FILE.

    Into layout:DIR: as they are, sealed, with their signatures; other bundles there stay.

    Everything is verified and decrypted before the first write. After a failure, publish again:
    what is written already is left alone.

    \b
    Examples:
      gitconfig-tool publish layout:build/bundles production --trust release.key.pub \\
          --to vault+https://vault.example.com:8200/secret/acme
      gitconfig-tool publish layout:build/bundles --trust release.key.pub --to layout:/srv/bundles
    """
    from gitconfig_tool.stores import open_store
    from gitconfig_tool.trust import load_verifier, verify_bundle

    verifier = load_verifier(trust)
    store = open_store(source)
    names = tuple(dict.fromkeys(bundles)) or all_bundles(store)
    verified = []
    for name in names:
        verified.append(verify_bundle(store, name, verifier))
        say(settings, f"verified {name}: {verified[-1].digest}")
    text = output == "text"
    if target.startswith("layout:"):
        results = _publish_sealed(verified, target, text=text)
    else:
        results = _publish_plain(settings, verified, target, text=text)
    if not text:
        echo_report("PublishReport", {"target": target, "bundles": results})


def _publish_sealed(
    verified: "Sequence[VerifiedBundle]", target: str, *, text: bool
) -> list[dict[str, Any]]:
    from gitconfig_tool.stores import layout_path, merge_layout

    merge_layout(
        layout_path(target),
        {item.name: item.artifact for item in verified},
        [signature for item in verified for signature in item.signatures],
    )
    width = max((len(item.name) for item in verified), default=0)
    for item in verified if text else ():
        click.echo(f"stored  {item.name:<{width}}  {item.digest}")
    return [
        {"name": item.name, "digest": item.digest, "revision": item.statement.revision}
        for item in verified
    ]


def _publish_plain(
    settings: Settings, verified: "Sequence[VerifiedBundle]", target: str, *, text: bool
) -> list[dict[str, Any]]:
    from gitconfig_tool.fetch import open_vault, prepare_delivery

    opened = open_vault(target)
    deliveries = []
    for item in verified:
        with counting(settings, "encrypted files opened") as on_file:
            deliveries.append(prepare_delivery(item, on_file=on_file))
        say(settings, f"prepared {item.name}: {len(deliveries[-1].entries)} entries")
    results = []
    for delivery in deliveries:
        report = opened.deliver(delivery)
        results.append(_report_json(report))
        # At once: when a later bundle fails, what was done before is on the screen.
        for line in _report_text(report) if text else ():
            click.echo(line)
    return results


def _report_json(report: "DeliveryReport") -> dict[str, Any]:
    return {
        "name": report.bundle,
        "digest": report.digest,
        "revision": report.revision,
        "written": list(report.written),
        "unchanged": list(report.unchanged),
        "leftBehind": list(report.left_behind),
        "recordWritten": report.record_written,
    }


def _report_text(report: "DeliveryReport") -> list[str]:
    lines = [f"wrote  {report.bundle}/{name}" for name in report.written]
    lines += [
        f"left   {report.bundle}/{name}  (no longer in the bundle; delete it when nobody reads it)"
        for name in report.left_behind
    ]
    lines.append(
        f"{report.bundle} in {report.target}: {len(report.written)} written,"
        f" {len(report.unchanged)} unchanged"
    )
    return lines
