"""`gitconfig-tool fetch`: a bundle as files."""

from pathlib import Path

import click

from gitconfig_tool.cli.output import echo_report, format_option, say
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.cli.verify import trust_option


@click.command("fetch", short_help="Verify a bundle, decrypt it and write it as files.")
@click.argument("source")
@click.argument("bundle")
@click.option(
    "--to",
    "directory",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Write the files here; made where it does not exist.",
)
@trust_option
@format_option
@click.pass_obj
def command(
    settings: Settings, source: str, bundle: str, directory: Path, trust: Path, output: str
) -> None:
    """Verify BUNDLE, decrypt its secrets, check them and write all as files below DIR.

    DIR gets one JSON file for each document and each prompt version. All files change in one step:
    a reader sees the old ones or the new ones, and on any failure the old ones stay. Only you can
    read them. Secrets need sops and the private key of the environment, in SOPS_AGE_KEY_FILE or
    SOPS_AGE_KEY.

    \b
    Example:
      export SOPS_AGE_KEY_FILE=keys/production.txt
      gitconfig-tool fetch layout:build/bundles production --to run/config --trust release.key.pub
    """
    from gitconfig_tool.fetch import file_name_of, open_folder, prepare_delivery
    from gitconfig_tool.stores import open_store
    from gitconfig_tool.trust import load_verifier, verify_bundle

    verified = verify_bundle(open_store(source), bundle, load_verifier(trust))
    say(settings, f"verified {bundle}: {verified.digest}")
    with counting(settings, "encrypted files opened") as on_file:
        delivery = prepare_delivery(verified, on_file=on_file)
    say(settings, f"prepared {len(delivery.entries)} entries with {delivery.secrets} secrets")
    report = open_folder(directory).deliver(delivery)
    if output == "json":
        echo_report(
            "FetchReport",
            {
                "bundle": report.bundle,
                "digest": report.digest,
                "revision": report.revision,
                "directory": str(directory),
                "written": list(report.written),
                "unchanged": list(report.unchanged),
                "removed": list(report.removed),
            },
        )
        return
    if settings.verbosity >= 0:
        for name in report.written:
            click.echo(f"wrote    {file_name_of(name)}")
        for name in report.removed:
            click.echo(f"removed  {file_name_of(name)}")
    click.echo(
        f"{bundle} in {directory}: {len(report.written)} written,"
        f" {len(report.unchanged)} unchanged, {len(report.removed)} removed"
    )
