"""`gitconfig-tool secrets who`: who can read the secrets of a bundle, now or at any commit."""

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_errors, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("who")
@click.argument("bundle")
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, bundle: str, rev: str | None, output: str) -> int:
    """Say who can read the secrets that BUNDLE links to, from the recipients of its files.

    Names are those of secrets.recipients in gitconfig.yaml. Where a file has key groups, the answer
    tells how many of them must meet. Needs no key.

    \b
    Examples:
      gitconfig-tool secrets who production
      gitconfig-tool secrets who production/acme --rev v1.4.0
    """
    from gitconfig_tool.cli.secrets.taking import holdings_of, names_of
    from gitconfig_tool.report.reader_tables import accesses, who_json, who_text
    from gitconfig_tool.secrets.readers import readers_of

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    view, holdings = holdings_of(snapshot, [bundle])
    name = view.bundle(bundle).name
    held = tuple(each for each in holdings.held if name in each.bundles)
    readers = readers_of(accesses(held))
    names = names_of(holdings.settings, holdings)
    has_errors = show_errors(view, ctx)
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        content = who_json(held, readers, names)
        echo_report("SecretReaders", {"bundle": name, "revision": revision, **content})
    else:
        lines = who_text(name, held, readers, names, output_width(), terminal_style())
        click.echo("\n".join(lines))
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK
