"""`gitconfig-tool secrets leaver`: what somebody who leaves could open, and what is to be done."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_errors, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler.holdings import Holdings
    from gitconfig_tool.compiler.secret_history import Departure
    from gitconfig_tool.report.reader_tables import Known


@click.command("leaver")
@click.argument("recipient")
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, recipient: str, rev: str | None, output: str) -> int:
    """List what RECIPIENT's key could ever open, and which secrets must be replaced therefore.

    RECIPIENT is a name of secrets.recipients, KIND:NAME, an age key, or the fingerprint of a PGP
    key. All that branches, branches of remotes and tags lead to is looked at, deleted and moved
    files too. Present values are those of the work tree, or of --rev. Needs no key. Exit code 0:
    nothing is left to be replaced; 1: something is.

    \b
    Examples:
      gitconfig-tool secrets leaver alice
      gitconfig-tool secrets leaver age1knqauexk62ead2x6tkug6p2kljujz3eukefps8xl3zvxn0vg8fpqjrxefd
    """
    from gitconfig_tool.cli.secrets.taking import holdings_of, names_of
    from gitconfig_tool.compiler.secret_history import follow_leaver
    from gitconfig_tool.report.reader_tables import Leaver, leaver_json, leaver_text
    from gitconfig_tool.secrets.readers import find_recipient

    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev)
    view, holdings = holdings_of(snapshot, [])
    names = names_of(holdings.settings, holdings)
    who = find_recipient(recipient, holdings.settings.names, names)
    with counting(settings, "commits read") as commits:
        departure = follow_leaver(repository, snapshot, who, commits)
    leaver = Leaver(
        who,
        recipient if recipient in holdings.settings.names else names.get(who),
        departure.refs,
        commits.total,
        tuple(sorted(departure.opened.values(), key=lambda each: each.path)),
        frozenset(path for path in departure.opened if path not in snapshot.files),
        departure.branches,
        tuple(_known(holdings, departure)),
        departure.is_cut,
    )
    has_errors = show_errors(view, ctx)
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        echo_report("LeaverReport", {"revision": revision, **leaver_json(leaver)})
    else:
        click.echo("\n".join(leaver_text(leaver, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if has_errors or leaver.to_rotate else ExitCode.OK


def _known(holdings: "Holdings", departure: "Departure") -> "Iterator[Known]":
    """Yield the present secrets of which a value could be opened."""
    from gitconfig_tool.compiler.secret_history import ciphertexts
    from gitconfig_tool.report.reader_tables import Known
    from gitconfig_tool.secrets import NOT_COMMITTED
    from gitconfig_tool.secrets.leaving import DONE, ROTATE, UNCLEAR, judge
    from gitconfig_tool.secrets.readers import ALONE
    from gitconfig_tool.secrets.rotation import carriers

    texts: dict[str, Mapping[str, str]] = {}
    for held in holdings.held:
        path = held.secret.path
        if path not in texts:
            texts[path] = ciphertexts(holdings.snapshot, path)
        judged = {
            pointer: found
            # A former version that is valid still is known as well as the present one.
            for pointer in (*carriers(held.secret), *held.secret.previous)
            if pointer in texts[path]
            and (
                found := judge(path, pointer, texts[path][pointer], departure.past, departure.ages)
            )
        }
        if not judged:
            continue
        # The worst of its values speaks for the secret.
        state = min((state for state, _ in judged.values()), key=(ROTATE, UNCLEAR, DONE).index)
        worst = [(pointer, how) for pointer, (said, how) in judged.items() if said == state]
        how = next((how for _, how in worst if how == ALONE), worst[0][1])
        age = departure.ages.get(texts[path][worst[0][0]], NOT_COMMITTED)
        yield Known(held, state, how, age)
