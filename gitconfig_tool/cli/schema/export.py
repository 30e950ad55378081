"""`gitconfig-tool schema export`: JSON Schemas and settings for editors."""

import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import rev_option
from gitconfig_tool.cli.schema.exporting import exported
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode, GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.schema.associations import Association

# Begins with a dot, so that no layer has it.
FOLDER = ".gitconfig-tool/schemas"
SETTINGS = "vscode-settings.json"


class ExportError(GitConfigError):
    """A schema or the settings could not be written."""


@click.command("export")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Write to DIR.  [default: {FOLDER} in the project]",
)
@click.option(
    "--vscode", is_flag=True, help="Write the settings into .vscode/settings.json as well."
)
@click.option("--stdout", "name", metavar="NAME", help="Print one schema and write nothing.")
@rev_option
@click.pass_context
def command(
    ctx: click.Context, folder: Path | None, vscode: bool, name: str | None, rev: str | None
) -> int:
    """Write JSON Schemas of documents, gitconfig.yaml and prompts, with settings for editors.

    The YAML language server, which VS Code and most other editors use, then completes and checks
    while you type. Layers may be partial and values may stand behind our tags. The settings are in
    vscode-settings.json beside the schemas. The same project gives the same bytes.

    \b
    Examples:
      gitconfig-tool schema export --vscode
      gitconfig-tool schema export -o build/schemas
      gitconfig-tool schema export --stdout model-config
    """
    settings: Settings = ctx.obj
    if name is not None and (folder is not None or vscode):
        raise click.UsageError("--stdout prints one schema and writes nothing: leave out the rest")
    found = exported(settings, rev, ctx)
    if found is None:
        return int(ExitCode.PROBLEMS)
    repository, prefix, each_schema = found
    if name is not None:
        click.echo(_text(_named(each_schema, name).content), nl=False)
        return int(ExitCode.OK)
    if repository.is_bare and (folder is None or vscode):
        raise click.UsageError("there is no work tree to write to: name a folder with -o DIR")
    _write(each_schema, repository.root, prefix, folder, vscode=vscode, settings=settings)
    return int(ExitCode.OK)


def _write(
    each_schema: "tuple[Association, ...]",
    root: Path,
    prefix: str,
    folder: Path | None,
    *,
    vscode: bool,
    settings: Settings,
) -> None:
    from gitconfig_tool.report.tables import count
    from gitconfig_tool.schema.editor_settings import editor_settings

    target = root / FOLDER if folder is None else folder
    # Editors open the repository, whose root is above the project by its prefix.
    workspace = root.resolve()
    for _ in prefix.split("/")[:-1]:
        workspace = workspace.parent
    try:
        target.mkdir(parents=True, exist_ok=True)
        at = os.path.relpath(target.resolve(), workspace).replace(os.sep, "/")
        content = editor_settings(each_schema, at, prefix=prefix)
        for each in each_schema:
            (target / each.file_name).write_text(_text(each.content), encoding="utf-8")
        (target / SETTINGS).write_text(_text(content), encoding="utf-8")
        if vscode:
            _merge(workspace / ".vscode" / "settings.json", content)
    except OSError as error:
        raise ExportError(
            f"expected to write {error.filename or target}, found: {error.strerror or error}",
            hint="check that the folder may be written",
        ) from error
    if settings.verbosity >= 0:
        click.echo(f"wrote {count(len(each_schema), 'schema')} to {target}", err=True)
        if vscode:
            click.echo("wrote .vscode/settings.json", err=True)
        else:
            click.echo(f"settings for VS Code: {target / SETTINGS}, or use --vscode", err=True)


def _merge(path: Path, content: dict[str, Any]) -> None:
    """Put settings into a file that may have others; those of the same name are replaced."""
    known: dict[str, Any] = {}
    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ExportError(
                f"expected plain JSON in {path}, found something else, such as a comment",
                hint=f"copy the settings from {SETTINGS} by hand; the schemas are written",
            ) from error
        if not isinstance(known, dict):
            raise ExportError(
                f"expected an object in {path}, found another value",
                hint="correct the file, or remove it",
            )
    path.parent.mkdir(exist_ok=True)
    path.write_text(_text({**known, **content}), encoding="utf-8")


def _named(each_schema: "tuple[Association, ...]", name: str) -> "Association":
    names = [each.name for each in each_schema]
    for each in each_schema:
        if name in (each.name, each.file_name, each.source):
            return each
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names)}"
    raise click.UsageError(f"expected the name of a schema, found '{name}': {hint}")


def _text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
