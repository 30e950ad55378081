"""`gitconfig-tool secrets textconv`: what `git diff` compares in the place of a SOPS file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.secrets.recipients import Names


@click.command("textconv", short_help="Show a SOPS file without values, for git diff.")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Print the keys of a SOPS file, with a mark for each encrypted value; needs no key.

    The mark is a hash of the ciphertext: a value that was set anew shows in git diff, git log -p
    and git show, and what it holds does not. Git calls this once `merge-driver --install` was run.
    A file that cannot be read is shown as far as it can be; that is no error.

    \b
    Examples:
      gitconfig-tool secrets textconv environments/staging/secrets/database.sops.yaml
      git diff main -- '*.sops.yaml'
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise GitConfigError(
            f"expected to read {file}, found: {error.strerror}", hint="check the path"
        ) from error
    click.echo(sealed_file(file.name, data), nl=False)


def sealed_file(name: str, data: bytes) -> str:
    """Return the text of a SOPS file without values, with the names that the project gives."""
    from gitconfig_tool.report.sealed_text import sealed_text

    return sealed_text(name, data, _names())


def _names() -> "Names":
    """Return the names of recipients, of the project file in this folder or above it.

    Git starts this at the top of the work tree. Without a project there, recipients have no names.
    """
    from gitconfig_tool.document import MappingNode, ScalarNode, node_at, parse_document
    from gitconfig_tool.secrets.recipients import Names
    from gitconfig_tool.source import PROJECT_FILE

    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            data = (folder / PROJECT_FILE).read_bytes()
        except OSError:
            continue
        root = parse_document(PROJECT_FILE, data)[0].root
        section = None if root is None else node_at(root, ("secrets", "recipients"))
        if not isinstance(section, MappingNode):
            return Names()
        return Names(
            {
                name: entry.value.value
                for name, entry in section.entries.items()
                if isinstance(entry.value, ScalarNode) and isinstance(entry.value.value, str)
            }
        )
    return Names()
