"""`gitconfig-tool secrets list`: which secrets there are, and who can read them."""

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_errors, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("list")
@click.argument("bundle", metavar="[BUNDLE-GLOB]", required=False)
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, bundle: str | None, rev: str | None, output: str) -> int:
    """List the secrets that bundles link to: type, classification, place and readers.

    Secrets that the same bundles link to stand together, each once. Without BUNDLE-GLOB, those that
    no bundle links to follow at the end. Needs no key.

    \b
    Examples:
      gitconfig-tool secrets list
      gitconfig-tool secrets list 'production/*'
    """
    from gitconfig_tool.cli.secrets.taking import holdings_of, names_of
    from gitconfig_tool.report.secret_tables import held_json, list_text

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    view, holdings = holdings_of(snapshot, [bundle] if bundle else [])
    names = names_of(holdings.settings, holdings)
    has_errors = show_errors(view, ctx)
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        secrets = [held_json(each, names) for each in holdings.held]
        echo_report("SecretList", {"revision": revision, "secrets": secrets})
    else:
        click.echo("\n".join(list_text(holdings.held, names, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK
