"""`gitconfig-tool models params`: which parameters a model takes, and where that is written."""

import click

from gitconfig_tool.cli.loading import terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.errors import ExitCode


@click.command("params")
@click.argument("name", metavar="PROVIDER/MODEL")
@format_option
def command(name: str, output: str) -> int:
    """Show which parameters a model takes, their ranges, and the source of that.

    Reads no project. For a model that the catalogue does not have, it is what its provider's
    models of such a name take.

    \b
    Examples:
      gitconfig-tool models params openai/gpt-5.2
      gitconfig-tool models params aws-bedrock/eu.anthropic.claude-sonnet-4-6 --format json
    """
    from difflib import get_close_matches

    from gitconfig_tool.models import Catalogue
    from gitconfig_tool.models.parameters import PROVIDERS, family_of
    from gitconfig_tool.report.chain_tables import parameters_json, parameters_text

    provider, _, model = name.partition("/")
    if not model or provider not in PROVIDERS:
        near = get_close_matches(provider, PROVIDERS, n=1, cutoff=0.7)
        hint = f"did you mean {near[0]}?" if near else f"providers: {', '.join(PROVIDERS)}"
        if provider in PROVIDERS:
            hint = f"write {provider}/ and the name of a model"
        raise click.UsageError(f"expected PROVIDER/MODEL, found {name!r}: {hint}")
    catalogue = Catalogue()
    facts, family = catalogue.find(provider, model), family_of(provider, model)
    if output == "json":
        echo_report("ModelParameters", parameters_json(provider, model, family, facts))
        return ExitCode.OK
    for line in parameters_text(name, family, facts, output_width(), terminal_style()):
        click.echo(line)
    near_model = catalogue.suggest(provider, model) if facts is None else None
    if near_model is not None:
        click.echo(f"not in the catalogue: did you mean {provider}/{near_model}?", err=True)
    return ExitCode.OK
