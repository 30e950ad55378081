"""`gitconfig-tool keys`: making signing keys."""

from pathlib import Path

import click

from gitconfig_tool.cli.output import echo_report, format_option


@click.group("keys")
def command() -> None:
    """Make the keys that sign bundles."""


@command.command("generate", short_help="Make a P-256 key pair.")
@click.option(
    "-o",
    "--output",
    "prefix",
    metavar="PREFIX",
    required=True,
    type=click.Path(path_type=Path),
    help="Write the private key to PREFIX and the public key to PREFIX.pub.",
)
@format_option
def generate(prefix: Path, output: str) -> None:
    """Make a P-256 key pair: PREFIX signs bundles, PREFIX.pub verifies them.

    Existing files are never overwritten. Only you can read PREFIX; keep it out of Git. When the
    environment variable GITCONFIG_TOOL_KEY_PASSPHRASE is set, PREFIX is encrypted with it, and the
    same variable opens it again.

    \b
    Example:
      gitconfig-tool keys generate -o release.key
      gitconfig-tool compile -o build/bundles --sign release.key
      gitconfig-tool verify layout:build/bundles --trust release.key.pub
    """
    from gitconfig_tool.trust import generate_key_pair, load_verifier

    private, public = generate_key_pair(prefix)
    key_id = load_verifier(public).key_id
    if output == "json":
        echo_report(
            "KeyPair",
            {
                "privateKey": str(private),
                "publicKey": str(public),
                "keyId": key_id,
            },
        )
        return
    click.echo(f"private key  {private}  keep it secret; it signs")
    click.echo(f"public key   {public}  hand it out; it verifies")
    click.echo(f"key id       {key_id}")
