"""`gitconfig-tool git textconv`: what `git diff` compares in the place of a YAML file."""

from pathlib import Path

import click


@click.command("textconv", short_help="Show a YAML file as values, for git diff.")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Print a line for each value of a YAML file, in one order and form.

    Git compares these lines once git install was run: git diff, git log -p and git show then show
    changed values, and nothing for another order, layout or comment. A value that may be a secret
    is not shown. A file that cannot be read as YAML is printed as it is. git diff --no-textconv
    shows the lines of the file.

    \b
    Examples:
      gitconfig-tool git textconv base/assistant/model.yaml
      git diff main -- base/
    """
    from gitconfig_tool.cli.git.files import is_sealed, read_version
    from gitconfig_tool.report.layer_text import layer_text

    data = read_version(file)
    if is_sealed(file.name, data):
        from gitconfig_tool.cli.secrets.textconv import sealed_file

        click.echo(sealed_file(file.name, data), nl=False)
        return
    click.echo(layer_text(file.name, data), nl=False)
