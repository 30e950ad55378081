"""The group of commands and its global options. Commands are imported only when they are called."""

from pathlib import Path

import click

from gitconfig_tool import __version__
from gitconfig_tool.cli.lazy import LazyGroup
from gitconfig_tool.cli.settings import (
    Settings,
    color_of,
    color_option,
    quiet_option,
    verbose_option,
    verbosity_of,
)

# Command -> its module in this package and its line in --help: the line stands here so that --help
# need not import every command. A test holds both against the modules.
COMMANDS = {
    "init": ("init", "Start a project, or copy the example one."),
    "validate": ("validate", "Check everything; report all problems at once."),
    "compile": ("compile", "Compile bundles into an OCI image layout, and sign them."),
    "show": ("show", "Print the effective value of a bundle."),
    "explain": ("explain", "Tell where a value came from, and what it overrode."),
    "diff": ("diff", "Show what a change does to every bundle, as compiled."),
    "ci": ("ci", "Check a change as CI should, in one pass."),
    "test": ("test", "Run the tests of compiled values."),
    "history": ("history", "List the commits at which a value changed."),
    "secrets": ("secrets", "Look after SOPS files: check, list, rotate, merge."),
    "prompts": ("prompts", "Look after prompt versions: render, test, compare, release."),
    "models": ("models", "Look after models: whether they fit, what they cost, when they end."),
    "fmt": ("fmt", "Bring YAML files into one form; comments and values stay."),
    "schema": ("schema", "Give editors the schemas: completion and checks while typing."),
    "git": ("git", "Have Git merge and show files by value."),
    "emit": ("emit", "Write files for gateways, environments and Kubernetes."),
    "keys": ("keys", "Make signing keys."),
    "verify": ("verify", "Check signatures and every byte of bundles."),
    "fetch": ("fetch", "Verify a bundle, decrypt it and write it as files."),
    "publish": ("publish", "Verify bundles, decrypt them and write them to Vault."),
    "rules": ("rules", "Explain a diagnostic code; list all of them."),
    "doctor": ("doctor", "Say what this machine has and lacks."),
    "demo": ("demo", "Show the main job on the example project."),
}


@click.group(
    cls=LazyGroup,
    package="gitconfig_tool.cli",
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="gitconfig-tool %(version)s")
@click.option(
    "-C",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The project is in DIR; other paths stay relative to where you are.",
)
@click.option(
    "--project",
    metavar="FOLDER",
    help="Folder of gitconfig.yaml inside the repository (needed only where it cannot be found).",
)
@quiet_option
@verbose_option
@color_option
@click.pass_context
def group(
    ctx: click.Context,
    directory: Path,
    project: str | None,
    quiet: bool,
    verbose: bool,
    color: str,
) -> None:
    """Compile configuration, prompts and secrets in Git to one signed bundle per environment.

    \b
    Start here:
      gitconfig-tool demo                 see the whole job on an example
      gitconfig-tool init --example DIR   the same example, to play with
      gitconfig-tool validate             check the project around you
    """
    ctx.obj = Settings(directory, project, verbosity_of(quiet=quiet, verbose=verbose))
    ctx.color = color_of(color)
